"""What happens in sales, as the fields of Zoho's modules."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from sandbox.happenings import Address, Happening
from sandbox.names import number

Body = dict[str, Any]
Write = Callable[[Any], Body]
MODULES = {
    "contacts": "Contacts",
    "accounts": "Accounts",
    "leads": "Leads",
    "deals": "Deals",
    "cases": "Cases",
    "tasks": "Tasks",
}
STAGES = {
    "appointmentscheduled": "Qualification",
    "qualifiedtobuy": "Needs Analysis",
    "presentationscheduled": "Value Proposition",
    "contractsent": "Negotiation/Review",
    "closedwon": "Closed Won",
    "closedlost": "Closed Lost",
}
STATUSES = {
    "leads": {
        "new": "Not Contacted",
        "working": "Contacted",
        "nurturing": "Contact in Future",
        "qualified": "Pre-Qualified",
        "unqualified": "Not Qualified",
    },
    "cases": {"new": "New", "working": "On Hold", "escalated": "Escalated", "closed": "Closed"},
    "tasks": {"open": "Not Started", "done": "Completed"},
}
CUSTOM = {
    "shop_customer_id": "Shopify_Customer_Id",
    "billing_customer_id": "Stripe_Customer_Id",
    "support_user_id": "Zendesk_User_Id",
}
NO_PLACES, THREE_PLACES = frozenset({"JPY", "KRW"}), frozenset({"KWD", "BHD"})


def record_id(kind: str, key: str) -> str:
    """Give Zoho's id of a thing of the world: text, unique in the whole account."""
    return str(number(f"zoho {kind}", key, 18))


def lookup(kind: str, key: str | None) -> Body | None:
    """Point to a record; its name is filled in where the books know it."""
    return {"name": None, "id": record_id(kind, key)} if key else None


def owner(email: str) -> Body:
    """Give a user as records show one."""
    email = email or "admin@daybreak.example"
    name = email.partition("@")[0].title()
    return {"name": name, "id": record_id("users", email), "email": email}


def _text(name: str) -> Write:
    return lambda value: {name: value or None}


def _as(name: str, names: Mapping[str, str]) -> Write:
    return lambda value: {name: names.get(value, value or None)}


def _to(name: str, kind: str) -> Write:
    return lambda key: {name: lookup(kind, key)}


def _address(prefix: str, code: str) -> Write:
    def write(found: Address | None) -> Body:
        at = found or Address()
        parts = {
            "Street": f"{at.line1} {at.line2}".strip(),
            "City": at.city,
            "State": at.region,
            code: at.postcode,
            "Country": at.country,
        }
        return {f"{prefix}{name}": value or None for name, value in parts.items()}

    return write


def _properties(values: Mapping[str, str]) -> Body:
    return {CUSTOM.get(name, name.title()): value for name, value in values.items()}


def _day(name: str) -> Write:
    return lambda at: {name: at.date().isoformat() if at else None}


OWNER: Write = lambda email: {"Owner": owner(email)}  # noqa: E731 - one of many like it

