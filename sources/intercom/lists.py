"""Companies, tags and admins: none can be asked for what changed, so all are read whole."""

from __future__ import annotations

from collections.abc import Iterator

from core.pull import Gone, Page, Pull
from sources._rosters import roster
from sources._sightings import Sightings
from sources.intercom.api import Api


def companies(api: Api, pull: Pull) -> Iterator[Page]:
    """Read every company, and look up those we miss."""
    seen = Sightings("companies", pull.known)
    for rows in api.scrolled():
        seen.see(rows)
        yield rows
    if pull.window:
        return
    at = pull.now().isoformat()
    for key in seen.missing(seen.alive):
        yield [api.one("companies", key) or Gone(id=key, deleted_at=at)]


def admins(api: Api, pull: Pull) -> Iterator[Page]:
    """Read everybody who answers, so that the owner of a conversation has a name."""
    yield from roster("admins", pull, api.admins())


def tags(api: Api, pull: Pull) -> Iterator[Page]:
    """Read every tag; what is no more is told gone once a second look agrees."""
    rows = api.tags()
    yield rows
    there = {str(row.get("id")) for row in rows}
    missing = {key for (key,) in pull.known.keys("tags")} - there
    if missing and not pull.window:
        missing -= {str(row.get("id")) for row in api.tags()}
        at = pull.now().isoformat()
        yield [Gone(id=key, deleted_at=at) for key in sorted(missing)]
