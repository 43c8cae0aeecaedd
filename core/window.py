"""A stretch of time by which rows are read or counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Window:
    """From ``since`` up to, but not including, ``until`` (aware, UTC); None leaves a side open."""

    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it reaches back to the very first row."""
        return self.since is None


WHOLE = Window()
