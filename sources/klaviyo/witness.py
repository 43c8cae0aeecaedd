"""A second look at what Klaviyo does not count: profiles by change, events by when they happened.

Lists and segments, campaigns and metrics are read whole each night, who is missing looked up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

from core.connector import Sample
from sources.klaviyo.api import Api
from sources.klaviyo.times import before, moment, since, zulu

PROFILES, EVENTS = 100, 200
# It takes minutes until a change is listed.
SETTLED = timedelta(hours=1)


def samples(api: Api) -> Mapping[str, Sample]:
    """Describe both."""
    return {
        "profiles": Sample(partial(_profiles, api), "updated", SETTLED, PROFILES, is_edited=True),
        "events": Sample(partial(_events, api), "datetime", SETTLED, EVENTS),
    }


def _profiles(
    api: Api, start: datetime | None, end: datetime | None
) -> Iterator[Mapping[str, datetime]]:
    terms = [*since("updated", start), *before("updated", end)]
    asked = {"sort": "updated", "page[size]": PROFILES, "fields[profile]": "updated"}
    return _pages(api, "/api/profiles", "updated", asked, terms)


def _events(
    api: Api, start: datetime | None, end: datetime | None
) -> Iterator[Mapping[str, datetime]]:
    terms = [f"greater-or-equal(datetime,{zulu(start)})"] if start else []
    terms += before("datetime", end)
    asked = {"sort": "datetime", "page[size]": EVENTS, "fields[event]": "datetime"}
    return _pages(api, "/api/events", "datetime", asked, terms)


def _pages(
    api: Api, path: str, column: str, asked: Mapping[str, object], terms: list[str]
) -> Iterator[Mapping[str, datetime]]:
    params = {**asked, **({"filter": ",".join(terms)} if terms else {})}
    for records in api.records(path, params):
        yield {
            str(one["id"]): at
            for one in records
            if one.get("id") and (at := moment((one.get("attributes") or {}).get(column)))
        }
