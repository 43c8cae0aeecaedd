"""Klaviyo in miniature.

    GET /api/profiles[/{id}], /api/events, /api/metrics, /api/campaigns[/{id}]
    GET /api/lists[/{id}[/profiles]], /api/segments[/{id}[/profiles]]
    GET /api/accounts

Auth    ``Authorization: Klaviyo-API-Key pk_..``, and a ``revision`` header with each request.
        Nothing expires
Limits  Per endpoint a burst in a second and a steady number in a minute, in fixed windows:
        profiles, lists, segments 75 and 750, events 350 and 3,500, campaigns, metrics 10 and 150.
        ``RateLimit-*`` tell of the minute; a 429 has ``Retry-After`` alone
Pages   ``links.next`` with ``page[cursor]``; profiles, members, campaigns at most 100, lists and
        segments 10, events 200
Quirks  ``updated`` takes greater-than and less-than, never "or equal". Consent is sent only when
        asked for with ``additional-fields[profile]=subscriptions``. Campaigns want a filter on
        ``messages.channel`` and leave archived ones out until asked for those. Nothing tells of a
        deletion. Of two people with one address there is one profile; of two that are merged one
        id is left. Nobody goes into a bin: who is archived is suppressed.
On request  ``disorder`` sends the rows of a page backwards, ``consent_touches`` says whether
        consent moves ``updated``, ``merges_resolve`` whether a merged id leads to the winner:
        nobody says. A `MailEvent` with an old ``at`` is one that came late. What was done with a
        profile stays when it is erased or merged, under its id.
"""

from sandbox.klaviyo.api import Klaviyo

VENDOR = Klaviyo
