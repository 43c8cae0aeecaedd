"""From BigCommerce's records to rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from core.pull import SHAPE_ERRORS, For, Gone, Record, each, misshapen
from sources._lines import Lines
from sources.bigcommerce.times import dated

Drain = Callable[[Any], list[Record]]


class Plain:
    """Records that are rows as they are."""

    def __init__(self, table: str) -> None:
        self.table = table

    def told(self, records: list[Record]) -> list[For]:
        """Return the pages that records become."""
        return [For(self.table, each(self._row, records))]

    def lost(self, at: dict[str, str]) -> list[For]:
        """Return the pages that tell of ids who is gone, and since when."""
        return [For(self.table, [Gone(id=key, deleted_at=at[key]) for key in sorted(at)])]

    def _row(self, record: Record) -> Record:
        return record


class Customers(Plain):
    """Customers: the first of their addresses is the one they live at."""

    def _row(self, record: Record) -> Record:
        found = record.get("addresses")
        record["address"] = next(iter(found), None) if isinstance(found, list) else None
        return record


class Orders(Plain):
    """Orders and their lines.

    Args:
        lines: Which lines orders had.
        drain: Reads all lines of one order.
    """

    def __init__(self, lines: Lines, drain: Drain) -> None:
        super().__init__("orders")
        self._lines, self._drain = lines, drain
        self.currencies: dict[str, Any] = {}

    def told(self, records: list[Record]) -> list[For]:
        """Return the rows of orders, of their lines, and of lines that were taken out."""
        before = self._lines.before(str(record.get("id")) for record in records)
        orders: list[Record] = []
        lines: list[Record] = []
        gone: list[Record] = []
        for record in records:
            try:
                order, mine = self._taken_apart(record)
            except SHAPE_ERRORS as error:
                orders.append(misshapen(record, error))
                continue
            orders.append(order)
            lines += mine
            at = order.get("date_modified")
            gone += self._lines.left(order, before.get(str(order.get("id")), []), at)
        return [For(self.table, orders), For("order_lines", lines), For("order_lines", gone)]

    def lost(self, at: dict[str, str]) -> list[For]:
        """Tell orders gone, and their lines with them."""
        return [*super().lost(at), For("order_lines", self._lines.gone(at))]

    def _taken_apart(self, record: Record) -> tuple[Record, list[Record]]:
        order = dated(dict(record))
        lines = self._all_lines(order)
        order["currency"] = order.get("default_currency_code") or order.get("currency_code")
        own = {"order_id": order.get("id"), "currency": order["currency"]}
        self._lines.meet(order, lines)
        if _amount(order.get("refunded_amount")):
            self.currencies[str(order.get("id"))] = order["currency"]
        gone = {"deleted_at": order["date_modified"]} if is_archived(order) else {}
        made = [_line(line, {**own, **gone}) for line in lines]
        return {**order, **gone}, made

    def _all_lines(self, order: Record) -> list[Any]:
        """Return the lines of an order: those inside it, unless it says that it has more."""
        shown = list(line_items(order.pop("consignments", None)))
        promised = order.get("items_total")
        quantities = [one.get("quantity") for one in shown if isinstance(one, dict)]
        found = sum(one for one in quantities if isinstance(one, int))
        if order.get("id") is None or not isinstance(promised, int) or found >= promised:
            return shown
        return list(self._drain(order["id"]))


class Refunds(Plain):
    """Refunds: the currency is their order's, which they do not tell."""

    def __init__(self, currency: Callable[[str], Any]) -> None:
        super().__init__("refunds")
        self._currency = currency

    def _row(self, record: Record) -> Record:
        order = record.get("order_id")
        record["currency"] = None if order is None else self._currency(str(order))
        return record


def is_archived(order: Record) -> bool:
    """Say whether an order was archived, which is what BigCommerce calls to delete one."""
    return order.get("is_deleted") is True


def line_items(consignments: Any) -> Iterator[Any]:  # noqa: ANN401 - whatever the vendor sends
    """Find the lines of an order wherever in its consignments they are.

    They are shipped, picked up, downloaded or mailed, in one object or a list of them.
    """
    if isinstance(consignments, list):
        for one in consignments:
            yield from line_items(one)
    elif isinstance(consignments, dict):
        for name, value in consignments.items():
            if name == "line_items" and isinstance(value, list):
                yield from value
            else:
                yield from line_items(value)


def taken_off(discounts: Any) -> str | None:  # noqa: ANN401 - whatever the vendor sends
    """Add up what was taken off a line, which its total does not know of.

    None if one of the discounts cannot be read.
    """
    try:
        return str(sum((Decimal(str(one["amount"])) for one in discounts or []), Decimal(0)))
    except (InvalidOperation, TypeError, KeyError, ValueError):
        return None


def _line(line: Any, own: Record) -> Any:  # noqa: ANN401 - what is no object is set aside later
    if not isinstance(line, dict):
        return line
    return {**line, **own, "discount_total": taken_off(line.get("applied_discounts"))}


def _amount(value: Any) -> Decimal:  # noqa: ANN401 - whatever the vendor sends
    try:
        return Decimal(str(value or 0))
    except InvalidOperation:
        return Decimal(0)
