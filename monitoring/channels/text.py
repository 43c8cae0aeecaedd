"""A notice as plain text: what every channel says, whatever its form. Redacted here, once."""

from __future__ import annotations

from core.redaction import redact
from monitoring.notices import News, Notice
from monitoring.wording import hour, listed

MARKS = {News.TROUBLE: "Trouble", News.UPDATE: "Still wrong", News.OVER: "Over"}


def facts(notice: Notice) -> list[tuple[str, str]]:
    """Return what is known besides the sentences: since when, what is affected, how to answer."""
    found = []
    if notice.news is not News.OVER:
        if notice.since:
            found.append(("Since", hour(notice.since)))
        if notice.affects:
            found.append(("Not to be relied on", listed(notice.affects)))
        if notice.incidents:
            found.append(("Answer", f"daybreak alerts ack {notice.incidents[0]}"))
    return [(name, redact(said)) for name, said in found]


def plain(notice: Notice) -> str:
    """Return the whole notice as text of several lines."""
    lines = [*notice.lines, ""]
    if notice.next_step:
        lines += [f"Next step: {notice.next_step}", ""]
    lines += [f"{name}: {said}" for name, said in facts(notice)]
    lines += [f"{name}: {url}" for name, url in notice.links]
    return redact("\n".join(lines).strip())
