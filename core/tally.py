"""One table counted on both sides, in any window; and where in a window the two differ.

The vendor's answers are what costs, so a window is halved where half of *our* rows lie, and of two
halves only one is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.connector import Count
from core.pull import Known
from core.window import Window

FEW_ROWS = 50
"""A window with no more rows than this is read again rather than narrowed further."""

INEXACT_ABOVE = 1_000
"""A vendor that gives no exact number for fewer rows than this gives none at all."""


@dataclass(slots=True)
class Tally:
    """One table, theirs and ours.

    Attributes:
        count: How the vendor counts it.
        known: What is here; asked anew each time.
        table: Its name.
        most: How many questions the vendor may be asked; more can be granted.
        asked: How many it was asked.
    """

    count: Count
    known: Known
    table: str
    most: int
    asked: int = 0
    _too_many: int | None = None

    def ours(self, window: Window) -> int:
        """Return how many live rows are here."""
        if self.count.column is None:
            return self.known.count(self.table)
        return self.known.within(self.table, self.count.column, window)

    def theirs(self, window: Window) -> int | None:
        """Return how many the vendor says there are, in pieces where one is too large to count.

        None if it cannot say, or not with the questions that are left.
        """
        total = 0
        for piece in self._pieces(window):
            if piece is None:
                return None
            total += piece
        return total

    def differing(self, window: Window, theirs: int) -> list[Window]:
        """Return the smallest windows within ``window`` in which the two sides differ."""
        ours = self.ours(window)
        if ours == theirs:
            return []
        halves = self._halves(window) if ours > FEW_ROWS else None
        if halves is None or self.asked >= self.most:
            return [window]
        first = self.theirs(halves[0])
        if first is None:
            return [window]
        return self.differing(halves[0], first) + self.differing(halves[1], theirs - first)

    def _pieces(self, window: Window) -> Iterator[int | None]:
        """Yield the vendor's exact numbers of windows that make up ``window``, or None."""
        if self.asked >= self.most:
            yield None
            return
        if self._too_many is None or self.ours(window) < self._too_many:
            self.asked += 1
            answer = self.count.ask(window.since, window.until)
            if answer is not None:
                yield answer
                return
            self._too_many = self.ours(window)
        halves = self._halves(window) if self.ours(window) > INEXACT_ABOVE else None
        if halves is None:
            yield None
            return
        for half in halves:
            yield from self._pieces(half)

    def _halves(self, window: Window) -> tuple[Window, Window] | None:
        """Cut ``window`` where half of our rows lie; None where the vendor cannot count parts."""
        if self.count.column is None:
            return None
        middle = self.known.quantile(self.table, self.count.column, window, 0.5)
        if middle is None:
            return None
        cut = self.count.floor(middle)
        if window.since is not None and cut <= window.since:
            return None
        return Window(window.since, cut), Window(cut, window.until)
