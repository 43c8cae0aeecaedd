"""A vendor's own count beside ours: the proof, table by table, that nothing is missing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from core.window import Window

INEXACT = "it gives no exact number"
"""The note of a count that a vendor does not give exactly: no trouble, and no proof either."""


DOUBTFUL = "perhaps deleted there since it was read: the next pull will tell"
"""The note of rows too many that were not too many the time before."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How one table compared right after a pull.

    Attributes:
        table: The raw table.
        window: Which of its rows were counted.
        theirs: How many the vendor says there are; None if it could not say.
        ours: How many are here, after whatever was done about a difference.
        at: When it was counted.
        how: ``count``, all rows of the window; ``sample``, some of them; ``reference``, those
            that rows of other tables name.
        healed: Rows that were missing at first and were read again.
        explained: How much of a difference has a known reason: records set aside in quarantine,
            or records that changed while they were counted (then below zero).
        note: Why it could not be counted or healed, or what explains a difference.
    """

    table: str
    window: Window
    theirs: int | None
    ours: int
    at: datetime
    how: str = "count"
    healed: int = 0
    explained: int = 0
    note: str = ""

    @property
    def missing(self) -> int:
        """How many rows the vendor has that are not here; below zero, that it no longer has."""
        return 0 if self.theirs is None else self.theirs - self.ours - self.explained

    @property
    def is_complete(self) -> bool | None:
        """Whether nothing is missing and nothing left over; None if nobody knows yet."""
        return None if self.theirs is None or self.note == DOUBTFUL else self.missing == 0


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far one table was found complete, by the vendor's clock.

    Attributes:
        until: The end of the newest window that was complete.
        whole: The end of the newest one that reached back to the first row; None without one.
        missing: What was missing when a window was last counted.
        missing_of_whole: What was missing when all up to a moment was last counted.
    """

    until: datetime | None = None
    whole: datetime | None = None
    missing: int = 0
    missing_of_whole: int = 0

    def before(self, window: Window) -> int:
        """Return what was missing when a window like ``window`` was last counted."""
        return self.missing_of_whole if window.is_whole else self.missing

    def further(self, one: Counted) -> Horizon:
        """Return where it stands after one more count; only what is complete moves it on."""
        if one.theirs is None:
            return self
        if one.window.is_whole:
            whole = one.window.until if one.is_complete else self.whole
            moved = replace(self, missing_of_whole=one.missing, whole=whole)
        else:
            moved = replace(self, missing=one.missing)
        if not one.is_complete:
            return moved
        return replace(moved, until=_later(self.until, one.window.until))


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((each for each in (one, other) if each), default=None)
