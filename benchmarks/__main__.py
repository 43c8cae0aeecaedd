"""Speed and memory, side by side with the alternatives, measured in one run.

``make bench``, or ``python -m benchmarks [--quick] [--write]``. Every measure runs in a process of
its own. Wall time depends on what else the machine does; CPU seconds do so less.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.cost import Cost
from benchmarks.identity.measure import ENGINE, SPLINK, days, decided, sets
from benchmarks.night import prefect_server, settings
from benchmarks.shop import TIMES, environment, open_shop

RESULTS = Path(__file__).with_name("results.md")
Row = tuple[str, str, str, str, str]
HEAD = ("measure", "CPU s", "wall s", "peak MB", "what it says")


def main() -> None:
    """Measure, print, and write the results down if asked to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="2,000 orders instead of 50,000")
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name} as well")
    parser.add_argument("--only", choices=MEASURES, help="one measure alone")
    asked = parser.parse_args()
    orders = 2_000 if asked.quick else 50_000
    began, rows = os.getloadavg()[0], []
    for name, measure in MEASURES.items():
        if asked.only in {None, name}:
            rows += _kept(measure, orders)
    _show(rows, title := _title(began, orders))
    if asked.write:
        RESULTS.write_text(_markdown(rows, title), encoding="utf-8")


def pull(orders: int, home: Path) -> Iterator[Row]:
    """Read the same orders in every way there is, then again, then ten times as many."""
    with open_shop(orders) as url:
        shop = environment(url)
        # The first to ask waits for the sandbox; nobody who is measured does.
        _read("httpx", shop, home / "warm-up")
        costs = {name: _read(name, shop, home / name) for name in READERS}
        bare = costs["dlt-parquet"].cpu_seconds
        for name, cost in costs.items():
            said = f"{cost.cpu_seconds / bare:.2f} x the CPU of bare dlt with parquet"
            yield _row(f"{cost.facts['rows']:,} orders, {READERS[name]}", cost, said)
        first = costs["daybreak"]
        for name, label in (("daybreak", "nothing changed"), ("daybreak-full", "all read again")):
            cost = _read(name, shop, home / "daybreak")
            said = f"{cost.facts['calls']} calls against {first.facts['calls']} the first time"
            yield _row(
                f"second pull, {label}", cost, f"{said}, {cost.facts['arrived']} rows arrived"
            )
        large = _read("daybreak", environment(url, TIMES), home / "large")
        said = f"{large.peak_mb / first.peak_mb:.2f} x the memory of the first pull"
        yield _row(f"the same orders {TIMES} times over: {large.facts['rows']:,}", large, said)


