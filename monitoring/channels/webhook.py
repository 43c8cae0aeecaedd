"""Any system that takes JSON: all we know of a notice, under names that stay.

    POST the URL    {"news", "severity", "title", "lines", "next_step", ...}    2xx

Auth    an optional token, sent as ``Authorization: Bearer``
"""

from __future__ import annotations

import time
from typing import Any

from core.redaction import redact
from core.settings import WebhookSettings
from monitoring.channels.post import Post, Sleep
from monitoring.notices import Notice


class WebhookChannel:
    """Tells notices to one address."""

    name = "webhook"

    def __init__(self, settings: WebhookSettings, sleep: Sleep = time.sleep) -> None:
        self._url = settings.url.get_secret_value()
        token = settings.token.get_secret_value()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._post = Post(
            "webhook", "WEBHOOK_URL", settings.timeout_seconds, sleep, headers=headers
        )

    def tell(self, notice: Notice) -> None:
        """Post ``notice``.

        Raises:
            ChannelError: the address cannot be reached or does not take it.
        """
        self._post.send(self._url, body(notice))


def body(notice: Notice) -> dict[str, Any]:
    """Return ``notice`` under names that stay."""
    return {
        "news": notice.news.value,
        "severity": notice.severity.value,
        "incidents": list(notice.incidents),
        "title": redact(notice.title),
        "lines": [redact(line) for line in notice.lines],
        "next_step": redact(notice.next_step),
        "since": notice.since.isoformat() if notice.since else None,
        "affects": [redact(one) for one in notice.affects],
        "subjects": list(notice.subjects),
        "links": dict(notice.links),
        "at": notice.at.isoformat(),
    }
