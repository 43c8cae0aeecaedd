"""Zendesk at half past, every four hours by day; the night pulls it too.

Its incremental export allows ten calls a minute, so a day's tickets in one go is slow; half past
keeps out of Shopify's way.
The promise is the night's: after 26 hours without a good pull, the morning's figures are wrong.
"""

from datetime import timedelta

from core.cadence import Cadence

cadence = Cadence(
    name="pull-zendesk",
    flow="flows.pull.pull",
    parameters={"source": "zendesk"},
    cron="30 6-22/4 * * *",
    stale_after=timedelta(hours=26),
    domain="support",
)
