"""The raw tables of Intercom: keys, and the columns that are always there.

Ids are text, moments are epoch seconds. Custom attributes stay whole: every workspace has its own.
"""

from __future__ import annotations

from core.connector import Table

_STAMPED = {"type": "text", "created_at": "timestamp_s", "updated_at": "timestamp_s"}

# ``role`` is user or lead.
_CONTACTS = {
    "id": "text",
    **_STAMPED,
    "workspace_id": "text",
    "external_id": "text",
    "role": "text",
    "email": "text",
    "phone": "text",
    "name": "text",
    "owner_id": "bigint",
    "has_hard_bounced": "bool",
    "marked_email_as_spam": "bool",
    "unsubscribed_from_emails": "bool",
    "signed_up_at": "timestamp_s",
    "last_seen_at": "timestamp_s",
    "last_replied_at": "timestamp_s",
    "last_contacted_at": "timestamp_s",
    "last_email_opened_at": "timestamp_s",
    "last_email_clicked_at": "timestamp_s",
    "language_override": "text",
    "browser_language": "text",
    "location": "json",
    "location__country": "text",
    "location__region": "text",
    "location__city": "text",
    "companies": "json",
    "tags": "json",
    "notes": "json",
    "social_profiles": "json",
    "avatar": "json",
    "custom_attributes": "json",
}

_ADMINS = {
    "id": "text",
    "type": "text",
    "name": "text",
    "email": "text",
    "has_inbox_seat": "bool",
}

# ``company_id`` is the id that the workspace's owner gave it.
_COMPANIES = {
    "id": "text",
    **_STAMPED,
    "app_id": "text",
    "company_id": "text",
    "name": "text",
    "website": "text",
    "industry": "text",
    "size": "bigint",
    "monthly_spend": "double",
    "session_count": "bigint",
    "user_count": "bigint",
    "remote_created_at": "timestamp_s",
    "last_request_at": "timestamp_s",
    "plan": "json",
    "plan__name": "text",
    "tags": "json",
    "segments": "json",
    "custom_attributes": "json",
}

# ``contact_id`` is ours: the first of ``contacts``.
_CONVERSATIONS = {
    "id": "text",
    **_STAMPED,
    "title": "text",
    "state": "text",
    "open": "bool",
    "read": "bool",
    "priority": "text",
    "contact_id": "text",
    "contacts": "json",
    "admin_assignee_id": "bigint",
    "team_assignee_id": "bigint",
    "waiting_since": "timestamp_s",
    "snoozed_until": "timestamp_s",
    "company": "json",
    "company__id": "text",
    "source": "json",
    "source__type": "text",
    "source__subject": "text",
    "source__body": "text",
    "source__delivered_as": "text",
    "conversation_rating": "json",
    "conversation_rating__rating": "bigint",
    "conversation_rating__remark": "text",
    "conversation_rating__created_at": "timestamp_s",
    "tags": "json",
    "teammates": "json",
    "statistics": "json",
    "sla_applied": "json",
    "linked_objects": "json",
    "first_contact_reply": "json",
    "custom_attributes": "json",
    "ai_agent_participated": "bool",
    "ai_agent": "json",
}

_CONVERSATION_PARTS = {
    "id": "text",
    "conversation_id": "text",
    **_STAMPED,
    "part_type": "text",
    "body": "text",
    "notified_at": "timestamp_s",
    "author": "json",
    "author__type": "text",
    "author__id": "text",
    "assigned_to": "json",
    "state": "text",
    "external_id": "text",
    "redacted": "bool",
    "attachments": "json",
    "tags": "json",
    "event_details": "json",
    "metadata": "json",
    "email_message_metadata": "json",
}

_TAGS = {"id": "text", "type": "text", "name": "text"}

TABLES = {
    "admins": Table(columns=_ADMINS),
    "contacts": Table(columns=_CONTACTS),
    "companies": Table(columns=_COMPANIES),
    "conversations": Table(columns=_CONVERSATIONS),
    "conversation_parts": Table(key=("conversation_id", "id"), columns=_CONVERSATION_PARTS),
    "tags": Table(columns=_TAGS),
}
