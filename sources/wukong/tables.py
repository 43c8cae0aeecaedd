"""The raw tables of WuKong CRM: keys, and the columns that are always there.

``id`` is the module's own ``customerId``, ``contactsId``, ``leadsId``, ``businessId`` or
``activityId``, which stay beside it; ids of two modules may be the same. Custom fields become
columns under the names that WuKong made up for them; ``fields`` says what people call them.
Times are UTC. ``opted_out`` and ``currency`` are from the settings.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.connector import Table


@dataclass(frozen=True, slots=True)
class Module:
    """Where a table comes from: its path, WuKong's number for it, and what its id is called."""

    path: str
    label: int
    key: str


MODULES = {
    "customers": Module("crmCustomer", 2, "customerId"),
    "contacts": Module("crmContacts", 3, "contactsId"),
    "leads": Module("crmLeads", 1, "leadsId"),
    "business": Module("crmBusiness", 5, "businessId"),
}

_STAMPED = {
    "create_time": "timestamp",
    "update_time": "timestamp",
    "last_time": "timestamp",
    "owner_user_id": "bigint",
    "owner_user_name": "text",
    "create_user_id": "bigint",
    "create_user_name": "text",
}
_REACHED = {"mobile": "text", "telephone": "text", "email": "text"}
_NEXT = {"next_time": "timestamp", "remark": "text"}

_CUSTOMERS = {
    "id": "bigint",
    "customer_id": "bigint",
    **_STAMPED,
    **_REACHED,
    **_NEXT,
    "customer_name": "text",
    "source": "text",
    "website": "text",
    "industry": "text",
    "level": "text",
}

_CONTACTS = {
    "id": "bigint",
    "contacts_id": "bigint",
    **_STAMPED,
    **_REACHED,
    **_NEXT,
    "name": "text",
    "customer_id": "bigint",
    "customer_name": "text",
    "post": "text",
    "policymakers": "text",
    "sex": "text",
    "address": "text",
    "opted_out": "bool",
}

# ``customer_id`` is what a converted lead became.
_LEADS = {
    "id": "bigint",
    "leads_id": "bigint",
    **_STAMPED,
    **_REACHED,
    **_NEXT,
    "leads_name": "text",
    "source": "text",
    "industry": "text",
    "level": "text",
    "address": "text",
    "is_transform": "bigint",
    "customer_id": "bigint",
    "opted_out": "bool",
}

# ``money`` is in whole units of ``currency``; ``is_end`` is 1 for won, 2 for lost, 3 for invalid.
_BUSINESS = {
    "id": "bigint",
    "business_id": "bigint",
    **_STAMPED,
    "remark": "text",
    "business_name": "text",
    "customer_id": "bigint",
    "customer_name": "text",
    "money": "double",
    "currency": "text",
    "deal_date": "timestamp",
    "type_id": "bigint",
    "type_name": "text",
    "status_id": "bigint",
    "status_name": "text",
    "is_end": "bigint",
}

# ``type`` is 1 for a follow-up, 2 for the making of a record, 3 for a deal's new stage, 4 for a
# visit; ``activity_type`` is the number of the module it is about, as in ``MODULES``.
_ACTIVITIES = {
    "id": "bigint",
    "activity_id": "bigint",
    "type": "bigint",
    "category": "text",
    "activity_type": "bigint",
    "activity_type_id": "bigint",
    "content": "text",
    "contacts_ids": "text",
    "business_ids": "text",
    "next_time": "timestamp",
    "create_time": "timestamp",
    "create_user_id": "bigint",
}

_FIELDS = {
    "module": "text",
    "field_name": "text",
    "field_id": "bigint",
    "name": "text",
    "form_type": "text",
    "type": "bigint",
    "field_type": "bigint",
    "options": "text",
}

TABLES = {
    "customers": Table(columns=_CUSTOMERS),
    "contacts": Table(columns=_CONTACTS),
    "leads": Table(columns=_LEADS),
    "business": Table(columns=_BUSINESS),
    "activities": Table(columns=_ACTIVITIES),
    "fields": Table(key=("module", "field_name"), columns=_FIELDS),
}
