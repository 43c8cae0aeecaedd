"""A customer of the shop: what is kept, and how the schema's fields are read from it.

Facts carry the names of `sandbox.happenings.CustomerJoined`; every field of the schema that is not
one of them by name is a small function of the facts.
"""

from typing import TYPE_CHECKING, Any

from sandbox.clock import iso
from sandbox.happenings import CustomerJoined
from sandbox.http import Json
from sandbox.names import shop_customer
from sandbox.shopify.addresses import facts_of, person
from sandbox.shopify.cursors import cut
from sandbox.shopify.metafields import metafield, metafields

if TYPE_CHECKING:
    from sandbox.shopify.reading import Reading

Facts = dict[str, Any]
EMAIL_STATES = {None: "NOT_SUBSCRIBED", True: "SUBSCRIBED", False: "UNSUBSCRIBED"}


def customer(fact: CustomerJoined) -> Facts:
    """Give what the shop keeps of a new customer."""
    at = iso(fact.at)
    return {
        "id": shop_customer(fact.key),
        "first_name": fact.first_name,
        "last_name": fact.last_name,
        "email": fact.email,
        "phone": fact.phone,
        "address": facts_of(fact.address),
        "accepts_email": fact.accepts_email,
        "accepts_sms": fact.accepts_sms,
        "locale": fact.locale,
        "note": fact.note,
        "company": fact.company,
        "tags": fact.tags,
        "external_ids": fact.external_ids,
        "created": at,
        "updated": at,
        "consented": at,
    }


def gid(facts: Facts) -> str:
    """Give the global id."""
    return f"gid://shopify/Customer/{facts['id']}"


def _name(facts: Facts, *_: Json) -> str:
    full = f"{facts['first_name']} {facts['last_name']}".strip()
    return full or facts["email"] or facts["phone"] or ""


def _addresses(facts: Facts) -> list[Facts]:
    if facts["address"] is None:
        return []
    own = {"id": facts["id"], "kind": "CustomerAddress", "company": facts["company"]}
    return [{**facts["address"], **person(facts), **own}]


def _email(facts: Facts, *_: Json) -> Facts | None:
    if not facts["email"]:
        return None
    accepts = facts["accepts_email"]
    return {
        "emailAddress": facts["email"],
        "marketingState": EMAIL_STATES[accepts],
        "marketingOptInLevel": "SINGLE_OPT_IN" if accepts else None,
        "marketingUpdatedAt": None if accepts is None else facts["consented"],
        "consentUpdatedAt": None if accepts is None else facts["consented"],
        "marketingUnsubscribeUrl": f"https://shop.example/unsubscribe/{facts['id']}",
        "openTrackingLevel": "UNKNOWN",
        "validFormat": "@" in facts["email"],
    }


def _phone(facts: Facts, *_: Json) -> Facts | None:
    if not facts["phone"]:
        return None
    accepts = facts["accepts_sms"]
    return {
        "phoneNumber": facts["phone"],
        "marketingState": EMAIL_STATES[accepts],
        "marketingOptInLevel": "SINGLE_OPT_IN" if accepts else "UNKNOWN",
        "marketingUpdatedAt": None if accepts is None else facts["consented"],
        "marketingCollectedFrom": None if accepts is None else "SHOPIFY",
        "consentUpdatedAt": None if accepts is None else facts["consented"],
        "consentCollectedFrom": None if accepts is None else "SHOPIFY",
    }


def _orders(facts: Facts, reading: "Reading", args: Facts) -> Json:
    return reading.page("orders", args, "customer = ?", (facts["id"],))


def _last_order(facts: Facts, reading: "Reading") -> Facts | None:
    found = reading.orders_of(facts["id"])
    return max(found, key=lambda order: str(order["created"]), default=None)


def _spent(facts: Facts, reading: "Reading") -> tuple[int, str]:
    found = reading.orders_of(facts["id"])
    currency = found[-1]["currency"] if found else reading.currency
    same = [order for order in found if order["currency"] == currency and order["paid"]]
    return sum(order["total"] - order["refunded"] for order in same), currency


FIELDS: dict[str, dict[str, Any]] = {
    "Customer": {
        "addresses": lambda f, *_: _addresses(f),
        "addressesV2": lambda f, _, args: cut(_addresses(f), args),
        "amountSpent": _spent,
        "canDelete": lambda f, r: not r.orders_of(f["id"]),
        "createdAt": lambda f, _: f["created"],
        "dataSaleOptOut": lambda *_: False,
        "defaultAddress": lambda f, _: next(iter(_addresses(f)), None),
        "defaultEmailAddress": _email,
        "defaultPhoneNumber": _phone,
        "displayName": _name,
        "email": lambda f, _: f["email"] or None,
        "emailMarketingConsent": _email,
        "firstName": lambda f, _: f["first_name"] or None,
        "id": lambda f, _: gid(f),
        "lastName": lambda f, _: f["last_name"] or None,
        "lastOrder": _last_order,
        "legacyResourceId": lambda f, _: str(f["id"]),
        "lifetimeDuration": lambda *_: "a while",
        "locale": lambda f, _: f["locale"] or "en",
        "metafield": metafield,
        "metafields": metafields,
        "multipassIdentifier": lambda f, _: f["external_ids"].get("multipass"),
        "note": lambda f, _: f["note"] or None,
        "numberOfOrders": lambda f, r: str(len(r.orders_of(f["id"]))),
        "orders": _orders,
        "phone": lambda f, _: f["phone"] or None,
        "smsMarketingConsent": _phone,
        "state": lambda *_: "ENABLED",
        "taxExempt": lambda *_: False,
        "updatedAt": lambda f, _: f["updated"],
        "validEmailAddress": lambda f, _: "@" in f["email"],
        "verifiedEmail": lambda f, _: bool(f["email"]),
    },
}
