"""How much of a night is Prefect: the same night through the flows, and without them.

``python -m benchmarks.night plain|flows URL HOME``. The Prefect server runs before the clock
starts, as it does under ``daybreak up``; importing Prefect counts.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.cost import Cost


def plain(url: str) -> dict[str, Any]:
    """Pull every source side by side, reconcile, watch and write the brief: no flow is run."""
    from flows.house import open_house
    from flows.night import SIDE_BY_SIDE
    from flows.work import Span, bring, prepare, rebuild
    from monitoring.brief.markdown import write_brief
    from monitoring.nights import assemble
    from monitoring.watch import watch

    house = open_house(url)

    def pull(name: str, night: int) -> int:
        pulled = bring(house, name, Span(), night=night)
        return sum(table.read for table in pulled.tables.values())

    names = house.in_use()
    prepare(names)
    with house.ledger.run("night", None, house.clock) as night:
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            rows = sum(pool.map(lambda name: pull(name, night.id), names))
        rebuild(house, night=night.id)
    watch(house.ledger, house.cadences(), [], house.clock.now())
    told = assemble(house.ledger, house.cadences(), house.clock.now())
    return {"rows": rows, "brief": len(write_brief(told)) if told else 0}


def flows(url: str) -> dict[str, Any]:
    """Live the night as ``daybreak night`` does."""
    from cli import prefect_home

    prefect_home.settle()
    from flows.house import open_house
    from flows.night import night

    night(sandbox=url)
    record = open_house(url).ledger.night()
    parts = record.parts if record else ()
    return {"rows": sum(part.rows.read for part in parts)}


@contextmanager
def prefect_server(home: Path) -> Iterator[str]:
    """Run a Prefect server of its own; yield the address of its API."""
    from cli import processes

    port = processes.free_port()
    api = f"http://127.0.0.1:{port}/api"
    line = [sys.executable, "-m", "prefect", "server", "start", "--port", str(port), "--no-ui"]
    os.environ["PREFECT_HOME"] = str(home / "prefect")
    with processes.running(home, "prefect", line) as process:
        processes.await_answer(f"{api}/health", process, home)
        yield api


def settings(home: Path, api: str = "") -> dict[str, str]:
    """Return the environment of a night that leaves nothing outside ``home``."""
    own = {
        "DAYBREAK_HOME": str(home),
        "DAYBREAK_WAREHOUSE": f"duckdb:///{home / 'warehouse'}",
        "DAYBREAK_LEDGER": f"sqlite:///{home / 'ledger.sqlite'}",
        "PREFECT_HOME": str(home / "prefect"),
        "SENTRY_DSN": "",
        "SLACK_WEBHOOK_URL": "",
    }
    return {**os.environ, **own, **({"PREFECT_API_URL": api} if api else {})}


def main() -> None:
    """Live one night; print what it cost."""
    way, url = sys.argv[1], sys.argv[2]
    Cost.tell(lambda: {"plain": plain, "flows": flows}[way](url))


if __name__ == "__main__":
    main()
