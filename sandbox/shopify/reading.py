"""What one query may look at: records by id, pages of them, and nothing twice."""

import re
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox.clock import millis, parse
from sandbox.shopify.cursors import BadPageError, Mark, Page, decode, size
from sandbox.shopify.money import PLACES, Money
from sandbox.shopify.search import condition
from sandbox.store import Collection, Row

Facts = dict[str, Any]
KINDS = {"Order": "orders", "Customer": "customers", "Product": "products", "Refund": "refunds"}
GID = re.compile(r"gid://shopify/(\w+)/(\d+)(\?|$)")
COLUMNS = {"UPDATED_AT": "updated_at", "CREATED_AT": "created_at", "PROCESSED_AT": "created_at"}


class Reading:
    """One query's sight of the shop.

    Args:
        collections: By table.
        currency: The shop's own; "" where each order is in the currency it was bought in.
        rates: What one unit of a currency is worth in the shop's own.
        hidden: Further SQL condition by table, for records a token may not see.
    """

    def __init__(
        self,
        collections: Mapping[str, Collection],
        currency: str,
        rates: Mapping[str, Decimal],
        hidden: Mapping[str, str],
    ) -> None:
        self.currency = currency or "EUR"
        self.warnings: list[tuple[str, str, list[str]]] = []
        self._collections = collections
        self._own = currency
        self._rates = rates
        self._hidden = hidden
        self._seen: dict[tuple[str, Any], Any] = {}

    def one(self, table: str, record_id: int) -> Facts | None:
        """Give a live record, or None."""
        place = (table, record_id)
        if place not in self._seen:
            row = self._collections[table].get(record_id)
            live = row is not None and row.deleted_at is None
            self._seen[place] = row.json() if row is not None and live else None
        found: Facts | None = self._seen[place]
        return found

    def by_gid(self, gid: str) -> Facts | None:
        """Give a record by its global id; raises `BadPageError` when it is none."""
        match = GID.match(gid)
        if match is None:
            raise BadPageError(f"Invalid global id '{gid}'")
        kind, number = match[1], int(match[2])
        if kind == "Refund":
            return self._refund(number)
        return self.one(KINDS[kind], number) if kind in KINDS else None

    def orders_of(self, customer: int) -> list[Facts]:
        """Give every live order of a customer, oldest first."""
        place = ("orders of", customer)
        if place not in self._seen:
            found = self._collections["orders"].rows(
                "customer = ? and deleted_at is null", (customer,), order="created_at, id"
            )
            self._seen[place] = [row.json() for row in found]
        orders: list[Facts] = self._seen[place]
        return orders

    def count(self, table: str, args: Facts) -> Facts:
        """Give a count as the shop does: not above ``limit`` unless that is null."""
        sql, values = self._where(table, args.get("query"))
        found, limit = self._collections[table].count(sql, values), args.get("limit")
        if limit is not None and found > limit:
            return {"count": limit, "precision": "AT_LEAST"}
        return {"count": found, "precision": "EXACT"}

    def page(self, table: str, args: Facts, also: str = "", values: Iterable[Any] = ()) -> Page:
        """Give a page of live records: filtered, sorted and cut as the arguments say."""
        wanted = size(args)
        column = COLUMNS.get(str(args.get("sortKey")), "id")
        down = bool(args.get("reverse"))
        sql, found = self._where(table, args.get("query"))
        bounds = [(sql, found)] + ([(also, list(values))] if also else [])
        for name, later in (("after", not down), ("before", down)):
            if args.get(name) is not None:
                bounds.append(_beyond(column, decode(args[name]), later=later))
        backwards = args.get("first") is None
        turn = " desc" if down != backwards else ""
        rows = self._collections[table].rows(
            " and ".join(sql for sql, _ in bounds),
            [value for _, more in bounds for value in more],
            order=f"{column}{turn}, id{turn}" if column != "id" else f"id{turn}",
            limit=wanted + 1,
        )
        return _page(table, rows, wanted, column, args, backwards=backwards)

    def in_shop_money(self, money: Money) -> Money:
        """Give an amount in the currency of the shop."""
        minor, currency = money
        if not self._own or currency == self._own:
            return money
        scale = Decimal(10) ** (PLACES.get(self._own, 2) - PLACES.get(currency, 2))
        worth = minor * self._rates.get(currency, Decimal(1)) * scale
        return int(worth.quantize(Decimal(1), ROUND_HALF_UP)), self._own

    def _where(self, table: str, query: str | None) -> tuple[str, list[Any]]:
        found = condition(query, table)
        if found.unknown:
            self.warnings.append((table, query or "", found.unknown))
        hidden = self._hidden.get(table, "")
        also = f" and {hidden}" if hidden else ""
        return f"deleted_at is null and {found.sql}{also}", found.args

    def _refund(self, refund: int) -> Facts | None:
        found = self._collections["orders"].rows(
            "deleted_at is null and exists (select 1 from json_each(body, '$.refunds') r "
            "where json_extract(r.value, '$.id') = ?)",
            (refund,),
            limit=1,
        )
        orders = [row.json() for row in found]
        return next(
            (
                {**one, "order": order, "currency": order["currency"]}
                for order in orders
                for one in order["refunds"]
                if one["id"] == refund
            ),
            None,
        )


def _beyond(column: str, mark: Mark, *, later: bool) -> tuple[str, list[Any]]:
    sign = ">" if later else "<"
    value, last_id = mark
    if column == "id":
        return f"id {sign} ?", [last_id]
    at = millis(parse(str(value)))
    return f"({column}, id) {sign} (?, ?)", [at, last_id]


def _page(
    table: str, rows: list[Row], wanted: int, column: str, args: Facts, *, backwards: bool
) -> Page:
    more, rows = len(rows) > wanted, rows[:wanted]
    if backwards:
        rows.reverse()
    items = [row.json() for row in rows]
    name = {"updated_at": "updated", "created_at": "created"}.get(column, "id")
    marks = [(item[name], item["id"]) for item in items]
    before = args.get("after") is not None
    after = args.get("before") is not None
    has_next, has_previous = (after, more) if backwards else (more, before)
    return Page(items, marks, has_next, has_previous, table)
