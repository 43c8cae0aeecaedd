"""Which process a run lives in, so that a killed one is not waited for."""

from __future__ import annotations

import os
import re
import select
import signal
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
# Our own command, and Prefect's, whose workers run flows in processes of their own.
_PROGRAMS = frozenset({"daybreak", "prefect"})
_MODULES = re.compile(r"cli\.main|prefect(\.\w+)*")


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

    def is_ours(self) -> bool:
        """Say whether it is a process that daybreak may end: one that does nothing but its work.

        A notebook or a test in which somebody calls us is theirs; and nobody ends themselves.
        """
        if not (self.is_here() and self.birth and self.is_alive()) or self.pid == os.getpid():
            return False
        return is_our_command(_command(self.pid))

    def end(self, grace: float) -> bool:
        """Ask it to end, and end it if it has not within ``grace`` seconds; return whether it did.

        Only what is_ours is ended, and that is looked at while the process is held, so that its
        number cannot be another's by then.
        """
        if not self.is_ours():
            return False
        try:
            held = os.pidfd_open(self.pid)
        except OSError:
            return not self.is_alive()
        try:
            return self.is_ours() and any(
                _signalled(held, number, grace) for number in (signal.SIGTERM, signal.SIGKILL)
            )
        finally:
            os.close(held)

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


def is_our_command(words: Sequence[str]) -> bool:
    """Say whether a command line runs daybreak, or a flow for Prefect, and nothing else."""
    program, *rest = [*words, ""]
    if not Path(program).name.startswith("python"):
        return Path(program).name in _PROGRAMS
    for option, value in zip(rest, [*rest[1:], ""], strict=True):
        if option == "-m":
            return _MODULES.fullmatch(value) is not None
        if not option.startswith("-"):
            return Path(option).name in _PROGRAMS
    return False


def _signalled(held: int, number: signal.Signals, grace: float) -> bool:
    """Send a signal, and say whether the process has ended within ``grace`` seconds."""
    try:
        signal.pidfd_send_signal(held, number)
    except OSError as error:
        return isinstance(error, ProcessLookupError)
    waiting = select.poll()
    waiting.register(held, select.POLLIN)
    return bool(waiting.poll(grace * 1000))


def _command(pid: int) -> list[str]:
    """Return the command line of ``pid``, word by word; none of one that is gone."""
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return []


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
