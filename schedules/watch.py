"""The watch every quarter of an hour: trouble of the night is told long before the morning.

An hour of silence means four looks that did not happen.
"""

from datetime import timedelta

from core.cadence import Cadence

cadence = Cadence(
    name="watch",
    flow="flows.watch.watch",
    cron="*/15 * * * *",
    stale_after=timedelta(hours=1),
)
