"""What was counted on each night, kept: one row whenever it was something else than before.

In turns, as the histories of facts are, so that a clock that was set back confuses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from transforms.bench import Bench
from transforms.history import SEEN
from transforms.kinds import Columns

Row = dict[str, Any]
ARROW = {
    "text": pa.string(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "timestamptz": pa.timestamp("us", tz="UTC"),
}


@dataclass(frozen=True, slots=True)
class Turns:
    """A table of counts over time.

    Attributes:
        table: Its name.
        keys: What is counted.
        counts: What is kept of it: ``relation``, where it was counted, and the counts; those
            whose name ends in ``_count`` are zero when nothing is left.
    """

    table: str
    keys: Columns
    counts: Columns

    @property
    def columns(self) -> Columns:
        """The columns of the table, in order."""
        return {**self.keys, **self.counts, **SEEN}

    @property
    def latest(self) -> str:
        """The select of what was counted last; good on every warehouse."""
        names = ", ".join(self.columns)
        return (
            f"select {names} from (select {names}, row_number() over (partition by"
            f" {', '.join(self.keys)} order by turn desc) as place from {self.table}) as told"
            " where place = 1"
        )


def write_down(
    turns: Turns, relation: str, found: Iterable[Row], bench: Bench, at: datetime
) -> int:
    """Write down what is another than it was, and return how many rows that are.

    What was counted before and is not there any more has no rows from now on. Counts are few, so
    they are compared here.

    Args:
        turns: Where to.
        relation: Where it was counted; what was counted elsewhere stays as it is.
        found: Every count of this night.
        bench: The run so far.
        at: The moment of the night.
    """

    def key(row: Row) -> tuple[str, ...]:
        return tuple(row[name] for name in turns.keys)

    known = {key(row): row for row in bench.query(turns.latest).to_pylist()}
    told = {key(row): row for row in found}
    gone = {
        k: _nothing(turns, row)
        for k, row in known.items()
        if row["relation"] == relation and row["rows_count"]
    }
    news = [
        {**row, "seen_at": at, "turn": known[k]["turn"] + 1 if k in known else 1}
        for k, row in sorted({**gone, **told}.items())
        if k not in known or any(row[name] != known[k][name] for name in turns.counts)
    ]
    if news:
        columns = turns.columns.items()
        rows = {name: pa.array([row[name] for row in news], ARROW[kind]) for name, kind in columns}
        loaded = bench.load(f"{turns.table}_{relation.replace('.', '_')}", pa.table(rows))
        bench.execute(f"insert into {turns.table} select * from {loaded}")
    return len(news)


def _nothing(turns: Turns, row: Row) -> Row:
    """Return the counts of something of which no row is left."""
    left = {name: row[name] for name in (*turns.keys, "relation")}
    counts = {name: 0 if name.endswith("_count") else None for name in turns.counts}
    counts = {name: None if row[name] is None else count for name, count in counts.items()}
    return {**counts, **left}
