"""Intercom at 52 past, every four hours by day; the night pulls it too.

Every conversation that changed costs a call of its own; and a merge, which Intercom never tells
of, is found while people still remember it.
The promise is the night's: after 26 hours without a good pull, the morning's figures are wrong.
"""

from datetime import timedelta

from core.cadence import Cadence

cadence = Cadence(
    name="pull-intercom",
    flow="flows.pull.pull",
    parameters={"source": "intercom"},
    cron="52 6-22/4 * * *",
    stale_after=timedelta(hours=26),
    domain="support",
)
