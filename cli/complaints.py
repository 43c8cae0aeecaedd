"""What is said on standard error when a command cannot do its work."""

from __future__ import annotations

import os
import traceback
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from core.errors import DaybreakError
from core.redaction import redact

DEBUG = "DAYBREAK_DEBUG"


def tell(error: DaybreakError) -> None:
    """Say what is wrong, and what to do first."""
    _say(str(error), error.next_step)


def tell_fault(error: Exception) -> None:
    """Say that daybreak itself is at fault, and where the details are."""
    log = _write_down(error)
    where = f"The details are in {log}" if log else "No log could be written"
    _say(
        f"an unexpected {type(error).__name__}: this is a fault in daybreak, not in your settings",
        f"{where}; {DEBUG}=1 shows them here.",
    )


def is_debugging() -> bool:
    """Say whether a person asked for the traceback itself."""
    return os.environ.get(DEBUG, "").lower() not in {"", "0", "false", "no"}


def _write_down(error: Exception) -> Path | None:
    """Append the traceback, without secrets and personal data, to HOME/logs/daybreak.log."""
    # Settings take half a second to load, and most commands do not fail.
    from core.settings import DaybreakSettings, load

    text = redact("".join(traceback.format_exception(error)))
    try:
        log = load(DaybreakSettings).home / "logs" / "daybreak.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n{text}\n")
    except (OSError, DaybreakError):
        return None
    return log


def _say(problem: str, next_step: str) -> None:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print("[bold red]daybreak:[/]", end=" ")
    console.print(problem, markup=False)
    if next_step:
        console.print(f"          {next_step}", markup=False)
