"""One JSON request to a channel, tried again where that may help, and known to have arrived.

The URL or the key is the secret of most channels: it is told to nobody, not even in an error.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import tenacity

from monitoring.notices import ChannelError

ATTEMPTS = 3
LONGEST_WAIT_SECONDS = 30.0
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})

Sleep = Callable[[float], None]


class _BusyError(ChannelError):
    """The channel may take it in a moment; ``wait`` in seconds if it said how long."""

    wait: float | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """How one channel is reached.

    Attributes:
        name: What people call the channel.
        setting: The variable to check when it does not work.
        sleep: How to let seconds pass between attempts.
        hint: What else may be wrong when it refuses.
    """

    name: str
    setting: str
    timeout: float
    sleep: Sleep = time.sleep
    hint: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def send(self, url: str, body: Mapping[str, Any]) -> None:
        """Post ``body`` to ``url`` as JSON.

        Raises:
            ChannelError: it cannot be reached, refuses, or was busy three times.
        """
        self.attempt(lambda: httpx.post(url, json=body, timeout=self.timeout, headers=self.headers))

    def attempt(self, request: Callable[[], httpx.Response]) -> None:
        """Send ``request`` until it is taken or cannot be."""
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_BusyError),
            stop=tenacity.stop_after_attempt(ATTEMPTS),
            wait=_patience,
            sleep=self.sleep,
            reraise=True,
        )
        retrying(self._once, request)

    def _once(self, request: Callable[[], httpx.Response]) -> None:
        try:
            answer = request()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _BusyError(
                f"{self.name}: it cannot be reached ({type(error).__name__})",
                next_step=f"Check {self.setting}.",
            ) from None
        if answer.is_success:
            return
        kind = _BusyError if answer.status_code in _BUSY else ChannelError
        refusal = kind(
            f"{self.name}: it answered {answer.status_code}",
            next_step=f"Check {self.setting}{self.hint}.",
        )
        if isinstance(refusal, _BusyError):
            asked = answer.headers.get("Retry-After", "")
            refusal.wait = float(asked) if asked.isdecimal() else None
        raise refusal


def _patience(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait if isinstance(error, _BusyError) else None
    return min(asked if asked is not None else 2.0**state.attempt_number, LONGEST_WAIT_SECONDS)
