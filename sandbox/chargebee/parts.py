"""What Chargebee's resources have in common: ids, times, addresses, nothing that is empty.

Money is an integer in the smallest unit of its currency; times are whole seconds since 1970.
"""

import calendar
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.happenings import Address
from sandbox.names import letters, number

Body = dict[str, Any]
MONTHS = {"month": 1, "year": 12}
SECONDS = {"day": 86_400, "week": 604_800}
# What the world calls the shop, this merchant calls by its name.
SHOP = {"shop_customer_id": "shopify_customer_id"}


def ident(kind: str, key: str) -> str:
    """Give Chargebee's id of a thing of the world: invoices and credit notes have numbers."""
    if kind == "invoice":
        return str(number("chargebee invoice", key, 10))
    if kind == "credit_note":
        return f"CN-{number('chargebee credit note', key, 10)}"
    return letters(f"chargebee {kind}", key, 16)


def epoch(at: datetime) -> int:
    """Give whole seconds since 1970."""
    return int(at.timestamp())


def after(start: int, interval: str) -> int:
    """Give the end of a term that starts at ``start``; the 31st ends on a shorter month's last."""
    if interval not in MONTHS:
        return start + SECONDS[interval]
    at = datetime.fromtimestamp(start, tz=UTC)
    months = at.month - 1 + MONTHS[interval]
    year, month = at.year + months // 12, months % 12 + 1
    day = min(at.day, calendar.monthrange(year, month)[1])
    return epoch(at.replace(year=year, month=month, day=day))


def filled(body: Body) -> Body:
    """Leave out what is empty, as Chargebee does."""
    return {name: value for name, value in body.items() if value not in (None, "")}


def names(full: str) -> Body:
    """Split a name where its first word ends."""
    first, _, last = full.strip().partition(" ")
    return {"first_name": first, "last_name": last.strip()}


def notes(metadata: Mapping[str, str]) -> Body | None:
    """Give the merchant's own notes."""
    return {SHOP.get(name, name): value for name, value in metadata.items()} or None


def address(found: Address | None, name: str) -> Body | None:
    """Give a billing address."""
    if found is None:
        return None
    return filled(
        {
            **names(name),
            "line1": found.line1,
            "line2": found.line2,
            "city": found.city,
            "state_code": found.region,
            "zip": found.postcode,
            "country": found.country,
            "validation_status": "not_validated",
        }
    )
