"""Freshdesk in miniature.

    GET /api/v2/tickets[/{id}]                ?filter= updated_since= order_by= order_type= include=
    GET /api/v2/tickets/{id}/conversations
    GET /api/v2/contacts[/{id}]               ?state= _updated_since=
    GET /api/v2/companies[/{id}], /agents
    GET /api/v2/surveys/satisfaction_ratings  ?created_since=

Auth    Basic, the API key as the user
Pages   ``page`` and ``per_page`` (30, 100 at most): a bare array, and a Link header where there is
        more
Limits  200 calls a minute, of them 20 lists of tickets and 20 of contacts; X-RateLimit-Total,
        -Remaining, -Used-CurrentRequest; 429 and Retry-After. An ``include`` costs two calls more,
        and a call that is refused costs as well.
Quirks  Without ``updated_since`` tickets are those created within 30 days. Page 300 of tickets is
        the last one and says nothing of it; page 301 is refused. Deleted and spam tickets are in
        lists of their own. Contacts are listed where they are neither deleted nor blocked.
        Companies have no filter at all. A list is counted afresh for every page, so rows slip.
On request  A ticket tagged ``spam`` is spam. ``fields={"suspended": True}`` blocks a contact.
        What no document tells is a `Habits`, such as whether deleting moves ``updated_at``.
"""

from sandbox.freshdesk.api import Freshdesk

VENDOR = Freshdesk
