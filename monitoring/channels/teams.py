"""Microsoft Teams, through a workflow that posts what its webhook receives.

    POST the workflow's URL    {"type": "message", "attachments": [an Adaptive Card]}    202

Docs    https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook
        https://adaptivecards.io/explorer/
Auth    the URL itself is the secret
Limits  28 KB a message
Quirks  Workflows answer 202 before anything is posted: a card that Teams dislikes is lost in
        silence, so the card keeps to elements of version 1.4. Text of a TextBlock is Markdown,
        and that of a notice is not: its marks are taken out.
"""

from __future__ import annotations

import time
from typing import Any

from core.redaction import redact
from core.settings import TeamsSettings
from monitoring.channels.post import Post, Sleep
from monitoring.channels.text import facts
from monitoring.notices import News, Notice

TITLE_LENGTH, TEXT_LENGTH = 200, 4000
_COLOURS = {News.TROUBLE: "Attention", News.UPDATE: "Warning", News.OVER: "Good"}
_MARKS = str.maketrans({"*": " ", "_": " ", "[": "(", "]": ")", "`": "'", "#": " "})


class TeamsChannel:
    """Tells notices to one workflow."""

    name = "teams"

    def __init__(self, settings: TeamsSettings, sleep: Sleep = time.sleep) -> None:
        self._url = settings.webhook_url.get_secret_value()
        self._post = Post(
            "teams", "TEAMS_WEBHOOK_URL", settings.timeout_seconds, sleep, "; a workflow can be off"
        )

    def tell(self, notice: Notice) -> None:
        """Post ``notice``.

        Raises:
            ChannelError: the workflow cannot be reached or does not take it.
        """
        self._post.send(self._url, message(notice))


def message(notice: Notice) -> dict[str, Any]:
    """Return the body for ``notice``."""
    colour = _COLOURS[notice.news]
    blocks = [_text(notice.title[:TITLE_LENGTH], size="Large", weight="Bolder", color=colour)]
    blocks += [_text(line[:TEXT_LENGTH]) for line in notice.lines]
    if notice.next_step:
        blocks.append(_text(f"Next step: {notice.next_step}", weight="Bolder"))
    known = [{"title": name, "value": _clean(said)} for name, said in facts(notice)]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [*blocks, *([{"type": "FactSet", "facts": known}] if known else [])],
        "actions": [
            {"type": "Action.OpenUrl", "title": name, "url": url}
            for name, url in notice.links
            if "://" in url
        ],
        "msteams": {"width": "Full"},
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attachment]}


def _text(text: str, **how: str) -> dict[str, Any]:
    return {"type": "TextBlock", "text": _clean(text), "wrap": True, **how}


def _clean(text: str) -> str:
    # A setting's name keeps its underscores: as Markdown they mark nothing within a word.
    words = redact(text).split(" ")
    return " ".join(word if word.isupper() else word.translate(_MARKS) for word in words)
