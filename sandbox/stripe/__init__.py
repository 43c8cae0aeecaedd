"""Stripe in miniature, as its API is in version 2026-10-28.endive.

    GET /v1/{customers charges refunds disputes invoices invoice_payments
             subscriptions subscription_items products prices events}[/{id}]
    GET /v1/invoices/{id}/lines
    GET /v1/{customers charges invoices subscriptions}/search?query=created>=...

Auth    secret key, as Bearer or as the user of Basic
Lists   newest first, 1 to 100 (10), ``starting_after`` or ``ending_before`` an id; ``created``
Limits  100 requests a second, 25 to one resource, 20 searches; 429 says which in
        Stripe-Rate-Limited-Reason
Quirks  Nothing can be asked for what changed: that is what events are for, 30 days back, newest
        first, rendered in the account's version. Subscriptions hide canceled ones unless asked for
        ``status=all``. A deleted customer is a stub with 200 and in no list. Without a
        ``Stripe-Version`` objects come in the account's version; before 2025-03-31 that is another
        shape of invoices and subscriptions.
"""

from sandbox.stripe.api import Stripe

VENDOR = Stripe
