"""Slack, or anything that takes an incoming webhook in its form.

    POST the webhook's URL    {"text": ..., "blocks": [...]}    answered 200 "ok"

Docs    https://api.slack.com/messaging/webhooks
Auth    the URL itself is the secret, so it is never told, not even in an error
Limits  a header holds 150 characters, a section 3,000
Quirks  & < > are markup and must be written as entities
"""

from __future__ import annotations

from typing import Any

import httpx

from core.redaction import redact
from core.settings import SlackSettings
from monitoring.notices import ChannelError, News, Notice

HEADER_LENGTH = 150
SECTION_LENGTH = 3000
_SIGNS = {News.TROUBLE: ":red_circle:", News.OVER: ":large_green_circle:"}


class SlackChannel:
    """Tells notices to one incoming webhook."""

    name = "slack"

    def __init__(self, settings: SlackSettings) -> None:
        self._url = settings.webhook_url.get_secret_value()
        self._timeout = settings.timeout_seconds

    def tell(self, notice: Notice) -> None:
        """Post ``notice``.

        Raises:
            ChannelError: the webhook cannot be reached or does not take it.
        """
        try:
            answer = httpx.post(self._url, json=message(notice), timeout=self._timeout)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ChannelError(
                f"slack: the webhook cannot be reached ({type(error).__name__})",
                next_step="Check SLACK_WEBHOOK_URL.",
            ) from None
        if not answer.is_success:
            raise ChannelError(
                f"slack: the webhook answered {answer.status_code}",
                next_step="Check SLACK_WEBHOOK_URL; a webhook can be revoked.",
            )


def message(notice: Notice) -> dict[str, Any]:
    """Return the body for ``notice``; ``text`` is what a phone shows."""
    heading = f"{_SIGNS[notice.news]} {_clean(notice.title)}"
    blocks = [
        {"type": "header", "text": _plain(f"{_SIGNS[notice.news]} {redact(notice.title)}")},
        {"type": "section", "text": _marked("\n".join(map(_clean, notice.lines)))},
    ]
    if notice.next_step:
        blocks.append(
            {"type": "section", "text": _marked(f"*Next step:* {_clean(notice.next_step)}")}
        )
    return {"text": heading, "blocks": blocks}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": _cut(text, HEADER_LENGTH), "emoji": True}


def _marked(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": _cut(text, SECTION_LENGTH)}


def _clean(text: str) -> str:
    text = redact(text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
