"""How Shopify counts: a question a table, in the words of its search."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache, partial
from zoneinfo import ZoneInfo

from core.connector import Count
from core.pull import Pull, Record
from core.window import Window
from sources.shopify import queries
from sources.shopify.api import Shop
from sources.shopify.walks import READABLE, updated

STAMP = "updated_at"
# A change may be searchable a little after it is stamped.
SETTLED = timedelta(minutes=10)
DAY = timedelta(days=1)


def counts(shop: Shop, pull: Pull) -> dict[str, Count]:
    """Describe the counts of the three tables that Shopify counts."""
    zone = cache(lambda: ZoneInfo(shop.ask(queries.ZONE)["shop"]["ianaTimezone"]))
    sight: dict[str, bool] = {}

    def orders(since: datetime | None, until: datetime | None) -> int | None:
        search = updated(since, until, whole_days=False)
        aged = None if sight else _aged(pull)
        if aged is None:
            return total(shop, "orders", search) if sight.get("all", True) else None
        found = shop.ask(queries.COUNT_WITH_AGED, {"query": search, "aged": aged})
        sight["all"] = bool(_exact(found.get("aged")))
        return _exact(found.get("total")) if sight["all"] else None

    def customers(since: datetime | None, until: datetime | None) -> int | None:
        return total(shop, "customers", days(since, until, zone()))

    def products(since: datetime | None, until: datetime | None) -> int | None:
        return total(shop, "products", updated(since, until, whole_days=False))

    return {
        "customers": Count(customers, STAMP, SETTLED, partial(midnight, zone)),
        "orders": Count(orders, STAMP, SETTLED),
        "products": Count(products, STAMP, SETTLED),
    }


def total(shop: Shop, table: str, search: str | None = None) -> int | None:
    """Return Shopify's own count; None where it only knows "at least"."""
    return _exact(shop.ask(queries.count(table), {"query": search}).get("total"))


def midnight(zone: Callable[[], ZoneInfo], at: datetime) -> datetime:
    """Return when the day of ``at`` began in the shop's own time zone."""
    there = at.astimezone(zone())
    return there.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(at.tzinfo)


def days(since: datetime | None, until: datetime | None, zone: ZoneInfo) -> str | None:
    """Write the search for whole days of the shop's: the customers' filter sees no hours."""
    terms = [f"updated_at:>='{since.astimezone(zone):%Y-%m-%d}'"] if since else []
    terms += [f"updated_at:<'{until.astimezone(zone):%Y-%m-%d}'"] if until else []
    return " AND ".join(terms) or None


def _aged(pull: Pull) -> str | None:
    """Return the search for orders as old as some we hold; None where we hold none so old.

    A token without ``read_all_orders`` loses sight of an order 60 days after it was placed: from
    then on the count says nothing about what we have. One that sees any sees all.
    """
    horizon = pull.now() - READABLE - DAY
    if not pull.known.within("orders", "created_at", Window(None, horizon)):
        return None
    return f"created_at:<'{horizon:%Y-%m-%dT%H:%M:%SZ}'"


def _exact(found: Record | None) -> int | None:
    """Return a count; None where Shopify only knows "at least"."""
    said = found or {}
    return said.get("count") if said.get("precision") == "EXACT" else None
