"""A product with its one variant, and the events that tell of products that are gone."""

import re
from typing import TYPE_CHECKING, Any

from sandbox.clock import iso
from sandbox.happenings import ProductListed
from sandbox.http import Json
from sandbox.names import number
from sandbox.shopify.cursors import Page, cut, encode
from sandbox.shopify.metafields import metafield, metafields
from sandbox.shopify.money import plain

if TYPE_CHECKING:
    from sandbox.shopify.reading import Reading

Facts = dict[str, Any]


def product_id(key: str) -> int:
    """Give the numeric id of a product of the world."""
    return number("product", key)


def product(fact: ProductListed) -> Facts:
    """Give what the shop keeps of a new product."""
    at = iso(fact.at)
    return {
        "id": product_id(fact.key),
        "variant": number("variant", fact.key),
        "title": fact.title,
        "price": fact.price,
        "currency": fact.currency,
        "sku": fact.sku,
        "category": fact.category,
        "maker": fact.maker,
        "status": fact.status,
        "tags": fact.tags,
        "created": at,
        "updated": at,
    }


def gid(facts: Facts) -> str:
    """Give the global id."""
    return f"gid://shopify/Product/{facts['id']}"


def variant(facts: Facts) -> Facts:
    """Give the one variant of a product."""
    return {**facts, "id": facts["variant"], "parent": facts, "title": "Default Title"}


def _variants(facts: Facts, _: "Reading", args: Facts) -> Page:
    return cut([variant(facts)], args)


def _handle(facts: Facts, *_: Json) -> str:
    words = re.findall(r"\w+", facts["title"].lower())
    return "-".join([*words, str(facts["id"])])


FIELDS: dict[str, dict[str, Any]] = {
    "Product": {
        "createdAt": lambda f, _: f["created"],
        "defaultCursor": lambda f, _: encode((f["id"], f["id"])),
        "description": lambda f, *_: f["title"],
        "descriptionHtml": lambda f, _: f"<p>{f['title']}</p>",
        "handle": _handle,
        "hasOnlyDefaultVariant": lambda *_: True,
        "id": lambda f, _: gid(f),
        "isGiftCard": lambda *_: False,
        "legacyResourceId": lambda f, _: str(f["id"]),
        "metafield": metafield,
        "metafields": metafields,
        "productType": lambda f, _: f["category"],
        "publishedAt": lambda f, _: f["created"] if f["status"] == "active" else None,
        "status": lambda f, _: f["status"].upper(),
        "totalInventory": lambda *_: 0,
        "tracksInventory": lambda *_: False,
        "updatedAt": lambda f, _: f["updated"],
        "variants": _variants,
        "variantsCount": lambda *_: {"count": 1, "precision": "EXACT"},
        "vendor": lambda f, _: f["maker"],
    },
    "ProductVariant": {
        "availableForSale": lambda *_: True,
        "compareAtPrice": lambda *_: None,
        "createdAt": lambda f, _: f["created"],
        "displayName": lambda f, _: f"{f['parent']['title']} - {f['title']}",
        "id": lambda f, _: f"gid://shopify/ProductVariant/{f['id']}",
        "inventoryQuantity": lambda *_: 0,
        "legacyResourceId": lambda f, _: str(f["id"]),
        "metafield": lambda *_: None,
        "metafields": lambda *_: Page(),
        "position": lambda *_: 1,
        "price": lambda f, _: plain((f["price"], f["currency"])),
        "product": lambda f, _: f["parent"],
        "sku": lambda f, _: f["sku"] or None,
        "taxable": lambda *_: True,
        "updatedAt": lambda f, _: f["updated"],
    },
    "DeletionEvent": {
        "occurredAt": lambda f, _: f["created"],
        "subjectId": lambda f, _: f"gid://shopify/Product/{f['product']}",
        "subjectType": lambda *_: "PRODUCT",
    },
    "BasicEvent": {
        "action": lambda *_: "destroy",
        "attributeToApp": lambda *_: False,
        "attributeToUser": lambda *_: True,
        "createdAt": lambda f, _: f["created"],
        "criticalAlert": lambda *_: False,
        "hasAdditionalContent": lambda *_: False,
        "id": lambda f, _: f"gid://shopify/BasicEvent/{f['id']}",
        "message": lambda f, _: f"Deleted {f['title']}",
        "subjectId": lambda f, _: f"gid://shopify/Product/{f['product']}",
    },
}
