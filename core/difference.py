"""Two counts of one window that should be equal: where they are not, mended, explained or told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from core.errors import DaybreakError
from core.ledger.counted import DOUBTFUL, Counted
from core.rereading import Rereading
from core.tally import Tally
from core.window import Window

SEARCH = 60
"""Questions by which one difference may be narrowed down."""

MOST_WINDOWS = 12
"""Windows read again one by one; where more differ, all from the first to the last are."""

SMALL_TABLE = 10_000
"""Rows up to which a table that can only be counted whole is read again whole."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Difference:
    """Two counts of one window that should be equal.

    Attributes:
        again: Reads parts of the source once more.
        tally: Both sides.
        window: What was counted.
        theirs: The vendor's number.
        began: When the pull began to read, by the vendor's clock.
        before: What was missing when the table was last counted.
        worst: The most that was ever missing.
        explained: How much of the gap has a known reason.
        note: What that is, or why the gap could not be mended.
    """

    again: Rereading
    tally: Tally
    window: Window
    theirs: int
    began: datetime
    before: int = 0
    ours: int = field(init=False)
    worst: int = 0
    explained: int = 0
    note: str = ""

    def __post_init__(self) -> None:
        self._look(self.theirs)

    @property
    def gap(self) -> int:
        """Theirs less ours."""
        return self.theirs - self.ours

    def heal(self) -> None:
        """Read again what differs, and count again; what cannot be mended is explained or told."""
        try:
            self._mend()
        except DaybreakError as error:
            self.note = str(error)
            self._look(self.theirs)

    def told(self, at: datetime) -> Counted:
        """Return how it came out."""
        healed = max(0, self.worst - max(self.gap, 0))
        return Counted(
            self.tally.table,
            self.window,
            self.theirs,
            self.ours,
            at,
            healed=healed,
            explained=self.explained,
            note=self.note,
        )

    def _mend(self) -> None:
        self.tally.most = self.tally.asked + SEARCH
        if self.tally.count.column is None:
            self._mend_whole()
        else:
            if self.gap < 0:
                self._catch_up()
            self._read_what_differs()
            if self.gap:
                self._catch_up()
        self._explain()

    def _read_what_differs(self) -> None:
        if self.gap:
            self._read(self.tally.differing(self.window, self.theirs))
        if self.gap > 0:
            # Where the vendor reads by another moment than it counts by, a row of the window may
            # have to be read later than at its end.
            lacking = self.tally.differing(self.window, self.theirs)
            since = lacking[0].since if lacking else None
            if since is not None or self.ours <= SMALL_TABLE:
                self._read([Window(since or EPOCH, None)])

    def _mend_whole(self) -> None:
        self._count()
        if self.gap and self.ours <= SMALL_TABLE:
            self.again.whole(self.tally.table)
            self._count()

    def _catch_up(self) -> None:
        """Read what has changed since the pull began: rows that left the window, above all."""
        since = self.tally.count.floor(self.began - self.tally.count.settled)
        self.again.windows([Window(since, None)], self.tally.table)
        self._count()

    def _read(self, windows: list[Window]) -> None:
        if len(windows) > MOST_WINDOWS:
            windows = [Window(windows[0].since, windows[-1].until)]
        if windows:
            self.again.windows(windows, self.tally.table)
            self._count()

    def _count(self) -> None:
        theirs = self.tally.theirs(self.window)
        self._look(self.theirs if theirs is None else theirs)

    def _look(self, theirs: int) -> None:
        self.theirs, self.ours = theirs, self.tally.ours(self.window)
        self.worst = max(self.worst, self.gap)

    def _explain(self) -> None:
        """Say why a difference that stays is none: quarantine, or a vendor in the midst of work."""
        aside = self.again.quarantined.get(self.tally.table, 0)
        if 0 < self.gap <= aside:
            self.explained, self.note = self.gap, "set aside in quarantine"
        if self.gap < 0 and self.tally.count.column is not None:
            moved = self.tally.theirs(Window(self.began, None)) or 0
            if -self.gap <= moved:
                self.explained, self.note = self.gap, "changed while they were counted"
        if self.gap < self.explained and self.before >= 0:
            # What was deleted there after we had read it is noticed by the next pull.
            self.note = DOUBTFUL
