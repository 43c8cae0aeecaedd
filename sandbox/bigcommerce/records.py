"""Customers, products, orders and refunds as the two versions of the API show them.

Facts carry the names of the happenings, amounts in minor units of ``currency``, times as text in
UTC; what is sent is made of them when it is asked for.
"""

from datetime import datetime
from email.utils import format_datetime
from typing import Any

from sandbox.clock import iso
from sandbox.happenings import Address, CustomerJoined, Line, OrderPlaced, ProductListed
from sandbox.names import number

Facts = dict[str, Any]
DIGITS = 12
PLACES = {"JPY": 0, "KRW": 0, "CLP": 0, "VND": 0, "KWD": 3, "BHD": 3, "TND": 3}
STATUSES = {
    "pending": (7, "Awaiting Payment"),
    "paid": (11, "Awaiting Fulfillment"),
    "fulfilled": (2, "Shipped"),
    "cancelled": (5, "Cancelled"),
}
REFUNDED, PARTLY_REFUNDED = (4, "Refunded"), (14, "Partially Refunded")
PAYMENT = {"pending": "", "paid": "captured", "fulfilled": "captured", "cancelled": "void"}


def ident(kind: str, key: str) -> int:
    """Give BigCommerce's id of a thing of the world."""
    return number(f"bigcommerce {kind}", key, DIGITS)


def four(amount: int, currency: str) -> str:
    """Write minor units as v2 does: a decimal string with four places."""
    places = PLACES.get(currency, 2)
    sign, digits = "-" if amount < 0 else "", str(abs(amount)).zfill(places + 1)
    whole, part = digits[: len(digits) - places], digits[len(digits) - places :]
    return f"{sign}{whole}.{part.ljust(4, '0')}"


def plain(amount: int, currency: str) -> float:
    """Write minor units as v3 does: a number."""
    scale: int = 10 ** PLACES.get(currency, 2)
    return amount / scale


def rfc(text: str | None) -> str:
    """Write a time as v2 does; one that is not there is empty text."""
    return format_datetime(datetime.fromisoformat(text)) if text else ""


def place(address: Address | None) -> Facts | None:
    """Keep an address."""
    if address is None:
        return None
    return {name: getattr(address, name) for name in Address.__slots__}


def customer(fact: CustomerJoined) -> Facts:
    """Give what is kept of a new customer."""
    kept = ("first_name", "last_name", "email", "phone", "company", "note", "accepts_email")
    return {
        "id": ident("customer", fact.key),
        **{name: getattr(fact, name) for name in kept},
        "address": place(fact.address),
        "created": iso(fact.at),
        "updated": iso(fact.at),
    }


def product(fact: ProductListed) -> Facts:
    """Give what is kept of a new product."""
    kept = ("title", "price", "currency", "sku", "category", "maker", "status")
    return {
        "id": ident("product", fact.key),
        **{name: getattr(fact, name) for name in kept},
        "created": iso(fact.at),
        "updated": iso(fact.at),
    }


