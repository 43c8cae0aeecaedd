"""Which process a run lives in, so that a killed one is not waited for."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Process:
    """A process on a machine.

    Attributes:
        host: The machine's name.
        pid: The number the system gave it; numbers are used again.
        birth: Boot and start tick, which tell two processes of one number apart; empty where
            the system does not say (outside Linux).
    """

    host: str
    pid: int
    birth: str

    @classmethod
    def current(cls) -> Process:
        """Return the process we are in."""
        return cls(socket.gethostname(), os.getpid(), _birth(os.getpid()) or "")

    def is_here(self) -> bool:
        """Say whether it ran on this machine, where we can look."""
        return self.host == socket.gethostname()

    def is_alive(self) -> bool:
        """Say whether it still runs; only meaningful where ``is_here``."""
        if self.birth:
            return _birth(self.pid) == self.birth
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True


def _birth(pid: int) -> str | None:
    """Return what tells process ``pid`` from any other; None if it is gone or a zombie."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        # The name in the second field may hold spaces and brackets: read after the last one.
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    state, start_tick = fields[0], fields[19]
    return None if state in "ZX" else f"{boot}/{start_tick}"
