"""An order with its lines and refunds: what is kept of it, and how it changes.

Facts carry the names of `sandbox.happenings.OrderPlaced`, amounts in minor units of ``currency``;
`settled` puts the sums beside them. `sandbox.shopify.order_fields` reads the schema's fields.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.clock import iso
from sandbox.happenings import Line, OrderPlaced, OrderRefunded
from sandbox.names import number, shop_customer
from sandbox.shopify.addresses import facts_of
from sandbox.shopify.products import product_id

Facts = dict[str, Any]
PAID = frozenset({"paid", "fulfilled"})


def order_id(key: str) -> int:
    """Give the numeric id of an order of the world."""
    return number("order", key)


def line_id(order: str, line: str) -> int:
    """Give the numeric id of a line of an order of the world."""
    return number("line", f"{order}:{line}")


def refund_id(key: str) -> int:
    """Give the numeric id of a refund of the world."""
    return number("refund", key)


def order(fact: OrderPlaced) -> Facts:
    """Give what the shop keeps of a new order."""
    at = iso(fact.at)
    return settled(
        {
            "id": order_id(fact.key),
            "number": fact.number,
            "customer": None if fact.customer is None else shop_customer(fact.customer),
            "email": fact.email,
            "phone": fact.phone,
            "first_name": fact.first_name,
            "last_name": fact.last_name,
            "address": facts_of(fact.address),
            "lines": [_line(fact.key, line) for line in fact.lines],
            "currency": fact.currency,
            "shipping": fact.shipping,
            "tax": fact.tax,
            "status": fact.status,
            "note": fact.note,
            "channel": fact.channel,
            "tags": fact.tags,
            "refunds": [],
            "created": at,
            "updated": at,
            "cancelled_at": at if fact.status == "cancelled" else None,
            "reason": "customer",
            "edited": False,
        }
    )


def _line(order_key: str, line: Line) -> Facts:
    return {
        "id": line_id(order_key, line.key),
        "title": line.title,
        "quantity": line.quantity,
        "price": line.price,
        "discount": line.discount,
        "product": None if line.product is None else product_id(line.product),
        "sku": line.sku,
        "returned": 0,
    }


def settled(facts: Facts) -> Facts:
    """Put the sums and the state of payment into an order."""
    lines = facts["lines"]
    facts["name"] = f"#{facts['number']}"
    facts["discounts"] = sum(line["discount"] for line in lines)
    facts["subtotal"] = sum(ln["quantity"] * ln["price"] for ln in lines) - facts["discounts"]
    facts["total"] = facts["subtotal"] + facts["shipping"] + facts["tax"]
    facts["refunded"] = sum(refund["amount"] for refund in facts["refunds"])
    facts["paid"] = facts["status"] in PAID
    return facts


def edit(facts: Facts, key: str, changes: Mapping[str, Any]) -> None:
    """Change an order in place."""
    for name, value in changes.items():
        if name == "lines":
            facts["lines"] = [_line(key, line) for line in value]
        elif name == "customer":
            facts["customer"] = None if value is None else shop_customer(value)
        elif name == "address":
            facts["address"] = facts_of(value)
        else:
            facts[name] = value
    facts["edited"] = facts["edited"] or "lines" in changes
    settled(facts)


def refund(facts: Facts, fact: OrderRefunded) -> None:
    """Give money of an order back, in place; told twice, it happened once."""
    lines = [(line_id(fact.order, key), quantity) for key, quantity in fact.lines]
    new = {
        "id": refund_id(fact.key),
        "key": fact.key,
        "amount": fact.amount,
        "lines": lines,
        "note": fact.note,
        "created": iso(fact.at),
    }
    facts["refunds"] = [r for r in facts["refunds"] if r["id"] != new["id"]] + [new]
    returned = {line["id"]: 0 for line in facts["lines"]}
    for one in facts["refunds"]:
        for line, quantity in one["lines"]:
            returned[line] = returned.get(line, 0) + quantity
    for line in facts["lines"]:
        line["returned"] = returned[line["id"]]
    settled(facts)


def cancel(facts: Facts, at: datetime, reason: str) -> None:
    """Call an order off, in place."""
    facts["cancelled_at"] = iso(at)
    facts["reason"] = reason
