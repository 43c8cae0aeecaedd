"""What deciding who is who costs and is worth: engines side by side, a process for each run."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.cost import Cost
from benchmarks.identity import changes, world
from benchmarks.identity.score import Score, same_partition, score

ENGINE = (sys.executable, "-m", "cli.main", "identify")
SPLINK = (sys.executable, "-W", "ignore", "-m", "benchmarks.identity.splink_peer")
LABELLED = Path(__file__).parents[3] / "shared" / "data" / "identity"
"""Sets that others made, if they are there."""
SEED = 11
NONE = Cost(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Decided:
    """What an engine did with a set; ``score`` is None where it failed, and ``said`` says why."""

    cost: Cost
    score: Score | None
    said: str

    def against(self, other: Decided) -> str:
        """Say how the cost compares."""
        if not (self.score and other.score):
            return ""
        wall = self.cost.wall_seconds / other.cost.wall_seconds
        return f"; {wall:.2f} x Splink's wall, {self.cost.peak_mb / other.cost.peak_mb:.2f} x MB"


def sets(home: Path, *, quick: bool) -> Iterator[tuple[str, Path]]:
    """Make or find the sets, one after the other; the truth lies beside each."""
    for truth in sorted(LABELLED.glob("*.truth.parquet")):
        name = truth.name.removesuffix(".truth.parquet")
        yield name, truth.with_name(f"{name}.parquet")
    people, sizes = (60, (10_000,)) if quick else (600, (50_000, 1_000_000))
    vendors = home / "vendors.parquet"
    Cost.of_command(
        (sys.executable, "-m", "benchmarks.identity.vendors", str(vendors), str(people), str(SEED)),
        home / "vendors.log",
    )
    yield f"sandbox, {people} people", vendors
    for size in sizes:
        file = home / f"{size}.parquet"
        world.write(file, size, SEED)
        yield f"world {size:,}", file


def decided(engine: Sequence[str], records: Path, links: Path) -> Decided:
    """Let an engine decide about a file of records, and hold that against the truth."""
    line = [*engine, str(records), "--out", str(links)]
    try:
        cost = Cost.of_command(line, links.with_suffix(".log"))
    except RuntimeError as error:
        return Decided(NONE, None, f"failed: {error}")
    found = score(links, records.with_suffix(".truth.parquet"))
    return Decided(cost, found, f"{found}, largest ratio {found.largest_ratio:.2f}")


def days(engine: Sequence[str], records: Path, state: Path) -> Iterator[tuple[str, Cost, str]]:
    """Load everything, then a day of changes to one in a hundred, then a day without any."""
    state.mkdir(parents=True)
    told = changes.write(records, 0.01, SEED)
    first, second, idle, anew = (state / f"{name}.parquet" for name in ("1", "2", "3", "anew"))
    loaded, nothing = state / "all.changes.parquet", state / "no.changes.parquet"
    _upserts(records, loaded)
    _upserts(records, nothing, none=True)
    steps = (
        ("first load", first, ("--changes", str(loaded))),
        (f"{told.many:,} changed", second, ("--changes", str(told.changes))),
        ("nothing changed", idle, ("--changes", str(nothing))),
        ("rebuilt", anew, ("--rebuild",)),
    )
    costs: list[Cost] = []
    for label, links, more in steps:
        log = state / f"{links.stem}.log"
        line = [*engine, "--state", str(state / "state"), *more, "--out", str(links)]
        try:
            costs.append(Cost.of_command(line, log))
        except RuntimeError as error:
            yield label, NONE, f"failed: {error}"
            return
        said = f"{costs[-1].wall_seconds / costs[0].wall_seconds:.1%} of the first load's wall"
        yield label, costs[-1], said if links != anew else _agreed(told, (first, second), anew)


def _agreed(told: changes.Changes, nights: tuple[Path, Path], anew: Path) -> str:
    """Say whether what the two nights decided is what a rebuild decides, and how good it is."""
    kept = anew.with_name("kept.parquet")
    with duckdb.connect() as session:
        session.execute(_KEPT.format(*nights, told.after, kept))
        moved = session.execute(_MOVED.format(kept, anew)).fetchall()[0][0]
    same = "the same" if same_partition(kept, anew) else "NOT the same"
    return f"{same} partition as by night, {moved:,} other ids; {score(anew, told.truth)}"


def _upserts(records: Path, file: Path, *, none: bool = False) -> None:
    few = "limit 0" if none else ""
    with duckdb.connect() as session:
        session.execute(f"copy (select *, 'upsert' as change from '{records}' {few}) to '{file}'")


# What a night does not name stays as it was; what is not live any more is left out.
_KEPT = """
copy (
    select record_id, coalesce(second.customer_id, first.customer_id) as customer_id
    from (select record_id from read_parquet('{2}')) as live
    left join read_parquet('{0}') as first using (record_id)
    left join read_parquet('{1}') as second using (record_id)
) to '{3}'
"""
_MOVED = """
select count(*) from read_parquet('{0}') as kept
full join read_parquet('{1}') as anew using (record_id)
where kept.customer_id is distinct from anew.customer_id
"""
