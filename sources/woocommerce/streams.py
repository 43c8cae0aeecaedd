"""What one pull reads of each table: what changed, then who is gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.pull import For, Pull, Record
from sources._sightings import Sightings, chunks
from sources.woocommerce.api import PAGE, Api, Params
from sources.woocommerce.rows import Plain
from sources.woocommerce.times import advanced, later, naive, span, stamp
from sources.woocommerce.walks import MODIFIED, by_change, by_id

# A checkout or an import may commit minutes after the time it stamped.
HOLD_BACK = timedelta(minutes=15)
CATCH_UPS = 1
IN_THE_BIN = {"status": "trash"}


@dataclass(slots=True)
class Reading:
    """One table in one pull.

    Two cursors beside its own: ``<table>_binned`` is how far the trash was read;
    ``<table>_off_by`` by how much WooCommerce's total differed from what it lists right after the
    last sweep, as it does for records that the key may not read.
    """

    api: Api
    pull: Pull
    table: str
    shape: Plain
    params: Params = field(default_factory=dict)
    seen: Sightings = field(init=False)

    def __post_init__(self) -> None:
        self.seen = Sightings(self.table, self.pull.known)

    def changed(self) -> Iterator[For]:
        """Read what was modified since the cursor."""
        table, pull = self.table, self.pull
        since = later(pull.cursor(table), HOLD_BACK) or pull.since
        for rows in by_change(self.api, table, self.params, since, pull.until):
            stamps = [at for row in rows if (at := stamp(row, MODIFIED))]
            yield from self._alive(rows)
            pull.advance(table, advanced(pull.state.get(table), stamps, pull.now()))

    def created(self) -> Iterator[For]:
        """Read refunds: they tell when they were made, and are never changed.

        They are found by the time of their modification all the same: one that was imported with
        an old date is new. A window goes by the time they tell.
        """
        pull, began = self.pull, self.pull.clock.now()
        since = later(pull.cursor(self.table), HOLD_BACK)
        within = span(pull.since, pull.until, "") if pull.window else span(since, None)
        for rows in by_id(self.api, self.table, {**self.params, **within}):
            yield from self._alive(rows)
        pull.advance(self.table, pull.meter.vendor_now(began).isoformat(timespec="seconds"))

    def binned(self) -> Iterator[For]:
        """Read what was thrown away: no list shows it unless the trash is asked for."""
        pull, name = self.pull, f"{self.table}_binned"
        cursor, began = pull.cursor(name), pull.clock.now()
        if cursor is None and pull.known.count(self.table) == 0:
            pull.advance(name, pull.meter.vendor_now(began).isoformat(timespec="seconds"))
            return
        since = later(cursor, HOLD_BACK)
        for rows in by_change(self.api, self.table, {**self.params, **IN_THE_BIN}, since, None):
            at = {str(row["id"]): naive(moment) + "Z" for row, moment in _dated(rows)}
            ours = self.seen.held(at) | (self.seen.alive & at.keys())
            yield from self._lost({key: at[key] for key in ours})
            stamps = [moment for _, moment in _dated(rows)]
            pull.advance(name, advanced(pull.state.get(name), stamps, pull.now()))

    def everybody(self) -> Iterator[For]:
        """Read a whole list; who is not in it is looked up once more, and then gone."""
        for rows in by_id(self.api, self.table, self.params):
            yield from self._alive(rows)
        yield from self._checked(self.seen.missing(self.seen.alive))

    def vanished(self) -> Iterator[For]:
        """Find what was deleted for good: nothing tells, but the total differs then.

        What came in since the last page would differ as well, so we catch up first.
        """
        mark = f"{self.table}_off_by"
        for again in range(CATCH_UPS + 1):
            total = self.api.total(self.table, self.params)
            if total is not None and total - self.seen.expected() == (self.pull.cursor(mark) or 0):
                return
            if again < CATCH_UPS:
                yield from self.created() if self.table == "refunds" else self.changed()
        listed: set[str] = set()
        for rows in by_id(self.api, self.table, {**self.params, "_fields": "id"}):
            listed.update(str(row["id"]) for row in rows if row.get("id"))
        yield from self._checked([*self.seen.missing(listed), *self.seen.new(listed)])
        if total is not None:
            self.pull.advance(mark, total - len(listed))

    def relinked(self, customers: set[str]) -> Iterator[For]:
        """Read the orders of lost customers again: they became a guest's, perhaps unstamped."""
        for keys in chunks(self.pull.known.keys(self.table), 1_000):
            held = self.pull.known.rows(self.table, keys)
            yield from self._checked([r["id"] for r in held if r.get("customer_id") in customers])

    def _checked(self, ids: list[str]) -> Iterator[For]:
        """Look records up: what is there is told, what is not is gone."""
        for some in chunks(ids, PAGE):
            found = self.api.named(self.table, some, self.params)
            there = {str(row.get("id")) for row in found}
            now = self.pull.now().isoformat(timespec="seconds")
            yield from self._alive(found)
            yield from self._lost({key: now for key in some if key not in there})

    def _alive(self, rows: list[Record]) -> Iterator[For]:
        self.seen.see(rows)
        yield from self.shape.told(rows)

    def _lost(self, at: dict[str, str]) -> Iterator[For]:
        if at:
            self.seen.lose(at)
            yield from self.shape.lost(at)


def _dated(rows: list[Record]) -> list[tuple[Record, datetime]]:
    return [(row, at) for row in rows if row.get("id") and (at := stamp(row, MODIFIED))]
