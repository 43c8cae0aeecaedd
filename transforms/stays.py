"""What holds of something from one night to another: one row for each stay, closed when it ends.

Time alone makes things begin and end to hold, so it is decided anew each night; what is kept is
since which night and until which.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from transforms.bench import Bench
from transforms.kinds import Columns


@dataclass(frozen=True, slots=True)
class Stays:
    """A table of stays.

    Attributes:
        table: Its name.
        keys: What holds, and of what.
        told: What else a stay says; while it lasts, what was said last.
        began: The column of the night in which it began.
        ended: The column of the night in which it ended; null while it lasts.
    """

    table: str
    keys: Columns
    began: str
    ended: str
    told: Columns

    @property
    def columns(self) -> Columns:
        """The columns of the table, in order."""
        nights = {self.began: "timestamptz", self.ended: "timestamptz"}
        return {**self.keys, **self.told, **nights}


def prepare(stays: Stays, bench: Bench) -> None:
    """Create the table if it is not there."""
    if not bench.exists(stays.table):
        bench.create(stays.table, stays.columns)


def settle(stays: Stays, held: str, bench: Bench, now: datetime) -> None:
    """Let stays end, go on and begin, by what holds now.

    Args:
        stays: The table.
        held: A table with a row of ``keys`` and ``told`` for all that holds tonight.
        bench: The run so far.
        now: The moment of the night.
    """
    table, session = stays.table, bench.session
    same = " and ".join(f"s.{name} = h.{name}" for name in stays.keys)
    session.execute(
        f"update {table} as s set {stays.ended} = ? where s.{stays.ended} is null"
        f" and not exists (select 1 from {held} as h where {same})",
        (now,),
    )
    if stays.told:
        values = ", ".join(f"{name} = h.{name}" for name in stays.told)
        other = " or ".join(f"s.{name} is distinct from h.{name}" for name in stays.told)
        session.execute(
            f"update {table} as s set {values} from {held} as h"
            f" where s.{stays.ended} is null and {same} and ({other})"
        )
    names = ", ".join(f"h.{name}" for name in (*stays.keys, *stays.told))
    session.execute(
        f"insert into {table} select {names}, cast(? as timestamptz), null from {held} as h"
        f" where not exists (select 1 from {table} as s where s.{stays.ended} is null and {same})",
        (now,),
    )
