"""Lists and segments, and who is in them. Joining and leaving does not touch the profile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from core.errors import VendorRefusedError
from core.pull import For, Gone, Page, Pull, Record, each
from sources._sightings import chunks
from sources.klaviyo.api import NOT_FOUND, Api
from sources.klaviyo.rows import ids, membership
from sources.klaviyo.sweep import Sweep
from sources.klaviyo.times import Reach, moment, since
from sources.klaviyo.whole import Whole

HOLD_BACK = timedelta(hours=1)
ASKED = {"page[size]": 100, "fields[profile]": "joined_group_at", "sort": "joined_group_at"}
ROWS = 1_000

Place = tuple[str, ...]


class Groups:
    """The lists of an account, or its segments, with their members.

    Cursor: ``<kind>_profiles`` is the latest ``joined_group_at`` seen in any, never later than the
    walk's beginning.
    """

    def __init__(self, api: Api, pull: Pull, sweep: Sweep, kind: str) -> None:
        self._api, self._pull, self._sweep, self._kind = api, pull, sweep, kind
        self._table = f"{kind}_profiles"
        self._seen: set[Place] = set()

    def pages(self) -> Iterator[Page | For]:
        """Read every list, then who joined one; in a sweep, who is on it, and who left."""
        whole = Whole(self._api, self._pull, f"{self._kind}s")
        yield from whole.pages()
        groups = sorted(whole.seen)
        reach, is_sweep = Reach(self._pull.now()), self._sweep.is_due(self._table)
        start = None if is_sweep else self._since()
        for group in groups:
            for rows in self._members(group, start):
                reach.note(rows, "joined_group_at")
                yield For(self._table, rows)
        if is_sweep:
            yield from self._left(set(groups))
            self._sweep.done(self._table)
        self._pull.advance(self._table, reach.cursor(self._pull.cursor(self._table)))

    def _since(self) -> datetime | None:
        cursor = moment(self._pull.cursor(self._table))
        return cursor - HOLD_BACK if cursor else self._pull.since

    def _members(self, group: str, start: datetime | None) -> Iterator[list[Record]]:
        terms = since("joined_group_at", start)
        params = {**ASKED, **({"filter": terms[0]} if terms else {})}
        try:
            for records in self._api.records(f"/api/{self._kind}s/{group}/profiles", params):
                self._seen |= {(group, one) for one in ids(records)}
                yield each(partial(membership, kind=self._kind, group=group), records)
        except VendorRefusedError as error:
            if error.status != NOT_FOUND:
                raise
            # It was deleted since it was listed: nobody is on it.

    def _left(self, groups: set[str]) -> Iterator[For]:
        """Tell who is no longer there, once a second reading of their lists agrees."""
        held = list(self._pull.known.keys(self._table))
        for group in sorted({place[0] for place in held if place not in self._seen} & groups):
            for rows in self._members(group, None):
                yield For(self._table, rows)
        at = self._pull.now().isoformat()
        for some in chunks((place for place in held if place not in self._seen), ROWS):
            gone = [
                Gone({f"{self._kind}_id": place[0], "profile_id": place[1], "deleted_at": at})
                for place in some
            ]
            yield For(self._table, gone)