def prefect(orders: int, home: Path) -> Iterator[Row]:
    """Live the same first night with Prefect and without; its server is running already."""
    from cli import processes

    world = ["--world", f"seeded:orders={orders // 4}", "--people", str(max(400, orders // 25))]
    with prefect_server(home) as api:
        costs = {}
        for way in ("plain", "flows"):
            with processes.sandbox(home / way, *world) as url:
                costs[way] = Cost.of("benchmarks.night", [way, url], settings(home / way, api))
    plain, flows = costs["plain"], costs["flows"]
    more = flows.wall_seconds - plain.wall_seconds
    share = max(0.0, more / flows.wall_seconds)
    yield _row(f"night of {plain.facts['rows']:,} rows, no Prefect", plain, "")
    yield _row("the same night as flows", flows, f"{share:.1%} of the wall time is Prefect's")


def reconcile(_orders: int, home: Path) -> Iterator[Row]:
    """Reconcile at the size of the Olist data."""
    cost = Cost.of("benchmarks.reconcile", [str(home)])
    whole, part, idle = cost.facts["seconds"]
    _, changed, _ = cost.facts["records"]
    said = (
        f"{whole:.1f} s all, {part:.1f} s when {changed:,} records changed, {idle:.1f} s when none"
    )
    yield _row(f"reconcile of {cost.facts['rows']:,} raw rows, three times", cost, said)


def marts(orders: int, home: Path) -> Iterator[Row]:
    """Build the 360 of many customers: everything, one in a hundred, nothing; and ask for one."""
    customers = 10_000 if orders < 50_000 else 1_000_000

    def step(name: str) -> Cost:
        return Cost.of("benchmarks.marts", [name, str(home), str(customers)])

    facts, whole = step("lay").facts["facts"], step("night")
    asked, plain = step("timeline"), step("plain")
    step("change")
    part, idle = step("night"), step("night")
    yield _row(f"360 of {customers:,} customers, {facts:,} facts", whole, _apart(whole))
    yield _row("the SQL of its models run plainly", plain, _more(whole, plain))
    share = part.facts["cpu"] / whole.facts["cpu"]
    said = f"{share:.1%} of the CPU of the first night, who is who aside; {_apart(part)}"
    yield _row(f"one customer in a hundred changed: {part.facts['rows']:,} rows", part, said)
    yield _row("nothing changed", idle, _apart(idle))
    said = "{median_ms:.0f} ms (median), {slowest_ms:.0f} ms at most, for {events:.0f} events each"
    yield _row("a customer's whole timeline", asked, said.format(**asked.facts))


def _apart(night: Cost) -> str:
    facts = night.facts
    return (
        f"who is who {facts['apart_wall']:.1f} s ({facts['apart_cpu']:.1f} CPU),"
        f" all else {facts['wall']:.1f} s ({facts['cpu']:.1f} CPU)"
    )


def _more(night: Cost, plain: Cost) -> str:
    """Say what the runner takes for the models beyond their SQL."""
    bare, steps = plain.facts["steps"], night.facts["steps"]
    ours, theirs = (sum(took[name][1] for name in bare) for took in (steps, bare))
    return f"the runner takes {ours / theirs:.2f} x the CPU for the same models: {ours:.1f} s"


def identity(orders: int, home: Path) -> Iterator[Row]:
    """Decide who is who on every set there is, beside Splink; then one in a hundred changed."""
    quick = orders < 50_000
    for name, records in sets(home, quick=quick):
        ours = decided(ENGINE, records, home / f"{name}.ours.parquet")
        theirs = decided(SPLINK, records, home / f"{name}.splink.parquet")
        yield _row(f"identity, {name}", ours.cost, ours.said + ours.against(theirs))
        yield _row(f"identity, {name}: Splink 5", theirs.cost, theirs.said)
        if name.startswith("world"):
            for label, cost, said in days(ENGINE, records, home / name):
                yield _row(f"identity, {name}: {label}", cost, said)


def leaving(orders: int, home: Path) -> Iterator[Row]:
    """Foresee who leaves."""
    people = 300 if orders < 50_000 else 1_500
    cost = Cost.of("benchmarks.leaving", [str(home), str(people)])
    facts = cost.facts
    said = (
        f"AUC {facts['health']:.2f} by health, {facts['recency']:.2f} by the days since the last"
        f" purchase; {facts['leavers']} of {facts['customers']:,} left within 60 days"
    )
    yield _row("back-test: does a low health score foresee who leaves", cost, said)


READERS = {
    "httpx": "httpx to JSON lines, no warehouse",
    "dlt": "bare dlt, default settings",
    "dlt-parquet": "bare dlt with parquet",
    "daybreak": "daybreak: typed, compared, merged",
}
MEASURES: dict[str, Callable[[int, Path], Iterator[Row]]] = {
    "pull": pull,
    "prefect": prefect,
    "reconcile": reconcile,
    "marts": marts,
    "identity": identity,
    "leaving": leaving,
}


def _kept(measure: Callable[[int, Path], Iterator[Row]], orders: int) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="daybreak-bench-") as home:
        rows = []
        for row in measure(orders, Path(home)):
            Console(stderr=True).print("  ".join(row), markup=False, highlight=False)
            rows.append(row)
        return rows


def _read(name: str, shop: dict[str, str], home: Path) -> Cost:
    return Cost.of("benchmarks.readers", [name, json.dumps(shop), str(home)])


def _row(measure: str, cost: Cost, said: str) -> Row:
    numbers = (f"{cost.cpu_seconds:.1f}", f"{cost.wall_seconds:.1f}", f"{cost.peak_mb:.0f}")
    return (measure, *numbers, said)


def _title(load: float, orders: int) -> str:
    today = datetime.now(UTC).date()
    cores, machine = os.cpu_count(), f"{platform.system()} {platform.machine()}"
    return (
        f"{today}, {machine}, {cores} cores, Python {platform.python_version()}, "
        f"load {load:.1f} at the start and {os.getloadavg()[0]:.1f} at the end, {orders:,} orders"
    )


def _show(rows: list[Row], title: str) -> None:
    table = Table(*HEAD, caption=title)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def _markdown(rows: list[Row], title: str) -> str:
    lines = ["# What daybreak costs", "", f"`make bench` on {title}.", ""]
    lines += [f"| {' | '.join(HEAD)} |", "|---|---:|---:|---:|---|"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
