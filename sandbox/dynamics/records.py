"""What happens in sales, as Dataverse writes it: GUIDs, choices as integers, lookups."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID

from sandbox.clock import iso
from sandbox.happenings import Address
from sandbox.http import Json
from sandbox.hubspot.records import money

Body = dict[str, Any]
Reader = Callable[[Any], Body]
KEYS = {
    "contacts": "contactid",
    "accounts": "accountid",
    "leads": "leadid",
    "opportunities": "opportunityid",
    "incidents": "incidentid",
    "tasks": "activityid",
    "transactioncurrencies": "transactioncurrencyid",
    "systemusers": "systemuserid",
}
LOGICAL = {
    "contacts": "contact",
    "accounts": "account",
    "leads": "lead",
    "opportunities": "opportunity",
    "incidents": "incident",
    "tasks": "task",
    "transactioncurrencies": "transactioncurrency",
    "systemusers": "systemuser",
}
MERGEABLE = frozenset({"contacts", "accounts", "leads", "incidents"})
SOURCES = {"Web": 8, "Phone Inquiry": 7, "Partner Referral": 4, "Purchased List": 10}
LABELS: dict[str, dict[str, dict[int, str]]] = {
    "contacts": {"statecode": {0: "Active", 1: "Inactive"}},
    "accounts": {"statecode": {0: "Active", 1: "Inactive"}},
    "leads": {"statecode": {0: "Open", 1: "Qualified", 2: "Disqualified"}},
    "opportunities": {
        "statecode": {0: "Open", 1: "Won", 2: "Lost"},
        "salesstage": {0: "Qualify", 1: "Develop", 2: "Propose", 3: "Close"},
    },
    "incidents": {
        "statecode": {0: "Active", 1: "Resolved", 2: "Canceled"},
        "prioritycode": {1: "High", 2: "Normal", 3: "Low"},
        "caseorigincode": {1: "Phone", 2: "Email", 3: "Web"},
    },
    "tasks": {"statecode": {0: "Open", 1: "Completed", 2: "Canceled"}},
    "transactioncurrencies": {},
    "systemusers": {},
}
LEAD_STATES = {
    "new": (0, 1),
    "working": (0, 2),
    "nurturing": (0, 2),
    "qualified": (0, 2),
    "unqualified": (2, 4),
}
STAGES = {"appointmentscheduled": 0, "qualifiedtobuy": 0, "presentationscheduled": 1}
DEAL_STATES = {"closedwon": (1, 3), "closedlost": (2, 5)}
CASE_STATES = {"new": (0, 1), "working": (0, 1), "escalated": (0, 1), "closed": (1, 5)}


def guid(table: str, key: str) -> str:
    """Give the GUID of a thing of the world."""
    made = blake2b(f"dynamics {table}:{key}".encode(), digest_size=16).digest()
    return str(UUID(bytes=made, version=4))


def values(readers: Mapping[str, Reader], changes: Mapping[str, Any]) -> Body:
    """Turn fields of a happening into columns of a row."""
    found: Body = {}
    for name, value in changes.items():
        if name in readers:
            found |= readers[name](value)
    return found


def new(readers: Mapping[str, Reader], fact: Any) -> Body:  # noqa: ANN401 - any first happening
    """Give the columns that a first happening tells of."""
    return values(readers, {name: getattr(fact, name) for name in readers})


def full_name(body: Body) -> Body:
    """Give what is worked out of the two names."""
    parts = filter(None, (body.get("firstname"), body.get("lastname")))
    return {"fullname": " ".join(parts) or None}


def amount(minor: Json, currency: str) -> float | None:
    """Give an amount as the number it is here."""
    text = money(minor, currency)
    return None if text is None else float(text)


def moment(at: datetime | None) -> str | None:
    """Write a moment."""
    return iso(at) if at else None


def day(at: datetime | None) -> str | None:
    """Write a date."""
    return at.strftime("%Y-%m-%d") if at else None


def _text(name: str) -> Reader:
    return lambda value: {name: str(value) if value not in {"", None} else None}


def _address(value: Address | None) -> Body:
    own = value or Address()
    parts = {
        "line1": own.line1,
        "line2": own.line2,
        "city": own.city,
        "stateorprovince": own.region,
        "postalcode": own.postcode,
        "country": own.country,
    }
    return {f"address1_{part}": text or None for part, text in parts.items()}


def _others(value: Iterable[str]) -> Body:
    first, second, *_ = [*value, None, None]
    return {"emailaddress2": first, "emailaddress3": second}


def _custom(value: Mapping[str, str]) -> Body:
    return {f"new_{name.lower()}": text or None for name, text in value.items()}


def _choice(states: Mapping[str, tuple[int, int]], default: tuple[int, int]) -> Reader:
    def read(value: str) -> Body:
        state, status = states.get(value, default)
        return {"statecode": state, "statuscode": status}

    return read


def _stage(value: str) -> Body:
    state, status = DEAL_STATES.get(value, (0, 1))
    stage = 3 if value in DEAL_STATES else STAGES.get(value, 2)
    return {"statecode": state, "statuscode": status, "salesstage": stage, "stepname": value}


def _mail(name: str) -> Reader:
    return lambda value: {name: value.lower() or None}


PERSON: dict[str, Reader] = {
    "first_name": _text("firstname"),
    "last_name": _text("lastname"),
    "email": _mail("emailaddress1"),
    "phone": _text("telephone1"),
    "job_title": _text("jobtitle"),
    "source": lambda value: {"leadsourcecode": SOURCES.get(value)},
    "opted_out": lambda value: {"donotbulkemail": bool(value)},
    "properties": _custom,
}
CONTACT: dict[str, Reader] = {
    **PERSON,
    "mobile": _text("mobilephone"),
    "born": lambda value: {"birthdate": value.isoformat() if value else None},
    "address": _address,
    "other_emails": _others,
}
LEAD: dict[str, Reader] = {
    **PERSON,
    "company_name": _text("companyname"),
    "status": _choice(LEAD_STATES, (0, 1)),
}
ACCOUNT: dict[str, Reader] = {
    "name": _text("name"),
    "domain": _text("websiteurl"),
    "phone": _text("telephone1"),
    "employees": lambda value: {"numberofemployees": value},
    "address": _address,
    "properties": _custom,
}
DEAL: dict[str, Reader] = {
    "name": _text("name"),
    "stage": _stage,
    "close_at": lambda value: {"estimatedclosedate": day(value)},
    "properties": _custom,
}
CASE: dict[str, Reader] = {
    "subject": _text("title"),
    "description": _text("description"),
    "status": _choice(CASE_STATES, (0, 1)),
    "priority": lambda value: {"prioritycode": {"high": 1, "low": 3}.get(value, 2)},
    "origin": lambda value: {"caseorigincode": {"phone": 1, "web": 3}.get(value, 2)},
}
TASK: dict[str, Reader] = {
    "subject": _text("subject"),
    "kind": _text("category"),
    "status": _choice({"open": (0, 2), "done": (1, 5)}, (0, 2)),
    "due_at": lambda value: {"scheduledend": moment(value)},
}
BLANK: dict[str, Body] = {
    "contacts": {
        **dict.fromkeys(("_parentcustomerid_value", "_originatingleadid_value")),
        "donotemail": False,
    },
    "accounts": {},
    "leads": dict.fromkeys(
        ("_parentcontactid_value", "_parentaccountid_value", "_qualifyingopportunityid_value")
    ),
    "opportunities": dict.fromkeys(("_originatingleadid_value", "actualclosedate")),
    "incidents": {},
    "tasks": {},
    "transactioncurrencies": {},
    "systemusers": {},
}
NOBODY_IN_PERSON = "admin@daybreak.example"
LOOKUPS = {
    "_ownerid_value": "systemusers",
    "_parentcontactid_value": "contacts",
    "_parentaccountid_value": "accounts",
    "_primarycontactid_value": "contacts",
    "_originatingleadid_value": "leads",
    "_qualifyingopportunityid_value": "opportunities",
    "_parentcustomerid_value": "accounts",
    "_transactioncurrencyid_value": "transactioncurrencies",
}
