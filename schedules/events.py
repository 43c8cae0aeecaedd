"""The events at 57 past every fourth hour: they are the largest of all, and little at a time.

The night pulls them too; read on from where the last pull stopped, a quarter of a day is quick.
The promise is the night's: after 26 hours without a good pull, the morning's figures are wrong.
"""

from datetime import timedelta

from core.cadence import Cadence

cadence = Cadence(
    name="pull-events",
    flow="flows.pull.pull",
    parameters={"source": "events"},
    cron="57 7-23/4 * * *",
    stale_after=timedelta(hours=26),
    domain="product",
)
