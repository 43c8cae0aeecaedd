"""daybreak: every customer, one record, by daybreak."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any

import typer

from cli import complaints
from cli.exits import FAILED, GOOD, INTERRUPTED, WRONG_USE
from core.errors import BusyError, ConfigError, DaybreakError, QueryError

COMMANDS = (
    "demo",
    "night",
    "pull",
    "reconcile",
    "watch",
    "alerts",
    "brief",
    "status",
    "customer",
    "decide",
    "identify",
    "sql",
    "doctor",
    "sandbox",
    "up",
    "deployments",
    "new",
)

app = typer.Typer(
    name="daybreak",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer's callback
    if wanted:
        typer.echo(f"daybreak {version('daybreak')}")
        raise typer.Exit


@app.callback()
def root(
    _: Annotated[
        bool,
        typer.Option(
            "--version",
            metavar="",
            callback=_print_version,
            is_eager=True,
            help="Show which daybreak this is.",
        ),
    ] = False,
) -> None:
    """Every customer, one record, by daybreak.

    Begin with `daybreak demo`; `daybreak COMMAND --help` shows an example of each.

    Exit codes: 0 good, 1 something failed, 2 wrong use or settings, 3 stale or incomplete.
    """


def _ends(command: Callable[..., int | None]) -> Callable[..., None]:
    """Let the number a command returns be the exit code."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - whatever the command takes
        raise typer.Exit(command(*args, **kwargs) or GOOD)

    return run


def _asked(arguments: list[str]) -> tuple[str, ...]:
    """Return the commands to load: the one that is named, for all of them take a second."""
    named = arguments[1:2]
    return tuple(name for name in COMMANDS if [name] == named) or COMMANDS


for _name in _asked(sys.argv):
    app.command(_name)(_ends(import_module(f"cli.{_name}").command))


def main() -> None:
    """Run the command line; every failure is one clear line and an exit code."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except DaybreakError as error:
        complaints.tell(error)
        sys.exit(WRONG_USE if isinstance(error, ConfigError | BusyError | QueryError) else FAILED)
    except Exception as error:
        if complaints.is_debugging():
            raise
        complaints.tell_fault(error)
        sys.exit(FAILED)


if __name__ == "__main__":
    main()
