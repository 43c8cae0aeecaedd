"""A roll call of one audience: where Mailchimp's count is not ours, every name is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from core.pull import Gone, Page, Pull, Record
from sources._sightings import chunks
from sources.mailchimp.api import PAGE, STATUSES, Api

# Above this a second reading of all is cheaper than asking for each.
LOOK_UPS = 200

Reader = Callable[[str], Iterator[list[Record]]]


class Roll:
    """Who is no longer in an audience.

    Cursor: ``members_off_by <audience>`` is by how much the two counts differed right after the
    last roll call: Mailchimp may count somebody we cannot key.
    """

    def __init__(self, api: Api, pull: Pull, list_id: str) -> None:
        self._api, self._pull, self._list = api, pull, list_id
        self._seen: set[str] = set()

    def note(self, rows: Iterable[Record]) -> None:
        """Remember who was seen in this pull."""
        self._seen.update(_names(rows))

    def pages(self, reader: Reader) -> Iterator[Page]:
        """Read everybody if the count says so, and tell who is gone."""
        mark = f"members_off_by {self._list}"
        expected = set(self._expected())
        if self._count() - len(expected) == (self._pull.cursor(mark) or 0):
            return
        listed: set[str] = set()
        for page in reader(self._list):
            listed.update(_names(page))
            yield page
        missing = expected - listed
        if len(missing) <= LOOK_UPS:
            yield from self._looked_up(missing)
        else:
            yield from self._read_again(missing, reader)
        self._pull.advance(mark, self._count() - len(listed))

    def _count(self) -> int:
        path = f"lists/{self._list}/members"
        return sum(self._api.total(path, {"status": status}) for status in STATUSES)

    def _expected(self) -> Iterator[str]:
        """Stream the contacts that should be here after this pull."""
        yield from self._seen
        for list_id, contact in self._pull.known.keys("members"):
            if list_id == self._list:
                yield contact

    def _looked_up(self, missing: Iterable[str]) -> Iterator[Page]:
        for contact in sorted(missing):
            found = self._api.one(f"lists/{self._list}/members/{contact}")
            yield [found] if found is not None else self._gone([contact])

    def _read_again(self, missing: set[str], reader: Reader) -> Iterator[Page]:
        """Take a second look: whoever changed status while we read was in neither list."""
        left = set(missing)
        for page in reader(self._list):
            left -= _names(page)
            yield page
        for some in chunks(sorted(left), PAGE):
            yield self._gone(some)

    def _gone(self, contacts: Iterable[str]) -> Page:
        at = self._pull.now().isoformat()
        return [Gone(list_id=self._list, contact_id=one, deleted_at=at) for one in contacts]


def _names(rows: Iterable[Record]) -> set[str]:
    """Return who is in ``rows``; one without a contact id is quarantined elsewhere."""
    return {str(row["contact_id"]) for row in rows if row.get("contact_id")}
