"""Sentry, or any server that takes its events.

    POST the DSN's envelope endpoint    one event a notice

Docs    https://develop.sentry.dev/sdk/data-model/envelopes/
Auth    the DSN's public key
Quirks  Personal data is off by default in the SDK, and naming send_default_pii is deprecated.
        The SDK's own transport sends from a thread and keeps failures to itself. Ours sends
        at once and says whether it arrived, so that what did not can be told again.
"""

from __future__ import annotations

import time
from importlib.metadata import version
from typing import Any, cast

import httpx
import sentry_sdk
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport
from sentry_sdk.types import Event, Hint
from sentry_sdk.utils import BadDsn

from core.errors import ConfigError
from core.ledger.alert import Severity
from core.redaction import redact
from core.settings import SentrySettings
from monitoring.channels.post import Post, Sleep
from monitoring.channels.text import facts
from monitoring.notices import News, Notice

TIMEOUT_SECONDS = 10.0
_LEVELS = {Severity.CRITICAL: "fatal", Severity.ERROR: "error", Severity.WARNING: "warning"}


class SentryChannel:
    """Tells notices to one Sentry project, through a client of its own: nothing is global."""

    name = "sentry"

    def __init__(self, settings: SentrySettings, sleep: Sleep = time.sleep) -> None:
        self._client = client(settings, sleep)

    def tell(self, notice: Notice) -> None:
        """Send ``notice`` as one event, and wait until it is taken.

        Raises:
            ChannelError: the server cannot be reached or does not take it.
        """
        scope = sentry_sdk.Scope(client=self._client)
        self._client.capture_event(event(notice), scope=scope)


def client(settings: SentrySettings, sleep: Sleep = time.sleep) -> sentry_sdk.Client:
    """Return a client of our own: nothing personal, nothing global, and it says what arrived.

    Raises:
        ConfigError: the DSN is none.
    """
    try:
        return sentry_sdk.Client(
            dsn=settings.dsn.get_secret_value(),
            environment=settings.environment,
            release=f"daybreak@{version('daybreak')}",
            transport=_transport(sleep),
            before_send=_scrub,
            include_local_variables=False,
            include_source_context=False,
            default_integrations=False,
            auto_enabling_integrations=False,
            auto_session_tracking=False,
            max_breadcrumbs=0,
            server_name="daybreak",
        )
    except (BadDsn, ValueError):
        raise ConfigError(
            "SENTRY_DSN: not a DSN; it has the form https://KEY@HOST/PROJECT",
            next_step="Copy the DSN from the project's settings.",
        ) from None


def event(notice: Notice) -> Event:
    """Return ``notice`` in Sentry's form; the same trouble lands in the same issue."""
    body: dict[str, Any] = {
        "message": "\n".join([notice.title, *notice.lines]),
        "level": _level(notice),
        "logger": "daybreak.watch",
        "timestamp": notice.at,
        "fingerprint": [notice.news.value, notice.fingerprint],
        "tags": {"news": notice.news.value, "subjects": ",".join(notice.subjects)},
        "extra": {
            "next_step": notice.next_step,
            "alerts": list(notice.numbers),
            **dict(facts(notice)),
            **dict(notice.links),
        },
    }
    return cast("Event", body)


def _level(notice: Notice) -> str:
    if notice.news is News.OVER:
        return "info"
    return _LEVELS[notice.severity]


def _scrub(event: Event, hint: Hint) -> Event:  # noqa: ARG001 - the SDK's signature
    """Mask personal data in whatever the SDK is about to send."""
    return cast("Event", _masked(event))


def _masked(value: Any) -> Any:  # noqa: ANN401 - any part of an event
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {key: _masked(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(part) for part in value]
    return value


def _transport(sleep: Sleep) -> type[Transport]:
    """Return a transport that waits by ``sleep``; the SDK makes its transports by class."""
    hint = "; 429 means the project's quota is spent"

    class Patient(_Post):
        post = Post("sentry", "SENTRY_DSN", TIMEOUT_SECONDS, sleep, hint)

    return Patient


class _Post(Transport):
    """Sends an envelope and does not return before it was taken."""

    post: Post

    def capture_envelope(self, envelope: Envelope) -> None:
        if self.parsed_dsn is None:
            return
        auth = self.parsed_dsn.to_auth("daybreak")
        headers = {
            "Content-Type": "application/x-sentry-envelope",
            "X-Sentry-Auth": auth.to_header(),
        }
        url = auth.get_api_url()
        body = envelope.serialize()
        self.post.attempt(
            lambda: httpx.post(url, content=body, headers=headers, timeout=TIMEOUT_SECONDS)
        )
