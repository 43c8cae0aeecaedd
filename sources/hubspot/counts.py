"""How HubSpot counts: the total of a search, of which one result is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

from core.connector import Count, Sample
from core.pull import Pull
from sources.hubspot.api import Portal
from sources.hubspot.mail import LIMIT, TABLE, events
from sources.hubspot.objects import HOLD_BACK, Kind
from sources.hubspot.search import Search
from sources.hubspot.times import EPOCH, moment

# What the search sorts by arrives as ``updatedAt``, too, and there as a time.
STAMP = "updated_at"
# A bounce is written when the other mail server reports it, with the moment it happened.
MAIL_SETTLED = timedelta(hours=6)


def counts(portal: Portal, kinds: tuple[Kind, ...]) -> Mapping[str, Count]:
    """Describe the counts of records, by their last change, and of lists."""
    found = {
        kind.name: Count(
            Search(portal, kind.name, kind.stamp, ["hs_object_id"]).count,
            STAMP,
            # The index trails the writes, and may know of a record we have already listed.
            HOLD_BACK,
            _millisecond,
        )
        for kind in kinds
    }
    return {**found, "lists": Count(partial(_lists, portal))}


def samples(portal: Portal, pull: Pull) -> Mapping[str, Sample]:
    """Describe a second look at the log of mails, which nobody counts."""

    def pages(since: datetime | None, until: datetime | None) -> Iterator[Mapping[str, datetime]]:
        for page in events(portal, since or EPOCH, until or pull.now()):
            yield {row["id"]: moment(row["created"]) for row in page if row.get("id")}

    return {TABLE: Sample(pages, "created", MAIL_SETTLED, LIMIT)}


def _lists(portal: Portal, since: datetime | None, until: datetime | None) -> int | None:
    del since, until  # lists are counted whole
    total: int | None = portal.post("/crm/v3/lists/search", {"offset": 0, "count": 1}).get("total")
    return total


def _millisecond(at: datetime) -> datetime:
    """Return the millisecond that ``at`` is in: HubSpot knows nothing finer."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
