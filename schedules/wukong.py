"""WuKong CRM at 12:58 UTC, once by day; the night pulls it too.

It runs on the merchant's own server, mostly in China: 20:58 there, when the people who work in it
have gone home.
The promise is the night's: after 26 hours without a good pull, the morning's figures are wrong.
"""

from datetime import timedelta

from core.cadence import Cadence

cadence = Cadence(
    name="pull-wukong",
    flow="flows.pull.pull",
    parameters={"source": "wukong"},
    cron="58 12 * * *",
    stale_after=timedelta(hours=26),
    domain="crm",
)
