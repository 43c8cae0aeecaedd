"""Freshdesk's records: 13-digit ids, codes for states, times to the second."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.clock import iso, moment
from sandbox.happenings import OrganisationJoined, Rated, TicketOpened, TicketUpdated, UserJoined
from sandbox.names import number

Body = dict[str, Any]
STATUS = {"new": 2, "open": 2, "pending": 3, "solved": 4, "closed": 5, "hold": 6}
PRIORITY = {None: 1, "low": 1, "normal": 2, "high": 3, "urgent": 4}
SOURCE = {"email": 1, "web": 2, "phone": 3, "chat": 7}
VERDICT = {"good": 103, "bad": -103}
POINTS = {1: -103, 2: -102, 3: 100, 4: 102, 5: 103}
SURVEY = 43_000_001
AGENT = 1_000_000_000_001


def ident(kind: str, key: str) -> int:
    """Give Freshdesk's id of a thing of the world."""
    return number(f"freshdesk {kind}", key, 13)


def contact(fact: UserJoined) -> Body:
    """Give a contact."""
    return {
        "id": ident("user", fact.key),
        **_born(fact.at),
        **contact_fields(fact),
        "active": False,
        "address": None,
        "contact_type": "contact",
        "facebook_id": None,
        "job_title": None,
        "mobile": None,
        "other_companies": [],
        "social_handler": [],
        "twitter_id": None,
        "view_all_tickets": False,
    }


def contact_fields(fact: UserJoined) -> Body:
    """Give the fields of a contact that the world knows of."""
    own = {name: value for name, value in fact.fields.items() if name != "suspended"}
    return {
        "company_id": ident("organisation", fact.organisation) if fact.organisation else None,
        "custom_fields": own,
        "description": fact.notes or None,
        "email": fact.email or None,
        "language": (fact.locale or "en").split("-")[0],
        "name": fact.name or None,
        "other_emails": list(fact.other_emails),
        "phone": fact.phone or None,
        "tags": list(fact.tags),
        "time_zone": fact.time_zone or "UTC",
        "unique_external_id": fact.external_id,
    }


CONTACT_NAMES = {
    "external_id": "unique_external_id",
    "fields": "custom_fields",
    "locale": "language",
    "notes": "description",
    "organisation": "company_id",
}


def agent(fact: UserJoined) -> Body:
    """Give an agent."""
    born = _born(fact.at)
    person = {"name": fact.name, "email": fact.email, "phone": None, "mobile": None}
    rest = {"active": True, "job_title": None, "language": "en", "time_zone": "UTC"}
    return {
        "id": ident("user", fact.key),
        **born,
        "available": True,
        "contact": {**person, **rest, "last_login_at": None, **born},
        "group_ids": [],
        "occasional": False,
        "role_ids": [],
        "signature": None,
        "ticket_scope": 1,
        "type": "support_agent",
    }


def company(fact: OrganisationJoined) -> Body:
    """Give a company."""
    return {
        "id": ident("organisation", fact.key),
        **_born(fact.at),
        **company_fields(fact),
        "account_tier": None,
        "custom_fields": {},
        "description": None,
        "health_score": None,
        "industry": None,
        "renewal_date": None,
    }


def company_fields(fact: OrganisationJoined) -> Body:
    """Give the fields of a company that the world knows of."""
    return {"domains": list(fact.domains), "name": fact.name, "note": fact.notes or None}


COMPANY_NAMES = {"notes": "note", "external_id": "", "tags": ""}


def ticket(fact: TicketOpened, company_id: int | None) -> Body:
    """Give a ticket as it is opened."""
    return {
        "id": ident("ticket", fact.key),
        **_born(fact.at),
        **ticket_fields(fact),
        "cc_emails": [],
        "company_id": company_id,
        "due_by": None,
        "email_config_id": None,
        "fr_due_by": None,
        "fr_escalated": False,
        "fwd_emails": [],
        "group_id": None,
        "is_escalated": False,
        "product_id": None,
        "reply_cc_emails": [],
        "to_emails": None,
    }


def ticket_fields(fact: TicketOpened) -> Body:
    """Give the fields of a ticket that the world knows of."""
    return {
        "custom_fields": {"cf_order": fact.order},
        "description": f"<div>{fact.description}</div>",
        "description_text": fact.description,
        "priority": PRIORITY.get(fact.priority, 1),
        "requester_id": ident("user", fact.requester),
        "responder_id": ident("user", fact.assignee) if fact.assignee else None,
        "source": SOURCE.get(fact.channel, 1),
        "spam": "spam" in fact.tags,
        "status": STATUS.get(fact.status, 2),
        "subject": fact.subject,
        "tags": list(fact.tags),
        "type": fact.kind.title() if fact.kind else None,
    }


# What a field of `TicketOpened` is called here, where the name differs or there are two.
TICKET_NAMES = {
    "assignee": "responder_id",
    "channel": "source",
    "description": "description description_text",
    "external_id": "",
    "kind": "type",
    "order": "custom_fields",
    "requester": "requester_id",
    "tags": "tags spam",
}


def conversation(fact: TicketUpdated, ticket_id: int, count: int) -> Body:
    """Give what was said on a ticket; ``count``: how much was said on it before."""
    return {
        "id": ident("conversation", f"{fact.key}:{count}"),
        **_born(fact.at),
        "attachments": [],
        "bcc_emails": [],
        "body": f"<div>{fact.comment}</div>",
        "body_text": fact.comment,
        "cc_emails": [],
        "from_email": None,
        "incoming": fact.author is not None,
        "private": False,
        "source": 0,
        "support_email": None,
        "ticket_id": ticket_id,
        "to_emails": [],
        "user_id": ident("user", fact.author) if fact.author else AGENT,
    }


def rating(fact: Rated, rated: Body) -> Body:
    """Give a verdict on a ticket."""
    return {
        "id": ident("rating", fact.key),
        **_born(fact.at),
        **rating_fields(fact),
        "agent_id": rated["responder_id"],
        "group_id": None,
        "survey_id": SURVEY,
        "ticket_id": rated["id"],
        "user_id": ident("user", fact.requester),
    }


def rating_fields(fact: Rated) -> Body:
    """Give what somebody thought."""
    verdict = POINTS[fact.points] if fact.points else VERDICT[fact.score]
    return {"feedback": fact.comment or None, "ratings": {"default_question": verdict}}


def named(fields: Body, told: Mapping[str, Any], names: Mapping[str, str]) -> Body:
    """Give of all fields those that were told of, under Freshdesk's names."""
    return {name: fields[name] for one in told for name in names.get(one, one).split()}


def stamp(at_millis: int) -> str:
    """Write a moment as Freshdesk does."""
    return iso(moment(at_millis))


def _born(at: datetime) -> Body:
    return {"created_at": iso(at), "updated_at": iso(at)}
