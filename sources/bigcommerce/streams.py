"""What one pull reads of each table: what changed, then who is gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.pull import For, Known, Pull, Record
from sources._sightings import Sightings, chunks
from sources.bigcommerce.api import PAGE, Api
from sources.bigcommerce.lists import Listing
from sources.bigcommerce.rows import Orders, Plain, Refunds, is_archived
from sources.bigcommerce.times import SECOND, advanced, ceiling, iso, moment

# What is written while others are read may carry an older second.
HOLD_BACK = timedelta(minutes=10)
CATCH_UPS = 1
REFUNDS = "v3/orders/payment_actions/refunds"


@dataclass(slots=True)
class Reading:
    """One table in one pull.

    Beside the table's own cursor, ``<table>_off_by`` is by how much BigCommerce's total differed
    from what it lists right after the last sweep.
    """

    listing: Listing
    pull: Pull
    shape: Plain
    seen: Sightings = field(init=False)
    _archived: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.seen = Sightings(self.table, self.pull.known)

    @property
    def table(self) -> str:
        """The raw table."""
        return self.shape.table

    def changed(self) -> Iterator[For]:
        """Read what was modified since the cursor, oldest change first.

        Every page is a first page: it begins at the second in which the last one ended.
        """
        pull, cursor = self.pull, self.pull.cursor(self.table)
        since = datetime.fromisoformat(cursor) - HOLD_BACK if cursor else ceiling(pull.since)
        until, before = ceiling(pull.until), dict[str, Record]()
        while True:
            rows, more = self.listing.first((since, until))
            yield from self._within(rows, before, until)
            newest = max(_stamps(rows), default=None)
            if not more:
                return
            if newest is None:
                yield from self._each(self.listing.every((since, until)))
                return
            if since is not None and newest <= since:
                # More than a page in one second, among which there is no order but that of ids.
                yield from self._each(self.listing.every((since, since + SECOND)))
                newest = since + SECOND
            since, before = newest, {str(row.get("id")): row for row in rows}

    def vanished(self) -> Iterator[For]:
        """Find what was deleted: nothing tells, but the total differs then.

        What came in since the last page would differ as well, so we catch up first.
        """
        if self.pull.window:
            return
        mark = f"{self.table}_off_by"
        for again in range(CATCH_UPS + 1):
            total = self.listing.total()
            if total is not None and total - self._expected() == (self.pull.cursor(mark) or 0):
                return
            if again < CATCH_UPS:
                yield from self.changed()
        listed: set[str] = set()
        for rows in self.listing.every((None, None), ids=True):
            listed.update(str(row["id"]) for row in rows if row.get("id"))
        archived = archived_orders(self.pull.known) if self.table == "orders" else set()
        new = [key for key in self.seen.new(listed) if key not in archived | self._archived]
        yield from self.checked([*self.seen.missing(listed), *new])
        if total is not None:
            self.pull.advance(mark, total - len(listed))

    def relinked(self, customers: set[str]) -> Iterator[For]:
        """Read the orders of lost customers again: they became a guest's, perhaps unstamped."""
        for keys in chunks(self.pull.known.keys(self.table), 1_000):
            held = self.pull.known.rows(self.table, keys)
            yield from self.checked([r["id"] for r in held if r.get("customer_id") in customers])

    def checked(self, ids: list[str]) -> Iterator[For]:
        """Look records up: what is there is told, what is not is gone."""
        for some in chunks(ids, PAGE):
            found = self.listing.named(some)
            there = {str(row.get("id")) for row in found}
            now = iso(self.pull.now())
            yield from self._told(found)
            lost = {key: now for key in some if key not in there}
            if lost:
                self.seen.lose(lost)
                yield from self.shape.lost(lost)

    def _expected(self) -> int:
        """Return what BigCommerce should count: archived orders, too, which we hold as gone."""
        archived = archived_orders(self.pull.known) if self.table == "orders" else set()
        return self.seen.expected() + len((archived - self.seen.alive) | self._archived)

    def _each(self, pages: Iterator[list[Record]]) -> Iterator[For]:
        for rows in pages:
            yield from self._told(rows)

    def _within(
        self, rows: list[Record], before: dict[str, Record], until: datetime | None
    ) -> Iterator[For]:
        """Tell the rows of a page that the page before did not have, word for word."""
        news = [row for row in rows if before.get(str(row.get("id"))) != row]
        yield from self._told(
            [
                r
                for r in news
                if until is None or not (at := moment(r.get("date_modified"))) or at < until
            ]
        )
        reached = advanced(self.pull.state.get(self.table), _stamps(rows), self.pull.now())
        self.pull.advance(self.table, reached)

    def _told(self, rows: list[Record]) -> Iterator[For]:
        alive = [row for row in rows if not is_archived(row)]
        archived = {str(row["id"]) for row in rows if is_archived(row) and row.get("id")}
        self.seen.see(alive)
        self.seen.lose(archived)
        self._archived = (self._archived | archived) - self.seen.alive
        yield from self.shape.told(rows)


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Refunds: listed in the order of their ids, never changed and never deleted."""

    api: Api
    pull: Pull
    orders: Reading

    def pages(self) -> Iterator[For]:
        """Read what was made since the cursor, or in a window."""
        pull, began = self.pull, self.pull.clock.now()
        cursor = pull.cursor("refunds")
        since = datetime.fromisoformat(cursor) - HOLD_BACK if cursor else ceiling(pull.since)
        params = {"created:min": iso(since)} if since else {}
        until = ceiling(pull.until)
        params |= {"created:max": iso(until - SECOND)} if until else {}
        shape = Refunds(self._currency)
        for rows in self.api.pages(REFUNDS, params):
            yield from shape.told(rows)
        pull.advance("refunds", pull.meter.vendor_now(began).isoformat(timespec="seconds"))

    def _currency(self, order: str) -> object:
        """Return an order's currency: as just read, as held, or asked for."""
        shape = self.orders.shape
        just_read = shape.currencies.get(order) if isinstance(shape, Orders) else None
        if just_read:
            return just_read
        held = [row.get("currency") for row in self.pull.known.rows("orders", [(order,)])]
        if held and held[0]:
            return held[0]
        found = self.api.one(f"v2/orders/{order}", {}) or {}
        return found.get("default_currency_code") or found.get("currency_code")


def archived_orders(known: Known) -> set[str]:
    """Return the ids of the orders we hold as archived."""
    found: set[str] = set()
    for keys in chunks(known.keys("orders", deleted=True), 1_000):
        found.update(str(row["id"]) for row in known.rows("orders", keys) if is_archived(row))
    return found


def _stamps(rows: list[Record]) -> list[datetime]:
    return [at for row in rows if (at := moment(row.get("date_modified")))]
