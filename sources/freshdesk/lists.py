"""Companies, agents and ratings: lists that cannot be asked for what changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from core.pull import Gone, Page, Pull, Record
from sources._rosters import roster
from sources._sightings import Sightings
from sources.freshdesk.api import Api
from sources.freshdesk.times import EPOCH, moment, zulu

# A rating may be given anew while its ticket is open, and the list goes by the first time.
RATINGS_HOLD_BACK = timedelta(days=28)


def companies(api: Api, pull: Pull) -> Iterator[Page]:
    """Read every company; look up those that were not listed, for rows slip between pages."""
    seen = Sightings("companies", pull.known)
    for rows in api.pages("companies"):
        seen.see(rows)
        yield rows
    if not pull.window:
        yield [_looked_up(api, pull, key) for key in seen.missing(seen.alive)]


def _looked_up(api: Api, pull: Pull, key: str) -> Record:
    found = api.one("companies", key)
    return found or Gone(id=int(key), deleted_at=zulu(pull.now()))


def agents(api: Api, pull: Pull) -> Iterator[Page]:
    """Read everybody who answers tickets, so that the owner of one has a name."""
    yield from roster("agents", pull, api.pages("agents"), int)


def ratings(api: Api, pull: Pull) -> Iterator[Page]:
    """Read ratings by their creation; they come in no order, so the cursor moves at the end."""
    cursor = moment(pull.cursor("satisfaction_ratings"))
    start = cursor - RATINGS_HOLD_BACK if cursor else pull.since or EPOCH
    newest: datetime | None = cursor
    for rows in api.pages("surveys/satisfaction_ratings", created_since=zulu(start)):
        yield rows
        stamps = [at for row in rows if (at := moment(row.get("created_at")))]
        newest = max([*stamps, newest or EPOCH])
    if newest:
        pull.advance("satisfaction_ratings", zulu(min(newest, pull.now())))
