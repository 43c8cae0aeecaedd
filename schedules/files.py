"""The files at 05:07 UTC: what other systems export at night is there, and was not at two.

The night pulls them too; an export that came in after it is read now, before the morning's brief
is opened. During the day nobody exports.
The promise is the night's: after 26 hours without a good pull, the morning's figures are wrong.
"""

from datetime import timedelta

from core.cadence import Cadence

cadence = Cadence(
    name="pull-files",
    flow="flows.pull.pull",
    parameters={"source": "files"},
    cron="7 5 * * *",
    stale_after=timedelta(hours=26),
    domain="anything",
)
