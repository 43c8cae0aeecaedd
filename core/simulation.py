"""Pointing at a sandbox: its credentials for ours, its clock for the machine's."""

from __future__ import annotations

import ssl
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from core.errors import ConfigError

TIMEOUT_SECONDS = 30.0
# The sandbox speaks plain HTTP on loopback; reading the CA bundle costs more than a request.
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass(frozen=True, slots=True)
class Simulation:
    """A running ``daybreak sandbox``, known by the URL of its first port.

    Attributes:
        url: The sandbox's first port, such as ``http://127.0.0.1:8900``.
        environments: Vendor name -> the variables its connector needs to talk to the sandbox.
    """

    url: str
    environments: dict[str, dict[str, str]]

    @classmethod
    def at(cls, url: str) -> Simulation:
        """Ask the sandbox at ``url`` what it serves.

        Raises:
            ConfigError: nothing answers there, or it is not a daybreak sandbox.
        """
        try:
            listing = _get(url.rstrip("/"), "/")
            vendors = {name: dict(v["environment"]) for name, v in listing["vendors"].items()}
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError):
            raise ConfigError(
                f"DAYBREAK_SANDBOX / --sandbox: no daybreak sandbox answers at {url}",
                next_step="Start one with `daybreak sandbox --port 8900` and pass its URL.",
            ) from None
        return cls(url.rstrip("/"), vendors)

    def clock(self) -> SimulationClock:
        """Return a clock that reads the sandbox's hour and waits by moving it."""
        return SimulationClock(self.url)


class SimulationClock:
    """The sandbox's clock. Waiting moves the sandbox's hour on instead of ours.

    Between calls the hour is reckoned from the last answer and the machine's monotonic clock,
    so that asking for it costs nothing.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._read(_get(url, "/__sim__/clock"))

    def now(self) -> datetime:
        """Return the sandbox's present moment, aware, in UTC."""
        passed = 0.0 if self._frozen else time.monotonic() - self._read_at
        return self._hour + timedelta(seconds=passed)

    def sleep(self, seconds: float) -> None:
        """Move the sandbox's clock on by ``seconds``."""
        answer = httpx.post(
            f"{self._url}/__sim__/clock",
            json={"advance": max(0.0, seconds)},
            timeout=TIMEOUT_SECONDS,
            verify=PLAIN,
        )
        self._read(answer.raise_for_status().json())

    def _read(self, answer: dict[str, Any]) -> None:
        self._hour = datetime.fromisoformat(answer["now"])
        self._frozen = bool(answer["frozen"])
        self._read_at = time.monotonic()


def _get(url: str, path: str) -> dict[str, Any]:
    answer = (
        httpx.get(f"{url}{path}", timeout=TIMEOUT_SECONDS, verify=PLAIN).raise_for_status().json()
    )
    if not isinstance(answer, dict):
        raise TypeError(f"{url}{path}: not an object")
    return answer
