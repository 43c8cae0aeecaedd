"""Chargebee at 11:25 and 17:25 UTC; the night pulls it too.

Five minutes after Stripe, for the same reason: a revoked key is found in office hours, and the
minute's budget of a small plan is left to the shop while people buy.
The promise is the night's: after 26 hours without a good pull, the morning's figures are wrong.
"""

from datetime import timedelta

from core.cadence import Cadence

cadence = Cadence(
    name="pull-chargebee",
    flow="flows.pull.pull",
    parameters={"source": "chargebee"},
    cron="25 11,17 * * *",
    stale_after=timedelta(hours=26),
    domain="billing",
)
