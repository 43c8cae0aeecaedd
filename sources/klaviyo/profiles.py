"""Profiles: who changed, and who is gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from core.pull import Gone, Page, Pull, Record, each
from sources._sightings import chunks
from sources.klaviyo.api import Api
from sources.klaviyo.rows import ids, plain
from sources.klaviyo.sweep import Sweep
from sources.klaviyo.times import Reach, before, moment, since

TABLE = "profiles"
PATH = "/api/profiles"
ASKED = {"page[size]": 100, "additional-fields[profile]": "subscriptions"}
HOLD_BACK = timedelta(hours=1)
AT_ONCE = 100


class Profiles:
    """Everybody there is.

    Cursor: ``profiles`` is the latest ``updated`` seen, never later than the walk's beginning.
    """

    def __init__(self, api: Api, pull: Pull, sweep: Sweep) -> None:
        self._api, self._pull, self._sweep = api, pull, sweep
        self._seen: set[str] = set()

    def pages(self) -> Iterator[Page]:
        """Read everybody if a sweep is due, else those who changed."""
        reach, is_sweep = Reach(self._pull.now()), self._sweep.is_due(TABLE)
        for records in self._walk(None if is_sweep else self._since()):
            rows = each(plain, records)
            reach.note(rows, "updated")
            yield rows
        if is_sweep:
            yield from self._absent()
            self._sweep.done(TABLE)
        self._pull.advance(TABLE, reach.cursor(self._pull.cursor(TABLE)))

    def _walk(self, start: datetime | None) -> Iterator[list[Record]]:
        terms = [*since("updated", start), *before("updated", self._pull.until)]
        params = {**ASKED, "sort": "updated"}
        if terms:
            params["filter"] = ",".join(terms)
        for records in self._api.records(PATH, params):
            self._seen |= ids(records)
            yield records

    def _since(self) -> datetime | None:
        cursor = moment(self._pull.cursor(TABLE))
        return cursor - HOLD_BACK if cursor else self._pull.since

    def _absent(self) -> Iterator[Page]:
        """Look up who was held and not listed: profiles move while pages are read."""
        missing = [key for (key,) in self._pull.known.keys(TABLE) if key not in self._seen]
        for some in chunks(missing, AT_ONCE):
            yield from self._looked_up(some)

    def _looked_up(self, some: Sequence[str]) -> Iterator[Page]:
        asked = ",".join(f'"{one}"' for one in some)
        there: set[str] = set()
        for records in self._api.records(PATH, {**ASKED, "filter": f"any(id,[{asked}])"}):
            there |= ids(records)
            yield each(plain, records)
        yield [self._gone(one) for one in some if one not in there]

    def _gone(self, found: str) -> Gone:
        """Tell that a profile is gone; one look at its id may tell into which it was merged."""
        told = Gone(id=found, deleted_at=self._pull.now().isoformat())
        other = self._api.one(f"{PATH}/{found}")
        if other is not None and other.get("id") not in {None, found}:
            told["merged_into"] = other["id"]
        return told
