"""prefect.yaml, written from schedules/, so that a cadence is stated exactly once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

import schedules
from cli import automations, prefect_home
from cli.exits import FAILED, GOOD
from core.cadence import Cadence
from core.errors import ConfigError

PATH = Path("prefect.yaml")
BANNER = """\
# Generated from schedules/ by `daybreak deployments`. Edit the schedule, not this file.
# Without a pull step, flows are loaded from the folder in which `prefect deploy --all` was run.
"""


class _Readable(yaml.SafeDumper):
    """Writes text of several lines as it reads."""


_Readable.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style="|" if "\n" in text else None
    ),
)


def command(
    check: Annotated[
        bool, typer.Option("--check", metavar="", help="Only say whether prefect.yaml has drifted.")
    ] = False,
    automate: Annotated[
        bool,
        typer.Option(
            "--automations",
            help="Let the Prefect that is set look when a night or a pull does not come.",
        ),
    ] = False,
) -> int:
    """Write prefect.yaml from schedules/; `daybreak up` deploys it.

    Example: daybreak deployments --check
    """
    if automate:
        return _automate()
    if check:
        stale = drifted()
        typer.echo(f"prefect.yaml {'has drifted from' if stale else 'agrees with'} schedules/")
        return FAILED if stale else GOOD
    typer.echo("prefect.yaml written" if write() else "prefect.yaml is up to date")
    return GOOD


def _automate() -> int:
    prefect_home.settle()
    if not prefect_home.api_url():
        raise ConfigError(
            "no Prefect server runs that could look",
            next_step="Start `daybreak up`, or set PREFECT_API_URL.",
        )
    typer.echo(f"{automations.make()} automations are in force")
    return GOOD


def render(working_dir: Path | None = None) -> str:
    """Return the text prefect.yaml must have; with ``working_dir``, runs start in that folder."""
    where = {"job_variables": {"working_dir": str(working_dir)}} if working_dir else {}
    document = {
        "name": "daybreak",
        "deployments": [_deployment(cadence, where) for cadence in schedules.every()],
    }
    return BANNER + yaml.dump(document, Dumper=_Readable, sort_keys=False, width=100)


def write(path: Path = PATH, working_dir: Path | None = None) -> bool:
    """Write prefect.yaml at ``path``; return whether that changed it."""
    text = render(working_dir)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8")
    return True


def drifted(path: Path = PATH) -> bool:
    """Say whether prefect.yaml at ``path`` says anything else than schedules/."""
    return not path.exists() or path.read_text(encoding="utf-8") != render()


def _deployment(cadence: Cadence, where: dict[str, Any]) -> dict[str, Any]:
    """Describe one deployment; a run that finds its predecessor still going is not started."""
    return {
        "name": cadence.name,
        "description": schedules.reasons()[cadence.name],
        "tags": list(cadence.tags),
        "entrypoint": cadence.flow,
        "parameters": dict(cadence.parameters),
        "schedules": [{"slug": cadence.name, "cron": cadence.cron, "timezone": "UTC"}],
        "concurrency_limit": {"limit": 1, "collision_strategy": "CANCEL_NEW"},
        "work_pool": {"name": "daybreak", **where},
    }
