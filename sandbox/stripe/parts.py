"""What Stripe's objects have in common: ids, times, addresses, the merchant's notes.

Money is an integer in the smallest unit of its currency (JPY has none, KWD has three places);
times are whole seconds since 1970; ids are a prefix and letters made from the world's key.
"""

import calendar
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.happenings import Address
from sandbox.names import letters, shop_order

Body = dict[str, Any]
MONTHS = {"month": 1, "year": 12}
# What the world calls the shop, this merchant calls by its name.
SHOP = {"shop_customer_id": "shopify_customer_id"}
SECONDS = {"day": 86_400, "week": 604_800}


def ident(prefix: str, key: str) -> str:
    """Give Stripe's id of a thing of the world: ``cus_`` and 14 letters, ``ch_`` and 24."""
    return f"{prefix}_{letters(prefix, key, 14 if prefix in {'cus', 'si', 'prod'} else 24)}"


def epoch(at: datetime) -> int:
    """Give whole seconds since 1970."""
    return int(at.timestamp())


def after(at: datetime, interval: str) -> int:
    """Give the end of a period that starts at ``at``; the 31st ends on a shorter month's last."""
    if interval not in MONTHS:
        return epoch(at) + SECONDS[interval]
    months = at.month - 1 + MONTHS[interval]
    year, month = at.year + months // 12, months % 12 + 1
    day = min(at.day, calendar.monthrange(year, month)[1])
    return epoch(at.replace(year=year, month=month, day=day))


def listing(data: list[Body], url: str) -> Body:
    """Wrap objects that are nested in another as Stripe wraps them."""
    return {"object": "list", "data": data, "has_more": False, "url": url}


def metadata(notes: Mapping[str, str], order: str | None = None) -> dict[str, str]:
    """Give the merchant's notes, with the shop's number of the order a charge pays."""
    found = {SHOP.get(name, name): value for name, value in notes.items()}
    return {**found, "order_id": str(shop_order(order))} if order else found


def address(found: Address | None) -> Body | None:
    """Give an address; an unknown part of a known address is null."""
    if found is None:
        return None
    return {
        "city": found.city or None,
        "country": found.country or None,
        "line1": found.line1 or None,
        "line2": found.line2 or None,
        "postal_code": found.postcode or None,
        "state": found.region or None,
    }
