"""Microsoft Dynamics 365 in miniature: the Web API of one Dataverse environment.

    POST /{tenant}/oauth2/v2.0/token                      client_credentials
    GET  /api/data/v9.2/{contacts accounts leads opportunities incidents tasks
                         transactioncurrencies}[({guid})]
         $select $filter $orderby $top $count, $skiptoken; Prefer: odata.maxpagesize
         Prefer: odata.track-changes  ->  @odata.deltaLink, to be asked again with $deltatoken
    GET  /api/data/v9.2/WhoAmI

Docs    https://learn.microsoft.com/power-apps/developer/data-platform/webapi/overview
Auth    Bearer, an hour; there is no refresh token
Limits  6,000 requests in five minutes; 429 with Retry-After, 0x80072322
Quirks  A delta answers with changed records as they are now, and with ``reason: deleted``; its
        query takes no $filter, $orderby, $top or $expand. A token older than its days gives
        everything and no deletions, or is refused. Merging leaves the loser there, inactive, with
        ``merged`` and its winner's id. @odata.count ends at 5,000. A lookup is a GUID in
        ``_name_value``; what it points at, and labels of choices, are annotations on request.
        Times are to the second. ``modifiedon`` may be older than the change: see `backdated`.
"""

from sandbox.dynamics.environment import Dynamics

VENDOR = Dynamics
