"""How each of Shopify's tables is read: what changed, then what is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from core.pull import For, Gone, Pull, Record
from sources._sightings import Sightings, chunks
from sources.shopify import queries, rows
from sources.shopify.api import PAGE_LIMIT, Shop

CATCH_UPS = 2
READABLE = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Walk:
    """One table of Shopify's.

    Attributes:
        table: Raw table, and the connection's name.
        kind: The type in a long id.
        hold_back: How far behind its cursor a pull starts.
        shape: Turns nodes into pages of rows, the table's own first.
        variables: What the query needs besides its page.
        parts: Tables whose rows go when theirs goes, by ``order_id``.
        whole_days: The filter sees the day of a change and not its hour.
    """

    table: str
    kind: str
    hold_back: timedelta
    shape: Callable[[list[Record]], list[For]]
    variables: dict[str, Any] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    whole_days: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A walk in one pull: whom it asks and what it has seen."""

    shop: Shop
    pull: Pull
    walk: Walk
    seen: Sightings

    def changed(self) -> Iterator[For]:
        """Read what was updated since the cursor, oldest change first.

        A record that is edited meanwhile moves to the end and is read again there.
        """
        table, pull = self.walk.table, self.pull
        cursor = pull.cursor(table)
        since = moment(cursor) - self.walk.hold_back if cursor else pull.since
        search = updated(since, pull.until, whole_days=self.walk.whole_days)
        variables = {**self.walk.variables, "query": search}
        for page in self.shop.pages(queries.changed(table), variables):
            stamps = [node.get("updatedAt") for node in page["nodes"]]
            yield from self._rows(page["nodes"])
            pull.advance(table, advanced(pull.state.get(table), stamps, pull.now()))

    def vanished(self) -> Iterator[For]:
        """Find what was deleted: Shopify tells of no deleted customer or order, but counts them.

        Newcomers since the last page would look like a difference, so we catch up first.
        """
        if self.pull.window:
            return
        for _ in range(0 if self.pull.full else CATCH_UPS):
            if self._total() == self.seen.expected():
                return
            yield from self.changed()
        if self.pull.full or self._total() != self.seen.expected():
            yield from self.swept()

    def swept(self) -> Iterator[For]:
        """List every id, and look up those we miss and those we did not know of."""
        listed: dict[str, str] = {}
        for page in self.shop.pages(queries.listing(self.walk.table), first=PAGE_LIMIT):
            nodes = [node for node in page["nodes"] if node.get("id")]
            listed |= {rows.number(node["id"]): node["createdAt"] for node in nodes}
        missing = self._in_sight(self.seen.missing(listed), listed.values())
        for ids in chunks([*missing, *self.seen.new(listed)], self.shop.page_size):
            yield from self._looked_up(ids)

    def relinked(self, customers: set[str]) -> Iterator[For]:
        """Read the orders of lost customers again: a merge may have moved them, unstamped."""
        known = self.pull.known
        for keys in chunks(known.keys("orders"), 1_000):
            held = known.rows("orders", keys)
            ids = [row["id"] for row in held if row.get("customer_id") in customers]
            for some in chunks(ids, self.shop.page_size):
                yield from self._looked_up(some)

    def deleted(self) -> Iterator[For]:
        """Read which products were deleted; of those, Shopify keeps a record."""
        name = f"{self.walk.table}_deleted"
        cursor, began = self.pull.cursor(name), self.pull.now()
        if self.pull.window:
            return
        if cursor is None:
            if self.pull.known.count(self.walk.table):
                yield from self.swept()
            self.pull.advance(name, zulu(began))
            return
        search = f"occurred_at:>='{zulu(moment(cursor) - self.walk.hold_back)}'"
        for page in self.shop.pages(queries.DELETIONS, {"query": search}, first=PAGE_LIMIT):
            at = {rows.number(node["subjectId"]): node["occurredAt"] for node in page["nodes"]}
            ours = self.seen.held(at) | (self.seen.alive & at.keys())
            yield from self._gone({each: at[each] for each in ours})
            self.pull.advance(name, advanced(cursor, at.values(), self.pull.now()))

    def _rows(self, nodes: list[Record]) -> Iterator[For]:
        pages = self.walk.shape([node for node in nodes if node])
        self.seen.see(pages[0].page)
        yield from pages

    def _looked_up(self, ids: list[str]) -> Iterator[For]:
        named = [rows.gid(self.walk.kind, each) for each in ids]
        variables = {**self.walk.variables, "ids": named}
        nodes = self.shop.ask(queries.named(self.walk.table), variables)["nodes"]
        there = {rows.number(node["id"]) for node in nodes if node and node.get("id")}
        yield from self._rows(nodes)
        now = self.pull.now().isoformat()
        yield from self._gone({each: now for each in ids if each not in there})

    def _gone(self, at: dict[str, str]) -> Iterator[For]:
        """Tell records gone, and their parts with them."""
        if not at:
            return
        self.seen.lose(at)
        yield For(self.walk.table, [Gone(id=each, deleted_at=at[each]) for each in sorted(at)])
        known = self.pull.known
        for part in self.walk.parts:
            for keys in chunks(known.keys(part), 1_000):
                parts = [row for row in known.rows(part, keys) if row.get("order_id") in at]
                gone = [Gone(id=row["id"], deleted_at=at[row["order_id"]]) for row in parts]
                yield For(part, gone)

    def _total(self) -> int | None:
        """Return Shopify's own count; None when it only knows "at least"."""
        total = self.shop.ask(queries.count(self.walk.table)).get("total") or {}
        return total.get("count") if total.get("precision") == "EXACT" else None

    def _in_sight(self, missing: list[str], listed_at: Iterable[str]) -> list[str]:
        """Leave out orders that are only out of sight.

        A token without ``read_all_orders`` sees 60 days of orders: one that grew older than that
        is not deleted. Such a token is known by that it lists nothing older.
        """
        if self.walk.table != "orders" or not missing:
            return missing
        horizon = self.pull.now() - READABLE
        if any(moment(at) < horizon - timedelta(days=1) for at in listed_at):
            return missing
        held = self.pull.known.rows("orders", [(each,) for each in missing])
        aged = {row["id"] for row in held if _is_before(row.get("created_at"), horizon)}
        return [each for each in missing if each not in aged]


