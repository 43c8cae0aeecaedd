"""A second look at Freshdesk's lists: it counts nothing.

Companies cannot be asked for what changed: a page of them by chance is read again. Conversations
are read beside their tickets and have no list of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from random import Random

from core.connector import Sample
from core.pull import Pull, Record
from sources.freshdesk.api import PAGE, Api
from sources.freshdesk.times import EPOCH, moment, zulu

# Freshdesk's lists may learn of a change minutes after it was stamped.
SETTLED = timedelta(hours=1)
STAMP, RATED = "updated_at", "created_at"


def samples(api: Api, pull: Pull) -> Mapping[str, Sample]:
    """Describe the second look at each list."""
    return {
        "tickets": Sample(partial(_tickets, api), STAMP, SETTLED, PAGE, is_edited=True),
        "contacts": Sample(partial(_contacts, api), STAMP, SETTLED, PAGE, is_edited=True),
        "companies": Sample(partial(_companies, api, pull), STAMP, SETTLED, PAGE, is_edited=True),
        "satisfaction_ratings": Sample(partial(_ratings, api), RATED, SETTLED, PAGE),
    }


def _tickets(
    api: Api, since: datetime | None, until: datetime | None
) -> Iterator[Mapping[str, datetime]]:
    """Page through tickets in the order of their changes; a page beyond the window is the last."""
    start = zulu(since or EPOCH)
    asked = {"updated_since": start, "order_by": "updated_at", "order_type": "asc"}
    for rows in api.pages("tickets", **asked):
        yield _in(rows, STAMP, since, until)
        if until and any((at := moment(row.get(STAMP))) and at >= until for row in rows):
            return


def _contacts(
    api: Api, since: datetime | None, until: datetime | None
) -> Iterator[Mapping[str, datetime]]:
    asked = {"_updated_since": zulu(since)} if since else {}
    for rows in api.pages("contacts", **asked):
        yield _in(rows, STAMP, since, until)


def _companies(
    api: Api, pull: Pull, since: datetime | None, until: datetime | None
) -> Iterator[Mapping[str, datetime]]:
    pages = -(-pull.known.count("companies") // PAGE) or 1
    chance = Random(pull.meter.calls)  # noqa: S311 - a sample, not a secret
    for number in chance.sample(range(1, pages + 1), pages):
        yield _in(api.page("companies", number)[0], STAMP, since, until)


def _ratings(
    api: Api, since: datetime | None, until: datetime | None
) -> Iterator[Mapping[str, datetime]]:
    for rows in api.pages("surveys/satisfaction_ratings", created_since=zulu(since or EPOCH)):
        yield _in(rows, RATED, since, until)


def _in(
    rows: list[Record], column: str, since: datetime | None, until: datetime | None
) -> dict[str, datetime]:
    """Return the records of a page whose moment lies in the window."""
    return {
        str(row["id"]): at
        for row in rows
        if row.get("id")
        and (at := moment(row.get(column)))
        and (since is None or at >= since)
        and (until is None or at < until)
    }
