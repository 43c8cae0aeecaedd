"""Klaviyo at 10:55 and 16:55 UTC; the night pulls it too.

Each pull reads the last week's events again, for they come in late, so it is not done more often.
The promise is the night's: after 26 hours without a good pull, the morning's figures are wrong.
"""

from datetime import timedelta

from core.cadence import Cadence

cadence = Cadence(
    name="pull-klaviyo",
    flow="flows.pull.pull",
    parameters={"source": "klaviyo"},
    cron="55 10,16 * * *",
    stale_after=timedelta(hours=26),
    domain="marketing",
)
