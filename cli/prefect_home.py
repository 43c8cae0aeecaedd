"""Which Prefect the commands talk to: the one that is set, the one that runs, or one for now."""

from __future__ import annotations

import json
import os
from pathlib import Path

import httpx

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    # Prefect's own view of a run is in its UI; on the terminal we say how it ended ourselves.
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "PREFECT_CLI_PROMPT": "false",
}


def settle() -> None:
    """Set Prefect's environment; call it before Prefect is imported.

    A PREFECT_API_URL that is set wins; then the server that ``daybreak up`` runs, if it answers;
    else Prefect starts a server of its own for as long as the command takes (10 to 20 s).
    """
    from core.settings import DaybreakSettings, load

    home = load(DaybreakSettings).home.absolute()
    os.environ.setdefault("PREFECT_HOME", str(home / "prefect"))
    for variable, value in QUIET.items():
        os.environ.setdefault(variable, value)
    if "PREFECT_API_URL" not in os.environ:
        running = running_api(home)
        if running:
            os.environ["PREFECT_API_URL"] = running


def note_path(home: Path) -> Path:
    """Return where ``daybreak up`` writes down the server it runs."""
    return home / "prefect-server.json"


def running_api(home: Path) -> str | None:
    """Return the API URL of the server ``daybreak up`` runs, if it answers."""
    try:
        url = str(json.loads(note_path(home).read_text())["api_url"])
        httpx.get(f"{url}/health", timeout=2).raise_for_status()
    except (OSError, ValueError, KeyError, httpx.HTTPError):
        return None
    return url
