"""Tickets, what happened to them, and what their requesters thought, as Zendesk shows it."""

from sandbox.clock import iso
from sandbox.happenings import Rated, TicketOpened
from sandbox.names import shop_order
from sandbox.zendesk.parts import BRAND, FORM, GROUP, HOME, Body, epoch, ident

ORDER_FIELD = ident("field", "order")
UNRATED = {"score": "unoffered"}


def ticket(fact: TicketOpened, organization: int | None) -> Body:
    """Give a ticket as it is opened."""
    found, at = ident("ticket", fact.key), iso(fact.at)
    return {
        "id": found,
        "url": f"{HOME}/tickets/{found}.json",
        "created_at": at,
        "updated_at": at,
        "generated_timestamp": epoch(fact.at),
        **ticket_fields(fact),
        "allow_attachments": True,
        "allow_channelback": False,
        "brand_id": BRAND,
        "collaborator_ids": [],
        "custom_status_id": None,
        "due_at": None,
        "email_cc_ids": [],
        "follower_ids": [],
        "followup_ids": [],
        "forum_topic_id": None,
        "from_messaging_channel": False,
        "group_id": GROUP,
        "has_incidents": False,
        "is_public": True,
        "organization_id": organization,
        "problem_id": None,
        "recipient": None,
        "satisfaction_rating": UNRATED,
        "sharing_agreement_ids": [],
        "submitter_id": ident("user", fact.requester),
        "ticket_form_id": FORM,
    }


def ticket_fields(fact: TicketOpened) -> Body:
    """Give the fields of a ticket that the world knows of."""
    order = [{"id": ORDER_FIELD, "value": str(shop_order(fact.order)) if fact.order else None}]
    return {
        "assignee_id": ident("user", fact.assignee) if fact.assignee else None,
        "custom_fields": order,
        "description": fact.description,
        "external_id": fact.external_id,
        "fields": order,
        "priority": fact.priority,
        "raw_subject": fact.subject,
        "requester_id": ident("user", fact.requester),
        "status": fact.status,
        "subject": fact.subject,
        "tags": list(fact.tags),
        "type": fact.kind,
        "via": {"channel": fact.channel, "source": {"from": {}, "rel": None, "to": {}}},
    }


# What each field of `TicketOpened` is called here; some are told twice.
TICKET_NAMES = {
    "assignee": ("assignee_id",),
    "channel": ("via",),
    "kind": ("type",),
    "order": ("custom_fields", "fields"),
    "requester": ("requester_id",),
    "subject": ("subject", "raw_subject"),
}


def event(number: int, body: Body, updater: int, at: int, changes: list[Body]) -> Body:
    """Give a ticket event: one update of a ticket, with all it changed as children."""
    return {
        "id": number,
        "child_events": [
            {"id": number + index, "via": body["via"]["channel"], **change}
            for index, change in enumerate(changes, start=1)
        ],
        "created_at": body["updated_at"],
        "event_type": "Audit",
        "system": {},
        "ticket_id": body["id"],
        "timestamp": at,
        "updater_id": updater,
        "via": body["via"]["channel"],
    }


def metric_event(found: int, kind: str, body: Body, time: str) -> Body:
    """Give a metric event: a clock on the ticket that starts (activate) or stops (fulfill)."""
    return {
        "id": found,
        "instance_id": 1,
        "metric": "requester_wait_time",
        "ticket_id": body["id"],
        "time": time,
        "type": kind,
    }


def rating(fact: Rated, rated: Body | None) -> Body:
    """Give a verdict. It may be about no ticket at all."""
    found, at = ident("rating", fact.key), iso(fact.at)
    return {
        "id": found,
        "url": f"{HOME}/satisfaction_ratings/{found}.json",
        "assignee_id": rated["assignee_id"] if rated else None,
        "comment": fact.comment or None,
        "created_at": at,
        "group_id": GROUP if rated else None,
        "reason": fact.reason or None,
        "reason_code": None,
        "reason_id": None,
        "requester_id": ident("user", fact.requester),
        "score": fact.score,
        "ticket_id": ident("ticket", fact.ticket) if fact.ticket else None,
        "updated_at": at,
    }
