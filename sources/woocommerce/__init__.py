"""WooCommerce: who bought in a WordPress shop, what, and what was given back.

    GET /wp-json/wc/v3/customers  ->  raw_woocommerce.customers    all of them, every night
    GET /wp-json/wc/v3/orders     ->  raw_woocommerce.orders       by date_modified_gmt
        line_items                ->  raw_woocommerce.order_lines
    GET /wp-json/wc/v3/products   ->  raw_woocommerce.products     by date_modified_gmt
    GET /wp-json/wc/v3/refunds    ->  raw_woocommerce.refunds      by their modification
    the same, status=trash        ->  deleted_at

Docs    https://developer.woocommerce.com/docs/apis/rest-api/
Auth    A consumer key and secret with read permission. On https they go along as Basic auth (or in
        the query, where a server drops the header); on plain http they sign each request after
        OAuth 1.0a, with a nonce that counts once.
Pages   100 records from any offset, ``X-WP-Total``. Offsets shift while records come and go, so we
        page by time, and where there is none by ids with an overlap of one.
Cursor  ``modified_after``, exclusive, with ``dates_are_gmt``; a quarter of an hour back
Limits  None of its own; a host may answer 429 or 503, see ``WOOCOMMERCE_CALLS_PER_MINUTE``
Deletes What is in the trash is listed when asked for. What was deleted for good leaves no trace but
        the total: where it differs, all ids are listed, and those missing are looked up.
Quirks  Customers cannot be filtered by time, and only those of a role are listed; a guest exists in
        an order alone. Times have no zone: ``*_gmt`` are UTC, the others the site's own, kept as
        text. A page may be short in the middle of a list. A deleted customer's orders become a
        guest's, in older shops without being modified. A line that was taken out of an order is
        just no longer in it. Refunds tell neither their currency nor when they were modified.
        Without ``X-WP-Total``, which some proxies drop, every night lists all ids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal

from pydantic import HttpUrl, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from requests.auth import AuthBase, HTTPBasicAuth

from core.connector import Connector, Count
from core.pull import For, Page, Pull, Record, Stream
from sources._lines import Lines
from sources.woocommerce.api import Api, Params
from sources.woocommerce.rows import Orders, Plain, Products, Refunds
from sources.woocommerce.signing import KeysInQuery, OneTimeSignature
from sources.woocommerce.streams import Reading
from sources.woocommerce.tables import TABLES
from sources.woocommerce.times import span
from sources.woocommerce.walks import MODIFIED

# What is in the trash is asked for by itself: not every version lists it beside the rest.
NOT_BINNED = {"status": "any"}


class WooCommerceSettings(BaseSettings):
    """How we reach the shop. Environment prefix ``WOOCOMMERCE_``.

    Attributes:
        url: The shop's address, where WordPress is: what comes before ``/wp-json``.
        consumer_key: Begins with ``ck_``; read permission is enough.
        consumer_secret: Begins with ``cs_``.
        sign: ``auto`` is Basic auth on https and OAuth 1.0a on http; ``query`` sends key and secret
            in the address, for servers that drop the Authorization header; or name one yourself.
        customer_role: WordPress role whose users are customers; ``all`` also brings those who buy
            under another one, and the staff.
        calls_per_minute: What the host lets pass; 0 is no limit that we know of.
    """

    model_config = SettingsConfigDict(env_prefix="WOOCOMMERCE_", env_file=".env", extra="ignore")

    url: HttpUrl
    consumer_key: SecretStr
    consumer_secret: SecretStr
    sign: Literal["auto", "basic", "oauth", "query"] = "auto"
    customer_role: str = "all"
    calls_per_minute: int = 0

    @field_validator("consumer_key", "consumer_secret")
    @classmethod
    def _is_there(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value():
            raise ValueError("set WOOCOMMERCE_CONSUMER_KEY and WOOCOMMERCE_CONSUMER_SECRET")
        return value

    def root(self) -> str:
        """Return the shop's address, without a slash at its end."""
        return str(self.url).rstrip("/")


