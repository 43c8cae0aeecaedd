"""Everything people did, or that was done to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from core.pull import Page, Pull, each
from sources.klaviyo.api import Api
from sources.klaviyo.rows import event, metric_names
from sources.klaviyo.times import Reach, before, moment, zulu

TABLE = "events"
# The specification says 1,000 in one place and 200 in another; 200 is taken in either case.
ASKED = {
    "page[size]": 200,
    "sort": "datetime",
    "include": "metric",
    "fields[metric]": "name",
}


class Events:
    """The log of an account.

    Cursor: ``events`` is the latest ``datetime`` seen, never later than the walk's beginning.
    """

    def __init__(self, api: Api, pull: Pull, late_days: float) -> None:
        self._api, self._pull = api, pull
        self._lateness = timedelta(days=late_days)

    def pages(self) -> Iterator[Page]:
        """Read the log from as far back as something may still have come in."""
        reach = Reach(self._pull.now())
        for records, answer in self._api.pages("/api/events", self._params()):
            rows = each(partial(event, metrics=metric_names(answer)), records)
            reach.note(rows, "datetime")
            yield rows
        self._pull.advance(TABLE, reach.cursor(self._pull.cursor(TABLE)))

    def _params(self) -> dict[str, object]:
        start = self._since()
        terms = [f"greater-or-equal(datetime,{zulu(start)})"] if start else []
        terms += before("datetime", self._pull.until)
        return {**ASKED, **({"filter": ",".join(terms)} if terms else {})}

    def _since(self) -> datetime | None:
        cursor = moment(self._pull.cursor(TABLE))
        return cursor - self._lateness if cursor else self._pull.since
