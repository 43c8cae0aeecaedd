"""The raw tables of Zendesk Support: keys, and the columns that are always there.

Ids are Zendesk's own 64-bit numbers. Custom fields stay whole as json: every account has its own.
"""

from __future__ import annotations

from core.connector import Table

_STAMPED = {"url": "text", "created_at": "timestamp", "updated_at": "timestamp"}

_TICKETS = {
    "id": "bigint",
    **_STAMPED,
    "generated_timestamp": "timestamp_s",
    "external_id": "text",
    "subject": "text",
    "raw_subject": "text",
    "description": "text",
    "type": "text",
    "priority": "text",
    "status": "text",
    "custom_status_id": "bigint",
    "recipient": "text",
    "requester_id": "bigint",
    "submitter_id": "bigint",
    "assignee_id": "bigint",
    "organization_id": "bigint",
    "group_id": "bigint",
    "brand_id": "bigint",
    "problem_id": "bigint",
    "ticket_form_id": "bigint",
    "has_incidents": "bool",
    "is_public": "bool",
    "due_at": "timestamp",
    "via": "json",
    "via__channel": "text",
    "satisfaction_rating": "json",
    "satisfaction_rating__score": "text",
    "satisfaction_probability": "double",
    "tags": "json",
    "custom_fields": "json",
    "fields": "json",
    "collaborator_ids": "json",
    "follower_ids": "json",
    "followup_ids": "json",
    "email_cc_ids": "json",
    "sharing_agreement_ids": "json",
}

_USERS = {
    "id": "bigint",
    **_STAMPED,
    "name": "text",
    "alias": "text",
    "email": "text",
    "phone": "text",
    "shared_phone_number": "bool",
    "external_id": "text",
    "role": "text",
    "organization_id": "bigint",
    "active": "bool",
    "verified": "bool",
    "suspended": "bool",
    "shared": "bool",
    "locale": "text",
    "time_zone": "text",
    "iana_time_zone": "text",
    "last_login_at": "timestamp",
    "details": "text",
    "notes": "text",
    "tags": "json",
    "user_fields": "json",
    "photo": "json",
}

_ORGANIZATIONS = {
    "id": "bigint",
    **_STAMPED,
    "name": "text",
    "external_id": "text",
    "details": "text",
    "notes": "text",
    "group_id": "bigint",
    "shared_tickets": "bool",
    "shared_comments": "bool",
    "domain_names": "json",
    "tags": "json",
    "organization_fields": "json",
}

_TICKET_METRIC_EVENTS = {
    "id": "bigint",
    "ticket_id": "bigint",
    "instance_id": "bigint",
    "metric": "text",
    "type": "text",
    "time": "timestamp",
    "status": "json",
    "sla": "json",
    "group_sla": "json",
}

# ``ticket_id`` may be null; ``score`` is good, bad, offered, unoffered, with or without a comment.
_SATISFACTION_RATINGS = {
    "id": "bigint",
    **_STAMPED,
    "ticket_id": "bigint",
    "requester_id": "bigint",
    "assignee_id": "bigint",
    "group_id": "bigint",
    "score": "text",
    "comment": "text",
    "reason": "text",
    "reason_id": "bigint",
    "reason_code": "bigint",
}

TABLES = {
    "tickets": Table(columns=_TICKETS),
    "users": Table(columns=_USERS),
    "organizations": Table(columns=_ORGANIZATIONS),
    "ticket_metric_events": Table(columns=_TICKET_METRIC_EVENTS),
    "satisfaction_ratings": Table(columns=_SATISFACTION_RATINGS),
}
