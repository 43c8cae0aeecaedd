"""What each object is called, and its fields with their types, as describe tells them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Fields = dict[str, str]
SOAP = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "address": "urn:address",
}
LENGTHS = {"id": 18, "reference": 18, "email": 80, "phone": 40, "string": 255, "textarea": 255}
SYSTEM: Fields = {
    "CreatedDate": "datetime",
    "LastModifiedDate": "datetime",
    "SystemModstamp": "datetime",
}
BIN: Fields = {"IsDeleted": "boolean"}
MERGED: Fields = {**BIN, "MasterRecordId": "reference"}
NAMED: Fields = {
    "LastName": "string",
    "FirstName": "string",
    "Name": "string",
    "Email": "email",
    "Phone": "phone",
    "MobilePhone": "phone",
    "Title": "string",
    "LeadSource": "picklist",
}
OPT_OUT: Fields = {"HasOptedOutOfEmail": "boolean", "DoNotCall": "boolean"}
"""Fields that field-level security hides from many an integration user."""


def address(prefix: str = "") -> Fields:
    """Give an address, part by part, and the compound of its parts."""
    parts = ("Street", "City", "State", "PostalCode", "Country")
    kinds = {f"{prefix}{part}": "textarea" if part == "Street" else "string" for part in parts}
    return {**kinds, f"{prefix}Address": "address"}


@dataclass(frozen=True, slots=True)
class SObject:
    """One object.

    Attributes:
        name: Its API name.
        table: What its rows are called in a client's warehouse, and in faults.
        prefix: The first three characters of its ids.
        fields: Name -> type.
        optional: Fields that an org may hide or lack.
    """

    name: str
    table: str
    prefix: str
    fields: Fields
    optional: tuple[str, ...] = ()


OBJECTS = {
    one.name: one
    for one in (
        SObject(
            "Contact",
            "contacts",
            "003",
            {
                "Id": "id",
                **MERGED,
                "AccountId": "reference",
                **NAMED,
                "Birthdate": "date",
                **address("Mailing"),
                **OPT_OUT,
                "OwnerId": "reference",
                **SYSTEM,
            },
            tuple(OPT_OUT),
        ),
        SObject(
            "Account",
            "accounts",
            "001",
            {
                "Id": "id",
                **MERGED,
                "Name": "string",
                "Website": "url",
                "Phone": "phone",
                "Industry": "picklist",
                "NumberOfEmployees": "int",
                **address("Billing"),
                "OwnerId": "reference",
                **SYSTEM,
            },
        ),
        SObject(
            "Lead",
            "leads",
            "00Q",
            {
                "Id": "id",
                **MERGED,
                **NAMED,
                "Company": "string",
                "Status": "picklist",
                **OPT_OUT,
                "IsConverted": "boolean",
                "ConvertedDate": "date",
                "ConvertedAccountId": "reference",
                "ConvertedContactId": "reference",
                "ConvertedOpportunityId": "reference",
                "OwnerId": "reference",
                **SYSTEM,
            },
            tuple(OPT_OUT),
        ),
        SObject(
            "Opportunity",
            "opportunities",
            "006",
            {
                "Id": "id",
                **BIN,
                "AccountId": "reference",
                "ContactId": "reference",
                "Name": "string",
                "StageName": "picklist",
                "Amount": "currency",
                "CurrencyIsoCode": "picklist",
                "CloseDate": "date",
                "IsClosed": "boolean",
                "IsWon": "boolean",
                "OwnerId": "reference",
                **SYSTEM,
            },
            ("CurrencyIsoCode",),
        ),
        SObject(
            "OpportunityHistory",
            "opportunity_history",
            "008",
            {
                "Id": "id",
                **BIN,
                "OpportunityId": "reference",
                "StageName": "picklist",
                "Amount": "currency",
                "CloseDate": "date",
                "CreatedDate": "datetime",
                "SystemModstamp": "datetime",
            },
        ),
        SObject(
            "OpportunityContactRole",
            "opportunity_contact_roles",
            "00K",
            {
                "Id": "id",
                **BIN,
                "OpportunityId": "reference",
                "ContactId": "reference",
                "Role": "picklist",
                "IsPrimary": "boolean",
                **SYSTEM,
            },
        ),
        SObject(
            "Case",
            "cases",
            "500",
            {
                "Id": "id",
                **MERGED,
                "CaseNumber": "string",
                "ContactId": "reference",
                "AccountId": "reference",
                "Subject": "string",
                "Description": "textarea",
                "Status": "picklist",
                "Priority": "picklist",
                "Origin": "picklist",
                "IsClosed": "boolean",
                "ClosedDate": "datetime",
                "OwnerId": "reference",
                **SYSTEM,
            },
        ),
        SObject(
            "Task",
            "tasks",
            "00T",
            {
                "Id": "id",
                **BIN,
                "WhoId": "reference",
                "WhatId": "reference",
                "Subject": "combobox",
                "TaskSubtype": "picklist",
                "Status": "picklist",
                "IsClosed": "boolean",
                "ActivityDate": "date",
                "OwnerId": "reference",
                **SYSTEM,
            },
        ),
        SObject(
            "CampaignMember",
            "campaign_members",
            "00v",
            {
                "Id": "id",
                **BIN,
                "CampaignId": "reference",
                "ContactId": "reference",
                "LeadId": "reference",
                "Status": "picklist",
                "HasResponded": "boolean",
                "FirstRespondedDate": "date",
                **SYSTEM,
            },
        ),
        SObject(
            "Campaign",
            "campaigns",
            "701",
            {
                "Id": "id",
                **BIN,
                "Name": "string",
                "Type": "picklist",
                "Status": "picklist",
                **SYSTEM,
            },
        ),
        SObject(
            "User",
            "users",
            "005",
            {
                "Id": "id",
                "Username": "string",
                "Email": "email",
                "FirstName": "string",
                "LastName": "string",
                "Name": "string",
                "IsActive": "boolean",
                **SYSTEM,
            },
        ),
    )
}
TABLES = {one.table: one for one in OBJECTS.values()}
MERGEABLE = frozenset({"Contact", "Account", "Lead", "Case"})


def described(one: SObject, fields: Mapping[str, str]) -> dict[str, Any]:
    """Write an object as describe does."""
    return {
        "name": one.name,
        "label": one.name,
        "labelPlural": f"{one.name}s",
        "keyPrefix": one.prefix,
        "custom": False,
        "createable": True,
        "updateable": True,
        "deletable": one.name != "User",
        "undeletable": "IsDeleted" in fields,
        "mergeable": one.name in MERGEABLE,
        "queryable": True,
        "replicateable": True,
        "retrieveable": True,
        "searchable": True,
        "triggerable": True,
        "fields": [_field(name, kind, fields) for name, kind in fields.items()],
    }


def _field(name: str, kind: str, fields: Mapping[str, str]) -> dict[str, Any]:
    kind, _, word = kind.partition(" ")
    is_ours = name not in {"Id", *SYSTEM, *MERGED} and kind != "address" and word != "formula"
    found = {
        "name": name,
        "label": name,
        "type": kind,
        "soapType": SOAP.get(kind, "xsd:string"),
        "length": LENGTHS.get(kind, 0),
        "idLookup": name in {"Id", "Email"},
        "createable": is_ours,
        "updateable": is_ours,
        "nillable": kind not in {"id", "boolean"},
        "filterable": True,
        "sortable": kind != "address",
        "custom": name.endswith("__c"),
        "calculated": word == "formula",
    }
    whole = next((n for n, k in fields.items() if k == "address" and _is_part(name, n)), None)
    return {**found, "compoundFieldName": whole} if whole else found


def _is_part(name: str, whole: str) -> bool:
    prefix = whole.removesuffix("Address")
    return name != whole and name in address(prefix)
