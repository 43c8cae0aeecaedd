"""What Shopify's rows look like once flattened: the promise staging is written against.

Ids are the numbers people write down elsewhere (``legacyResourceId``), as text; the long form
``gid://shopify/Order/1`` stays beside them as ``admin_graphql_api_id``. Money is a decimal string
in the shop's currency unless a column says presentment: what the shopper saw.
"""

from __future__ import annotations

from core.connector import Table

ADDRESS = (
    "first_name",
    "last_name",
    "name",
    "company",
    "address1",
    "address2",
    "city",
    "province",
    "province_code",
    "zip",
    "country",
    "country_code",
    "phone",
)


def _address(prefix: str) -> dict[str, str]:
    return {f"{prefix}__{part}": "text" for part in ADDRESS}


TABLES = {
    "customers": Table(
        columns={
            "id": "text",
            "admin_graphql_api_id": "text",
            "first_name": "text",
            "last_name": "text",
            "display_name": "text",
            "default_email_address__email_address": "text",
            "default_email_address__marketing_state": "text",
            "default_email_address__marketing_opt_in_level": "text",
            "default_email_address__marketing_updated_at": "timestamp",
            "default_phone_number__phone_number": "text",
            "default_phone_number__marketing_state": "text",
            **_address("default_address"),
            "multipass_identifier": "text",
            "locale": "text",
            "state": "text",
            "note": "text",
            "tags": "json",
            "verified_email": "bool",
            "tax_exempt": "bool",
            "data_sale_opt_out": "bool",
            "number_of_orders": "bigint",
            "amount_spent__amount": "text",
            "amount_spent__currency_code": "text",
            "created_at": "timestamp",
            "updated_at": "timestamp",
        }
    ),
    "orders": Table(
        columns={
            "id": "text",
            "admin_graphql_api_id": "text",
            "name": "text",
            "customer_id": "text",
            "email": "text",
            "phone": "text",
            "customer_locale": "text",
            **_address("billing_address"),
            **_address("shipping_address"),
            "currency_code": "text",
            "presentment_currency_code": "text",
            "total_price_set__shop_money__amount": "text",
            "total_price_set__presentment_money__amount": "text",
            "current_total_price_set__shop_money__amount": "text",
            "subtotal_price_set__shop_money__amount": "text",
            "total_tax_set__shop_money__amount": "text",
            "total_discounts_set__shop_money__amount": "text",
            "total_shipping_price_set__shop_money__amount": "text",
            "total_refunded_set__shop_money__amount": "text",
            "display_financial_status": "text",
            "display_fulfillment_status": "text",
            "cancel_reason": "text",
            "cancelled_at": "timestamp",
            "closed_at": "timestamp",
            "created_at": "timestamp",
            "processed_at": "timestamp",
            "updated_at": "timestamp",
            "customer_accepts_marketing": "bool",
            "test": "bool",
            "note": "text",
            "po_number": "text",
            "source_name": "text",
            "discount_codes": "json",
            "payment_gateway_names": "json",
            "custom_attributes": "json",
            "tags": "json",
        }
    ),
    "order_lines": Table(
        columns={
            "id": "text",
            "admin_graphql_api_id": "text",
            "order_id": "text",
            "product_id": "text",
            "variant_id": "text",
            "title": "text",
            "variant_title": "text",
            "sku": "text",
            "vendor": "text",
            "quantity": "bigint",
            "current_quantity": "bigint",
            "is_gift_card": "bool",
            "currency_code": "text",
            "original_unit_price_set__shop_money__amount": "text",
            "original_total_set__shop_money__amount": "text",
            "discounted_total_set__shop_money__amount": "text",
        }
    ),
    "refunds": Table(
        columns={
            "id": "text",
            "admin_graphql_api_id": "text",
            "order_id": "text",
            "amount": "text",
            "currency": "text",
            "note": "text",
            "created_at": "timestamp",
            "processed_at": "timestamp",
            "updated_at": "timestamp",
        }
    ),
    "products": Table(
        columns={
            "id": "text",
            "admin_graphql_api_id": "text",
            "title": "text",
            "handle": "text",
            "status": "text",
            "product_type": "text",
            "vendor": "text",
            "tags": "json",
            "variant_id": "text",
            "sku": "text",
            "price": "text",
            "is_gift_card": "bool",
            "total_inventory": "bigint",
            "created_at": "timestamp",
            "published_at": "timestamp",
            "updated_at": "timestamp",
        }
    ),
}
