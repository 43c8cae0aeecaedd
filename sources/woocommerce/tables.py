"""The raw tables of WooCommerce: keys, and the columns that are always there.

Ids are numbers to WooCommerce and text here. Amounts are decimal text in the order's currency.
Times ending in ``_gmt`` are UTC; their twins are the site's own time, without a zone, as text.
"""

from __future__ import annotations

from core.connector import Table

_TEXT = "text"


def _texts(prefix: str, *names: str) -> dict[str, str]:
    return {f"{prefix}{name}": _TEXT for name in names}


_MADE = {"date_created": _TEXT, "date_created_gmt": "timestamp"}
_STAMPED = {**_MADE, "date_modified": _TEXT, "date_modified_gmt": "timestamp"}
_NAME = ("first_name", "last_name", "company")
_PLACE = ("address_1", "address_2", "city", "state", "postcode", "country")
_BILLING = _texts("billing__", *_NAME, *_PLACE, "email", "phone")
_SHIPPING = _texts("shipping__", *_NAME, *_PLACE, "phone")

_CUSTOMERS = {
    "id": _TEXT,
    **_STAMPED,
    **_texts("", "email", "first_name", "last_name", "role", "username", "avatar_url"),
    **_BILLING,
    **_SHIPPING,
    "is_paying_customer": "bool",
    "meta_data": "json",
}

# ``refunded_total`` and ``line_item_ids`` are made of the order's own ``refunds`` and
# ``line_items``.
_ORDERS = {
    "id": _TEXT,
    **_STAMPED,
    **_texts("", "parent_id", "number", "order_key", "created_via", "version", "status"),
    **_texts("", "currency", "discount_total", "discount_tax", "shipping_total", "shipping_tax"),
    **_texts("", "cart_tax", "total", "total_tax", "refunded_total"),
    **_texts("", "customer_id", "customer_ip_address", "customer_user_agent", "customer_note"),
    **_texts("", "payment_method", "payment_method_title", "transaction_id", "cart_hash"),
    **_BILLING,
    **_SHIPPING,
    "prices_include_tax": "bool",
    "date_paid": _TEXT,
    "date_paid_gmt": "timestamp",
    "date_completed": _TEXT,
    "date_completed_gmt": "timestamp",
    "line_item_ids": "json",
    "refunds": "json",
    "tax_lines": "json",
    "shipping_lines": "json",
    "fee_lines": "json",
    "coupon_lines": "json",
    "meta_data": "json",
}

_ORDER_LINES = {
    "order_id": _TEXT,
    "id": _TEXT,
    **_texts("", "name", "parent_name", "product_id", "variation_id", "sku", "tax_class"),
    "quantity": "bigint",
    "currency": _TEXT,
    **_texts("", "subtotal", "subtotal_tax", "total", "total_tax"),
    "price": "double",
    "taxes": "json",
    "meta_data": "json",
}

# ``currency`` is the order's.
_REFUNDS = {
    "id": _TEXT,
    **_MADE,
    **_texts("", "parent_id", "amount", "currency", "reason", "refunded_by"),
    "refunded_payment": "bool",
    "line_items": "json",
    "tax_lines": "json",
    "shipping_lines": "json",
    "fee_lines": "json",
    "meta_data": "json",
}

# ``category`` and ``brand`` are the first of ``categories`` and ``brands``.
_PRODUCTS = {
    "id": _TEXT,
    **_STAMPED,
    **_texts("", "name", "slug", "permalink", "type", "status", "catalog_visibility", "sku"),
    **_texts("", "price", "regular_price", "sale_price", "parent_id", "category", "brand"),
    **_texts("", "description", "short_description", "stock_status"),
    "stock_quantity": "double",
    "categories": "json",
    "brands": "json",
    "tags": "json",
    "images": "json",
    "attributes": "json",
    "variations": "json",
    "meta_data": "json",
}

TABLES = {
    "customers": Table(columns=_CUSTOMERS),
    "orders": Table(columns=_ORDERS),
    "order_lines": Table(key=("order_id", "id"), columns=_ORDER_LINES),
    "refunds": Table(columns=_REFUNDS),
    "products": Table(columns=_PRODUCTS),
}
