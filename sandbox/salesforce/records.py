"""What happens in sales, as Salesforce writes it: ids, field values, times."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sandbox.happenings import (
    Address,
    CampaignMembered,
    CaseOpened,
    CompanyJoined,
    ContactJoined,
    DealOpened,
    LeadJoined,
    TaskPlanned,
)
from sandbox.http import Json
from sandbox.hubspot.records import money
from sandbox.names import letters
from sandbox.salesforce.fields import TABLES

Body = dict[str, Any]
Reader = Callable[[Any], Body]
SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
SELLING_DAYS = 30
STAGES = {
    "appointmentscheduled": "Prospecting",
    "qualifiedtobuy": "Qualification",
    "presentationscheduled": "Value Proposition",
    "decisionmakerboughtin": "Id. Decision Makers",
    "contractsent": "Negotiation/Review",
    "closedwon": "Closed Won",
    "closedlost": "Closed Lost",
}
LEAD_STATES = {
    "new": "Open - Not Contacted",
    "working": "Working - Contacted",
    "nurturing": "Nurturing",
    "qualified": "Qualified",
    "unqualified": "Unqualified",
}
CASE_STATES = {"new": "New", "working": "Working", "escalated": "Escalated", "closed": "Closed"}
SUBTYPES = {"call": "Call", "email": "Email", "meeting": "Task", "todo": "Task"}


def ident(table: str, key: str) -> str:
    """Give the 18-character id of a thing of the world.

    The last three characters tell the case of the first fifteen, for those who do not look at it.
    """
    short = TABLES[table].prefix + letters(f"salesforce {table}", key, 12)
    bits = (
        sum(1 << n for n, letter in enumerate(short[at : at + 5]) if letter.isupper())
        for at in (0, 5, 10)
    )
    return short + "".join(SUFFIX[each] for each in bits)


def stamp(at: datetime) -> str:
    """Write a moment as the REST API does; Salesforce keeps whole seconds."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def day(at: datetime | None) -> str | None:
    """Write a date."""
    return at.strftime("%Y-%m-%d") if at else None


def values(readers: Mapping[str, Reader], changes: Mapping[str, Any]) -> Body:
    """Turn fields of a happening into fields of a record."""
    found: Body = {}
    for name, value in changes.items():
        if name in readers:
            found |= readers[name](value)
    return found


def full_name(body: Body) -> Body:
    """Give the compound name of somebody; LastName is never empty here."""
    last = body.get("LastName") or "[not provided]"
    name = f"{body.get('FirstName') or ''} {last}".strip()
    return {"LastName": last, "Name": name}


def amount(minor: Json, currency: str) -> float | None:
    """Give an amount as the number it is here."""
    text = money(minor, currency)
    return None if text is None else float(text)


def new(readers: Mapping[str, Reader], fact: Any) -> Body:  # noqa: ANN401 - any first happening
    """Give the fields that a first happening tells of."""
    return values(readers, {name: getattr(fact, name) for name in readers})


def closes(fact: DealOpened) -> str | None:
    """Give the day a deal shall close: Salesforce insists on one."""
    return day(fact.close_at or fact.at + timedelta(days=SELLING_DAYS))


def custom(value: Mapping[str, str]) -> Body:
    """Give the fields an org made itself; their names end in ``__c``."""
    return {f"{name}__c": text or None for name, text in value.items()}


def _text(name: str) -> Reader:
    return lambda value: {name: str(value) if value not in {"", None} else None}


def _address(prefix: str) -> Reader:
    def read(value: Address | None) -> Body:
        own = value or Address()
        lines = "\r\n".join(filter(None, (own.line1, own.line2)))
        parts = {
            "Street": lines,
            "City": own.city,
            "State": own.region,
            "PostalCode": own.postcode,
            "Country": own.country,
        }
        return {f"{prefix}{part}": text or None for part, text in parts.items()}

    return read


def _tie(name: str, table: str) -> Reader:
    return lambda key: {name: ident(table, key) if key else None}


def _owner(email: str) -> Body:
    return {"OwnerId": ident("users", email)} if email else {}


def _stage(value: str) -> Body:
    return {
        "StageName": STAGES.get(value, value),
        "IsClosed": value in {"closedwon", "closedlost"},
        "IsWon": value == "closedwon",
    }


def _case_state(value: str) -> Body:
    return {"Status": CASE_STATES.get(value, value), "IsClosed": value == "closed"}


def _task_state(value: str) -> Body:
    is_done = value == "done"
    return {"Status": "Completed" if is_done else "Not Started", "IsClosed": is_done}


def _answered(value: str) -> Body:
    return {"Status": value.capitalize(), "HasResponded": value == "responded"}


PERSON: dict[str, Reader] = {
    "first_name": _text("FirstName"),
    "last_name": _text("LastName"),
    "email": lambda value: {"Email": value.lower() or None},
    "phone": _text("Phone"),
    "job_title": _text("Title"),
    "source": _text("LeadSource"),
    "opted_out": lambda value: {"HasOptedOutOfEmail": bool(value)},
    "properties": custom,
}
CONTACT: dict[str, Reader] = {
    **PERSON,
    "mobile": _text("MobilePhone"),
    "born": lambda value: {"Birthdate": value.isoformat() if value else None},
    "address": _address("Mailing"),
}
LEAD: dict[str, Reader] = {
    **PERSON,
    "company_name": lambda value: {"Company": value or "[not provided]"},
    "status": lambda value: {"Status": LEAD_STATES.get(value, value)},
    "owner": _owner,
}
ACCOUNT: dict[str, Reader] = {
    "name": _text("Name"),
    "domain": _text("Website"),
    "phone": _text("Phone"),
    "industry": _text("Industry"),
    "employees": lambda value: {"NumberOfEmployees": value},
    "address": _address("Billing"),
    "properties": custom,
}
DEAL: dict[str, Reader] = {
    "name": _text("Name"),
    "stage": _stage,
    "currency": _text("CurrencyIsoCode"),
    "owner": _owner,
    "properties": custom,
}
CASE: dict[str, Reader] = {
    "subject": _text("Subject"),
    "description": _text("Description"),
    "status": _case_state,
    "priority": lambda value: {"Priority": value.capitalize()},
    "origin": lambda value: {"Origin": value.capitalize()},
    "owner": _owner,
}
TASK: dict[str, Reader] = {
    "subject": _text("Subject"),
    "kind": lambda value: {"TaskSubtype": SUBTYPES.get(value, "Task")},
    "status": _task_state,
    "due_at": lambda value: {"ActivityDate": day(value)},
    "owner": _owner,
}
MEMBER: dict[str, Reader] = {
    "campaign": _tie("CampaignId", "campaigns"),
    "contact": _tie("ContactId", "contacts"),
    "lead": _tie("LeadId", "leads"),
    "status": _answered,
}
READERS: dict[type, dict[str, Reader]] = {
    ContactJoined: CONTACT,
    LeadJoined: LEAD,
    CompanyJoined: ACCOUNT,
    DealOpened: DEAL,
    CaseOpened: CASE,
    TaskPlanned: TASK,
    CampaignMembered: MEMBER,
}
