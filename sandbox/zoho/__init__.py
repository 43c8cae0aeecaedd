"""Zoho CRM v8 in miniature.

    GET  /crm/v8/{Contacts Accounts Leads Deals Cases Tasks}   fields, ids, page, page_token,
                                                               sort_by, sort_order, converted
    GET  /crm/v8/{module}/deleted                              type, page
    GET  /crm/v8/settings/fields?module=
    POST /crm/v8/coql                                          counts, and ids in order
    POST /oauth/v2/token                                       grant_type=refresh_token

Auth    ``Zoho-oauthtoken`` header; tokens live for an hour, at most ten are given in ten minutes;
        a refused refresh is HTTP 200 with ``{"error": ...}``
Limits  credits in any 24 hours, told by a header once half are gone; 429 without Retry-After
Quirks  At most 50 fields a call, and ``fields`` must be there. Nothing to tell is 204 without a
        body, or 304 after ``If-Modified-Since``. The first 2,000 rows go by page, the rest by
        page_token, which dies after a day and never stands beside ``page``. Both count places, so
        rows move between pages while people work. Times are whole seconds with the zone of the
        account. A converted lead is listed only with ``converted``. A merged record is among the
        deleted, and nothing says what it was merged into. The bin forgets after 60 days.
On request  ``quiet_restores``: what comes back from the bin keeps its old time of change. Nobody
        has written down what Zoho does; the worse case is the default.
"""

from sandbox.zoho.api import Zoho

VENDOR = Zoho
