"""How an exception is written down: its kind, its words without secrets, what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import DaybreakError, IncompleteError
from core.ledger.run import RunState
from core.redaction import redact

LONGEST_ERROR = 2000


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended, ready to be recorded; the words hold no secret and no personal data."""

    state: RunState
    error_kind: str | None = None
    error: str | None = None
    next_step: str | None = None


SUCCEEDED = Ending(RunState.SUCCEEDED)
CRASHED = Ending(
    RunState.CRASHED,
    "Crashed",
    "it was stopped in the middle: its process ended without a word",
    "Nothing is lost; the watch starts it again once, and it goes on from what was kept. If it "
    "happens again, look at the machine's memory.",
)
HUNG = Ending(
    RunState.CRASHED,
    "Hung",
    "it has not moved for an hour though its process lives",
    "The watch ends it where it can; if this stays, end its process, which still holds the "
    "source's lock, and pull again. Nothing is lost.",
)
ENDED = Ending(
    RunState.CRASHED,
    "Ended",
    "it had not moved for an hour, and its process was ended",
    "Nothing is lost; the watch starts it again once, and it goes on from what was kept. If it "
    "hangs again, look at what the alert says it was reading.",
)


def ending(error: BaseException, secrets: Iterable[str] = ()) -> Ending:
    """Return how a run that raised ``error`` ended."""
    state = RunState.PARTIAL if isinstance(error, IncompleteError) else RunState.FAILED
    return Ending(state, _kind(error), _words(error, secrets), _next_step(error, secrets) or None)


def _kind(error: BaseException) -> str:
    """Name the error; an incomplete pull has the name of what stopped its first table."""
    if isinstance(error, IncompleteError) and error.causes:
        return type(next(iter(error.causes.values()))).__name__
    return type(error).__name__


def _words(error: BaseException, secrets: Iterable[str]) -> str:
    words = str(error).replace("\x00", "").strip()
    if not isinstance(error, Exception):
        words = "it was stopped before it ended"
    elif not isinstance(error, DaybreakError):
        words = f"unexpected {type(error).__name__}: {words}"
    return redact(words, secrets)[:LONGEST_ERROR]


def _next_step(error: BaseException, secrets: Iterable[str]) -> str:
    if isinstance(error, DaybreakError):
        return redact(error.next_step, secrets)
    if isinstance(error, Exception):
        return "This is a fault in daybreak: report it with the log of this run."
    return "Start it again; nothing is lost."
