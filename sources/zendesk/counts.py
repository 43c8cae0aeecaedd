"""How Zendesk counts: search counts what it finds, a list by page number what it holds.

The counts beside the lists (``/users/count``) are not asked here: they leave archived tickets out
and are estimates above 100,000.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial

from core.connector import Count, Sample
from core.pull import Record
from sources.zendesk.api import EXPORT_PAGE, Api
from sources.zendesk.exports import EARLIEST

KINDS = {"tickets": "ticket", "users": "user", "organizations": "organization"}
# It takes search up to a few minutes to know of a change.
SETTLED = timedelta(minutes=15)
EVENTS = "ticket_metric_events"


def counts(api: Api) -> Mapping[str, Count]:
    """Describe the counts by last change, and of ratings by when they were given."""
    searched = {
        table: Count(partial(_found, api, kind), "updated_at", SETTLED)
        for table, kind in KINDS.items()
    }
    return {**searched, "satisfaction_ratings": Count(partial(_rated, api), "created_at", SETTLED)}


def samples(api: Api) -> Mapping[str, Sample]:
    """Describe a second look at metric events, which nobody counts."""

    def pages(since: datetime | None, until: datetime | None) -> Iterator[Mapping[str, datetime]]:
        start = max(EARLIEST, int(since.timestamp())) if since else EARLIEST
        while True:
            page = api.export_page(EVENTS, start)
            found = {str(row["id"]): _time(row) for row in page.get(EVENTS) or []}
            yield {key: at for key, at in found.items() if until is None or at < until}
            end = page.get("end_time") or 0
            if page.get("end_of_stream") or end <= start:
                return
            start = end

    return {EVENTS: Sample(pages, "time", SETTLED, EXPORT_PAGE)}


def query(kind: str, since: datetime | None, until: datetime | None) -> str:
    """Write the search for what was last changed in a window."""
    terms = [f"type:{kind}"]
    terms += [f"updated>={_zulu(since)}"] if since else []
    terms += [f"updated<{_zulu(until)}"] if until else []
    return " ".join(terms)


def _found(api: Api, kind: str, since: datetime | None, until: datetime | None) -> int | None:
    return api.found(query(kind, since, until))


def _rated(api: Api, since: datetime | None, until: datetime | None) -> int | None:
    """Count ratings; the last second that Zendesk is to count is the one before ``until``."""
    params = {"start_time": int(since.timestamp())} if since else {}
    if until:
        params["end_time"] = int(until.timestamp()) - 1
    return api.rated(params)


def _time(row: Record) -> datetime:
    return datetime.fromisoformat(str(row["time"]))


def _zulu(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
