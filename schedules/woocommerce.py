"""WooCommerce at 11:33 UTC, once by day; the night pulls it too.

Every pull reads all customers, and the shop's own server does the work: at noon it has fewest
visitors to spare for.
The promise is the night's: after 26 hours without a good pull, the morning's figures are wrong.
"""

from datetime import timedelta

from core.cadence import Cadence

cadence = Cadence(
    name="pull-woocommerce",
    flow="flows.pull.pull",
    parameters={"source": "woocommerce"},
    cron="33 11 * * *",
    stale_after=timedelta(hours=26),
    domain="shop",
)
