"""The raw tables of BigCommerce: keys, and the columns that are always there.

Ids are numbers to BigCommerce and text here. Amounts are decimal text: v2 sends it, and v3's
numbers become it. v2's times were RFC 2822.
"""

from __future__ import annotations

from core.connector import Table

_TEXT = "text"


def _texts(prefix: str, *names: str) -> dict[str, str]:
    return {f"{prefix}{name}": _TEXT for name in names}


_STAMPED = {"date_created": "timestamp", "date_modified": "timestamp"}
_NAME = ("first_name", "last_name", "company")
_PLACE = ("address1", "address2", "city", "state_or_province", "postal_code", "country_code")
_STREET = ("street_1", "street_2", "city", "state", "zip", "country", "country_iso2")

# ``address`` is the first of ``addresses``.
_CUSTOMERS = {
    "id": _TEXT,
    **_STAMPED,
    **_texts("", "email", "first_name", "last_name", "company", "phone", "notes"),
    **_texts("", "customer_group_id", "origin_channel_id"),
    **_texts("address__", *_NAME, *_PLACE, "country", "phone"),
    "address_count": "bigint",
    "accepts_product_review_abandoned_cart_emails": "bool",
    "addresses": "json",
    "channel_ids": "json",
}

# ``currency`` is the one the shopper paid in; ``line_item_ids`` are those of the order's lines.
_ORDERS = {
    "id": _TEXT,
    **_STAMPED,
    "date_shipped": "timestamp",
    **_texts("", "customer_id", "status_id", "status", "custom_status", "currency"),
    **_texts("", "subtotal_ex_tax", "subtotal_inc_tax", "subtotal_tax", "shipping_cost_ex_tax"),
    **_texts("", "shipping_cost_inc_tax", "shipping_cost_tax", "total_ex_tax", "total_inc_tax"),
    **_texts("", "total_tax", "discount_amount", "coupon_discount", "refunded_amount"),
    **_texts("", "payment_method", "payment_provider_id", "payment_status"),
    **_texts("", "currency_code", "default_currency_code", "staff_notes", "customer_message"),
    **_texts("", "order_source", "channel_id", "external_id", "external_source"),
    **_texts("", "customer_locale"),
    **_texts("billing_address__", *_NAME, *_STREET, "phone", "email"),
    "items_total": "bigint",
    "items_shipped": "bigint",
    "is_deleted": "bool",
    "is_email_opt_in": "bool",
    "line_item_ids": "json",
}

# ``discount_total`` is the sum of ``applied_discounts``, which no other amount knows of.
_ORDER_LINES = {
    "order_id": _TEXT,
    "id": _TEXT,
    **_texts("", "product_id", "variant_id", "order_address_id", "name", "sku", "type"),
    **_texts("", "currency", "base_price", "price_ex_tax", "price_inc_tax", "price_tax"),
    **_texts("", "base_total", "total_ex_tax", "total_inc_tax", "total_tax", "refund_amount"),
    "discount_total": _TEXT,
    "quantity": "bigint",
    "quantity_refunded": "bigint",
    "is_refunded": "bool",
    "applied_discounts": "json",
    "product_options": "json",
}

# ``currency`` is the order's.
_REFUNDS = {
    "id": _TEXT,
    "created": "timestamp",
    **_texts("", "order_id", "user_id", "reason", "total_amount", "total_tax", "currency"),
    "uses_merchant_override_values": "bool",
    "items": "json",
    "payments": "json",
}

_PRODUCTS = {
    "id": _TEXT,
    **_STAMPED,
    **_texts("", "name", "type", "sku", "description", "price", "calculated_price", "brand_id"),
    **_texts("", "availability", "condition"),
    "is_visible": "bool",
    "inventory_level": "bigint",
    "categories": "json",
}

TABLES = {
    "customers": Table(columns=_CUSTOMERS),
    "orders": Table(columns=_ORDERS),
    "order_lines": Table(key=("order_id", "id"), columns=_ORDER_LINES),
    "refunds": Table(columns=_REFUNDS),
    "products": Table(columns=_PRODUCTS),
}
