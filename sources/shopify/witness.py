"""A second look at lines and refunds, which Shopify does not count: their orders once more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial

from core.connector import Sample
from core.pull import Record
from sources.shopify import queries
from sources.shopify.api import Shop
from sources.shopify.counts import SETTLED, STAMP
from sources.shopify.rows import number
from sources.shopify.walks import moment, updated

ORDERS = 25
"""Orders a page: with ten lines each, well within what one query may cost."""


def samples(shop: Shop) -> Mapping[str, Sample]:
    """Describe a second look at what is inside orders, by when those changed."""
    return {
        table: Sample(partial(_pages, shop, table), STAMP, SETTLED, ORDERS, by="orders")
        for table in queries.PARTS
    }


def _pages(
    shop: Shop, table: str, since: datetime | None, until: datetime | None
) -> Iterator[Mapping[str, datetime]]:
    search = {"query": updated(since, until, whole_days=False)}
    for page in shop.pages(queries.parts(table), search, first=ORDERS):
        yield {
            number(part["id"]): moment(order["updatedAt"])
            for order in page["nodes"]
            for part in _inside(order)
        }


def _inside(order: Record) -> list[Record]:
    """Return the parts of an order: refunds are a list, lines a page of one."""
    parts = order.get("parts") or []
    found = parts.get("nodes") or [] if isinstance(parts, dict) else parts
    return [part for part in found if part.get("id")]
