"""What Klaviyo's records have in common: JSON:API, ids of letters, times with +00:00."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sandbox.clock import moment
from sandbox.happenings import Address, ContactJoined
from sandbox.names import letters, number

Body = dict[str, Any]
HOME = "https://a.klaviyo.com/api"
PHONE = re.compile(r"\+[1-9]\d{7,14}")
METRICS = {
    "delivered": "Received Email",
    "open": "Opened Email",
    "click": "Clicked Email",
    "bounce": "Bounced Email",
    "unsubscribe": "Unsubscribed from Email Marketing",
    "spamreport": "Marked Email as Spam",
}


def ulid(kind: str, key: str) -> str:
    """Give an id of 26 capital letters and digits."""
    return "01" + letters(f"klaviyo {kind}", key, 24).upper()


def short(kind: str, key: str) -> str:
    """Give an id of six, as lists, segments and metrics have them."""
    return letters(f"klaviyo {kind}", key, 6)


def uuid(key: str) -> str:
    """Give the further name an event has."""
    return str(UUID(int=number("klaviyo uuid", key, 18) << 64))


def stamp(at: datetime | int) -> str:
    """Write a moment, or milliseconds since 1970, to the second."""
    found = moment(at) if isinstance(at, int) else at
    return found.isoformat(timespec="seconds")[:19] + "+00:00"


def resource(kind: str, found: str, attributes: Body, relationships: Body | None = None) -> Body:
    """Give a record in its envelope."""
    body: Body = {"type": kind, "id": found, "attributes": attributes}
    if relationships is not None:
        body["relationships"] = relationships
    body["links"] = {"self": f"{HOME}/{kind}s/{found}/"}
    return body


def related(kind: str, found: str, to: str, other: str) -> Body:
    """Give a relationship to one other record."""
    home = f"{HOME}/{kind}s/{found}"
    links = {"self": f"{home}/relationships/{to}/", "related": f"{home}/{to}/"}
    return {"data": {"type": to, "id": other}, "links": links}


def profile_fields(told: Mapping[str, Any]) -> Body:
    """Turn fields of a contact into attributes of a profile; what is empty is null."""
    names = {
        "first_name": "first_name",
        "last_name": "last_name",
        "company_name": "organization",
        "job_title": "title",
    }
    found: Body = {ours: told[name] or None for name, ours in names.items() if name in told}
    if "email" in told:
        found["email"] = str(told["email"]).strip().lower() or None
    if "phone" in told:
        # Any number that is not E.164 is refused.
        found["phone_number"] = told["phone"] if PHONE.fullmatch(told["phone"] or "") else None
    if "address" in told:
        found["location"] = _location(told["address"])
    return found


def properties(told: Mapping[str, Any]) -> Body:
    """Turn what a profile has no field for into properties of its own."""
    found = {name: told[name] for name in ("lifecycle", "source") if told.get(name)}
    own: Body = {**found, **(told.get("properties") or {})}
    shop = own.pop("shop_customer_id", None)
    return {**own, **({"shopify_customer_id": shop} if shop else {})}


def profile(fact: ContactJoined) -> Body:
    """Give the attributes of a new profile."""
    told = {name: getattr(fact, name) for name in ContactJoined.__dataclass_fields__}
    at, own = stamp(fact.at), properties(told)
    return {
        **profile_fields(told),
        "external_id": own.get("shopify_customer_id"),
        "locale": None,
        "image": None,
        "created": at,
        "updated": at,
        "last_event_date": None,
        "properties": own,
        "subscriptions": subscriptions(fact.at, is_out=fact.opted_out),
    }


def subscriptions(at: datetime, *, is_out: bool) -> Body:
    """Give what somebody agreed to."""
    consent = "UNSUBSCRIBED" if is_out else "SUBSCRIBED"
    return {
        "email": {
            "marketing": {
                "can_receive_email_marketing": not is_out,
                "consent": consent,
                "consent_timestamp": stamp(at),
                "last_updated": stamp(at),
                "method": "API",
                "method_detail": "",
                "custom_method_detail": None,
                "double_optin": False,
                "suppression": [],
                "list_suppressions": [],
            }
        },
        "sms": {
            "marketing": {
                "can_receive_sms_marketing": False,
                "consent": "NEVER_SUBSCRIBED",
                "consent_timestamp": None,
                "method": None,
                "method_detail": None,
                "last_updated": None,
            }
        },
    }


def _location(value: Address | None) -> Body:
    own = value or Address()
    return {
        "address1": own.line1 or None,
        "address2": own.line2 or None,
        "city": own.city or None,
        "region": own.region or None,
        "zip": own.postcode or None,
        "country": own.country or None,
        "latitude": None,
        "longitude": None,
        "timezone": None,
        "ip": None,
    }
