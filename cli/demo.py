"""daybreak demo: one night over the sandbox, to watch; run it again for the next one."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cli import prefect_home, processes
from cli.exits import FAILED, GOOD

SEED = 7
PEOPLE = 400


def command(
    people: Annotated[int, typer.Option(help="How many people live in the sandbox.")] = PEOPLE,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget earlier demo nights.")] = False,
) -> int:
    """Serve four vendors on loopback and live one night: pull, reconcile, watch, brief.

    Each demo is the next night of the same world, so the second pulls only what changed.

    Example: daybreak demo
    """
    from core.settings import DaybreakSettings, load

    home = load(DaybreakSettings).home.absolute() / "demo"
    if fresh and home.exists():
        shutil.rmtree(home)
    _move_in(home)
    passed = nights(home)
    console = Console(highlight=False)
    console.print(f"Night {passed + 1} of a made-up world of {people:,} people, four vendors.\n")
    options = ["--seed", str(SEED), "--people", str(people), "--nights", str(passed)]
    with processes.sandbox(home, *options) as url:
        prefect_home.settle()
        from cli import stage
        from flows.night import night

        with stage.progress():
            stage.attempt(lambda: night(sandbox=url))
        code = stage.tell_night(as_json=False)
    if code != FAILED:
        _remember(home, passed + 1)
    _say_how_to_look(console, home)
    return GOOD if code == GOOD else code


def nights(home: Path) -> int:
    """Return how many demo nights have passed at ``home``."""
    try:
        return int(json.loads((home / "demo.json").read_text())["nights"])
    except (OSError, ValueError, KeyError):
        return 0


def _remember(home: Path, passed: int) -> None:
    (home / "demo.json").write_text(json.dumps({"nights": passed}))


def _move_in(home: Path) -> None:
    """Keep the demo apart from real data, whatever the settings say."""
    home.mkdir(parents=True, exist_ok=True)
    os.environ["DAYBREAK_HOME"] = str(home)
    os.environ["DAYBREAK_WAREHOUSE"] = f"duckdb:///{home / 'warehouse'}"
    os.environ["DAYBREAK_LEDGER"] = f"sqlite:///{home / 'ledger.sqlite'}"
    for variable in ("SENTRY_DSN", "SLACK_WEBHOOK_URL", "DAYBREAK_SANDBOX"):
        os.environ[variable] = ""


def _say_how_to_look(console: Console, home: Path) -> None:
    shown = home.relative_to(Path.cwd()) if home.is_relative_to(Path.cwd()) else home
    console.print("\nLook further:")
    console.print(f"  export DAYBREAK_HOME={shown}", markup=False)
    for line in (
        "daybreak status",
        'daybreak sql "select * from customers order by record_count desc limit 10"',
        "daybreak customer C0000000001",
        "daybreak demo                      # the next night",
        "daybreak up --sandbox              # schedules and the Prefect UI",
    ):
        console.print(f"  .venv/bin/{line}", markup=False, soft_wrap=True)