def order(fact: OrderPlaced) -> Facts:
    """Give what is kept of a new order."""
    kept = ("email", "phone", "first_name", "last_name", "currency", "shipping", "tax", "status")
    return {
        "id": ident("order", fact.key),
        "customer": ident("customer", fact.customer) if fact.customer else 0,
        **{name: getattr(fact, name) for name in kept},
        "number": fact.number,
        "note": fact.note,
        "channel": fact.channel,
        "address": place(fact.address),
        "lines": lines(fact.key, fact.lines),
        "removed": [],
        "refunded": {},
        "archived": False,
        "created": iso(fact.at),
        "updated": iso(fact.at),
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


def show_customer(facts: Facts) -> Facts:
    """Show a customer, as of v3, without addresses."""
    return {
        "id": facts["id"],
        "email": facts["email"],
        "first_name": facts["first_name"],
        "last_name": facts["last_name"],
        "company": facts["company"],
        "phone": facts["phone"],
        "notes": facts["note"],
        "registration_ip_address": "",
        "tax_exempt_category": "",
        "customer_group_id": 0,
        "date_created": facts["created"],
        "date_modified": facts["updated"],
        "address_count": 0 if facts["address"] is None else 1,
        "attribute_count": 0,
        "authentication": {"force_password_reset": False},
        "accepts_product_review_abandoned_cart_emails": facts["accepts_email"] is True,
        "origin_channel_id": 1,
        "channel_ids": None,
    }


def addresses(facts: Facts) -> list[Facts]:
    """Show the addresses of a customer, as of v3."""
    found = facts["address"]
    if found is None:
        return []
    return [
        {
            "id": ident("address", str(facts["id"])),
            "customer_id": facts["id"],
            "first_name": facts["first_name"],
            "last_name": facts["last_name"],
            "company": facts["company"],
            "address1": found["line1"],
            "address2": found["line2"],
            "city": found["city"],
            "state_or_province": found["region"],
            "postal_code": found["postcode"],
            "country": found["country"],
            "country_code": found["country"],
            "phone": facts["phone"],
            "address_type": "residential",
        }
    ]


def show_product(facts: Facts) -> Facts:
    """Show a product, as of v3."""
    return {
        "id": facts["id"],
        "name": facts["title"],
        "type": "physical",
        "sku": facts["sku"],
        "description": f"<p>{facts['title']}</p>",
        "weight": 1,
        "price": plain(facts["price"], facts["currency"]),
        "calculated_price": plain(facts["price"], facts["currency"]),
        "categories": [ident("category", facts["category"])] if facts["category"] else [],
        "brand_id": ident("brand", facts["maker"]) if facts["maker"] else 0,
        "inventory_level": 0,
        "is_visible": facts["status"] == "active",
        "availability": "available" if facts["status"] == "active" else "disabled",
        "condition": "New",
        "date_created": facts["created"],
        "date_modified": facts["updated"],
    }


def show_refund(facts: Facts) -> Facts:
    """Show a refund, as of v3."""
    amount = plain(facts["amount"], facts["currency"])
    return {
        "id": facts["id"],
        "order_id": facts["order"],
        "user_id": 1,
        "created": facts["created"].replace("Z", "+00:00"),
        "reason": facts["note"],
        "total_amount": amount,
        "total_tax": 0,
        "uses_merchant_override_values": False,
        "items": [
            {"item_type": "PRODUCT", "item_id": line, "quantity": quantity, "reason": ""}
            for line, quantity in facts["lines"]
        ],
        "payments": [{"id": 1, "provider_id": "custom", "amount": amount, "offline": True}],
    }


def show_line(order_facts: Facts, line: Facts) -> Facts:
    """Show an order product, as of v2; prices are what one costs before discounts."""
    currency, quantity = order_facts["currency"], line["quantity"]
    price, zero = four(line["price"], currency), four(0, currency)
    base = four(quantity * line["price"], currency)
    off = [{"id": "manual", "amount": four(line["discount"], currency)}] if line["discount"] else []
    return {
        "id": line["id"],
        "order_id": order_facts["id"],
        "product_id": line["product"],
        "variant_id": 0,
        "order_address_id": 1,
        "name": line["title"],
        "name_customer": line["title"],
        "sku": line["sku"],
        "type": "physical",
        "base_price": price,
        "price_ex_tax": price,
        "price_inc_tax": price,
        "price_tax": zero,
        "base_total": base,
        "total_ex_tax": base,
        "total_inc_tax": base,
        "total_tax": zero,
        "quantity": quantity,
        "is_refunded": False,
        "quantity_refunded": 0,
        "refund_amount": zero,
        "applied_discounts": off,
        "product_options": [],
    }


def show_order(facts: Facts, home: str) -> Facts:
    """Show an order, as of v2."""
    currency = facts["currency"]

    def text(amount: int) -> str:
        return four(amount, currency)

    goods = sum(line["quantity"] * line["price"] for line in facts["lines"])
    off = sum(line["discount"] for line in facts["lines"])
    total = goods - off + facts["shipping"] + facts["tax"]
    back = sum(facts["refunded"].values())
    number_of, status = STATUSES[facts["status"]]
    if back and facts["status"] != "cancelled":
        number_of, status = REFUNDED if back >= total else PARTLY_REFUNDED
    here = f"{home}/v2/orders/{facts['id']}"
    return {
        "id": facts["id"],
        "customer_id": facts["customer"],
        "date_created": rfc(facts["created"]),
        "date_modified": rfc(facts["updated"]),
        "date_shipped": rfc(facts["updated"]) if facts["status"] == "fulfilled" else "",
        "status_id": number_of,
        "status": status,
        "custom_status": status,
        "subtotal_ex_tax": text(goods),
        "subtotal_inc_tax": text(goods),
        "subtotal_tax": text(0),
        "shipping_cost_ex_tax": text(facts["shipping"]),
        "shipping_cost_inc_tax": text(facts["shipping"]),
        "shipping_cost_tax": text(0),
        "total_ex_tax": text(total - facts["tax"]),
        "total_inc_tax": text(total),
        "total_tax": text(facts["tax"]),
        "items_total": sum(line["quantity"] for line in facts["lines"]),
        "items_shipped": 0,
        "payment_method": "Manual",
        "payment_provider_id": None,
        "payment_status": "refunded" if number_of == REFUNDED[0] else PAYMENT[facts["status"]],
        "refunded_amount": text(back),
        "discount_amount": text(off),
        "coupon_discount": text(0),
        "currency_id": 1,
        "currency_code": currency,
        "currency_exchange_rate": "1.0000000000",
        "default_currency_id": 1,
        "default_currency_code": currency,
        "staff_notes": "",
        "customer_message": facts["note"],
        "is_deleted": facts["archived"],
        "is_email_opt_in": False,
        "order_source": "www" if facts["channel"] == "web" else facts["channel"],
        "channel_id": 1,
        "external_id": None,
        "external_source": None,
        "customer_locale": "en",
        "billing_address": _billing(facts),
        "products": {"url": f"{here}/products", "resource": f"/orders/{facts['id']}/products"},
    }


def _billing(facts: Facts) -> Facts:
    found = facts["address"] or dict.fromkeys(Address.__slots__, "")
    return {
        "first_name": facts["first_name"],
        "last_name": facts["last_name"],
        "company": "",
        "street_1": found["line1"],
        "street_2": found["line2"],
        "city": found["city"],
        "state": found["region"],
        "zip": found["postcode"],
        "country": found["country"],
        "country_iso2": found["country"],
        "phone": facts["phone"],
        "email": facts["email"],
        "form_fields": [],
    }
