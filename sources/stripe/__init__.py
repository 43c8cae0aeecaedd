"""Stripe: what people paid, and what they owe.

    GET /v1/customers      ->  raw_stripe.customers
    GET /v1/charges        ->  raw_stripe.charges
    GET /v1/refunds        ->  raw_stripe.refunds
    GET /v1/invoices       ->  raw_stripe.invoices, invoice_payments (their ``payments``)
    GET /v1/subscriptions  ->  raw_stripe.subscriptions, subscription_items (their ``items``)
    GET /v1/disputes       ->  raw_stripe.disputes
    GET /v1/events         ->  raw_stripe.events (what happened to which object, not the object)

    GET /v1/{customers,charges,invoices,subscriptions}/search: whether everything arrived; where
    there is no search, the lists a second time, and what one object names of another

First pull: everything by ``created``, newest first; where it breaks off, the next pull goes on.
Later pulls: what was created since, and by /v1/events what else changed since, looked up by id.
Full pull, or a cursor older than the events: everything again, and what is missing is looked up.

Docs    https://docs.stripe.com/api
Auth    secret or restricted key with read access, as Bearer; ``Stripe-Account`` for Connect
Limits  100 requests/s live, 25 with a test key, 25 for one endpoint; pages of 100; 429
Quirks  No resource has an ``updated`` filter: changes come from events, which go back 30 days.
        Events settle late, and show the object in the version of their day: only its id is used.
        Subscriptions hide canceled ones without ``status=all``.
        A deleted customer answers 200 with a stub, and is dropped from lists.
        Periods are on subscription items, payments of an invoice must be asked for (``expand``).
        Money is integer minor units; lower-case currency.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from pydantic import Field, HttpUrl, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.connector import Connector, Count, Sample
from core.pull import For, Page, Pull, Stream
from sources.stripe import counts as counting
from sources.stripe.api import Api
from sources.stripe.changes import Changes
from sources.stripe.tables import TABLES
from sources.stripe.walk import ENDPOINTS, Walk


class StripeSettings(BaseSettings):
    """How we reach Stripe. Environment prefix ``STRIPE_``.

    Attributes:
        api_key: A secret or restricted key that may read.
        base_url: Another address than Stripe's own, such as a sandbox.
        api_version: The version answers are rendered in; the tables are written for this one.
        account: Connected account to read, for platforms.
    """

    model_config = SettingsConfigDict(env_prefix="STRIPE_", env_file=".env", extra="ignore")

    api_key: SecretStr = Field(min_length=1)
    base_url: HttpUrl = HttpUrl("https://api.stripe.com/")
    api_version: str = "2026-10-28.endive"
    account: str = ""


def build(settings: StripeSettings, pull: Pull) -> Sequence[Stream]:
    """Describe what one pull reads; no request is made until a stream is iterated.

    Events come first: the streams behind them then know what changed without asking again.
    """
    api = _api(settings, pull)
    changes = Changes(api, pull, [endpoint.table for endpoint in ENDPOINTS])
    walks = [Walk(api, pull, changes, endpoint) for endpoint in ENDPOINTS]
    return [
        Stream("events", changes.pages),
        *(Stream(walk.endpoint.table, walk.pages) for walk in walks),
    ]


def counts(settings: StripeSettings, pull: Pull) -> Mapping[str, Count]:
    """Describe how Stripe counts; no request is made until it is asked."""
    return counting.counts(_api(settings, pull))


def samples(settings: StripeSettings, pull: Pull) -> Mapping[str, Sample]:
    """Describe a second look at what Stripe does not count; no request is made until asked."""
    return counting.samples(_api(settings, pull))


def named(
    settings: StripeSettings, pull: Pull, keys: Mapping[str, Sequence[str]]
) -> Sequence[Stream]:
    """Describe how objects are read by their ids."""
    api = _api(settings, pull)

    def pages(walk: Walk) -> Iterator[Page | For]:
        yield from walk.named(keys[walk.endpoint.table])

    changes = Changes(api, pull, [])
    walks = [Walk(api, pull, changes, each) for each in ENDPOINTS if each.table in keys]
    return [Stream(walk.endpoint.table, partial(pages, walk)) for walk in walks]


def _api(settings: StripeSettings, pull: Pull) -> Api:
    return Api(
        pull,
        key=settings.api_key.get_secret_value(),
        base_url=str(settings.base_url),
        version=settings.api_version,
        account=settings.account,
    )


connector = Connector(
    name="stripe",
    settings=StripeSettings,
    build=build,
    tables=TABLES,
    domain="billing",
    counts=counts,
    samples=samples,
    references=counting.REFERENCES,
    named=named,
)
