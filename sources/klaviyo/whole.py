"""Lists that are read whole: metrics, campaigns, and with them lists and segments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from core.pull import Gone, Page, Pull, Record, each
from sources.klaviyo.api import Api
from sources.klaviyo.rows import campaign, ids, plain

CHANNELS = ("email", "sms")


def channel_filters() -> list[dict[str, Any]]:
    """Return the questions that bring every campaign: by channel, archived ones apart."""
    found = []
    for channel in CHANNELS:
        wanted = f"equals(messages.channel,'{channel}')"
        found += [{"filter": wanted}, {"filter": f"and({wanted},equals(archived,true))"}]
    return found


# Table -> the questions that bring all of it.
QUESTIONS: dict[str, list[dict[str, Any]]] = {
    "lists": [{"page[size]": 10, "sort": "id"}],
    "segments": [{"page[size]": 10, "sort": "id"}],
    "metrics": [{}],
    "campaigns": [{**one, "page[size]": 100, "sort": "created_at"} for one in channel_filters()],
}
SHAPES: dict[str, Callable[[Record], Record]] = {"campaigns": campaign}
# Metrics are never deleted, and cannot be asked for with a list's ids.
LASTING = frozenset({"metrics"})


class Whole:
    """One table that is read from its first record to its last each time.

    Attributes:
        seen: Ids that were listed.
    """

    def __init__(self, api: Api, pull: Pull, table: str) -> None:
        self._api, self._pull, self._table = api, pull, table
        self._shape = SHAPES.get(table, plain)
        self.seen: set[str] = set()

    def pages(self) -> Iterator[Page]:
        """Yield every record, then those that are gone."""
        for params in QUESTIONS[self._table]:
            for records in self._api.records(f"/api/{self._table}", params):
                self.seen |= ids(records)
                yield each(self._shape, records)
        if not self._pull.window and self._table not in LASTING:
            yield from self._absent()

    def _absent(self) -> Iterator[Page]:
        """Look up what was held and not listed."""
        held = [key for (key,) in self._pull.known.keys(self._table)]
        for one in held:
            if one in self.seen:
                continue
            found = self._api.one(f"/api/{self._table}/{one}")
            if found is None:
                yield [Gone(id=one, deleted_at=self._pull.now().isoformat())]
            else:
                self.seen.add(one)
                yield each(self._shape, [found])
