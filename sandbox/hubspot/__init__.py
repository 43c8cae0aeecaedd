"""HubSpot in miniature: contacts, companies and deals, lists, and what became of each mail.

    GET  /crm/v3/objects/{type}                          full lists, live or archived
    POST /crm/v3/objects/{type}/search | batch/read | merge
    POST /crm/v4/associations/{from}/{to}/batch/read
    GET  /crm/v3/properties/{type}   /crm/v3/pipelines/{type}   /crm/v3/owners
    POST /crm/v3/lists/search        GET /crm/v3/lists/{id}/memberships
    GET  /email/public/v1/events     /events/v3/events
    POST /oauth/v1/token
    (objects also under /crm/objects/2026-03/{type}, associations under /crm/associations/2026-03)

Docs    https://developers.hubspot.com/docs/api/overview
Auth    Bearer: a private app's token never expires, OAuth's after 30 minutes
Limits  190 requests/10 s, 650,000 a day; search has its own 5/s and tells no headers
Quirks  Values are strings or null, and come only when asked for by name. Search pages by offset
        and ends at 10,000 results, trails the records, and leaves associations out. Associations
        and list memberships do not touch a record's time. Erased records leave nothing.
"""

from sandbox.hubspot.portal import HubSpot

VENDOR = HubSpot
