"""Stripe at 11:20 and 17:20 UTC; the night pulls it too.

Twice is enough to find a revoked key in office hours; its events stay readable for 30 days, so
nothing is lost between two pulls.
The promise is the night's: after 26 hours without a good pull, the morning's figures are wrong.
"""

from datetime import timedelta

from core.cadence import Cadence

cadence = Cadence(
    name="pull-stripe",
    flow="flows.pull.pull",
    parameters={"source": "stripe"},
    cron="20 11,17 * * *",
    stale_after=timedelta(hours=26),
    domain="billing",
)
