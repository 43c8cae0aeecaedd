"""Metafields: ids that other systems, or the merchant, hung on a record."""

from typing import Any

from sandbox.http import Json
from sandbox.names import number
from sandbox.shopify.cursors import Page, cut

Facts = dict[str, Any]
NAMESPACE = "custom"


def _all(facts: Facts) -> list[Facts]:
    return [
        {
            "id": number("metafield", f"{facts['id']}:{key}"),
            "key": key,
            "value": value,
            "created": facts["created"],
            "updated": facts["updated"],
        }
        for key, value in sorted(facts.get("external_ids", {}).items())
    ]


def metafield(facts: Facts, _: Json, args: Facts) -> Facts | None:
    """Give the metafield of a key; there is one namespace only."""
    if args.get("namespace") not in {None, NAMESPACE}:
        return None
    return next((f for f in _all(facts) if f["key"] == args["key"]), None)


def metafields(facts: Facts, _: Json, args: Facts) -> Page:
    """Give a page of metafields; ``keys`` may say ``namespace.key``."""
    found = _all(facts) if args.get("namespace") in {None, NAMESPACE} else []
    if args.get("keys"):
        wanted = {key.removeprefix(f"{NAMESPACE}.") for key in args["keys"]}
        found = [f for f in found if f["key"] in wanted]
    return cut(found, args)


FIELDS: dict[str, dict[str, Any]] = {
    "Metafield": {
        "createdAt": lambda f, _: f["created"],
        "id": lambda f, _: f"gid://shopify/Metafield/{f['id']}",
        "jsonValue": lambda f, _: f["value"],
        "legacyResourceId": lambda f, _: str(f["id"]),
        "namespace": lambda *_: NAMESPACE,
        "type": lambda *_: "single_line_text_field",
        "updatedAt": lambda f, _: f["updated"],
    },
}
