"""Slack, or anything that takes an incoming webhook in its form.

    POST the webhook's URL    {"text": ..., "blocks": [...]}    answered 200 "ok"

Docs    https://api.slack.com/messaging/webhooks
Auth    the URL itself is the secret, so it is never told, not even in an error
Limits  a header holds 150 characters, a section 3,000
Quirks  & < > are markup and must be written as entities
"""

from __future__ import annotations

import time
from typing import Any

from core.redaction import redact
from core.settings import SlackSettings
from monitoring.channels.post import Post, Sleep
from monitoring.channels.text import facts
from monitoring.notices import News, Notice

HEADER_LENGTH = 150
SECTION_LENGTH = 3000
_SIGNS = {
    News.TROUBLE: ":red_circle:",
    News.UPDATE: ":large_orange_circle:",
    News.OVER: ":large_green_circle:",
}


class SlackChannel:
    """Tells notices to one incoming webhook."""

    name = "slack"

    def __init__(self, settings: SlackSettings, sleep: Sleep = time.sleep) -> None:
        self._url = settings.webhook_url.get_secret_value()
        hint = "; a webhook can be revoked"
        self._post = Post("slack", "SLACK_WEBHOOK_URL", settings.timeout_seconds, sleep, hint)

    def tell(self, notice: Notice) -> None:
        """Post ``notice``.

        Raises:
            ChannelError: the webhook cannot be reached or does not take it.
        """
        self._post.send(self._url, message(notice))


def message(notice: Notice) -> dict[str, Any]:
    """Return the body for ``notice``; ``text`` is what a phone shows."""
    heading = f"{_SIGNS[notice.news]} {_clean(notice.title)}"
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": _plain(f"{_SIGNS[notice.news]} {redact(notice.title)}")},
        {"type": "section", "text": _marked("\n".join(map(_clean, notice.lines)))},
    ]
    if notice.next_step:
        blocks.append(
            {"type": "section", "text": _marked(f"*Next step:* {_clean(notice.next_step)}")}
        )
    known = [f"*{name}:* {_clean(said)}" for name, said in facts(notice)]
    known += [
        f"<{url}|{name}>" if "://" in url else f"{name}: {_clean(url)}"
        for name, url in notice.links
    ]
    if known:
        blocks.append({"type": "context", "elements": [_marked("  ·  ".join(known))]})
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
