"""Chargebee: who subscribes, what they are billed, and what they paid.

    GET /api/v2/customers      ->  raw_chargebee.customers
    GET /api/v2/subscriptions  ->  raw_chargebee.subscriptions, subscription_items
    GET /api/v2/invoices       ->  raw_chargebee.invoices
    GET /api/v2/credit_notes   ->  raw_chargebee.credit_notes
    GET /api/v2/transactions   ->  raw_chargebee.transactions (payments, refunds, reversals)

First pull: every list from its top to its end; where it breaks off, the next pull goes on.
Later pulls: what was updated since, oldest first, from ten minutes before the last one ended.

Docs    https://apidocs.chargebee.com/docs/api
Auth    a site's API key as the user of Basic, without a password; a read-only key will do
Pages   100 rows and an opaque ``next_offset``; one that is too old is refused with 400
Cursor  ``updated_at``, in whole seconds, asked for with ``updated_at[after]``
Limits  150, 1,000 or 3,500 requests a minute by plan, and some at once; 429, over in a minute
Deletes ``deleted: true``, shown to those who ask with ``include_deleted``
Quirks  ``updated_at[after]`` leaves the second itself out: a second less is asked for.
        Rows turn up to five minutes late in lists by ``updated_at``: the cursor stays behind.
        What never changed since 2016 has no ``updated_at``: only a walk through all shows it.
        A row is an object of named resources, ``{"subscription": ..., "customer": ...}``.
        Which of two answers is newer, ``resource_version`` tells.
        Absent means empty. ``pii_cleared`` customers come without what they had: so it goes here.
        Product Catalog 1.0 sells a plan and addons, 2.0 items: both become subscription_items.
        An item that a change of plan took away just is no longer inside its subscription.
        Money is integer minor units. An invoice of very many lines shows its first ones only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Self

from pydantic import Field, HttpUrl, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.connector import Connector, Sample
from core.pull import For, Page, Pull, Record, Stream
from sources.chargebee.api import Api
from sources.chargebee.tables import TABLES
from sources.chargebee.walk import ENDPOINTS, Walk
from sources.chargebee.witness import samples as samples_of


class ChargebeeSettings(BaseSettings):
    """How we reach Chargebee. Environment prefix ``CHARGEBEE_``.

    Attributes:
        site: The first word of the site's address, ``<site>.chargebee.com``.
        api_key: An API key of that site; one that may only read will do.
        base_url: Another address than the site's own, such as a sandbox.
        calls_per_minute: The site's limit by its plan: 150, 1,000 or 3,500.
    """

    model_config = SettingsConfigDict(env_prefix="CHARGEBEE_", env_file=".env", extra="ignore")

    site: str = ""
    api_key: SecretStr = Field(min_length=1)
    base_url: HttpUrl | None = None
    calls_per_minute: int = Field(default=150, ge=1)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not (self.site or self.base_url):
            raise ValueError("set CHARGEBEE_SITE")
        return self

    def url(self) -> str:
        """Return the site's address, without a slash at its end."""
        return str(self.base_url or f"https://{self.site}.chargebee.com").rstrip("/")


def build(settings: ChargebeeSettings, pull: Pull) -> Sequence[Stream]:
    """Describe what one pull reads; no request is made until a stream is iterated."""
    return [Stream(walk.endpoint.table, walk.pages) for walk in _walks(settings, pull)]


def samples(settings: ChargebeeSettings, pull: Pull) -> Mapping[str, Sample]:
    """Describe a second look at each list; no request is made until it is asked."""
    return samples_of(_api(settings, pull))


def _walks(settings: ChargebeeSettings, pull: Pull) -> list[Walk]:
    api = _api(settings, pull)
    return [Walk(api, pull, endpoint) for endpoint in ENDPOINTS]


def _api(settings: ChargebeeSettings, pull: Pull) -> Api:
    key = settings.api_key.get_secret_value()
    return Api(pull, settings.url(), key, settings.calls_per_minute)


def remade(
    settings: ChargebeeSettings, pull: Pull, table: str, record: Record
) -> Iterable[Page | For]:
    """Make the rows of a record of ``table`` that could not be read, as if it came now."""
    own = [one for one in _walks(settings, pull) if one.endpoint.table == table]
    return [page for walk in own for page in walk.told([record])]


connector = Connector(
    name="chargebee",
    settings=ChargebeeSettings,
    build=build,
    tables=TABLES,
    domain="billing",
    samples=samples,
    remade=remade,
)
