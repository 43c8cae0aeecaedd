"""The night at 02:00 UTC, early enough to put right what failed before the brief is read.

Shops and desks are quiet then, and every vendor's day has closed.
26 hours of silence is one missed night and two hours of patience.
"""

from datetime import timedelta

from core.cadence import Cadence

cadence = Cadence(
    name="night",
    flow="flows.night.night",
    cron="0 2 * * *",
    stale_after=timedelta(hours=26),
)
