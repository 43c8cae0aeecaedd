"""All fields of the schema that are more than a fact of the same name, the root's among them."""

from typing import Any

from sandbox.http import Json
from sandbox.shopify import addresses, customers, metafields, order_fields, products
from sandbox.shopify.cursors import Page
from sandbox.shopify.reading import Reading

Facts = dict[str, Any]
OPENED = "2020-01-01T00:00:00Z"


def _by_id(kind: str) -> Json:
    def read(_: Json, reading: Reading, args: Facts) -> Facts | None:
        found = reading.by_gid(args["id"])
        return found if f"/{kind}/" in args["id"] else None

    return read


def _node(gid: str, reading: Reading) -> tuple[str, Facts] | None:
    found = reading.by_gid(gid)
    return None if found is None else (gid.split("/")[3], found)


def _pages(table: str) -> Json:
    return lambda _, reading, args: reading.page(table, args)


def _count(table: str) -> Json:
    return lambda _, reading, args: reading.count(table, args)


def _deletions(_: Json, reading: Reading, args: Facts) -> Page:
    wanted = args.get("subjectTypes")
    return reading.page("deletions", args, "0" if wanted and "PRODUCT" not in wanted else "")


def _events(_: Json, reading: Reading, args: Facts) -> Page:
    page = reading.page("deletions", args)
    items = [("BasicEvent", item) for item in page.items]
    return Page(items, page.marks, page.has_next, page.has_previous, "events")


def _shop(shop: Json, reading: Reading) -> Facts:
    host = "daybreak-sandbox.myshopify.com"
    return {
        "id": "gid://shopify/Shop/1",
        "name": "Daybreak Sandbox",
        "shopOwnerName": "Daybreak Sandbox",
        "email": "shop@shop.example",
        "contactEmail": "shop@shop.example",
        "createdAt": OPENED,
        "updatedAt": OPENED,
        "currencyCode": reading.currency,
        "enabledPresentmentCurrencies": [reading.currency],
        "ianaTimezone": "Etc/UTC",
        "timezoneAbbreviation": "UTC",
        "timezoneOffset": "+0000",
        "timezoneOffsetMinutes": 0,
        "myshopifyDomain": host,
        "url": shop.url or f"https://{host}",
        "taxesIncluded": False,
    }


def _versions(*_: Json) -> list[Facts]:
    return [{"handle": "2026-07", "displayName": "2026-07 (Latest)", "supported": True}]


ROOT: dict[str, Any] = {
    "customer": _by_id("Customer"),
    "customers": _pages("customers"),
    "customersCount": _count("customers"),
    "deletionEvents": _deletions,
    "events": _events,
    "node": lambda _, reading, args: _node(args["id"], reading),
    "nodes": lambda _, reading, args: [_node(gid, reading) for gid in args["ids"]],
    "order": _by_id("Order"),
    "orders": _pages("orders"),
    "ordersCount": _count("orders"),
    "product": _by_id("Product"),
    "products": _pages("products"),
    "productsCount": _count("products"),
    "publicApiVersions": _versions,
    "refund": _by_id("Refund"),
    "shop": _shop,
}

FIELDS: dict[str, dict[str, Any]] = {
    "QueryRoot": ROOT,
    **addresses.FIELDS,
    **customers.FIELDS,
    **metafields.FIELDS,
    **order_fields.FIELDS,
    **products.FIELDS,
}
