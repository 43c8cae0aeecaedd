"""Which properties each type of record has, as ``/crm/v3/properties/{type}`` lists them."""

from typing import Any

Definition = tuple[str, str, str]  # label, type, fieldType

TEXT = ("string", "text")
STAMP = ("datetime", "date")
NUMBER = ("number", "number")
PICK = ("enumeration", "select")
FLAG = ("bool", "booleancheckbox")
PHONE = ("string", "phonenumber")

COMMON: dict[str, Definition] = {
    "createdate": ("Create Date", *STAMP),
    "hs_object_id": ("Record ID", *NUMBER),
    "hs_merged_object_ids": ("Merged record IDs", "enumeration", "checkbox"),
    "hubspot_owner_id": ("Owner", *PICK),
}
PLACE: dict[str, Definition] = {
    "phone": ("Phone Number", *PHONE),
    "address": ("Street Address", *TEXT),
    "city": ("City", *TEXT),
    "state": ("State/Region", *TEXT),
    "zip": ("Postal Code", *TEXT),
    "country": ("Country/Region", *TEXT),
}
TYPES: dict[str, dict[str, Definition]] = {
    "contacts": {
        **COMMON,
        **PLACE,
        "lastmodifieddate": ("Last Modified Date", *STAMP),
        "firstname": ("First Name", *TEXT),
        "lastname": ("Last Name", *TEXT),
        "email": ("Email", *TEXT),
        "hs_additional_emails": ("Additional email addresses", "enumeration", "checkbox"),
        "mobilephone": ("Mobile Phone Number", *PHONE),
        "company": ("Company Name", *TEXT),
        "associatedcompanyid": ("Primary Associated Company ID", *NUMBER),
        "jobtitle": ("Job Title", *TEXT),
        "date_of_birth": ("Date of birth", *TEXT),
        "lifecyclestage": ("Lifecycle Stage", "enumeration", "radio"),
        "hs_lead_status": ("Lead Status", "enumeration", "radio"),
        "hs_analytics_source": ("Original Traffic Source", *PICK),
        "hs_email_optout": ("Unsubscribed from all email", *FLAG),
        "hs_marketable_status": ("Marketing contact status", *PICK),
        "hs_calculated_merged_vids": ("Merged vids with timestamps", "enumeration", "checkbox"),
        "shopify_customer_id": ("Shopify customer ID", *TEXT),
        "stripe_customer_id": ("Stripe customer ID", *TEXT),
    },
    "companies": {
        **COMMON,
        **PLACE,
        "hs_lastmodifieddate": ("Last Modified Date", *STAMP),
        "name": ("Company name", *TEXT),
        "domain": ("Company Domain Name", *TEXT),
        "website": ("Website URL", *TEXT),
        "industry": ("Industry", *PICK),
        "numberofemployees": ("Number of Employees", *NUMBER),
        "lifecyclestage": ("Lifecycle Stage", "enumeration", "radio"),
    },
    "deals": {
        **COMMON,
        "hs_lastmodifieddate": ("Last Modified Date", *STAMP),
        "dealname": ("Deal Name", *TEXT),
        "dealstage": ("Deal Stage", "enumeration", "radio"),
        "pipeline": ("Pipeline", *PICK),
        "amount": ("Amount", *NUMBER),
        "deal_currency_code": ("Currency", *PICK),
        "closedate": ("Close Date", *STAMP),
        "hs_is_closed": ("Is Closed", *FLAG),
        "hs_is_closed_won": ("Is Closed Won", *FLAG),
    },
}
MADE_HERE = frozenset({"shopify_customer_id", "stripe_customer_id"})
MODIFIED = {
    "contacts": "lastmodifieddate",
    "companies": "hs_lastmodifieddate",
    "deals": "hs_lastmodifieddate",
}
SHOWN = {
    "contacts": ("firstname", "lastname", "email"),
    "companies": ("name", "domain"),
    "deals": ("dealname", "amount", "closedate", "pipeline", "dealstage"),
}
"""What comes when nobody asks for a property by name."""

PATHS = {
    **dict.fromkeys(("contacts", "contact", "0-1"), "contacts"),
    **dict.fromkeys(("companies", "company", "0-2"), "companies"),
    **dict.fromkeys(("deals", "deal", "0-3"), "deals"),
}
SINGULAR = {"contacts": "contact", "companies": "company", "deals": "deal"}
TYPE_IDS = {"contacts": "0-1", "companies": "0-2", "deals": "0-3"}
STAGES = {
    "appointmentscheduled": "Appointment Scheduled",
    "qualifiedtobuy": "Qualified To Buy",
    "presentationscheduled": "Presentation Scheduled",
    "decisionmakerboughtin": "Decision Maker Bought-In",
    "contractsent": "Contract Sent",
    "closedwon": "Closed Won",
    "closedlost": "Closed Lost",
}


def definition(name: str, own: Definition, group: str) -> dict[str, Any]:
    """Write a property as the vendor does."""
    label, kind, field = own
    is_theirs = name not in MADE_HERE and group
    return {
        "name": name,
        "label": label,
        "type": kind,
        "fieldType": field,
        "description": "",
        "groupName": group or "custom",
        "options": [],
        "displayOrder": -1,
        "hidden": False,
        "hubspotDefined": bool(is_theirs),
        "hasUniqueValue": False,
        "calculated": False,
        "externalOptions": False,
        "formField": True,
        "archived": False,
        "modificationMetadata": {
            "archivable": not is_theirs,
            "readOnlyDefinition": bool(is_theirs),
            "readOnlyValue": name.startswith("hs_"),
        },
    }
