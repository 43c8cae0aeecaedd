"""How Shopify counts: a question a table, in the words of its search."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache, partial
from zoneinfo import ZoneInfo

from core.connector import Count
from core.pull import Pull
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
    sight = cache(lambda: _sees_all(shop, pull))

    def orders(since: datetime | None, until: datetime | None) -> int | None:
        return total(shop, "orders", updated(since, until, whole_days=False)) if sight() else None

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
    found = shop.ask(queries.count(table), {"query": search}).get("total") or {}
    return found.get("count") if found.get("precision") == "EXACT" else None


def midnight(zone: Callable[[], ZoneInfo], at: datetime) -> datetime:
    """Return when the day of ``at`` began in the shop's own time zone."""
    there = at.astimezone(zone())
    return there.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(at.tzinfo)


def days(since: datetime | None, until: datetime | None, zone: ZoneInfo) -> str | None:
    """Write the search for whole days of the shop's: the customers' filter sees no hours."""
    terms = [f"updated_at:>='{since.astimezone(zone):%Y-%m-%d}'"] if since else []
    terms += [f"updated_at:<'{until.astimezone(zone):%Y-%m-%d}'"] if until else []
    return " AND ".join(terms) or None


def _sees_all(shop: Shop, pull: Pull) -> bool:
    """Say whether our token sees every order that we hold.

    One without ``read_all_orders`` loses sight of an order 60 days after it was placed: from then
    on the count says nothing about what we have.
    """
    horizon = pull.now() - READABLE - DAY
    if not pull.known.within("orders", "created_at", Window(None, horizon)):
        return True
    return bool(total(shop, "orders", f"created_at:<'{horizon:%Y-%m-%dT%H:%M:%SZ}'"))
