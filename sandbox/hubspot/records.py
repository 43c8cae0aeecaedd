"""What happens in marketing, as property values: strings, with nothing for what is empty."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sandbox.clock import EPOCH, MILLISECOND
from sandbox.happenings import Address, CompanyJoined, ContactJoined, DealOpened
from sandbox.http import Json
from sandbox.names import number

Values = dict[str, str | None]
RENAMED = {"shop_customer_id": "shopify_customer_id", "billing_customer_id": "stripe_customer_id"}
CLOSED = frozenset({"closedwon", "closedlost"})
NO_PLACES = frozenset({"JPY", "KRW", "CLP", "VND", "ISK", "UGX", "XAF", "XOF"})
BORN = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%m/%d/%Y", "%d %B %Y")
THREE_PLACES = frozenset({"KWD", "BHD", "JOD", "OMR", "TND", "IQD", "LYD"})


def contact_id(key: str) -> int:
    """Give the record id of a contact of the world."""
    return number("contact", key)


def company_id(key: str) -> int:
    """Give the record id of a company of the world."""
    return number("company", key)


def deal_id(key: str) -> int:
    """Give the record id of a deal of the world."""
    return number("deal", key)


def list_id(key: str) -> int:
    """Give the id of a list of the world."""
    return number("list", key, 9)


def owner_id(email: str) -> int:
    """Give the id of the owner with an address."""
    return number("owner", email, 9)


def stamp(at: datetime | int) -> str:
    """Write a moment, or milliseconds since 1970, to the millisecond."""
    found = EPOCH + at * MILLISECOND if isinstance(at, int) else at
    return found.isoformat(timespec="milliseconds")[:23] + "Z"


def contact(fact: ContactJoined) -> Values:
    """Give the properties of a new contact."""
    return values(CONTACT, {name: getattr(fact, name) for name in CONTACT})


def company(fact: CompanyJoined) -> Values:
    """Give the properties of a new company."""
    return values(COMPANY, {name: getattr(fact, name) for name in COMPANY})


def deal(fact: DealOpened) -> Values:
    """Give the properties of a new deal."""
    return values(DEAL, {name: getattr(fact, name) for name in DEAL})


def values(readers: Mapping[str, Callable[[Any], Values]], changes: Mapping[str, Any]) -> Values:
    """Turn fields of a happening into properties; None stands for emptied ones."""
    found: Values = {}
    for name, value in changes.items():
        if name in readers:
            found.update(readers[name](value))
    return found


def full(found: Values) -> Values:
    """Leave out what is empty, as the store keeps it."""
    return {name: value for name, value in found.items() if value is not None}


def money(amount: Json, currency: str) -> str | None:
    """Write minor units as a number in a string, ``500`` or ``12.5``."""
    if amount is None:
        return None
    if currency in NO_PLACES:
        return str(amount)
    places = 3 if currency in THREE_PLACES else 2
    return f"{int(amount) / 10**places:.{places}f}".rstrip("0").rstrip(".")


def _text(name: str) -> Callable[[Any], Values]:
    return lambda value: {name: str(value) if value not in {"", None} else None}


def _address(value: Address | None) -> Values:
    own = value or Address()
    lines = f"{own.line1} {own.line2}".strip()
    found = {"address": lines, "city": own.city, "state": own.region, "zip": own.postcode}
    return {name: text or None for name, text in {**found, "country": own.country}.items()}


def _joined(value: Iterable[str]) -> Values:
    return {"hs_additional_emails": ";".join(value).lower() or None}


def _company(value: str | None) -> Values:
    return {"associatedcompanyid": None if value is None else str(company_id(value))}


def _custom(value: Mapping[str, str]) -> Values:
    return {RENAMED.get(name, name): text or None for name, text in value.items()}


def _stage(value: str) -> Values:
    closed, won = value in CLOSED, value == "closedwon"
    flags = {"hs_is_closed": str(closed).lower(), "hs_is_closed_won": str(won).lower()}
    return {"dealstage": value, **flags}


def _owner(value: str) -> Values:
    return {"hubspot_owner_id": str(owner_id(value)) if value else None}


def _born(value: date | None) -> Values:
    """Write a birth as people do where it is a line of text: each as the day of it has it."""
    if value is None:
        return {"date_of_birth": None}
    return {"date_of_birth": value.strftime(BORN[value.day % len(BORN)])}


CONTACT: dict[str, Callable[[Any], Values]] = {
    "first_name": _text("firstname"),
    "last_name": _text("lastname"),
    "email": lambda value: {"email": value.lower() or None},
    "phone": _text("phone"),
    "mobile": _text("mobilephone"),
    "born": _born,
    "address": _address,
    "company": _company,
    "company_name": _text("company"),
    "job_title": _text("jobtitle"),
    "lifecycle": _text("lifecyclestage"),
    "source": _text("hs_analytics_source"),
    "opted_out": lambda value: {"hs_email_optout": str(bool(value)).lower()},
    "other_emails": _joined,
    "properties": _custom,
}
COMPANY: dict[str, Callable[[Any], Values]] = {
    "name": _text("name"),
    "domain": lambda value: {"domain": value or None, "website": value or None},
    "phone": _text("phone"),
    "industry": _text("industry"),
    "employees": _text("numberofemployees"),
    "address": _address,
    "properties": _custom,
}
DEAL: dict[str, Callable[[Any], Values]] = {
    "name": _text("dealname"),
    "stage": _stage,
    "pipeline": _text("pipeline"),
    "currency": _text("deal_currency_code"),
    "owner": _owner,
    "close_at": lambda value: {"closedate": None if value is None else stamp(value)},
    "properties": _custom,
}
