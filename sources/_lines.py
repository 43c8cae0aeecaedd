"""Lines that are told only inside their order: one that is no longer there is gone.

The order's own row keeps which lines it had (``line_item_ids``), so that nobody has to go through
all lines to find those of one order.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from core.pull import Gone, Known, Record

COLUMN = "line_item_ids"


class Lines:
    """The lines of orders, in one pull.

    The tables are ``orders``, with the column ``line_item_ids``, and ``order_lines``, whose key is
    ``order_id`` and ``id``.
    """

    def __init__(self, known: Known) -> None:
        self._known = known
        self._met: dict[str, list[str]] = {}

    def before(self, orders: Iterable[str]) -> dict[str, list[str]]:
        """Return the ids of the lines that orders had when they were last read, by order."""
        keys = list(orders)
        held = self._known.rows("orders", [(key,) for key in keys]) if keys else []
        found = {str(row["id"]): _ids(row.get(COLUMN)) for row in held}
        return found | {key: self._met[key] for key in keys if key in self._met}

    def meet(self, order: Record, lines: Iterable[Any]) -> None:
        """Write into an order which lines it has now."""
        ids = [str(line["id"]) for line in lines if _has_id(line)]
        order[COLUMN] = self._met[str(order.get("id"))] = ids

    def left(self, order: Record, before: Iterable[str], at: Any) -> list[Gone]:  # noqa: ANN401 - a time
        """Return the lines that an order does not have any more."""
        now = set(order[COLUMN])
        key = str(order.get("id"))
        return [Gone(order_id=key, id=each, deleted_at=at) for each in before if each not in now]

    def gone(self, at: dict[str, Any]) -> list[Gone]:
        """Return all lines of orders that are gone, each with when its order went."""
        found = self.before(at)
        return [
            Gone(order_id=order, id=each, deleted_at=at[order])
            for order in sorted(found)
            for each in found[order]
        ]


def _has_id(line: Any) -> bool:  # noqa: ANN401 - whatever the vendor sends
    return isinstance(line, dict) and line.get("id") is not None


def _ids(text: Any) -> list[str]:  # noqa: ANN401 - a column of the warehouse
    found = orjson.loads(text) if isinstance(text, str) and text else []
    return [str(one) for one in found]
