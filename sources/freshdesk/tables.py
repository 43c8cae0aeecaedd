"""The raw tables of Freshdesk: keys, and the columns that are always there.

States are Freshdesk's integer codes; staging gives them their words. Custom fields stay whole.
"""

from __future__ import annotations

from core.connector import Table

_STAMPED = {"created_at": "timestamp", "updated_at": "timestamp"}

# status: 2 open, 3 pending, 4 resolved, 5 closed, from 6 on the account's own. priority: 1 low to
# 4 urgent. source: 1 e-mail, 2 portal, 3 phone, 7 chat, 9 feedback widget, 10 outbound e-mail.
_TICKETS = {
    "id": "bigint",
    **_STAMPED,
    "subject": "text",
    "type": "text",
    "status": "bigint",
    "priority": "bigint",
    "source": "bigint",
    "spam": "bool",
    "deleted": "bool",
    "requester_id": "bigint",
    "responder_id": "bigint",
    "group_id": "bigint",
    "company_id": "bigint",
    "product_id": "bigint",
    "email_config_id": "bigint",
    "is_escalated": "bool",
    "fr_escalated": "bool",
    "stats__first_responded_at": "timestamp",
    "stats__resolved_at": "timestamp",
    "stats__closed_at": "timestamp",
    "due_by": "timestamp",
    "fr_due_by": "timestamp",
    "description": "text",
    "description_text": "text",
    "tags": "json",
    "custom_fields": "json",
    "to_emails": "json",
    "cc_emails": "json",
    "fwd_emails": "json",
    "reply_cc_emails": "json",
}

_CONVERSATIONS = {
    "id": "bigint",
    "ticket_id": "bigint",
    **_STAMPED,
    "user_id": "bigint",
    "body": "text",
    "body_text": "text",
    "incoming": "bool",
    "private": "bool",
    "source": "bigint",
    "support_email": "text",
    "from_email": "text",
    "to_emails": "json",
    "cc_emails": "json",
    "bcc_emails": "json",
    "attachments": "json",
}

# ``blocked`` is ours: Freshdesk tells it by the list a contact is in. So is ``merged_into``.
_CONTACTS = {
    "id": "bigint",
    **_STAMPED,
    "name": "text",
    "email": "text",
    "other_emails": "json",
    "phone": "text",
    "mobile": "text",
    "address": "text",
    "active": "bool",
    "blocked": "bool",
    "deleted": "bool",
    "merged_into": "bigint",
    "company_id": "bigint",
    "other_companies": "json",
    "contact_type": "text",
    "description": "text",
    "job_title": "text",
    "language": "text",
    "time_zone": "text",
    "twitter_id": "text",
    "facebook_id": "text",
    "unique_external_id": "text",
    "view_all_tickets": "bool",
    "tags": "json",
    "custom_fields": "json",
    "social_handler": "json",
}

_COMPANIES = {
    "id": "bigint",
    **_STAMPED,
    "name": "text",
    "description": "text",
    "note": "text",
    "domains": "json",
    "health_score": "text",
    "account_tier": "text",
    "renewal_date": "timestamp",
    "industry": "text",
    "custom_fields": "json",
}

_AGENTS = {
    "id": "bigint",
    **_STAMPED,
    "type": "text",
    "available": "bool",
    "contact__name": "text",
    "contact__email": "text",
    "contact__active": "bool",
}

# ``default_question``: 103 to 101 happy, 100 neutral, -101 to -103 unhappy.
_SATISFACTION_RATINGS = {
    "id": "bigint",
    **_STAMPED,
    "survey_id": "bigint",
    "user_id": "bigint",
    "agent_id": "bigint",
    "group_id": "bigint",
    "ticket_id": "bigint",
    "feedback": "text",
    "ratings": "json",
    "ratings__default_question": "bigint",
}

TABLES = {
    "contacts": Table(columns=_CONTACTS),
    "companies": Table(columns=_COMPANIES),
    "agents": Table(columns=_AGENTS),
    "tickets": Table(columns=_TICKETS),
    "conversations": Table(key=("ticket_id", "id"), columns=_CONVERSATIONS),
    "satisfaction_ratings": Table(columns=_SATISFACTION_RATINGS),
}
