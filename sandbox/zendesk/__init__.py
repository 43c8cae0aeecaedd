"""Zendesk Support in miniature.

    GET  /api/v2/incremental/{tickets users}/cursor          by cursor, 1,000 a page
    GET  /api/v2/incremental/{tickets users organizations
                              ticket_events ticket_metric_events}   by time, 1,000 a page
    GET  /api/v2/{tickets users organizations}[/{id}] [/count] [/show_many?ids=]
    GET  /api/v2/{satisfaction_ratings deleted_tickets deleted_users}
    GET  /api/v2/users/{id}/identities, /api/v2/users/me
    GET  /api/v2/search/count?query=type:ticket updated>=...   by type, created and updated
    POST /oauth/tokens                                       grant_type=refresh_token

Every path also ends in ``.json``.

Auth    Bearer token; or Basic ``email/token:api_token`` until 2027-04-30. A refresh gives a new
        pair and the old one is worthless at once.
Limits  700 requests a minute; of those 10 to exports, 10 to deleted tickets; 429 and Retry-After
Quirks  An export is in order of ``generated_timestamp``, which moves when the system touches a
        record and ``updated_at`` does not; it hides the last minute and starts inclusive. By time,
        the last row's second comes again on the next page, and more rows in one second than a page
        holds are the same page for ever. A deleted ticket stays in its export as ``deleted``, a
        deleted user as ``active: false``; a merged user and a deleted organization just vanish.
        Tickets closed for 120 days leave the list, not the export.
On request  A happening with an old ``at`` is a late row: it shows with the stamp of then.
        `TicketUpdated` with no changes and no comment is a touch by the system.
        ``fields={"suspended": True}`` of a user is the flag, not a field.
"""

from sandbox.zendesk.api import Zendesk

VENDOR = Zendesk
