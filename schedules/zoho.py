"""Zoho CRM at 12:48 UTC, once by day; the night pulls it too.

Its credits are shared with every other integration and counted over 24 hours: one pull by day
costs little, and finds a revoked refresh token in office hours.
The promise is the night's: after 26 hours without a good pull, the morning's figures are wrong.
"""

from datetime import timedelta

from core.cadence import Cadence

cadence = Cadence(
    name="pull-zoho",
    flow="flows.pull.pull",
    parameters={"source": "zoho"},
    cron="48 12 * * *",
    stale_after=timedelta(hours=26),
    domain="crm",
)