def updated(since: datetime | None, until: datetime | None, *, whole_days: bool) -> str | None:
    """Write the search for what was updated between two moments; None asks for everything.

    Shopify reads the customers' filter in whole days of the shop's own time zone, so for them we
    start at the beginning of a day and end one day late.
    """
    if whole_days:
        since = since and since.replace(hour=0, minute=0, second=0, microsecond=0)
        until = until and until + timedelta(days=1)
    terms = [f"updated_at:>='{zulu(since)}'"] if since else []
    terms += [f"updated_at:<'{zulu(until)}'"] if until else []
    return " AND ".join(terms) or None


def advanced(cursor: str | None, stamps: Iterable[Any], now: datetime) -> str | None:
    """Return the cursor after a page: never backwards, and never past the vendor's hour.

    A record dated in the future would otherwise hide every change until that day.
    """
    moments = [moment(stamp) for stamp in stamps if isinstance(stamp, str)]
    newest = min(max(moments), now) if moments else None
    if newest is None or (cursor and newest <= moment(cursor)):
        return cursor
    return zulu(newest)


def zulu(at: datetime) -> str:
    """Write a moment as Shopify's filters read it, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime:
    """Read a moment as Shopify writes it."""
    return datetime.fromisoformat(text)


def _is_before(value: Any, horizon: datetime) -> bool:  # noqa: ANN401 - a time, or its text
    at = moment(value) if isinstance(value, str) else value
    return isinstance(at, datetime) and at < horizon
