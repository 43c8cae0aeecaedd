"""Mailchimp Marketing in miniature.

    GET    /3.0/lists[/{list}]                        audiences
    GET    /3.0/lists/{list}/members[/{member}]       by MD5 of the address, address or contact id
    DELETE /3.0/lists/{list}/members/{member}         archives
    POST   /3.0/lists/{list}/members/{member}/actions/delete-permanent
    GET    /3.0/campaigns[/{campaign}], /3.0/reports[/{campaign}]
    GET    /3.0/reports/{campaign}/email-activity
    GET    /3.0/ping

Auth    Basic, any name and the key; or Bearer, the key or an OAuth token. Nothing expires
Limits  10 requests at a time, then 429; no headers tell. Above ``volume``, where that is given,
        a bare 403 without JSON
Pages   ``count`` (10, at most 1,000) and ``offset``, ``total_items``
Quirks  ``since_last_changed`` and ``before_last_changed`` leave their own second out. Without a
        ``status``, members that are archived are not listed. ``id`` is the MD5 of the address and
        changes with it, ``contact_id`` stays. DELETE archives; a permanent deletion leaves
        nothing. A report tells when it was last opened and clicked, but of bounces only how many.
        Of two contacts with one address in an audience there is one member. Nothing merges: who
        finds a contact twice deletes one for good.
On request  A `MailEvent` with an old ``at`` is one that was reported late. With ``audiences`` each
        list is an audience of its own, else a tag. ``hidden`` names the statuses left out
        without a filter, ``tags_touch`` says whether a tag moves ``last_changed``: nobody says.
"""

from sandbox.mailchimp.api import Mailchimp

VENDOR = Mailchimp
