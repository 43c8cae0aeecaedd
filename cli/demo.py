"""daybreak demo: one night over the sandbox, to watch; run it again for the next one."""

from __future__ import annotations

import json
import os
import shlex
import shutil
from pathlib import Path
from typing import Annotated

import typer
from dotenv import dotenv_values
from rich.console import Console

import sources
from cli import options, prefect_home, processes
from cli.exits import FAILED
from core.errors import DaybreakError
from core.settings import DaybreakSettings, load

SEED = 7
PEOPLE = 400


def command(
    people: Annotated[
        int, typer.Option(metavar="N", help="How many people live in the sandbox.")
    ] = PEOPLE,
    fresh: Annotated[
        bool, typer.Option("--fresh", metavar="", help="Forget earlier demo nights.")
    ] = False,
    only: options.Only = None,
) -> int:
    """Serve every vendor on loopback and live one night: pull, reconcile, watch, brief.

    Each demo is the next night of the same world, so the second pulls only what changed.

    Example: daybreak demo
    """
    home = demo_home()
    if fresh and home.exists():
        shutil.rmtree(home)
    _move_in(home)
    passed = nights(home)
    console = Console(highlight=False)
    met = f"{people:,} people and {len({*only} if only else sources.names())} systems"
    console.print(f"Night {passed + 1} of a made-up world of {met}.\n")
    with processes.sandbox(home, *world(home, people), *_alone(only)) as url:
        prefect_home.settle()
        from cli import stage
        from flows.night import night

        with stage.progress():
            stage.attempt(lambda: night(sandbox=url))
        code = stage.tell_night(as_json=False)
    if code != FAILED:
        _remember(home, passed + 1, people)
    if passed:
        _say_what_changed(console)
    _say_how_to_look(console, home)
    return code


def demo_home() -> Path:
    """Return where demo nights are kept, also when DAYBREAK_HOME already names that."""
    home = load(DaybreakSettings).home.absolute()
    return home if home.name == "demo" else home / "demo"


def world(home: Path, people: int | None = None) -> list[str]:
    """Return the sandbox's options for the demo's world as it is now; none if there was no demo."""
    passed, known = nights(home), _noted(home).get("people", PEOPLE)
    if people is None and not passed:
        return []
    return ["--seed", str(SEED), "--people", str(people or known), "--nights", str(passed)]


def _alone(only: list[str] | None) -> list[str]:
    """Return the sandbox's options for these vendors and no others."""
    return [word for name in only or () for word in ("--only", name)]


def nights(home: Path) -> int:
    """Return how many demo nights have passed at ``home``."""
    return _noted(home).get("nights", 0)


def _noted(home: Path) -> dict[str, int]:
    try:
        noted = json.loads((home / "demo.json").read_text())
        return {name: int(value) for name, value in noted.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _remember(home: Path, passed: int, people: int) -> None:
    (home / "demo.json").write_text(json.dumps({"nights": passed, "people": people}))


def _move_in(home: Path) -> None:
    """Keep the demo apart from real data, whatever the settings say."""
    home.mkdir(parents=True, exist_ok=True)
    os.environ["DAYBREAK_HOME"] = str(home)
    os.environ["DAYBREAK_WAREHOUSE"] = f"duckdb:///{home / 'warehouse'}"
    os.environ["DAYBREAK_LEDGER"] = f"sqlite:///{home / 'ledger.sqlite'}"
    for variable in ("SENTRY_DSN", "SLACK_WEBHOOK_URL", "DAYBREAK_SANDBOX"):
        os.environ[variable] = ""


def _say_what_changed(console: Console) -> None:
    """Say that a later night reads only what changed, with its figures from the ledger."""
    from cli import stage

    night = stage.at_home().ledger.night()
    pulls = [part for part in night.parts if part.flow == "pull"] if night else []
    rows, calls = sum(p.rows.arrived for p in pulls), sum(p.calls for p in pulls)
    console.print(
        "\nThe same world, a night later: only what changed was pulled, "
        f"{rows:,} rows in {calls:,} requests.",
        soft_wrap=True,
    )


def _say_how_to_look(console: Console, home: Path) -> None:
    shown = home.relative_to(Path.cwd()) if home.is_relative_to(Path.cwd()) else home
    console.print("\nLook further:")
    console.print(f"  export DAYBREAK_HOME={shlex.quote(str(shown))}{_elsewhere()}", markup=False)
    for line in (
        "daybreak status",
        f"daybreak customer {_well_known()}",
        'daybreak sql "select full_name, email, record_count from customers limit 10"',
        "daybreak demo                 # the next night",
        "daybreak up --sandbox         # schedules and the Prefect UI",
    ):
        console.print(f"  .venv/bin/{line}", markup=False, soft_wrap=True)


def _elsewhere() -> str:
    """Return what else to set for a look at the demo where .env names another warehouse."""
    given = {*dotenv_values(".env")}
    return "".join(
        f" {name}=" for name in ("DAYBREAK_WAREHOUSE", "DAYBREAK_LEDGER") if name in given
    )


def _well_known() -> str:
    """Return the e-mail of the customer most systems know, to look at."""
    from cli import stage

    try:
        with stage.at_home().warehouse.session([], read_only=True) as session:
            found = session.query(
                "select email from customers where email is not null"
                " order by length(sources) desc, record_count desc, customer_id limit 1"
            )
    except DaybreakError:
        return "c0000000001"
    return str(found["email"][0]) if found.num_rows else "c0000000001"