WRITES: Mapping[str, Mapping[str, Write]] = {
    "contacts": {
        "first_name": _text("First_Name"),
        "last_name": _text("Last_Name"),
        "email": _text("Email"),
        "phone": _text("Phone"),
        "mobile": _text("Mobile"),
        "born": lambda value: {"Date_of_Birth": value.isoformat() if value else None},
        "address": _address("Mailing_", "Zip"),
        "company": _to("Account_Name", "accounts"),
        "job_title": _text("Title"),
        "source": _text("Lead_Source"),
        "opted_out": lambda value: {"Email_Opt_Out": bool(value)},
        "other_emails": lambda emails: {"Secondary_Email": emails[0] if emails else None},
        "properties": _properties,
    },
    "accounts": {
        "name": _text("Account_Name"),
        "domain": _text("Website"),
        "phone": _text("Phone"),
        "industry": _text("Industry"),
        "employees": lambda value: {"Employees": value},
        "address": _address("Billing_", "Code"),
        "properties": _properties,
    },
    "leads": {
        "first_name": _text("First_Name"),
        "last_name": _text("Last_Name"),
        "email": _text("Email"),
        "phone": _text("Phone"),
        "company_name": _text("Company"),
        "job_title": _text("Designation"),
        "source": _text("Lead_Source"),
        "status": _as("Lead_Status", STATUSES["leads"]),
        "owner": OWNER,
        "opted_out": lambda value: {"Email_Opt_Out": bool(value)},
        "properties": _properties,
    },
    "deals": {
        "name": _text("Deal_Name"),
        "stage": _as("Stage", STAGES),
        "pipeline": _as("Pipeline", {"default": "Standard (Standard)"}),
        "currency": _text("Currency"),
        "contacts": lambda keys: {"Contact_Name": lookup("contacts", keys[0] if keys else None)},
        "company": _to("Account_Name", "accounts"),
        "owner": OWNER,
        "close_at": _day("Closing_Date"),
        "properties": _properties,
    },
    "cases": {
        "contact": _to("Related_To", "contacts"),
        "company": _to("Account_Name", "accounts"),
        "subject": _text("Subject"),
        "description": _text("Description"),
        "status": _as("Status", STATUSES["cases"]),
        "priority": lambda value: {"Priority": value.title() or None},
        "origin": lambda value: {"Case_Origin": value.title() or None},
        "owner": OWNER,
    },
    "tasks": {
        "contact": _to("Who_Id", "contacts"),
        "company": _to("What_Id", "accounts"),
        "subject": _text("Subject"),
        "kind": lambda value: {"Description": value or None},
        "status": _as("Status", STATUSES["tasks"]),
        "due_at": _day("Due_Date"),
        "owner": OWNER,
    },
}
ALWAYS = {
    "Owner": "ownerlookup",
    "Created_Time": "datetime",
    "Modified_Time": "datetime",
    "Created_By": "ownerlookup",
    "Modified_By": "ownerlookup",
    "Tag": "text",
}
FURTHER: Mapping[str, Mapping[str, str]] = {
    "contacts": {"Full_Name": "text", **dict.fromkeys(CUSTOM.values(), "text")},
    "accounts": {},
    "leads": {
        "Full_Name": "text",
        "Converted__s": "boolean",
        "Converted_Date_Time": "datetime",
        "Converted_Contact": "lookup",
        "Converted_Account": "lookup",
        "Converted_Deal": "lookup",
    },
    "deals": {"Amount": "currency", "Currency": "picklist", "Exchange_Rate": "double"},
    "cases": {"Case_Number": "autonumber"},
    "tasks": {"Closed_Time": "datetime"},
}
TYPES = {
    "Employees": "integer",
    "Email_Opt_Out": "boolean",
    "Closing_Date": "date",
    "Date_of_Birth": "date",
}


def written(table: str, values: Mapping[str, Any]) -> Body:
    """Give the fields that some fields of a happening become."""
    found: Body = {}
    for name, write in WRITES[table].items():
        if name in values:
            found.update(write(values[name]))
    return found


def told(fact: Happening) -> Mapping[str, Any]:
    """Give every field of a first happening."""
    return {one.name: getattr(fact, one.name) for one in fields(fact)}


def money(minor: int | None, currency: str) -> float | None:
    """Give an amount as a JSON number in whole units."""
    if minor is None:
        return None
    places = 0 if currency in NO_PLACES else 3 if currency in THREE_PLACES else 2
    return float(minor) / float(10**places)


def stamp(at: datetime) -> str:
    """Write a moment to the second with its offset, as Zoho does."""
    return at.isoformat(timespec="seconds")


def known_fields(table: str) -> dict[str, str]:
    """Give the fields that a module has from the start, with their types."""
    found = dict.fromkeys(written(table, _nothing(table)), "text")
    found = {name: TYPES.get(name, kind) for name, kind in found.items()}
    return {**found, **FURTHER[table], **ALWAYS}


def _nothing(table: str) -> Mapping[str, Any]:
    empty: dict[str, Any] = dict.fromkeys(WRITES[table], "")
    rest: dict[str, Any] = {
        "address": None,
        "born": None,
        "properties": {},
        "company": None,
        "contact": None,
        "employees": None,
    }
    return {**empty, **{name: value for name, value in rest.items() if name in empty}}
