"""From Shopify's nodes to rows: pure, and cheap, because a shop has many orders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from core.pull import SHAPE_ERRORS, Record, misshapen


def number(gid: str) -> str:
    """Return the number of ``gid://shopify/Order/123``: the id people write down elsewhere.

    An address carries its model after a question mark: ``gid://shopify/MailingAddress/1?model=C``.
    """
    return gid.rsplit("/", 1)[-1].split("?", 1)[0]


def gid(kind: str, number: str) -> str:
    """Return the long form of ``number``, the only one that Shopify's look-ups take."""
    return f"gid://shopify/{kind}/{number}"


def named(node: Record) -> Record:
    """Give a node its number as ``id``; the long form stays beside it.

    A node without an id keeps none, so that it is quarantined and not guessed at.
    """
    long = node.pop("id", None)
    short = node.pop("legacyResourceId", None)
    node["admin_graphql_api_id"] = long
    node["id"] = short if short is not None else long and number(long)
    return node


def customer(node: Record) -> Record:
    """Return the row of a customer; their orders are counted in a string."""
    count = node.get("numberOfOrders")
    if isinstance(count, str) and count.isdecimal():
        node["numberOfOrders"] = int(count)
    return named(node)


def product(node: Record) -> Record:
    """Return the row of a product; price and SKU are its first variant's."""
    nodes = (node.pop("variants", None) or {}).get("nodes") or [{}]
    first = nodes[0]
    node["variant_id"] = first.get("legacyResourceId")
    node["sku"], node["price"] = first.get("sku"), first.get("price")
    return named(node)


@dataclass(frozen=True, slots=True)
class Orders:
    """A page of orders, taken apart."""

    orders: list[Record] = field(default_factory=list)
    lines: list[Record] = field(default_factory=list)
    refunds: list[Record] = field(default_factory=list)


def orders(nodes: list[Record], more: Callable[[str, str], list[Record]]) -> Orders:
    """Take a page of orders apart into rows of three tables.

    Args:
        nodes: Orders as Shopify sends them.
        more: Reads the rest of an order's lines, given its long id and where the page ended.
    """
    result = Orders()
    for node in nodes:
        try:
            _take_apart(dict(node), more, result)
        except SHAPE_ERRORS as error:
            result.orders.append(misshapen(node, error))
    return result


def _take_apart(node: Record, more: Callable[[str, str], list[Record]], result: Orders) -> None:
    lines, refunds = _lines(node, more), node.pop("refunds", None) or []
    buyer = node.pop("customer", None)
    node["customer_id"] = buyer and buyer.get("legacyResourceId")
    order = named(node)
    rows = [_line(dict(line), order) for line in lines]
    back = [_refund(dict(refund), order) for refund in refunds]
    result.orders.append(order)
    result.lines.extend(rows)
    result.refunds.extend(back)


def _lines(node: Record, more: Callable[[str, str], list[Record]]) -> list[Record]:
    """An order shows its first few lines; the rest must be asked for, or it is lost silently."""
    connection = node.pop("lineItems", None) or {}
    lines: list[Record] = connection.get("nodes") or []
    page = connection.get("pageInfo") or {}
    return lines + more(node["id"], page["endCursor"]) if page.get("hasNextPage") else lines


def _line(node: Record, order: Record) -> Record:
    for name in ("product", "variant"):
        target = node.pop(name, None)
        node[f"{name}_id"] = target and target.get("legacyResourceId")
    node["order_id"] = order["id"]
    node["currency_code"] = order.get("currencyCode")
    return named(node)


def _refund(node: Record, order: Record) -> Record:
    money: dict[str, Any] = (node.pop("totalRefundedSet", None) or {}).get("shopMoney") or {}
    node["amount"], node["currency"] = money.get("amount"), money.get("currencyCode")
    node["order_id"] = order["id"]
    return named(node)
