"""Chargebee in miniature: a site's API v2.

    GET  /api/v2/{customers subscriptions invoices credit_notes transactions}[/{id}]
    POST /api/v2/customers/{id}/clear_personal_data

Auth    a site's API key as the user of Basic, the password empty
Lists   ``{"list": [{"customer": {...}}], "next_offset": "..."}``; 1 to 100 (10); the newest
        first unless ``sort_by`` asks otherwise; an offset is opaque and may expire
Filters ``updated_at[after|before|between]`` in epoch seconds, bounds left out; ``[is]``, ``[in]``
Limits  so many requests a minute by plan, and so many at once; 429
Deletes ``deleted: true``, shown with ``include_deleted=true`` alone
Quirks  Absent is empty: no field is ever null. ``updated_at`` and ``resource_version`` are missing
        on what was last touched before the site began to stamp. Changes turn up late where a list
        is asked for by ``updated_at``. A row of subscriptions has its customer beside it.
        Product Catalog 1.0 tells a plan and its price, 2.0 tells items.
        Everybody who pays is a customer, and everything paid has an invoice.
"""

from sandbox.chargebee.api import Chargebee

VENDOR = Chargebee
