"""daybreak: every customer, one record, by daybreak."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

import typer
from rich.console import Console

from cli.exits import FAILED, GOOD, INTERRUPTED, WRONG_USE
from core.errors import BusyError, ConfigError, DaybreakError

COMMANDS = (
    "demo",
    "night",
    "pull",
    "reconcile",
    "watch",
    "brief",
    "status",
    "customer",
    "sql",
    "doctor",
    "sandbox",
    "up",
    "deployments",
)

app = typer.Typer(
    name="daybreak",
    help="Every customer, one record, by daybreak.\n\n"
    "Exit codes: 0 good, 1 something failed, 2 wrong use or settings, 3 stale or incomplete.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


def _ends(command: Callable[..., int | None]) -> Callable[..., None]:
    """Let the number a command returns be the exit code."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - whatever the command takes
        raise typer.Exit(command(*args, **kwargs) or GOOD)

    return run


for _name in COMMANDS:
    app.command(_name)(_ends(import_module(f"cli.{_name}").command))


def main() -> None:
    """Run the command line; every expected failure is one clear line and an exit code."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except DaybreakError as error:
        complain(error)
        sys.exit(WRONG_USE if isinstance(error, (ConfigError, BusyError)) else FAILED)


def complain(error: DaybreakError) -> None:
    """Say what is wrong and what to do, on standard error."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(f"[bold red]daybreak:[/] {_escaped(str(error))}")
    if error.next_step:
        console.print(f"          {_escaped(error.next_step)}")


def _escaped(text: str) -> str:
    return text.replace("[", r"\[")


if __name__ == "__main__":
    main()
