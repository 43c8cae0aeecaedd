"""The raw tables of Mailchimp: keys, and the columns that are always there.

Merge fields beyond the common ones become columns as they come, ``merge_fields__<tag>``.
"""

from __future__ import annotations

from core.connector import Table

_AUDIENCES = {
    "id": "text",
    "web_id": "bigint",
    "name": "text",
    "date_created": "timestamp",
    "list_rating": "bigint",
    "double_optin": "bool",
    "marketing_permissions": "bool",
    "visibility": "text",
    "modules": "json",
    "stats__member_count": "bigint",
    "stats__unsubscribe_count": "bigint",
    "stats__cleaned_count": "bigint",
    "stats__campaign_last_sent": "text",
}

_MEMBERS = {
    "list_id": "text",
    "contact_id": "text",
    "id": "text",
    "email_address": "text",
    "unique_email_id": "text",
    "full_name": "text",
    "web_id": "bigint",
    "email_type": "text",
    "status": "text",
    "unsubscribe_reason": "text",
    "consents_to_one_to_one_messaging": "bool",
    "marketing_permissions": "json",
    "interests": "json",
    "tags": "json",
    "tags_count": "bigint",
    "merge_fields__fname": "text",
    "merge_fields__lname": "text",
    "merge_fields__phone": "text",
    "merge_fields__firm": "text",
    "merge_fields__company": "text",
    "merge_fields__address": "json",
    "merge_fields__address__addr1": "text",
    "merge_fields__address__addr2": "text",
    "merge_fields__address__city": "text",
    "merge_fields__address__state": "text",
    "merge_fields__address__zip": "text",
    "merge_fields__address__country": "text",
    "merge_fields__shopifyid": "text",
    "merge_fields__stripeid": "text",
    "merge_fields__zendeskid": "text",
    "stats__avg_open_rate": "double",
    "stats__avg_click_rate": "double",
    "ip_signup": "text",
    "timestamp_signup": "timestamp",
    "ip_opt": "text",
    "timestamp_opt": "timestamp",
    "member_rating": "bigint",
    "last_changed": "timestamp",
    "language": "text",
    "vip": "bool",
    "email_client": "text",
    "location__latitude": "double",
    "location__longitude": "double",
    "location__country_code": "text",
    "location__timezone": "text",
    "source": "text",
    "last_note": "json",
}

_CAMPAIGNS = {
    "id": "text",
    "web_id": "bigint",
    "type": "text",
    "status": "text",
    "create_time": "timestamp",
    "send_time": "timestamp",
    "emails_sent": "bigint",
    "content_type": "text",
    "recipients__list_id": "text",
    "recipients__list_name": "text",
    "settings__subject_line": "text",
    "settings__title": "text",
    "settings__from_name": "text",
    "settings__reply_to": "text",
    "report_summary__opens": "bigint",
    "report_summary__clicks": "bigint",
    "parent_campaign_id": "text",
}

_REPORTS = {
    "id": "text",
    "campaign_title": "text",
    "type": "text",
    "list_id": "text",
    "subject_line": "text",
    "emails_sent": "bigint",
    "abuse_reports": "bigint",
    "unsubscribed": "bigint",
    "send_time": "timestamp",
    "bounces__hard_bounces": "bigint",
    "bounces__soft_bounces": "bigint",
    "bounces__syntax_errors": "bigint",
    "opens__opens_total": "bigint",
    "opens__unique_opens": "bigint",
    "opens__last_open": "timestamp",
    "clicks__clicks_total": "bigint",
    "clicks__unique_clicks": "bigint",
    "clicks__last_click": "timestamp",
    "timeseries": "json",
}

# ``unix_second`` is ``timestamp`` as a number, ``nth`` counts those of one action in one second.
_EMAIL_ACTIVITY = {
    "campaign_id": "text",
    "email_id": "text",
    "action": "text",
    "unix_second": "bigint",
    "nth": "bigint",
    "timestamp": "timestamp",
    "type": "text",
    "url": "text",
    "ip": "text",
    "list_id": "text",
    "email_address": "text",
    "campaign_title": "text",
    "subject_line": "text",
}

TABLES = {
    "campaigns": Table(columns=_CAMPAIGNS),
    "audiences": Table(columns=_AUDIENCES),
    "members": Table(key=("list_id", "contact_id"), columns=_MEMBERS),
    "reports": Table(columns=_REPORTS),
    "email_activity": Table(
        key=("campaign_id", "email_id", "action", "unix_second", "nth"), columns=_EMAIL_ACTIVITY
    ),
}
