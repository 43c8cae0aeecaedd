"""Systems without an API: what they know lies in a folder, and somebody comes to read it.

They have a port like every vendor, and nothing answers there. So faults of HTTP do not befall
them; they misbehave in ways of their own: `Exporting.spoil`.
"""

import os
import shutil
import tempfile
import weakref
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from sandbox.clock import EPOCH, Clock
from sandbox.happenings import Happening
from sandbox.names import number
from sandbox.vendor import Vendor

RESTED = timedelta(minutes=2)
"""How long a file has rested when somebody comes: exports are written, then left alone."""


class Exporting(Vendor):
    """A system that writes what it knows into ``folder`` when a number of facts was told.

    Args:
        clock: The hour.
        one_in: It knows one of so many of the people and things it hears of.
    """

    spoils: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, clock: Clock | None = None, *, one_in: int = 4) -> None:
        super().__init__(clock)
        self._one_in = one_in
        self.folder = Path(tempfile.mkdtemp(prefix=f"daybreak-sandbox-{self.name}-"))
        self._remove = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        self._spoilt: set[str] = set()
        self._heard: datetime = EPOCH
        self._written = 0
        self._waits = True

    def apply(self, happening: Happening) -> None:
        """Hear what happened; it is written later."""
        with self.store.lock:
            super().apply(happening)
            self._heard = max(self._heard, happening.at)
            self._waits = True

    def settle(self) -> None:
        """Write what was heard since the last time."""
        with self.store.lock:
            if self._waits:
                self._waits = False
                self.write()

    def write(self) -> None:
        """Write what is to be read; overridden by each system."""

    def spoil(self, how: str) -> None:
        """Write badly from now on, in one of the ways of ``spoils``; `mend` ends it."""
        if how not in self.spoils:
            raise ValueError(f"{self.name} knows no {how}; it knows {', '.join(self.spoils)}")
        self._spoilt.add(how)
        self._waits = True
        self.settle()

    def mend(self) -> None:
        """Write everything as it should be."""
        self._spoilt.clear()
        self._waits = True
        self.settle()

    def reset(self) -> None:
        """Forget every record and remove what was written."""
        super().reset()
        self._spoilt.clear()
        self._waits = True
        for path in sorted(self.folder.rglob("*"), reverse=True):
            path.unlink() if path.is_file() else path.rmdir()

    def close(self) -> None:
        """Give the disk back, the folder too."""
        super().close()
        self._remove()

    def knows(self, key: str | None) -> bool:
        """Say whether what has this key is one of those this system hears of."""
        return bool(key) and number(self.name, str(key), 6) % self._one_in == 0

    def put_file(self, path: Path, content: bytes) -> None:
        """Write a file at once, with the hour of what it tells; no two have the same."""
        path.parent.mkdir(parents=True, exist_ok=True)
        passing = path.with_name(f".{path.name}")
        passing.write_bytes(content)
        self.stamp(passing)
        passing.replace(path)

    def stamp(self, path: Path) -> None:
        """Give a file the hour at which it was written here."""
        self._written += 1
        rested = max(self._heard, self.clock.now() - timedelta(hours=1)) - RESTED
        if "young" in self._spoilt:
            rested = self.clock.now()
        at = (rested + timedelta(microseconds=self._written)).timestamp()
        os.utime(path, (at, at))
