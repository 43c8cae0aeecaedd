"""Salesforce at 10:35 and 16:35 UTC; the night pulls it too.

Its calls in 24 hours are shared with every other integration of the org, so twice by day is
enough; a field that somebody hid from daybreak's user is found while that somebody is at work.
The promise is the night's: after 26 hours without a good pull, the morning's figures are wrong.
"""

from datetime import timedelta

from core.cadence import Cadence

cadence = Cadence(
    name="pull-salesforce",
    flow="flows.pull.pull",
    parameters={"source": "salesforce"},
    cron="35 10,16 * * *",
    stale_after=timedelta(hours=26),
    domain="crm",
)
