"""Dynamics 365 at 10:45 and 16:45 UTC; the night pulls it too.

A delta link that is followed twice a day never comes near the age at which it would forget
deletions; ten minutes after Salesforce, for the house that has both.
The promise is the night's: after 26 hours without a good pull, the morning's figures are wrong.
"""

from datetime import timedelta

from core.cadence import Cadence

cadence = Cadence(
    name="pull-dynamics",
    flow="flows.pull.pull",
    parameters={"source": "dynamics"},
    cron="45 10,16 * * *",
    stale_after=timedelta(hours=26),
    domain="crm",
)
