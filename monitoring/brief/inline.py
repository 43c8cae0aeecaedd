"""The little Markdown in a line of the brief, read for other forms.

Only emphasis and code are read. Everything else is text, so that a vendor's words can make
neither a link nor a heading, and no tag.
"""

from __future__ import annotations

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markupsafe import Markup

_READER = MarkdownIt("zero", {"html": False}).enable(["emphasis", "backticks", "escape"])
_MRKDWN = {"strong_open": "*", "strong_close": "*", "em_open": "_", "em_close": "_"}


def html(line: str) -> Markup:
    """Return ``line`` as HTML; what is not markup of ours is escaped."""
    return Markup(_READER.renderInline(line))  # noqa: S704 - the renderer escapes every text


def mrkdwn(line: str) -> str:
    """Return ``line`` in Slack's own markup, with its three entities."""
    return "".join(_slack_parts(line))


def plain(line: str) -> str:
    """Return ``line`` without any markup."""
    tokens = _READER.parseInline(line)[0].children or []
    return "".join(token.content for token in tokens)


def _slack_parts(line: str) -> Iterator[str]:
    for token in _READER.parseInline(line)[0].children or []:
        text = token.content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        yield _MRKDWN.get(token.type) or (f"`{text}`" if token.type == "code_inline" else text)
