"""Intercom's records: ids as text, moments in epoch seconds, nested lists cut at ten."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sandbox.clock import EPOCH
from sandbox.happenings import OrganisationJoined, Rated, TicketOpened, UserJoined
from sandbox.names import number

Body = dict[str, Any]
WORKSPACE = "daybreak"
SHOWN = 10
STATES = {"new": "open", "open": "open", "pending": "snoozed", "hold": "snoozed"}
SOURCES = {"email": "email", "web": "conversation", "chat": "conversation"}
POINTS = {"good": 5, "bad": 1}
ADMIN = "814860"


def long_id(kind: str, key: str) -> str:
    """Give the id of a contact or a company: 24 hexadecimal digits."""
    return blake2b(f"intercom {kind}:{key}".encode(), digest_size=12).hexdigest()


def short_id(kind: str, key: str) -> str:
    """Give the id of anything else: a number, as text."""
    return str(number(f"intercom {kind}", key))


def admin_id(key: str) -> int:
    """Give the id of an admin, who may be assigned to conversations."""
    return number("intercom admin", key, 7)


def epoch(at: datetime) -> int:
    """Give whole seconds since 1970."""
    return int((at - EPOCH).total_seconds())


def contact(fact: UserJoined) -> Body:
    """Give a contact: a user where somebody knows who it is, else a lead."""
    at = epoch(fact.at)
    absent = ("last_replied_at", "last_contacted_at", "last_email_opened_at", "owner_id")
    return {
        "type": "contact",
        "id": long_id("user", fact.key),
        "workspace_id": WORKSPACE,
        **contact_fields(fact),
        "avatar": None,
        "created_at": at,
        "updated_at": at,
        "signed_up_at": at,
        "last_seen_at": at,
        "has_hard_bounced": False,
        "marked_email_as_spam": False,
        "location": {"type": "location", "country": None, "region": None, "city": None},
        "notes": _nested(long_id("user", fact.key), "notes", []),
        "social_profiles": {"data": []},
        **dict.fromkeys(absent),
    }


def contact_fields(fact: UserJoined) -> Body:
    """Give the fields of a contact that the world knows of."""
    own = dict(fact.fields)
    further = own.pop("companies", ())
    found = long_id("user", fact.key)
    companies = [*([fact.organisation] if fact.organisation else []), *further]
    return {
        "role": "user" if fact.external_id else "lead",
        "email": fact.email,
        "email_domain": fact.email.rpartition("@")[2],
        "phone": fact.phone or None,
        "name": fact.name or None,
        "external_id": fact.external_id,
        "language_override": fact.locale.split("-")[0] or None,
        "unsubscribed_from_emails": bool(own.pop("unsubscribed", False)),
        "custom_attributes": own,
        "tags": _nested(found, "tags", tag_links(fact.tags)),
        "companies": _nested(found, "companies", company_links(companies)),
    }


# What a field of `UserJoined` is called here, where the name differs or there are several.
CONTACT_NAMES = {
    "email": "email email_domain",
    "external_id": "external_id role",
    "fields": "custom_attributes unsubscribed_from_emails",
    "locale": "language_override",
    "notes": "",
    "organisation": "companies",
    "other_emails": "",
    "role": "",
    "time_zone": "",
}


def tag_links(names: Iterable[str]) -> list[Body]:
    """Point to tags."""
    found = [short_id("tag", name) for name in names]
    return [{"type": "tag", "id": one, "url": f"/tags/{one}"} for one in found]


def company_links(keys: Iterable[str]) -> list[Body]:
    """Point to companies."""
    found = [long_id("organisation", key) for key in keys]
    return [{"type": "company", "id": one, "url": f"/companies/{one}"} for one in found]


def _nested(contact_id: str, name: str, links: list[Body]) -> Body:
    url = f"/contacts/{contact_id}/{name}"
    count = len(links)
    return {"data": links, "url": url, "total_count": count, "has_more": count > SHOWN}


def cut(body: Body) -> Body:
    """Give a contact as Intercom shows it."""
    if not (body["tags"]["has_more"] or body["companies"]["has_more"]):
        return body
    short = {n: {**body[n], "data": body[n]["data"][:SHOWN]} for n in ("tags", "companies")}
    return {**body, **short}


def company(fact: OrganisationJoined) -> Body:
    """Give a company."""
    at = epoch(fact.at)
    return {
        "type": "company",
        "id": long_id("organisation", fact.key),
        "app_id": WORKSPACE,
        "company_id": fact.external_id or fact.key,
        "created_at": at,
        "updated_at": at,
        "remote_created_at": at,
        "last_request_at": at,
        "monthly_spend": 0,
        "session_count": 0,
        "user_count": 0,
        "segments": {"type": "segment.list", "segments": []},
        **company_fields(fact),
    }


def company_fields(fact: OrganisationJoined) -> Body:
    """Give the fields of a company that the world knows of."""
    return {
        "name": fact.name,
        "website": f"https://{fact.domains[0]}" if fact.domains else "",
        "custom_attributes": {"notes": fact.notes} if fact.notes else {},
        "tags": {"type": "tag.list", "tags": [tag(name) for name in fact.tags]},
    }


COMPANY_NAMES = {"domains": "website", "external_id": "", "notes": "custom_attributes"}


def tag(name: str) -> Body:
    """Give a tag."""
    return {"type": "tag", "id": short_id("tag", name), "name": name}


def conversation(fact: TicketOpened, asker: Body | None) -> Body:
    """Give a conversation as it starts."""
    at = epoch(fact.at)
    return {
        "type": "conversation",
        "id": short_id("conversation", fact.key),
        "created_at": at,
        "updated_at": at,
        "waiting_since": at,
        "snoozed_until": None,
        "read": False,
        "team_assignee_id": None,
        **conversation_fields(fact, asker),
        "teammates": {"type": "admin.list", "teammates": []},
        "custom_attributes": {},
        "statistics": {
            "type": "conversation_statistics",
            "count_reopens": 0,
            "count_conversation_parts": 1,
        },
        "linked_objects": {"type": "list", "data": [], "total_count": 0, "has_more": False},
        "ai_agent_participated": False,
    }


def conversation_fields(fact: TicketOpened, asker: Body | None) -> Body:
    """Give the fields of a conversation that the world knows of."""
    state = STATES.get(fact.status, "closed")
    found = short_id("conversation", fact.key)
    assignee = admin_id(fact.assignee) if fact.assignee else None
    return {
        "title": fact.subject or None,
        "state": state,
        "open": state != "closed",
        "priority": "priority" if fact.priority in {"high", "urgent"} else "not_priority",
        "admin_assignee_id": assignee,
        "tags": {"type": "tag.list", "tags": [tag(name) for name in fact.tags]},
        "source": {
            "type": SOURCES.get(fact.channel, "conversation"),
            "id": found,
            "delivered_as": "customer_initiated",
            "subject": fact.subject,
            "body": f"<p>{fact.description}</p>",
            "author": author(asker),
            "attachments": [],
            "url": None,
            "redacted": False,
        },
        "contacts": {"type": "contact.list", "contacts": [reference(asker)] if asker else []},
    }


# What a field of `TicketOpened` is called here, where the name differs or there are several.
CONVERSATION_NAMES = {
    "assignee": "admin_assignee_id",
    "channel": "",
    "description": "",
    "external_id": "",
    "kind": "",
    "order": "",
    "requester": "contacts",
    "status": "state open",
    "subject": "title",
}


def reference(body: Body) -> Body:
    """Point to a contact."""
    return {"type": "contact", "id": body["id"], "external_id": body["external_id"]}


def author(body: Body | None) -> Body:
    """Say who wrote: a contact, or an admin."""
    if body is None:
        return {"type": "admin", "id": ADMIN, "name": "Dawn", "email": "ops@daybreak.example"}
    return {"type": body["role"], "id": body["id"], "name": body["name"], "email": body["email"]}


def part(key: str, at: datetime, kind: str, said: str, by: Body | None) -> Body:
    """Give one part of a conversation: something said, or something done."""
    return {
        "type": "conversation_part",
        "id": short_id("part", key),
        "part_type": kind,
        "body": f"<p>{said}</p>" if said else None,
        "created_at": epoch(at),
        "updated_at": epoch(at),
        "notified_at": epoch(at),
        "author": author(by),
        "attachments": [],
        "external_id": None,
        "redacted": False,
    }


def rating(fact: Rated, body: Body) -> Body:
    """Give a verdict on a conversation."""
    by = body["contacts"]["contacts"]
    return {
        "rating": fact.points or POINTS[fact.score],
        "remark": fact.comment,
        "created_at": epoch(fact.at),
        "updated_at": epoch(fact.at),
        **({"contact": by[0]} if by else {}),
        "teammate": {"type": "admin", "id": ADMIN},
    }


def named(fields: Body, told: Mapping[str, Any], names: Mapping[str, str]) -> Body:
    """Give of all fields those that were told of, under Intercom's names."""
    return {name: fields[name] for one in told for name in names.get(one, one).split()}
