"""What Mailchimp's records have in common: hexadecimal ids, times to the second with +00:00."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import md5
from typing import Any

from sandbox.clock import EPOCH, moment
from sandbox.happenings import Address, ContactJoined
from sandbox.names import number

Body = dict[str, Any]
LINKED = {
    "shop_customer_id": "SHOPIFYID",
    "billing_customer_id": "STRIPEID",
    "support_user_id": "ZENDESKID",
}


def hexed(kind: str, key: str, length: int = 10) -> str:
    """Give ``length`` hexadecimal digits (at most 32) for a key."""
    return md5(f"{kind}:{key}".encode(), usedforsecurity=False).hexdigest()[:length]


def contact_id(key: str) -> str:
    """Give the id of a contact, which stays whatever its address becomes."""
    return hexed("contact", key, 32)


def subscriber_hash(email: str) -> str:
    """Give the MD5 of an address, which is what Mailchimp calls a member's id."""
    return md5(email.lower().encode(), usedforsecurity=False).hexdigest()


def web_id(key: str) -> int:
    """Give the number that addresses of the web application use."""
    return number("mailchimp web", key, 9)


def stamp(at: datetime | int) -> str:
    """Write a moment, or milliseconds since 1970, to the second."""
    found = moment(at) if isinstance(at, int) else at
    return found.isoformat(timespec="seconds")[:19] + "+00:00"


def second(at: datetime) -> int:
    """Give whole seconds since 1970."""
    return int((at - EPOCH).total_seconds())


def addressed(email: str) -> Body:
    """Give the three names a member has by its address."""
    return {
        "id": subscriber_hash(email),
        "email_address": email,
        "unique_email_id": hexed("address", email.lower()),
    }


def merge_fields(told: Mapping[str, Any]) -> Body:
    """Turn fields of a contact into merge fields; what is empty is ``""``, never null."""
    plain = {"first_name": "FNAME", "last_name": "LNAME", "phone": "PHONE", "company_name": "FIRM"}
    found: Body = {tag: told[name] or "" for name, tag in plain.items() if name in told}
    if "address" in told:
        found["ADDRESS"] = _address(told["address"])
    for name, value in (told.get("properties") or {}).items():
        if name in LINKED:
            found[LINKED[name]] = value or ""
    return found


def member(fact: ContactJoined, list_id: str) -> Body:
    """Give the record of somebody who joins an audience; links are added when it is sent."""
    fields = {name: getattr(fact, name) for name in ContactJoined.__dataclass_fields__}
    at = stamp(fact.at)
    return {
        **addressed(fact.email.strip()),
        "contact_id": contact_id(fact.key),
        "full_name": f"{fact.first_name} {fact.last_name}".strip(),
        "web_id": web_id(fact.key),
        "email_type": "html",
        "status": "unsubscribed" if fact.opted_out else "subscribed",
        "consents_to_one_to_one_messaging": True,
        "merge_fields": merge_fields(fields),
        "interests": {},
        "stats": {"avg_open_rate": 0, "avg_click_rate": 0},
        "ip_signup": "",
        "timestamp_signup": at,
        "ip_opt": "198.51.100.7",
        "timestamp_opt": at,
        "member_rating": 2,
        "last_changed": at,
        "language": "",
        "vip": False,
        "email_client": "",
        "location": {
            "latitude": 0,
            "longitude": 0,
            "gmtoff": 0,
            "dstoff": 0,
            "country_code": fact.address.country if fact.address else "",
            "timezone": "",
            "region": "",
        },
        "marketing_permissions": [
            {
                "marketing_permission_id": hexed("permission", list_id),
                "text": "Email",
                "enabled": not fact.opted_out,
            }
        ],
        "source": "API - Generic",
        "tags_count": 0,
        "tags": [],
        "list_id": list_id,
    }


def audience(list_id: str, name: str, at: datetime) -> Body:
    """Give the record of an audience; its figures are added when it is sent."""
    return {
        "id": list_id,
        "web_id": web_id(list_id),
        "name": name,
        "contact": {
            "company": "Daybreak",
            "address1": "1 Morning Street",
            "address2": "",
            "city": "Bristol",
            "state": "",
            "zip": "BS1 1AA",
            "country": "GB",
            "phone": "",
        },
        "permission_reminder": "You asked for it.",
        "use_archive_bar": True,
        "campaign_defaults": {
            "from_name": "Daybreak",
            "from_email": "news@daybreak.example",
            "subject": "",
            "language": "en",
        },
        "notify_on_subscribe": "",
        "notify_on_unsubscribe": "",
        "date_created": stamp(at),
        "list_rating": 0,
        "email_type_option": False,
        "double_optin": False,
        "has_welcome": False,
        "marketing_permissions": True,
        "visibility": "prv",
        "modules": [],
    }


def _address(value: Address | None) -> Body | str:
    if value is None or not (value.line1 or value.city or value.postcode):
        return ""
    return {
        "addr1": value.line1,
        "addr2": value.line2,
        "city": value.city,
        "state": value.region,
        "zip": value.postcode,
        "country": value.country,
    }
