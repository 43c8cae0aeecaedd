"""Bugsink, a real server that takes Sentry's events, started for the tests."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson

SETTINGS = """\
from bugsink.settings.default import *
SECRET_KEY = "only for tests" * 4
SNAPPEA = {{"TASK_ALWAYS_EAGER": True}}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
BUGSINK = {{"BASE_URL": "{url}", "SINGLE_USER": True, "SINGLE_TEAM": True, "PHONEHOME": False}}
"""
MAKE_PROJECT = (
    "from projects.models import Project\n"
    "print('dsn=' + Project.objects.create(name='daybreak', slug='daybreak').dsn)"
)
START_SECONDS = 60
BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Bugsink:
    """A running server with one project."""

    dsn: str
    folder: Path

    def events(self) -> list[dict[str, Any]]:
        """Return the events it has digested, oldest first."""
        rows = self._rows("select data from events_event order by digested_at")
        return [orjson.loads(data) for (data,) in rows]

    def issues(self) -> int:
        """Return how many issues it made of them."""
        return len(self._rows("select id from issues_issue"))

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "db.sqlite3")) as connection:
            return connection.execute(query).fetchall()


@contextmanager
def running(folder: Path) -> Iterator[Bugsink]:
    """Serve from ``folder`` until the block ends."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    (folder / "bugsink_conf.py").write_text(SETTINGS.format(url=f"http://{address}"))
    _manage(folder, "migrate", "-v", "0")
    dsn = _manage(folder, "shell", "-v", "0", "-c", MAKE_PROJECT).partition("dsn=")[2].strip()
    command = [str(BIN / "gunicorn"), "--bind", address, "--threads", "2", "bugsink.wsgi"]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(  # noqa: S603 - our own words
            command, cwd=folder, env=_environment(folder), stdout=log, stderr=log
        )
        try:
            _await(address, server)
            yield Bugsink(dsn, folder)
        finally:
            server.terminate()
            server.wait(30)


def _environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "bugsink_conf",
        "PYTHONPATH": str(folder),
        "PYTHONWARNINGS": "ignore",
    }


def _manage(folder: Path, *words: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own words
        [BIN / "bugsink-manage", *words],
        cwd=folder,
        env=_environment(folder),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


def _await(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            httpx.get(f"http://{address}/health/alive", timeout=5)
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("bugsink did not start; see server.log")
