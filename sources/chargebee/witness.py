"""A second look at Chargebee's lists, which no endpoint counts: what changed, a page a call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial

from core.connector import Sample
from sources.chargebee.api import PAGE, Api
from sources.chargebee.rows import stamp, unwrapped
from sources.chargebee.walk import ENDPOINTS, HOLD_BACK_SECONDS, Endpoint, updated

SETTLED = timedelta(seconds=HOLD_BACK_SECONDS)


def samples(api: Api) -> Mapping[str, Sample]:
    """Describe the second look at each list."""
    return {
        one.table: Sample(partial(_pages, api, one), "updated_at", SETTLED, PAGE, is_edited=True)
        for one in ENDPOINTS
    }


def _pages(
    api: Api, endpoint: Endpoint, since: datetime | None, until: datetime | None
) -> Iterator[Mapping[str, datetime]]:
    first = int(since.timestamp()) if since else 0
    asked = updated(first, int(until.timestamp()) if until else None)
    for page, _ in api.pages(endpoint.table, asked):
        records = [unwrapped(endpoint.kind, row) for row in page]
        yield {
            str(one["id"]): datetime.fromtimestamp(stamp(one), UTC)
            for one in records
            if isinstance(one, dict) and one.get("id") and stamp(one)
        }
