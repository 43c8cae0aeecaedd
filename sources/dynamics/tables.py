"""What Dataverse's rows look like: the promise staging is written against.

Every column of the environment comes along under its own name; these are always there.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.connector import Table

Columns = dict[str, str]
_COMMON: Columns = {
    "statecode": "bigint",
    "statecode_label": "text",
    "statuscode": "bigint",
    "statuscode_label": "text",
    "createdon": "timestamp",
    "modifiedon": "timestamp",
    "versionnumber": "bigint",
    "_ownerid_value": "text",
    "_ownerid_value_label": "text",
}
_MERGED: Columns = {"merged": "bool", "_masterid_value": "text"}
_ADDRESS: Columns = dict.fromkeys(
    (
        "address1_line1",
        "address1_line2",
        "address1_city",
        "address1_stateorprovince",
        "address1_postalcode",
        "address1_country",
    ),
    "text",
)
_PERSON: Columns = {
    **dict.fromkeys(
        (
            *("firstname", "lastname", "fullname", "jobtitle"),
            *("emailaddress1", "emailaddress2", "emailaddress3"),
            *("telephone1", "telephone2", "mobilephone", "websiteurl"),
        ),
        "text",
    ),
    **_ADDRESS,
    "leadsourcecode": "bigint",
    "leadsourcecode_label": "text",
    "donotemail": "bool",
    "donotbulkemail": "bool",
    "donotphone": "bool",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One table of Dataverse's.

    Attributes:
        table: Its entity set, and the raw table.
        key: The column that identifies a row.
        columns: Those that staging counts on, and their kinds.
        has_merges: Whether its records can be merged; a loser stays, and counts.
        has_amounts: Whether amounts are in a currency that a lookup names.
    """

    table: str
    key: str
    columns: Columns
    has_merges: bool = True
    has_amounts: bool = False

    @property
    def live(self) -> list[str]:
        """The condition that leaves merged records out."""
        return ["merged eq false"] if self.has_merges else []


KINDS = (
    Kind(
        "contacts",
        "contactid",
        {
            **_PERSON,
            "birthdate": "text",
            "_parentcustomerid_value": "text",
            "_parentcustomerid_value_type": "text",
            "_originatingleadid_value": "text",
            **_MERGED,
        },
    ),
    Kind(
        "accounts",
        "accountid",
        {
            **dict.fromkeys(("name", "accountnumber", "websiteurl", "telephone1"), "text"),
            "numberofemployees": "bigint",
            **_ADDRESS,
            **_MERGED,
        },
    ),
    Kind(
        "leads",
        "leadid",
        {
            **_PERSON,
            **dict.fromkeys(("companyname", "subject"), "text"),
            "_parentcontactid_value": "text",
            "_parentaccountid_value": "text",
            **_MERGED,
        },
    ),
    Kind(
        "opportunities",
        "opportunityid",
        {
            "name": "text",
            "estimatedvalue": "double",
            "actualvalue": "double",
            "_transactioncurrencyid_value": "text",
            "isocurrencycode": "text",
            "estimatedclosedate": "timestamp",
            "actualclosedate": "timestamp",
            "salesstage": "bigint",
            "salesstage_label": "text",
            "stepname": "text",
            "_parentcontactid_value": "text",
            "_parentaccountid_value": "text",
            "_originatingleadid_value": "text",
        },
        has_merges=False,
        has_amounts=True,
    ),
    Kind(
        "incidents",
        "incidentid",
        {
            **dict.fromkeys(("ticketnumber", "title", "description"), "text"),
            **dict.fromkeys(("prioritycode", "caseorigincode"), "bigint"),
            **dict.fromkeys(("prioritycode_label", "caseorigincode_label"), "text"),
            "_customerid_value": "text",
            "_customerid_value_type": "text",
            "_primarycontactid_value": "text",
            **_MERGED,
        },
    ),
    Kind(
        "tasks",
        "activityid",
        {
            **dict.fromkeys(("subject", "description", "category"), "text"),
            "scheduledend": "timestamp",
            "_regardingobjectid_value": "text",
            "_regardingobjectid_value_type": "text",
        },
        has_merges=False,
    ),
)
TABLES = {
    kind.table: Table(
        key=(kind.key,),
        columns={kind.key: "text", **kind.columns, **_COMMON, "merged_into": "text"},
    )
    for kind in KINDS
}
