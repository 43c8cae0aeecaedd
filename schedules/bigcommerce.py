"""BigCommerce at five past, every four hours by day; the night pulls it too.

Its budget is shared with every other app of the store: small helpings leave the others theirs.
The promise is the night's: after 26 hours without a good pull, the morning's figures are wrong.
"""

from datetime import timedelta

from core.cadence import Cadence

cadence = Cadence(
    name="pull-bigcommerce",
    flow="flows.pull.pull",
    parameters={"source": "bigcommerce"},
    cron="5 6-22/4 * * *",
    stale_after=timedelta(hours=26),
    domain="shop",
)
