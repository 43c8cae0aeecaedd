"""Mailchimp at 12:50 UTC, once by day; the night pulls it too.

Newsletters go out in the morning, and most of their opens and bounces are in by noon.
The promise is the night's: after 26 hours without a good pull, the morning's figures are wrong.
"""

from datetime import timedelta

from core.cadence import Cadence

cadence = Cadence(
    name="pull-mailchimp",
    flow="flows.pull.pull",
    parameters={"source": "mailchimp"},
    cron="50 12 * * *",
    stale_after=timedelta(hours=26),
    domain="marketing",
)
