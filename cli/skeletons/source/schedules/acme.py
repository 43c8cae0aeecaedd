"""Acme at noon, in a minute of its own; the night pulls it too.

Once by day is enough to find a revoked token in office hours.
The promise is the night's: after 26 hours without a good pull, the morning's figures are wrong.
"""

from datetime import timedelta

from core.cadence import Cadence

cadence = Cadence(
    name="pull-acme",
    flow="flows.pull.pull",
    parameters={"source": "acme"},
    cron="59 12 * * *",
    stale_after=timedelta(hours=26),
    domain="shop",
)
