"""When a table is read whole because nothing tells who has left it."""

from __future__ import annotations

from datetime import timedelta

from core.pull import Pull
from sources.klaviyo.times import moment, zulu

# So few cost at most ten calls, which any night can spare.
FEW = 1_000


class Sweep:
    """The rhythm of complete readings.

    Cursors: ``<table>_swept_at`` is when the last complete reading began.
    """

    def __init__(self, pull: Pull, days: float) -> None:
        self._pull, self._rhythm = pull, timedelta(days=days)

    def is_due(self, table: str) -> bool:
        """Say whether ``table`` is to be read whole in this pull; never when a window is."""
        if self._pull.window:
            return False
        last = moment(self._pull.cursor(_mark(table)))
        is_old = last is None or self._pull.now() - last >= self._rhythm
        return is_old or self._pull.known.count(table) <= FEW

    def done(self, table: str) -> None:
        """Remember that ``table`` was read whole."""
        self._pull.advance(_mark(table), zulu(self._pull.now()))


def _mark(table: str) -> str:
    return f"{table}_swept_at"
