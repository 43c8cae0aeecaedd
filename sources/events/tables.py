"""The raw tables of product usage and web events."""

from __future__ import annotations

from core.connector import Table

# What is asked of most often stands beside the whole, in columns of its own.
_EVENTS = {
    "message_id": "text",
    "type": "text",
    "event": "text",
    "name": "text",
    "user_id": "text",
    "anonymous_id": "text",
    "previous_id": "text",
    "group_id": "text",
    "timestamp": "timestamp",
    "sent_at": "timestamp",
    "received_at": "timestamp",
    "properties": "json",
    "properties__url": "text",
    "properties__path": "text",
    "properties__title": "text",
    "properties__referrer": "text",
    "properties__order_id": "text",
    "properties__revenue": "double",
    "properties__currency": "text",
    "traits": "json",
    "context": "json",
    "context__ip": "text",
    "context__locale": "text",
    "context__user_agent": "text",
    "context__page": "json",
    "context__campaign": "json",
    "integrations": "json",
}

_PEOPLE = {
    "id": "text",
    "user_id": "text",
    "anonymous_id": "text",
    "first_name": "text",
    "last_name": "text",
    "name": "text",
    "email": "text",
    "phone": "text",
    "title": "text",
    "company": "text",
    "street": "text",
    "city": "text",
    "state": "text",
    "postal_code": "text",
    "country": "text",
    "first_seen_at": "timestamp",
    "updated_at": "timestamp",
    "merged_into": "text",
    "traits": "json",
    "traits_at": "json",
}

_ALIASES = {"previous_id": "text", "user_id": "text", "timestamp": "timestamp"}

TABLES = {
    "events": Table(key=("message_id",), columns=_EVENTS),
    "people": Table(columns=_PEOPLE),
    "aliases": Table(key=("previous_id",), columns=_ALIASES),
}
