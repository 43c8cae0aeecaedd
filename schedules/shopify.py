"""Shopify at ten past, every four hours by day; the night pulls it too.

Orders come in all day. Taken in small helpings they never fill the query budget at night, and a
token that died at noon is put right in office hours.
The promise is the night's: after 26 hours without a good pull, the morning's figures are wrong.
"""

from datetime import timedelta

from core.cadence import Cadence

cadence = Cadence(
    name="pull-shopify",
    flow="flows.pull.pull",
    parameters={"source": "shopify"},
    cron="10 6-22/4 * * *",
    stale_after=timedelta(hours=26),
    domain="shop",
)
