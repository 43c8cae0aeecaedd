"""The calls an application makes when something happens in it."""

from datetime import datetime, timedelta
from typing import Any

from sandbox.happenings import CustomerJoined, OrderPlaced
from sandbox.happenings.base import Address
from sandbox.names import letters, shop_customer

Body = dict[str, Any]
LATE = timedelta(hours=26)
ON_THE_WAY = timedelta(seconds=2)
HOME = "https://shop.example.com"


def user(key: str) -> str:
    """Give the id of a user: the shop's, as applications have it."""
    return str(shop_customer(key))


def visitor(key: str) -> str:
    """Give the id of the visitor whom a customer was before."""
    return letters("visitor", key, 22)


def call(kind: str, key: str, at: datetime, *, late: bool = False, **fields: Any) -> Body:  # noqa: ANN401 - fields of a call
    """Give a call; a late one was made the day before it came."""
    made = at - LATE if late else at
    return {
        "type": kind,
        "messageId": f"{kind}-{letters('message', f'{kind} {key} {at}', 24)}",
        "timestamp": _iso(made),
        "sentAt": _iso(at),
        "receivedAt": _iso(at + ON_THE_WAY),
        "context": {"library": {"name": "analytics.js"}, "locale": "en-GB", "ip": "192.0.2.1"},
        **fields,
    }


def traits(fact: CustomerJoined) -> Body:
    """Give what an application knows of a customer."""
    lives = fact.address or Address()
    address = {
        "street": f"{lives.line1} {lives.line2}".strip(),
        "city": lives.city,
        "state": lives.region,
        "postalCode": lives.postcode,
        "country": lives.country,
    }
    return {
        "firstName": fact.first_name,
        "lastName": fact.last_name,
        "email": fact.email,
        "phone": fact.phone,
        "address": address,
        "company": {"name": fact.company} if fact.company else None,
    }


# What each field of `CustomerJoined` is called here.
TRAITS = {
    "first_name": "firstName",
    "last_name": "lastName",
    "email": "email",
    "phone": "phone",
    "address": "address",
    "company": "company",
}


def ordered(fact: OrderPlaced) -> Body:
    """Give the properties of a finished order."""
    return {
        "order_id": fact.number,
        "revenue": fact.total / 100,
        "currency": fact.currency,
        "products": [{"name": line.title, "quantity": line.quantity} for line in fact.lines],
    }


def seen(path: str, title: str) -> Body:
    """Give the properties of a page."""
    return {"url": f"{HOME}{path}", "path": path, "title": title, "referrer": ""}


def again(body: Body) -> Body:
    """Give a call as it is sent again, because nobody said that it had arrived."""
    moved = datetime.fromisoformat(body["receivedAt"]) + timedelta(seconds=3)
    return {**body, "sentAt": _iso(moved - ON_THE_WAY), "receivedAt": _iso(moved)}


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
