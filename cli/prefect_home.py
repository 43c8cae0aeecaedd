"""Which Prefect the commands talk to: the one that is set, the one that runs, or one for now."""

from __future__ import annotations

import contextlib
import json
import os
from contextlib import suppress
from pathlib import Path

from dotenv import dotenv_values

from core.errors import BusyError

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
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    # In memory, as Prefect has it, a restarted server forgets its leases but not the slots they
    # hold: a schedule whose run was cut off would be refused for ever.
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": (
        "prefect.server.concurrency.lease_storage.filesystem"
    ),
}
ANSWERS_WITHIN_SECONDS = 10
CHANCES = 3


def settle() -> None:
    """Set Prefect's environment; call it before Prefect is imported.

    A PREFECT_API_URL that is set wins; then the server that ``daybreak up`` runs, if it answers;
    else Prefect starts a server of its own for as long as the command takes (10 to 20 s).

    Raises:
        BusyError: nothing answers at the PREFECT_API_URL that is set.
    """
    quiet()
    url = api_url()
    if not given_api():
        # A server that we start has no such protection; asking for tokens is a call in every ten.
        os.environ.setdefault("PREFECT_CLIENT_CSRF_SUPPORT_ENABLED", "false")
    if url:
        demand_answer(url)
        os.environ["PREFECT_API_URL"] = url


def quiet() -> Path:
    """Keep Prefect's own files below ours, and its words off the terminal; return our home."""
    home = _home()
    # Prefect makes its own folder, but not the one around it. Who cannot write is told later.
    with suppress(OSError):
        home.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("PREFECT_HOME", str(home / "prefect"))
    # A home that cannot be made is told by whoever needs it first, in words of our own.
    with contextlib.suppress(OSError):
        Path(os.environ["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)
    for variable, value in QUIET.items():
        os.environ.setdefault(variable, value)
    return home


def given_api() -> str:
    """Return the PREFECT_API_URL that is set in the environment or in ``.env``, or nothing."""
    variable = "PREFECT_API_URL"
    return (os.environ.get(variable) or dotenv_values(".env").get(variable) or "").rstrip("/")


def api_url() -> str:
    """Return where the Prefect is that is set or that ``daybreak up`` runs, or nothing."""
    return given_api() or running_api(_home()) or ""


def demand_answer(url: str) -> None:
    """Refuse a Prefect server that does not answer; what it answers is Prefect's affair.

    Raises:
        BusyError: nothing answers there in time.
    """
    import httpx

    try:
        httpx.get(f"{url}/health", timeout=ANSWERS_WITHIN_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise BusyError(
            f"PREFECT_API_URL: no Prefect server answers at {without_login(url)}",
            next_step="Start it, or unset PREFECT_API_URL to do without a server of your own.",
        ) from error


def reach() -> None:
    """Make sure that Prefect can be spoken to, starting a server for now if none is set.

    Raises:
        BusyError: it did not come up in time, or does not answer as Prefect does.
    """
    from prefect.client.orchestration import get_client

    try:
        with get_client(sync_client=True) as client:
            trouble = client.api_healthcheck()
    except RuntimeError as error:
        trouble = error
    if trouble:
        raise BusyError(
            f"Prefect does not answer: {_first_line(trouble)}",
            next_step="Try again when the machine is less busy, or start `daybreak up` in another "
            "terminal: its server is used then.",
        )


def note_path(home: Path) -> Path:
    """Return where ``daybreak up`` writes down the server it runs."""
    return home / "prefect-server.json"


def running_api(home: Path) -> str | None:
    """Return the API URL of the server ``daybreak up`` runs, if it answers."""
    import httpx

    url = _noted(home)
    try:
        httpx.get(f"{url}/health", timeout=2).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL):
        return None
    return url


def unanswered() -> str:
    """Return where a Prefect should be that does not answer; nothing if all is well.

    One should be where PREFECT_API_URL says, and where a ``daybreak up`` that was not stopped by
    a person left its server. A server that is only busy has three chances.
    """
    import tenacity

    expected = given_api() or _noted(_home())
    if not expected:
        return ""
    patiently = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(CHANCES), wait=tenacity.wait_fixed(1), reraise=True
    )
    try:
        patiently(demand_answer, expected)
    except BusyError:
        return without_login(expected).removesuffix("/api")
    return ""


def _noted(home: Path) -> str:
    """Return the API URL that ``daybreak up`` wrote down, or nothing."""
    try:
        return str(json.loads(note_path(home).read_text())["api_url"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def without_login(url: str) -> str:
    """Return ``url`` without a user and password in it."""
    scheme, mark, rest = url.rpartition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}"


def _home() -> Path:
    from core.settings import DaybreakSettings, load

    return load(DaybreakSettings).home.resolve()


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
