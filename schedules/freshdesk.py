"""Freshdesk at 38 past, every four hours by day; the night pulls it too.

Every ticket that changed costs a call for what was said on it: in small helpings that never fills
a minute of the plan's calls.
The promise is the night's: after 26 hours without a good pull, the morning's figures are wrong.
"""

from datetime import timedelta

from core.cadence import Cadence

cadence = Cadence(
    name="pull-freshdesk",
    flow="flows.pull.pull",
    parameters={"source": "freshdesk"},
    cron="38 6-22/4 * * *",
    stale_after=timedelta(hours=26),
    domain="support",
)
