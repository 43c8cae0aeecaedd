"""The brief as a message in Slack's form; it can be posted to an incoming webhook.

Docs    https://api.slack.com/reference/block-kit/blocks
Limits  a message holds 50 blocks; a header 150 characters, a section 3,000, a field 2,000 of at
        most 10
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from core.redaction import redact
from monitoring.brief.inline import mrkdwn
from monitoring.brief.markdown import figure
from monitoring.brief.page import Domain, Mood, Page, Section

HEADER_LENGTH = 150
SECTION_LENGTH = 3000
FIELDS = 10
_SIGNS = {
    Mood.GOOD: ":large_green_circle:",
    Mood.MIXED: ":large_yellow_circle:",
    Mood.BAD: ":red_circle:",
}

Block = dict[str, Any]


def message(page: Page) -> dict[str, Any]:
    """Return the body to post; ``text`` is what a phone shows. Systems are left to the page."""
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": page.title[:HEADER_LENGTH]}},
        _marked(f"{_SIGNS[page.mood]} *{_told(page.verdict)}*"),
        *map(_section, page.first),
        *_arrived(page.domains),
        *map(_section, page.rest),
        {"type": "context", "elements": [_text(_told(page.small_print))]},
    ]
    return {"text": f"{_SIGNS[page.mood]} {_told(page.verdict)}", "blocks": blocks}


def _section(section: Section) -> Block:
    lines = "\n".join(f"• {_told(line)}" for line in section.lines)
    return _marked(f"*{section.heading}*\n{lines}")


def _arrived(domains: Sequence[Domain]) -> list[Block]:
    blocks, rest = [], iter(domains)
    while some := list(islice(rest, FIELDS)):
        blocks.append({"type": "section", "fields": [_text(_domain(one)) for one in some]})
    return blocks


def _domain(domain: Domain) -> str:
    ordinary = "" if domain.ordinary is None else f" (ordinary night {figure(domain.ordinary)})"
    first = f"*{_told(domain.name)}* {figure(domain.arrived)} rows{ordinary}"
    return "\n".join(filter(None, [first, _told(domain.brought), _told(domain.remark)]))


def _told(line: str) -> str:
    return mrkdwn(redact(line))


def _marked(text: str) -> Block:
    return {"type": "section", "text": _text(text)}


def _text(text: str) -> Block:
    cut = text if len(text) <= SECTION_LENGTH else text[: SECTION_LENGTH - 1] + "…"
    return {"type": "mrkdwn", "text": cut}
