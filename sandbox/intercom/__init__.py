"""Intercom in miniature.

    POST /contacts/search, /conversations/search      {query, pagination, sort}
    GET  /contacts, /conversations                    ?per_page= starting_after=
    GET  /contacts/{id}, /contacts/{id}/companies, /contacts/{id}/tags
    GET  /conversations/{id}                          with its parts
    GET  /companies/scroll                            ?scroll_param=
    POST /companies/list                              ?page= per_page=
    GET  /companies/{id}, /tags, /admins, /me

Auth    Bearer; tokens do not expire. ``Intercom-Version`` is one there is, or left out.
Limits  10,000 calls a minute, dealt out in windows of 10 seconds; X-RateLimit-Limit, -Remaining,
        -Reset in epoch seconds; a 429 has no Retry-After
Quirks  A contact search knows whole days of the workspace's zone: ``>`` starts the day after, ``<``
        ends the day before, ``>=`` is refused. Conversations are searched by the second. A new
        contact is in the list at once and in a search minutes later. Ten tags and companies of a
        contact are shown, the rest has to be asked for. Lists of conversations have no parts. One
        scroll at a time, forgotten after a minute. The list of companies ends at 10,000.
        What is deleted or lost a merge is just gone.
On request  ``fields={"companies": [...]}`` of a user: keys of further organisations.
        ``fields={"unsubscribed": True}``: wants no mail.
"""

from sandbox.intercom.api import Intercom

VENDOR = Intercom
