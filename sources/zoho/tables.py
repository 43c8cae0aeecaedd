"""The raw tables of Zoho CRM: keys, and the columns that are always there.

Ids are text: 18 or 19 digits, unique in the whole account. An object that points to a record is
flattened into ``__id`` and ``__name``. Further fields become columns as they come.
"""

from __future__ import annotations

from core.connector import Table

# Table -> what Zoho calls the module.
MODULES = {
    "contacts": "Contacts",
    "accounts": "Accounts",
    "leads": "Leads",
    "deals": "Deals",
    "cases": "Cases",
    "tasks": "Tasks",
}

_STAMPED = {"created_time": "timestamp", "modified_time": "timestamp"}
_OWNED = {"owner__id": "text", "owner__name": "text", "owner__email": "text"}

_PERSON = {
    "first_name": "text",
    "last_name": "text",
    "full_name": "text",
    "email": "text",
    "secondary_email": "text",
    "phone": "text",
    "mobile": "text",
    "lead_source": "text",
    "email_opt_out": "bool",
    "tag": "json",
}
# What merchants write where they link their systems; absent in most accounts.
_LINKS = {
    "shopify_customer_id": "text",
    "stripe_customer_id": "text",
    "zendesk_user_id": "text",
}

_CONTACTS = {
    "id": "text",
    **_STAMPED,
    **_OWNED,
    **_PERSON,
    **_LINKS,
    "title": "text",
    "date_of_birth": "text",
    "account_name__id": "text",
    "account_name__name": "text",
    "mailing_street": "text",
    "mailing_city": "text",
    "mailing_state": "text",
    "mailing_zip": "text",
    "mailing_country": "text",
}

_ACCOUNTS = {
    "id": "text",
    **_STAMPED,
    **_OWNED,
    "account_name": "text",
    "website": "text",
    "phone": "text",
    "industry": "text",
    "employees": "bigint",
    "billing_street": "text",
    "billing_city": "text",
    "billing_state": "text",
    "billing_code": "text",
    "billing_country": "text",
    "tag": "json",
}

# ``converted_s`` is Zoho's Converted__s.
_LEADS = {
    "id": "text",
    **_STAMPED,
    **_OWNED,
    **_PERSON,
    "company": "text",
    "designation": "text",
    "lead_status": "text",
    "street": "text",
    "city": "text",
    "state": "text",
    "zip_code": "text",
    "country": "text",
    "converted_s": "bool",
    "converted_date_time": "timestamp",
    "converted_contact__id": "text",
    "converted_account__id": "text",
    "converted_deal__id": "text",
}

# ``amount`` is in whole units of ``currency``, which is there only where an account uses several.
_DEALS = {
    "id": "text",
    **_STAMPED,
    **_OWNED,
    "deal_name": "text",
    "stage": "text",
    "pipeline": "text",
    "amount": "double",
    "currency": "text",
    "closing_date": "text",
    "lead_source": "text",
    "account_name__id": "text",
    "account_name__name": "text",
    "contact_name__id": "text",
    "contact_name__name": "text",
    "tag": "json",
}

_CASES = {
    "id": "text",
    **_STAMPED,
    **_OWNED,
    "case_number": "text",
    "subject": "text",
    "description": "text",
    "status": "text",
    "priority": "text",
    "case_origin": "text",
    "related_to__id": "text",
    "related_to__name": "text",
    "account_name__id": "text",
    "account_name__name": "text",
    "tag": "json",
}

_TASKS = {
    "id": "text",
    **_STAMPED,
    **_OWNED,
    "subject": "text",
    "description": "text",
    "status": "text",
    "priority": "text",
    "due_date": "text",
    "closed_time": "timestamp",
    "who_id__id": "text",
    "what_id__id": "text",
    "tag": "json",
}

TABLES = {
    "contacts": Table(columns=_CONTACTS),
    "accounts": Table(columns=_ACCOUNTS),
    "leads": Table(columns=_LEADS),
    "deals": Table(columns=_DEALS),
    "cases": Table(columns=_CASES),
    "tasks": Table(columns=_TASKS),
}