def build(settings: WooCommerceSettings, pull: Pull) -> Sequence[Stream]:
    """Describe what one pull reads; no request is made until a stream is iterated."""
    api = _api(settings, pull)
    everybody = {"role": settings.customer_role}
    make = _makers(api, pull)
    customers = Reading(api, pull, "customers", make["customers"], everybody)
    orders = Reading(api, pull, "orders", make["orders"], NOT_BINNED)
    products = Reading(api, pull, "products", make["products"], NOT_BINNED)
    refunds = Reading(api, pull, "refunds", make["refunds"])

    return [
        Stream("customers", lambda: _people(customers, orders)),
        Stream("orders", lambda: _kept(orders)),
        Stream("products", lambda: _kept(products)),
        Stream("refunds", lambda: _given_back(refunds)),
    ]


def remade(
    settings: WooCommerceSettings, pull: Pull, table: str, record: Record
) -> Iterable[Page | For]:
    """Make the rows of a record of ``table`` that could not be read, as if it came now."""
    found = _makers(_api(settings, pull), pull).get(table)
    return found.told([record]) if found else []


def _makers(api: Api, pull: Pull) -> dict[str, Plain]:
    """Return what makes rows of the records of each list."""

    def named_orders(ids: list[str], fields: str) -> list[Record]:
        return api.named("orders", ids, {**NOT_BINNED, "_fields": fields})

    return {
        "customers": Plain("customers"),
        "orders": Orders("orders", Lines(pull.known)),
        "products": Products("products"),
        "refunds": Refunds("refunds", pull.known, named_orders),
    }


def _people(customers: Reading, orders: Reading) -> Iterator[For]:
    # There is no window to be had of customers: every night reads them all.
    if customers.pull.window:
        return
    yield from customers.everybody()
    if customers.seen.gone:
        yield from orders.relinked(customers.seen.gone)


def _kept(this: Reading) -> Iterator[For]:
    yield from this.changed()
    if not this.pull.window:
        yield from this.binned()
        yield from this.vanished()


def _given_back(refunds: Reading) -> Iterator[For]:
    yield from refunds.created()
    if not refunds.pull.window:
        yield from refunds.vanished()


def counts(settings: WooCommerceSettings, pull: Pull) -> Mapping[str, Count]:
    """Say how WooCommerce counts: the header of any list, asked for one record."""
    api = _api(settings, pull)

    def ask(
        table: str, params: Params, what: str = "modified_"
    ) -> Callable[[datetime | None, datetime | None], int | None]:
        return lambda since, until: api.total(table, {**params, **span(since, until, what)})

    everybody = {"role": settings.customer_role}
    return {
        "customers": Count(lambda *_: api.total("customers", everybody)),
        "orders": Count(ask("orders", NOT_BINNED), MODIFIED),
        "products": Count(ask("products", NOT_BINNED), MODIFIED),
        "refunds": Count(ask("refunds", {}, ""), "date_created_gmt"),
    }


def _api(settings: WooCommerceSettings, pull: Pull) -> Api:
    return Api(pull, settings.root(), _auth(settings, pull), settings.calls_per_minute)


def _auth(settings: WooCommerceSettings, pull: Pull) -> AuthBase:
    """Sign where anybody could read along; WooCommerce takes no bare secret over plain http."""
    key = settings.consumer_key.get_secret_value()
    secret = settings.consumer_secret.get_secret_value()
    how = settings.sign
    if how == "auto":
        how = "oauth" if settings.url.scheme == "http" else "basic"
    if how == "oauth":
        return OneTimeSignature(key, secret, pull.now)
    return KeysInQuery(key, secret) if how == "query" else HTTPBasicAuth(key, secret)


connector = Connector(
    name="woocommerce",
    settings=WooCommerceSettings,
    build=build,
    tables=TABLES,
    domain="shop",
    counts=counts,
    remade=remade,
)
