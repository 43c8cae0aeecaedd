"""HubSpot at 11:40 UTC, once by day; the night pulls it too.

Its search budget is shared with every other integration of the account: during the day we leave
it to the people who work in it.
The promise is the night's: after 26 hours without a good pull, the morning's figures are wrong.
"""

from datetime import timedelta

from core.cadence import Cadence

cadence = Cadence(
    name="pull-hubspot",
    flow="flows.pull.pull",
    parameters={"source": "hubspot"},
    cron="40 11 * * *",
    stale_after=timedelta(hours=26),
    domain="marketing",
)
