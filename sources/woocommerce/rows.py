"""From WooCommerce's records to rows."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from core.pull import SHAPE_ERRORS, For, Gone, Known, Record, each, misshapen
from sources._lines import Lines
from sources.woocommerce.times import zoned

Ask = Callable[[list[str], str], list[Record]]


class Plain:
    """Records that are rows as they are."""

    def __init__(self, table: str) -> None:
        self._table = table

    def told(self, records: list[Record]) -> list[For]:
        """Return the pages that records become."""
        return [For(self._table, each(self._row, records))]

    def lost(self, at: dict[str, str]) -> list[For]:
        """Return the pages that tell of ids who is gone, and since when."""
        return [For(self._table, [Gone(id=key, deleted_at=at[key]) for key in sorted(at)])]

    def _row(self, record: Record) -> Record:
        return zoned(record)


class Products(Plain):
    """Products: the first of their categories and brands stands for all."""

    def _row(self, record: Record) -> Record:
        record["category"] = first_name(record.get("categories"))
        record["brand"] = first_name(record.get("brands"))
        return zoned(record)


class Refunds(Plain):
    """Refunds: the currency is their order's, which they do not tell.

    Args:
        table: The raw table.
        known: Where orders of earlier nights are.
        ask: Reads orders by their ids, with the fields named.
    """

    def __init__(self, table: str, known: Known, ask: Ask) -> None:
        super().__init__(table)
        self._known, self._ask = known, ask

    def told(self, records: list[Record]) -> list[For]:
        """Return the rows of refunds; of orders that are new this night the shop is asked."""
        orders = {str(one["parent_id"]) for one in records if one.get("parent_id")}
        held = self._known.rows("orders", [(key,) for key in sorted(orders)]) if orders else []
        found = {str(row["id"]): row.get("currency") for row in held}
        missing = sorted(key for key in orders if not found.get(key))
        for order in self._ask(missing, "id,currency") if missing else []:
            found[str(order.get("id"))] = order.get("currency")
        for record in records:
            record["currency"] = found.get(str(record.get("parent_id")))
        return super().told(records)


class Orders(Plain):
    """Orders and their lines."""

    def __init__(self, table: str, lines: Lines) -> None:
        super().__init__(table)
        self._lines = lines

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
            had = before.get(str(order.get("id")), [])
            gone += self._lines.left(order, had, order.get("date_modified_gmt"))
        return [For(self._table, orders), For("order_lines", lines), For("order_lines", gone)]

    def lost(self, at: dict[str, str]) -> list[For]:
        """Tell orders gone, and their lines with them."""
        return [*super().lost(at), For("order_lines", self._lines.gone(at))]

    def _taken_apart(self, record: Record) -> tuple[Record, list[Record]]:
        order = zoned(dict(record))
        lines = [line_row(line, order) for line in order.pop("line_items", None) or []]
        order["refunded_total"] = refunded(order.get("refunds"))
        self._lines.meet(order, lines)
        return order, lines


def line_row(line: Any, order: Record) -> Any:  # noqa: ANN401 - what is no object is set aside later
    """Give a line its order and the order's currency."""
    if not isinstance(line, dict):
        return line
    return {**line, "order_id": order.get("id"), "currency": order.get("currency")}


def refunded(refunds: Any) -> str | None:  # noqa: ANN401 - whatever the vendor sends
    """Add up what an order says was given back; each amount is negative, as text.

    None if one of them cannot be read.
    """
    try:
        return str(sum((abs(Decimal(one["total"])) for one in refunds or []), Decimal(0)))
    except (InvalidOperation, TypeError, KeyError, ValueError):
        return None


def first_name(terms: Any) -> str | None:  # noqa: ANN401 - whatever the vendor sends
    """Return the name of the first of some categories, tags or brands."""
    if not isinstance(terms, list) or not terms or not isinstance(terms[0], dict):
        return None
    name = terms[0].get("name")
    return name if isinstance(name, str) else None
