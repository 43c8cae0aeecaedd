"""What HubSpot's rows look like once flattened: the promise staging is written against.

HubSpot sends every property as a string or null, so they are text here, money and booleans too.
The names below are those we always ask for; properties a portal made itself come along unasked,
as ``properties__<name>``.
"""

from __future__ import annotations

from core.connector import Table

CONTACT = (
    "email",
    "hs_additional_emails",
    "firstname",
    "lastname",
    "salutation",
    "phone",
    "mobilephone",
    "company",
    "jobtitle",
    "website",
    "address",
    "city",
    "state",
    "zip",
    "country",
    "date_of_birth",
    "hs_language",
    "lifecyclestage",
    "hs_lead_status",
    "lead_source",
    "hs_analytics_source",
    "hs_latest_source",
    "hs_object_source",
    "hubspot_owner_id",
    "associatedcompanyid",
    "hs_email_optout",
    "hs_marketable_status",
    "hs_legal_basis",
    "shopify_customer_id",
    "stripe_customer_id",
    "zendesk_user_id",
    "hs_object_id",
    "hs_merged_object_ids",
    "hs_calculated_merged_vids",
    "createdate",
    "lastmodifieddate",
)
COMPANY = (
    "name",
    "domain",
    "hs_additional_domains",
    "website",
    "phone",
    "address",
    "city",
    "state",
    "zip",
    "country",
    "industry",
    "numberofemployees",
    "annualrevenue",
    "lifecyclestage",
    "hubspot_owner_id",
    "hs_parent_company_id",
    "shopify_customer_id",
    "stripe_customer_id",
    "hs_object_id",
    "hs_merged_object_ids",
    "createdate",
    "hs_lastmodifieddate",
)
DEAL = (
    "dealname",
    "amount",
    "deal_currency_code",
    "dealstage",
    "pipeline",
    "dealtype",
    "closedate",
    "hs_is_closed",
    "hs_is_closed_won",
    "closed_lost_reason",
    "lead_source",
    "hs_analytics_source",
    "hubspot_owner_id",
    "hs_object_id",
    "hs_merged_object_ids",
    "createdate",
    "hs_lastmodifieddate",
)


def _object(properties: tuple[str, ...]) -> Table:
    return Table(
        columns={
            "id": "text",
            "created_at": "timestamp",
            "updated_at": "timestamp",
            "archived": "bool",
            "archived_at": "timestamp",
            "merged_into": "text",
            **{f"properties__{name}": "text" for name in properties},
        }
    )


TABLES = {
    "contacts": _object(CONTACT),
    "companies": _object(COMPANY),
    "deals": _object(DEAL),
    "associations": Table(
        key=("from_type", "from_id", "to_type", "to_id"),
        columns={
            "from_type": "text",
            "from_id": "text",
            "to_type": "text",
            "to_id": "text",
            "association_types": "json",
        },
    ),
    "stage_history": Table(
        columns={
            "id": "text",
            "deal_id": "text",
            "stage": "text",
            "entered_at": "timestamp",
            "source_type": "text",
        }
    ),
    "owners": Table(
        columns={
            "id": "text",
            "email": "text",
            "type": "text",
            "first_name": "text",
            "last_name": "text",
            "user_id": "bigint",
            "created_at": "timestamp",
            "updated_at": "timestamp",
            "archived": "bool",
        }
    ),
    "lists": Table(
        key=("list_id",),
        columns={
            "list_id": "text",
            "name": "text",
            "object_type_id": "text",
            "processing_type": "text",
            "processing_status": "text",
            "list_version": "bigint",
            "created_at": "timestamp",
            "updated_at": "timestamp",
            "filters_updated_at": "timestamp",
        },
    ),
    "list_memberships": Table(
        key=("list_id", "record_id"),
        columns={"list_id": "text", "record_id": "text", "membership_timestamp": "timestamp"},
    ),
    "email_events": Table(
        columns={
            "id": "text",
            "created": "timestamp_ms",
            "type": "text",
            "recipient": "text",
            "email_campaign_id": "text",
            "app_id": "text",
            "app_name": "text",
            "portal_id": "text",
            "subject": "text",
            "url": "text",
            "category": "text",
            "status": "text",
            "drop_reason": "text",
            "source": "text",
            "subscriptions": "json",
            "portal_subscription_status": "text",
            "filtered_event": "bool",
            "sent_by__id": "text",
            "sent_by__created": "timestamp_ms",
        }
    ),
}
