"""What became of each marketing mail: sent, opened, clicked, bounced, unsubscribed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from core.errors import VendorBusyError
from core.pull import Page, Pull, Record
from sources.hubspot.api import Portal
from sources.hubspot.times import EPOCH, millis, moment, zulu

TABLE = "email_events"
LIMIT = 1_000
# A bounce is stamped with its own moment but written when the other mail server reports it.
HOLD_BACK = timedelta(hours=6)


def mail_events(portal: Portal, pull: Pull) -> Iterator[Page]:
    """Read the log between the cursor and now. It is newest first: the cursor moves at the end."""
    cursor, now = pull.cursor(TABLE), pull.now()
    since = moment(cursor) - HOLD_BACK if cursor else pull.since or EPOCH
    until = pull.until or now
    yield from events(portal, since, until)
    pull.advance(TABLE, zulu(until))


def events(portal: Portal, since: datetime, until: datetime) -> Iterator[list[Record]]:
    """Page through the log of a window, newest first."""
    params = {"startTimestamp": millis(since), "endTimestamp": millis(until), "limit": LIMIT}
    offset = ""
    while True:
        asked = {**params, "offset": offset} if offset else params
        answer = portal.get("/email/public/v1/events", asked)
        found = answer.get("events")
        if not isinstance(found, list):
            raise VendorBusyError("hubspot: an answer without events")
        yield found
        if not answer.get("hasMore"):
            return
        if str(answer.get("offset") or "") in {"", offset}:
            raise VendorBusyError("hubspot: /email/public/v1/events points at itself as next page")
        offset = str(answer["offset"])
