"""Lists that are read whole: audiences, campaigns. Who has left one is looked up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.pull import For, Gone, Page, Pull
from sources._sightings import chunks
from sources.mailchimp.api import PAGE, Api

# Table -> path, name in the answer, and the order that puts new records last.
ENDPOINTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "audiences": ("lists", "lists", {"sort_field": "date_created", "sort_dir": "ASC"}),
    "campaigns": ("campaigns", "campaigns", {"sort_field": "create_time", "sort_dir": "ASC"}),
    "reports": ("reports", "reports", {}),
}


class Whole:
    """One table that is read from its first record to its last each time."""

    def __init__(self, api: Api, pull: Pull, table: str) -> None:
        self._api, self._pull, self._table = api, pull, table
        self._seen: set[str] = set()

    def pages(self) -> Iterator[Page | For]:
        """Yield every record, then those that are gone."""
        path, name, params = ENDPOINTS[self._table]
        for page in self._api.listed(path, name, "id", params):
            self._seen.update(str(row["id"]) for row in page if row.get("id"))
            yield page
        if not self._pull.window:
            yield from self._absent(path)

    def _absent(self, path: str) -> Iterator[Page | For]:
        """Look up what was held and not listed: it may only have been skipped."""
        held = [key for (key,) in self._pull.known.keys(self._table)]
        for each in held:
            if each in self._seen:
                continue
            found = self._api.one(f"{path}/{each}")
            if found is not None:
                yield [found]
            else:
                yield from self._told_gone(each)

    def _told_gone(self, each: str) -> Iterator[Page | For]:
        yield [Gone(id=each, deleted_at=self._pull.now().isoformat())]


class Audiences(Whole):
    """Audiences; one that is deleted takes its members along."""

    def __init__(self, api: Api, pull: Pull) -> None:
        super().__init__(api, pull, "audiences")

    def _told_gone(self, each: str) -> Iterator[Page | For]:
        at = self._pull.now().isoformat()
        members = (key for key in self._pull.known.keys("members") if key[0] == each)
        for some in chunks(members, PAGE):
            gone = [Gone(list_id=each, contact_id=key[1], deleted_at=at) for key in some]
            yield For("members", gone)
        yield from super()._told_gone(each)
