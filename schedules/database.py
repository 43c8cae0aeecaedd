"""The database at 05:13 UTC: once a day, outside the hours in which people work with it.

The night pulls it too; what its own night jobs wrote after that is read now.
The promise is the night's: after 26 hours without a good pull, the morning's figures are wrong.
"""

from datetime import timedelta

from core.cadence import Cadence

cadence = Cadence(
    name="pull-database",
    flow="flows.pull.pull",
    parameters={"source": "database"},
    cron="13 5 * * *",
    stale_after=timedelta(hours=26),
    domain="anything",
)
