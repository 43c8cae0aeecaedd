"""One object in one pull: what changed of it, and who is gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cached_property

from core.pull import Gone, Page, Pull, Record, each
from sources._sightings import Sightings, chunks
from sources._sweeps import Sweeps
from sources.salesforce.api import Org
from sources.salesforce.fields import Choice, Fields, chosen, row
from sources.salesforce.soql import STAMP, among, between, literal, select
from sources.salesforce.tables import Kind

# A transaction is stamped while it runs and shows when it is through.
HOLD_BACK = timedelta(seconds=600)
# Ids in one query: with the names of many fields they must fit into a URL.
LOOKED_UP_AT_ONCE = 100
ID_ALONE = Fields({"Id": "id"})


class Reading:
    """One object in one pull.

    Cursors: ``<table>`` is the newest SystemModstamp read; ``<table>_fields`` seals the fields
    that were asked for; ``<table>_whole_at`` is when the object was last read whole.
    """

    def __init__(self, org: Org, pull: Pull, kind: Kind, choice: Choice) -> None:
        self._org, self._pull, self._kind, self._choice = org, pull, kind, choice
        self._seen = Sightings(kind.table, pull.known)

    @cached_property
    def _fields(self) -> Fields:
        return chosen(self._org.described(self._kind), self._kind, self._choice)

    def pages(self) -> Iterator[Page]:
        """Yield what changed; then those who are gone, but not when a window is read."""
        yield from self._changed()
        if self._pull.window or not self._kind.has_bin:
            return
        if self._pull.full:
            yield from self._looked_up(self._seen.missing(set(self._seen.alive)))
        else:
            yield from self._counted()

    def _changed(self) -> Iterator[Page]:
        """Read by last change. The cursor moves when all has come, and never past the hour."""
        since, began = self._since(), self._pull.now()
        newest: datetime | None = None
        asked = select(self._fields.kinds, self._kind.sobject, between(since, self._pull.until))
        for page in self._org.rows(self._kind, asked, self._fields, f"{STAMP}, Id"):
            yield self.noted(page)
            newest = max(filter(None, (newest, *map(stamp, page))), default=None)
        table = self._kind.table
        if newest:
            self._pull.advance(table, self._furthest(min(newest, began)))
        self._pull.advance(f"{table}_fields", self._fields.seal())
        if since is None:
            self._pull.advance(f"{table}_whole_at", literal(began))

    def _since(self) -> datetime | None:
        if self._pull.window:
            return self._pull.since
        table, pull = self._kind.table, self._pull
        cursor = pull.cursor(table)
        is_same = pull.cursor(f"{table}_fields") == self._fields.seal()
        if cursor is None or not is_same or self._is_stale(pull.cursor(f"{table}_whole_at")):
            return None
        return datetime.fromisoformat(cursor) - HOLD_BACK

    def _is_stale(self, whole_at: str | None) -> bool:
        """Say whether formula fields may be too old: they change without a stamp."""
        if not self._fields.has_formulas:
            return False
        if whole_at is None:
            return True
        age = self._pull.now() - datetime.fromisoformat(whole_at)
        return age >= timedelta(days=self._choice.formula_days)

    def _furthest(self, reached: datetime) -> str:
        before = self._pull.cursor(self._kind.table)
        return max(literal(reached), before or "")

    def noted(self, page: Iterable[Record]) -> list[Record]:
        """Return records as rows, and remember who lives."""
        rows = each(self._row, list(page))
        self._seen.see(found for found in rows if not found.get("deleted_at"))
        ended = [found for found in rows if found.get("deleted_at")]
        self._seen.lose(str(found["id"]) for found in ended if found.get("id"))
        return rows

    def _row(self, record: Record) -> Record:
        found = row(record, self._fields)
        if self._choice.currency and "Amount" in found:
            found.setdefault("CurrencyIsoCode", self._choice.currency)
        return self._dead(found) if found.get("IsDeleted") is True else found

    def _dead(self, found: Record) -> Record:
        at, winner = found.get(STAMP), found.get("MasterRecordId")
        return {
            **found,
            "deleted_at": at if isinstance(at, str) else literal(self._pull.now()),
            "merged_into": winner if isinstance(winner, str) else None,
        }

    def _counted(self) -> Iterator[Page]:
        """Read every id where Salesforce's count is not ours: a purge leaves no other trace."""
        sweeps, count = Sweeps(self._kind.table, self._pull), self._org.count(self._kind)
        if sweeps.is_due(count, self._seen.expected()):
            yield from self._swept()
            sweeps.done(count, self._seen.expected())

    def _swept(self) -> Iterator[Page]:
        listed: set[str] = set()
        asked = select(["Id"], self._kind.sobject, self._kind.live)
        for page in self._org.rows(self._kind, asked, ID_ALONE, "Id"):
            listed |= _ids(page)
        yield from self._looked_up([*self._seen.missing(listed), *self._seen.new(listed)])

    def _looked_up(self, ids: Iterable[str]) -> Iterator[Page]:
        """Look at records one by one: alive, in the bin, or nowhere."""
        for chunk in chunks(ids, LOOKED_UP_AT_ONCE):
            alive = self._among(chunk, self._kind.live)
            yield self.noted(alive)
            rest = [own for own in chunk if own not in _ids(alive)]
            binned = self._among(rest) if rest else []
            yield self.noted({**record, "IsDeleted": True} for record in binned)
            lost = [own for own in rest if own not in _ids(binned)]
            self._seen.lose(lost)
            yield [Gone(id=own, deleted_at=literal(self._pull.now())) for own in lost]

    def _among(self, ids: list[str], conditions: Iterable[str] = ()) -> list[Record]:
        asked = select(self._fields.kinds, self._kind.sobject, [among(ids), *conditions])
        pages = self._org.rows(self._kind, asked, self._fields)
        return [record for page in pages for record in page]


def stamp(record: Record) -> datetime | None:
    """Return when a record last changed; None if it does not say so readably."""
    value = record.get(STAMP)
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _ids(records: Iterable[Record]) -> set[str]:
    return {str(record["Id"]) for record in records if record.get("Id")}
