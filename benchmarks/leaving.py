"""Does the health score rank first who is about to leave? A back-test on a world with moods.

``python -m benchmarks.leaving HOME [PEOPLE] [SEED]``. One night is pulled and reconciled;
then the world goes on for 60 days, and tells who left. The score saw none of that. In that world
people who sour order less, complain, rate badly and pay late for 40 to 150 days before they leave,
others do so and stay, and some leave without a sign. So this says what the score makes of signs,
not what signs your customers give.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import SecretStr
from scipy.stats import rankdata

from benchmarks.cost import Cost
from core.settings import DaybreakSettings
from core.simulation import Simulation
from flows.house import House
from flows.work import Span, bring, prepare, rebuild
from sandbox.clock import Clock
from sandbox.serve import Sandbox, serve
from sandbox.vendor import discover
from sandbox.world.seeded import Seeded

PEOPLE = 600
AHEAD = timedelta(days=60)
VENDORS = ("shopify", "stripe", "zendesk")
# Who bought nothing for half a year has left already as far as stages can tell.
SCORED = """
select
    records.source, records.source_id, scores.customer_id, scores.points, stages.last_purchase_at
from customer_scores as scores
inner join customer_stages as stages on stages.customer_id = scores.customer_id
inner join source_records as records on records.customer_id = scores.customer_id
where scores.score = 'health' and stages.stage in ('active', 'won back')
"""


def backtest(home: Path, people: int = PEOPLE, seed: int = 1) -> dict[str, Any]:
    """Live one night, look 60 days ahead, and compare; who left before is not asked about.

    Returns:
        customers: How many active ones had a health score.
        leavers: How many of them left within 60 days.
        health: The chance that a leaver scores lower than somebody who stays (AUC; 0.5 is dice).
        recency: The same for the days since the last purchase, which needs no score.
    """
    world = Seeded(seed, people, moods=1)
    with serve(
        [discover()[name] for name in VENDORS], world, clock=Clock(world.start, frozen=True)
    ) as box:
        rows = _night(home, box)
        behind = _behind(box)
    leaving, gone = _who_leaves(world), world.left()
    told: dict[str, tuple[int, float, bool]] = {}
    for row in rows:
        person = behind.get((row["source"], str(row["source_id"]).rpartition(":")[2]))
        if person in gone:
            continue
        customer, bought = row["customer_id"], row["last_purchase_at"]
        days = (world.start - bought).total_seconds() / 86_400 if bought else np.inf
        is_lost = person in leaving or told.get(customer, (0, 0, False))[2]
        told[customer] = (row["points"], days, is_lost)
    points, since, lost = (np.array(column) for column in zip(*told.values(), strict=True))
    return {
        "customers": len(told),
        "leavers": int(lost.sum()),
        "health": auc(-points, lost),
        "recency": auc(since, lost),
    }


def auc(risk: Any, happened: Any) -> float:  # noqa: ANN401 - arrays of numbers and of flags
    """Return the chance that it happened to the riskier of two, ties counted half."""
    yes, no = int(happened.sum()), int((~happened).sum())
    return float((rankdata(risk)[happened].sum() - yes * (yes + 1) / 2) / (yes * no))


def _night(home: Path, box: Sandbox) -> list[dict[str, Any]]:
    simulation = Simulation.at(box.url)
    warehouse = SecretStr(f"duckdb:///{home / 'warehouse'}")
    house = House(DaybreakSettings(home=home, warehouse=warehouse), simulation.clock(), simulation)
    prepare(names := house.in_use())
    for name in names:
        bring(house, name, Span())
    rebuild(house)
    with house.warehouse.session([], read_only=True) as session:
        return session.query(SCORED).to_pylist()


def _behind(box: Sandbox) -> dict[tuple[str, str], str]:
    """Return, by vendor and its id, the person behind a record."""
    known = {each.key: each.person for each in box.world.people() if each.person}
    return {
        (name, str(own)): known[row["key"]]
        for name, vendor in box.vendors.items()
        for rows in vendor.truth().values()
        for own, row in rows.items()
        if row["key"] in known
    }


def _who_leaves(world: Seeded) -> set[str]:
    ahead = world.again()
    for _ in ahead.until(world.start + AHEAD):
        pass
    return {who for who, at in ahead.left().items() if at >= world.start}


def main() -> None:
    """Print what came of it, and what it cost."""
    home, *given = sys.argv[1:]
    Cost.tell(lambda: backtest(Path(home), *map(int, given)))


if __name__ == "__main__":
    main()
