"""The raw tables of Klaviyo: keys, and the columns that are always there.

Properties of profiles and of events stay whole as json: every account has its own.
"""

from __future__ import annotations

from core.connector import Table

_EMAIL, _SMS = "subscriptions__email__marketing", "subscriptions__sms__marketing"

_PROFILES = {
    "id": "text",
    "email": "text",
    "phone_number": "text",
    "external_id": "text",
    "first_name": "text",
    "last_name": "text",
    "organization": "text",
    "title": "text",
    "locale": "text",
    "image": "text",
    "created": "timestamp",
    "updated": "timestamp",
    "last_event_date": "timestamp",
    "merged_into": "text",
    "location__address1": "text",
    "location__address2": "text",
    "location__city": "text",
    "location__region": "text",
    "location__zip": "text",
    "location__country": "text",
    "location__timezone": "text",
    "location__ip": "text",
    # Sent as text by some accounts and as numbers by others.
    "location__latitude": "text",
    "location__longitude": "text",
    "properties": "json",
    "properties__shopify_customer_id": "text",
    "properties__billing_customer_id": "text",
    f"{_EMAIL}__can_receive_email_marketing": "bool",
    f"{_EMAIL}__consent": "text",
    f"{_EMAIL}__consent_timestamp": "timestamp",
    f"{_EMAIL}__method": "text",
    f"{_EMAIL}__double_optin": "bool",
    f"{_EMAIL}__suppression": "json",
    f"{_EMAIL}__list_suppressions": "json",
    f"{_EMAIL}__last_updated": "timestamp",
    f"{_SMS}__can_receive_sms_marketing": "bool",
    f"{_SMS}__consent": "text",
    f"{_SMS}__consent_timestamp": "timestamp",
    f"{_SMS}__method": "text",
}

_NAMED = {"id": "text", "name": "text", "created": "timestamp", "updated": "timestamp"}

_SEGMENTS = {
    **_NAMED,
    "definition": "json",
    "is_active": "bool",
    "is_processing": "bool",
    "is_starred": "bool",
}

_CAMPAIGNS = {
    "id": "text",
    "name": "text",
    "status": "text",
    "archived": "bool",
    "audiences": "json",
    "send_options": "json",
    "tracking_options": "json",
    "send_strategy": "json",
    "message_ids": "json",
    "created_at": "timestamp",
    "scheduled_at": "timestamp",
    "updated_at": "timestamp",
    "send_time": "timestamp",
}

# ``message_id``, ``campaign_name`` and ``subject`` are taken out of ``event_properties``.
_EVENTS = {
    "id": "text",
    "uuid": "text",
    "datetime": "timestamp",
    "timestamp": "timestamp_s",
    "profile_id": "text",
    "metric_id": "text",
    "metric_name": "text",
    "message_id": "text",
    "campaign_name": "text",
    "subject": "text",
    "event_properties": "json",
}


def _membership(kind: str) -> Table:
    columns = {f"{kind}_id": "text", "profile_id": "text", "joined_group_at": "timestamp"}
    return Table(key=(f"{kind}_id", "profile_id"), columns=columns)


TABLES = {
    "profiles": Table(columns=_PROFILES),
    "lists": Table(columns={**_NAMED, "opt_in_process": "text"}),
    "list_profiles": _membership("list"),
    "segments": Table(columns=_SEGMENTS),
    "segment_profiles": _membership("segment"),
    "metrics": Table(columns={**_NAMED, "integration": "json"}),
    "campaigns": Table(columns=_CAMPAIGNS),
    "events": Table(columns=_EVENTS),
}
