"""Customers, products, orders and refunds as the API shows them.

Facts carry the names of the happenings, amounts in minor units of ``currency``, times as text in
UTC; what is sent is made of them when it is asked for.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sandbox.clock import iso
from sandbox.happenings import Address, CustomerJoined, Line, OrderPlaced, ProductListed
from sandbox.names import number

Facts = dict[str, Any]
DIGITS = 12
PLACES = {"JPY": 0, "KRW": 0, "CLP": 0, "VND": 0, "KWD": 3, "BHD": 3, "TND": 3}
ORDER_STATUS = {
    "pending": "pending",
    "paid": "processing",
    "fulfilled": "completed",
    "cancelled": "cancelled",
}
PRODUCT_STATUS = {"active": "publish", "draft": "draft", "archived": "private"}
PAID = frozenset({"paid", "fulfilled"})


def ident(kind: str, key: str) -> int:
    """Give WooCommerce's id of a thing of the world."""
    return number(f"woocommerce {kind}", key, DIGITS)


def money(amount: int, currency: str) -> str:
    """Write minor units as a decimal string."""
    places = PLACES.get(currency, 2)
    sign, digits = "-" if amount < 0 else "", str(abs(amount)).zfill(places + 1)
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else sign + digits


def place(address: Address | None) -> Facts:
    """Give an address in WooCommerce's words; it has no nulls, only empty text."""
    found = address or Address()
    return {
        "address_1": found.line1,
        "address_2": found.line2,
        "city": found.city,
        "state": found.region,
        "postcode": found.postcode,
        "country": found.country,
    }


def customer(fact: CustomerJoined) -> Facts:
    """Give what is kept of a new customer."""
    kept = ("first_name", "last_name", "email", "phone", "company", "locale", "note")
    return {
        "id": ident("customer", fact.key),
        **{name: getattr(fact, name) for name in kept},
        "address": place(fact.address),
        "external_ids": dict(fact.external_ids),
        **_times(fact.at),
    }


def product(fact: ProductListed) -> Facts:
    """Give what is kept of a new product."""
    kept = ("title", "price", "currency", "sku", "category", "maker", "status", "tags")
    return {
        "id": ident("product", fact.key),
        **{name: getattr(fact, name) for name in kept},
        **_times(fact.at),
    }


def order(fact: OrderPlaced) -> Facts:
    """Give what is kept of a new order."""
    kept = ("number", "email", "phone", "first_name", "last_name", "currency", "shipping", "tax")
    return {
        "id": ident("order", fact.key),
        "customer": ident("customer", fact.customer) if fact.customer else 0,
        **{name: getattr(fact, name) for name in kept},
        "address": place(fact.address),
        "lines": lines(fact.key, fact.lines),
        "removed": [],
        "status": fact.status,
        "note": fact.note,
        "channel": fact.channel,
        "refunds": [],
        "paid": iso(fact.at) if fact.status in PAID else None,
        "completed": iso(fact.at) if fact.status == "fulfilled" else None,
        **_times(fact.at),
    }


def lines(order_key: str, told: tuple[Line, ...]) -> list[Facts]:
    """Give what is kept of the lines of an order."""
    kept = ("title", "quantity", "price", "sku", "discount")
    return [
        {
            "id": ident("line", f"{order_key}:{line.key}"),
            "product": ident("product", line.product) if line.product else 0,
            **{name: getattr(line, name) for name in kept},
        }
        for line in told
    ]


def total(facts: Facts) -> int:
    """Add up an order, in minor units."""
    goods = sum(line["quantity"] * line["price"] - line["discount"] for line in facts["lines"])
    return int(goods + facts["shipping"] + facts["tax"])


