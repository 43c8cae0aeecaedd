"""PagerDuty: an incident of ours is one of theirs, from trigger to resolve.

    POST /v2/enqueue    {"routing_key", "event_action", "dedup_key", "payload"}    202

Docs    https://developer.pagerduty.com/docs/events-api-v2-overview
Auth    the integration's routing key, in the body
Limits  a summary holds 1,024 characters; 429 when there are too many
Quirks  dedup_key makes a second trigger an update and the resolve find its incident; libraries
        that send to everybody leave it out, and the incident open for ever.
"""

from __future__ import annotations

import time
from typing import Any

from core.ledger.alert import Severity
from core.redaction import redact
from core.settings import PagerDutySettings
from monitoring.channels.post import Post, Sleep
from monitoring.channels.text import facts
from monitoring.notices import News, Notice

SUMMARY_LENGTH = 1024
_SEVERITIES = {
    Severity.CRITICAL: "critical",
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
}


class PagerDutyChannel:
    """Tells notices to one service."""

    name = "pagerduty"

    def __init__(self, settings: PagerDutySettings, sleep: Sleep = time.sleep) -> None:
        self._key = settings.routing_key.get_secret_value()
        self._url = settings.base_url.rstrip("/") + "/v2/enqueue"
        self._post = Post("pagerduty", "PAGERDUTY_ROUTING_KEY", settings.timeout_seconds, sleep)

    def tell(self, notice: Notice) -> None:
        """Trigger, update or resolve the incidents of ``notice``.

        Raises:
            ChannelError: it cannot be reached or does not take it.
        """
        for incident in notice.incidents:
            self._post.send(self._url, event(notice, incident, self._key))


def event(notice: Notice, incident: int, key: str) -> dict[str, Any]:
    """Return the body for one incident of ``notice``."""
    body = {"routing_key": key, "dedup_key": f"daybreak-{incident}"}
    if notice.news is News.OVER:
        return {**body, "event_action": "resolve"}
    details = {
        "what": "\n".join(map(redact, notice.lines)),
        "next step": redact(notice.next_step),
        **dict(facts(notice)),
    }
    return {
        **body,
        "event_action": "trigger",
        "payload": {
            "summary": redact(notice.title)[:SUMMARY_LENGTH],
            "source": "daybreak",
            "severity": _SEVERITIES[notice.severity],
            "timestamp": notice.at.isoformat(),
            "component": ",".join(notice.subjects),
            "class": notice.fingerprint.partition(":")[0],
            "custom_details": details,
        },
        "links": [{"href": url, "text": name} for name, url in notice.links if "://" in url],
    }
