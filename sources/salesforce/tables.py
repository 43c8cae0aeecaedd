"""What Salesforce's rows look like: the promise staging is written against.

Every field that describe shows comes along; these are always there. A field's column is its name
in snake case: ``MailingCity`` is ``mailing_city``, ``CDP_Id__c`` is ``cdp_id_c``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.connector import Table

Fields = dict[str, str]
_SYSTEM: Fields = {
    "OwnerId": "text",
    "CreatedDate": "timestamp",
    "LastModifiedDate": "timestamp",
    "SystemModstamp": "timestamp",
}
_BIN: Fields = {"IsDeleted": "bool"}
_MERGED: Fields = {**_BIN, "MasterRecordId": "text"}
_PERSON: Fields = {
    **dict.fromkeys(
        ("FirstName", "LastName", "Name", "Salutation", "Title", "Email", "Phone", "MobilePhone"),
        "text",
    ),
    "LeadSource": "text",
    "HasOptedOutOfEmail": "bool",
    "DoNotCall": "bool",
    "IndividualId": "text",
}


def _address(prefix: str = "") -> Fields:
    parts = ("Street", "City", "State", "PostalCode", "Country")
    return {f"{prefix}{part}": "text" for part in parts}


@dataclass(frozen=True, slots=True)
class Kind:
    """One object of Salesforce's, and the table it fills.

    Attributes:
        sobject: Its API name.
        table: The raw table.
        fields: Field -> kind of column, those that staging counts on.
        has_opt_out: Whether it says of people that they opted out of e-mail.
        has_bin: Whether its records can be deleted; a user only becomes inactive.
    """

    sobject: str
    table: str
    fields: Fields
    has_opt_out: bool = False
    has_bin: bool = True

    @property
    def verb(self) -> str:
        """How to ask: queryAll shows what is in the bin, and tasks that were archived."""
        return "queryAll" if self.has_bin else "query"

    @property
    def live(self) -> list[str]:
        """The condition that leaves the bin out."""
        return ["IsDeleted = false"] if self.has_bin else []


KINDS = (
    Kind(
        "Contact",
        "contacts",
        {
            **_MERGED,
            "AccountId": "text",
            **_PERSON,
            # A date alone: as a moment it would be another day west of Greenwich.
            "Birthdate": "text",
            **_address("Mailing"),
            **_SYSTEM,
        },
        has_opt_out=True,
    ),
    Kind(
        "Account",
        "accounts",
        {
            **_MERGED,
            **dict.fromkeys(("Name", "Website", "Phone", "Industry", "Type", "ParentId"), "text"),
            "NumberOfEmployees": "bigint",
            "AnnualRevenue": "double",
            **_address("Billing"),
            **_SYSTEM,
        },
    ),
    Kind(
        "Lead",
        "leads",
        {
            **_MERGED,
            **_PERSON,
            **_address(),
            "Company": "text",
            "Website": "text",
            "Status": "text",
            "IsConverted": "bool",
            "ConvertedDate": "timestamp",
            "ConvertedAccountId": "text",
            "ConvertedContactId": "text",
            "ConvertedOpportunityId": "text",
            **_SYSTEM,
        },
        has_opt_out=True,
    ),
    Kind(
        "Opportunity",
        "opportunities",
        {
            **_BIN,
            **dict.fromkeys(("AccountId", "ContactId", "Name", "StageName", "Type"), "text"),
            "Amount": "double",
            "CurrencyIsoCode": "text",
            "Probability": "double",
            "CloseDate": "timestamp",
            "IsClosed": "bool",
            "IsWon": "bool",
            "LeadSource": "text",
            "CampaignId": "text",
            **_SYSTEM,
        },
    ),
    Kind(
        "OpportunityHistory",
        "opportunity_history",
        {
            **_BIN,
            "OpportunityId": "text",
            "StageName": "text",
            "Amount": "double",
            "CloseDate": "timestamp",
            "CreatedDate": "timestamp",
            "SystemModstamp": "timestamp",
        },
    ),
    Kind(
        "OpportunityContactRole",
        "opportunity_contact_roles",
        {
            **_BIN,
            "OpportunityId": "text",
            "ContactId": "text",
            "Role": "text",
            "IsPrimary": "bool",
            "CreatedDate": "timestamp",
            "SystemModstamp": "timestamp",
        },
    ),
    Kind(
        "Case",
        "cases",
        {
            **_MERGED,
            **dict.fromkeys(("CaseNumber", "ContactId", "AccountId", "Subject"), "text"),
            **dict.fromkeys(("Description", "Status", "Priority", "Origin", "Type"), "text"),
            **dict.fromkeys(("Reason", "SuppliedEmail", "SuppliedName"), "text"),
            "IsClosed": "bool",
            "ClosedDate": "timestamp",
            **_SYSTEM,
        },
    ),
    Kind(
        "Task",
        "tasks",
        {
            **_BIN,
            **dict.fromkeys(("WhoId", "WhatId", "Subject", "TaskSubtype", "Status"), "text"),
            **dict.fromkeys(("Priority", "Description"), "text"),
            "IsClosed": "bool",
            "ActivityDate": "timestamp",
            **_SYSTEM,
        },
    ),
    Kind(
        "CampaignMember",
        "campaign_members",
        {
            **_BIN,
            **dict.fromkeys(("CampaignId", "ContactId", "LeadId", "Status"), "text"),
            "HasResponded": "bool",
            "FirstRespondedDate": "timestamp",
            "CreatedDate": "timestamp",
            "SystemModstamp": "timestamp",
        },
    ),
    Kind(
        "User",
        "users",
        {
            **dict.fromkeys(("Username", "Email", "FirstName", "LastName", "Name"), "text"),
            "IsActive": "bool",
            "CreatedDate": "timestamp",
            "SystemModstamp": "timestamp",
        },
        has_bin=False,
    ),
)


def column(field: str) -> str:
    """Return the column of a standard field."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", field).lower()


TABLES = {
    kind.table: Table(
        columns={
            "id": "text",
            **{column(name): what for name, what in kind.fields.items()},
            "merged_into": "text",
        }
    )
    for kind in KINDS
}
