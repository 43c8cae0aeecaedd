"""A second look at lines and refunds, which Shopify does not count: their orders once more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from core.connector import Sample
from core.pull import Record
from sources.shopify import queries
from sources.shopify.api import Shop
from sources.shopify.counts import SETTLED, STAMP
from sources.shopify.rows import number
from sources.shopify.walks import moment, updated

ORDERS = 25
"""Orders a page: with ten lines each, well within what one query may cost."""

PARTS: dict[str, Callable[[Record], list[Record]]] = {
    "order_lines": lambda order: (order.get("lineItems") or {}).get("nodes") or [],
    "refunds": lambda order: order.get("refunds") or [],
}
Span = tuple[datetime | None, datetime | None]


def samples(shop: Shop) -> Mapping[str, Sample]:
    """Describe a second look at what is inside orders, by when those changed."""
    pages = Pages(shop)

    def of(table: str) -> Sample:
        def ask(since: datetime | None, until: datetime | None) -> Iterator[Mapping[str, datetime]]:
            for orders in pages.of((since, until)):
                yield {
                    number(part["id"]): moment(order["updatedAt"])
                    for order in orders
                    for part in PARTS[table](order)
                    if part.get("id")
                }

        return Sample(ask, STAMP, SETTLED, ORDERS, by="orders")

    return {table: of(table) for table in PARTS}


class Pages:
    """Pages of orders, asked for once for all that is looked at in them."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._read: dict[Span, list[list[Record]]] = {}
        self._rest: dict[Span, Iterator[Record]] = {}

    def of(self, span: Span) -> Iterator[list[Record]]:
        """Yield the pages of a window."""
        read = self._read.setdefault(span, [])
        if span not in self._rest:
            search = {"query": updated(*span, whole_days=False)}
            self._rest[span] = self._shop.pages(queries.PARTS, search, first=ORDERS)
        at = 0
        while at < len(read) or self._reads_on(span):
            yield read[at]
            at += 1

    def _reads_on(self, span: Span) -> bool:
        page = next(self._rest[span], None)
        if page is not None:
            self._read[span].append(page["nodes"])
        return page is not None