class Shown:
    """Facts as the API sends them from a site whose clock is ``offset`` from UTC."""

    def __init__(self, offset: timedelta) -> None:
        self._offset = offset

    def customers(self, facts: Facts) -> Facts:
        """Show a customer."""
        name = {"first_name": facts["first_name"], "last_name": facts["last_name"]}
        where = {**name, "company": facts["company"], **facts["address"], "phone": facts["phone"]}
        found = facts["external_ids"]
        return {
            "id": facts["id"],
            **self._both("date_created", facts["created"]),
            **self._both("date_modified", facts["updated"]),
            "email": facts["email"],
            **name,
            "role": "customer",
            "username": facts["email"].partition("@")[0],
            "billing": {**where, "email": facts["email"]},
            "shipping": where,
            "is_paying_customer": False,
            "avatar_url": "https://secure.gravatar.com/avatar/?s=96&d=mm&r=g",
            "meta_data": [
                {"id": place + 1, "key": f"{system}_id", "value": found[system]}
                for place, system in enumerate(sorted(found))
            ],
        }

    def products(self, facts: Facts) -> Facts:
        """Show a product."""
        price, status = money(facts["price"], facts["currency"]), facts["status"]
        return {
            "id": facts["id"],
            "name": facts["title"],
            "slug": f"product-{facts['id']}",
            "permalink": f"https://shop.example/product/product-{facts['id']}/",
            **self._both("date_created", facts["created"]),
            **self._both("date_modified", facts["updated"]),
            "type": "simple",
            "status": "trash" if facts.get("trashed") else PRODUCT_STATUS.get(status, status),
            "featured": False,
            "catalog_visibility": "visible",
            "description": f"<p>{facts['title']}</p>\n",
            "short_description": "",
            "sku": facts["sku"],
            "price": price,
            "regular_price": price,
            "sale_price": "",
            "on_sale": False,
            "purchasable": True,
            "total_sales": 0,
            "virtual": False,
            "downloadable": False,
            "tax_status": "taxable",
            "tax_class": "",
            "manage_stock": False,
            "stock_quantity": None,
            "stock_status": "instock",
            "weight": "",
            "dimensions": {"length": "", "width": "", "height": ""},
            "average_rating": "0.00",
            "rating_count": 0,
            "parent_id": 0,
            "categories": _terms("category", facts["category"]),
            "brands": _terms("brand", facts["maker"]),
            "tags": [term for tag in facts["tags"] for term in _terms("tag", tag)],
            "images": [],
            "attributes": [],
            "variations": [],
            "menu_order": 0,
            "meta_data": [],
        }

    def orders(self, facts: Facts) -> Facts:
        """Show an order."""
        currency, tax = facts["currency"], money(facts["tax"], facts["currency"])
        shipping = money(facts["shipping"], currency)
        name = {"first_name": facts["first_name"], "last_name": facts["last_name"]}
        where = {**name, "company": "", **facts["address"]}
        paid = facts["paid"] is not None
        return {
            "id": facts["id"],
            "parent_id": 0,
            "number": facts["number"],
            "order_key": f"wc_order_{facts['id']}",
            "created_via": "checkout" if facts["channel"] == "web" else facts["channel"],
            "version": "10.0.2",
            "status": _status(facts),
            "currency": currency,
            **self._both("date_created", facts["created"]),
            **self._both("date_modified", facts["updated"]),
            "discount_total": money(sum(line["discount"] for line in facts["lines"]), currency),
            "discount_tax": money(0, currency),
            "shipping_total": shipping,
            "shipping_tax": money(0, currency),
            "cart_tax": tax,
            "total": money(total(facts), currency),
            "total_tax": tax,
            "prices_include_tax": False,
            "customer_id": facts["customer"],
            "customer_ip_address": "192.0.2.1",
            "customer_user_agent": "",
            "customer_note": facts["note"],
            "billing": {**where, "email": facts["email"], "phone": facts["phone"]},
            "shipping": where,
            "payment_method": "stripe" if paid else "bacs",
            "payment_method_title": "Card" if paid else "Bank transfer",
            "transaction_id": "",
            **self._both("date_paid", facts["paid"]),
            **self._both("date_completed", facts["completed"]),
            "cart_hash": "",
            "meta_data": [],
            "line_items": [self._line(line, currency) for line in facts["lines"]],
            "tax_lines": [],
            "shipping_lines": _shipping_lines(facts["id"], shipping) if facts["shipping"] else [],
            "fee_lines": [],
            "coupon_lines": [],
            "refunds": [
                {"id": one["id"], "reason": one["note"], "total": money(-one["amount"], currency)}
                for one in facts["refunds"]
            ],
            "is_editable": not paid,
            "needs_payment": not paid,
            "needs_processing": True,
        }

    def refunds(self, facts: Facts) -> Facts:
        """Show a refund."""
        currency = facts["currency"]
        return {
            "id": facts["id"],
            "parent_id": facts["order"],
            **self._both("date_created", facts["created"]),
            "amount": money(facts["amount"], currency),
            "reason": facts["note"],
            "refunded_by": 1,
            "refunded_payment": False,
            "meta_data": [],
            "line_items": [
                {**self._line(line, currency, sign=-1), "refund_total": 0}
                for line in facts["lines"]
            ],
            "tax_lines": [],
            "shipping_lines": [],
            "fee_lines": [],
        }

    def _line(self, line: Facts, currency: str, sign: int = 1) -> Facts:
        before = line["quantity"] * line["price"]
        after = before - line["discount"]
        scale = 10 ** PLACES.get(currency, 2)
        zero = money(0, currency)
        return {
            "id": line["id"],
            "name": line["title"],
            "product_id": line["product"],
            "variation_id": 0,
            "quantity": sign * line["quantity"],
            "tax_class": "",
            "subtotal": money(sign * before, currency),
            "subtotal_tax": zero,
            "total": money(sign * after, currency),
            "total_tax": zero,
            "taxes": [],
            "meta_data": [],
            "sku": line["sku"],
            "price": after / (line["quantity"] or 1) / scale,
        }

    def _both(self, name: str, at: str | None) -> Facts:
        """Give a time twice, without a zone each time: the site's own, and UTC."""
        if at is None:
            return {name: None, f"{name}_gmt": None}
        local = datetime.fromisoformat(at) + self._offset
        return {name: local.strftime("%Y-%m-%dT%H:%M:%S"), f"{name}_gmt": at.removesuffix("Z")}


def _status(facts: Facts) -> str:
    status: str = facts["status"]
    if facts.get("trashed"):
        return "trash"
    refunded = sum(one["amount"] for one in facts["refunds"])
    if refunded and refunded >= total(facts):
        return "refunded"
    return ORDER_STATUS.get(status, status)


def _shipping_lines(order_id: int, amount: str) -> list[Facts]:
    name = {"method_title": "Flat rate", "method_id": "flat_rate", "instance_id": "1"}
    rest: Mapping[str, Any] = {"total_tax": "0.00", "taxes": [], "meta_data": []}
    return [{"id": ident("shipping", str(order_id)), **name, "total": amount, **rest}]


def _terms(kind: str, name: str) -> list[Facts]:
    slug = name.lower().replace(" ", "-")
    return [{"id": ident(kind, name), "name": name, "slug": slug}] if name else []


def _times(at: datetime) -> Facts:
    return {"created": iso(at), "updated": iso(at)}
