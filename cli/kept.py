"""A process that is started again when it ends by itself."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from cli import processes
from core.errors import BusyError

AT_MOST = 5
WITHIN_SECONDS = 600.0


@dataclass(slots=True)
class Kept:
    """A process of ours that somebody looks after.

    Attributes:
        process: As it runs now.
        address: What answers when it is up again, if anything does.
        ended: When it was found ended, in seconds of the monotonic clock.
    """

    home: Path
    name: str
    line: list[str]
    process: subprocess.Popen[bytes]
    address: str = ""
    ended: list[float] = field(default_factory=list)

    def tend(self, now: float) -> bool:
        """Start it again if it has ended; return whether that was needed.

        Raises:
            BusyError: it ended so often that starting it once more is no help.
        """
        code = self.process.poll()
        if code is None:
            return False
        self.ended = [*(at for at in self.ended if now - at < WITHIN_SECONDS), now]
        if len(self.ended) > AT_MOST:
            raise BusyError(
                f"{self.name} ended by itself {len(self.ended)} times, the last time with {code}",
                next_step=f"Look into {self.home / 'logs'}.",
            )
        self.process = processes.start(self.home, self.name, self.line)
        if self.address:
            # One that does not come up has ended, or is looked at again in a moment.
            with suppress(BusyError):
                processes.await_answer(self.address, self.process, self.home)
        return True


@contextmanager
def keeping(home: Path, name: str, line: list[str], address: str = "") -> Iterator[Kept]:
    """Run ``line``, to be looked after by whoever holds it; end it when we end."""
    kept = Kept(home, name, line, processes.start(home, name, line), address)
    try:
        yield kept
    finally:
        processes.end(kept.process)
