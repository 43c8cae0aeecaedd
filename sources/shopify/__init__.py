"""Shopify: who bought, what, for how much, and what was given back.

    customers(sortKey: UPDATED_AT)       ->  raw_shopify.customers    by updatedAt, a day back
    orders(sortKey: UPDATED_AT)          ->  raw_shopify.orders       by updatedAt, ten minutes back
        lineItems, drained               ->  raw_shopify.order_lines
        refunds                          ->  raw_shopify.refunds
    products(sortKey: UPDATED_AT)        ->  raw_shopify.products     by updatedAt, ten minutes back
    deletionEvents                       ->  raw_shopify.products     deleted_at
    customersCount, ordersCount          ->  deleted_at, by a sweep of ids when the count differs
    the same and productsCount, a window ->  whether everything arrived
    some orders' lineItems and refunds   ->  whether those did

Docs    https://shopify.dev/docs/api/admin-graphql/2026-07
Auth    X-Shopify-Access-Token. A custom app's token stays; an expiring one (60 minutes) is renewed
        with its refresh token, which changes each time. Scopes read_customers, read_orders,
        read_all_orders (or the history ends 60 days back), read_products.
Limits  1,000 points a query; a bucket of points by plan, refilled at 100 to 2,000 points a second.
        Pages grow to what fits into one query; we wait only when the next query would not fit.
Quirks  Throttles and errors come inside answers of 200. The customers' filter reads whole days.
        An order shows only its first lines. Merged customers vanish like deleted ones, and nothing
        tells into whom. Without read_all_orders an ageing order is out of sight, not deleted.
        A customer's further addresses are not read: each would cost points on every customer.
        Customers are counted by whole days of the shop's time zone, so today's are tomorrow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from dlt.sources.helpers.rest_client.auth import APIKeyAuth
from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from requests.auth import AuthBase

from core.connector import Connector, Count, Sample
from core.http import Manners, VendorSession
from core.oauth import Grant, RefreshedToken
from core.pace import Bucket
from core.pull import For, Page, Pull, Record, Stream
from sources._sightings import Sightings
from sources.shopify import queries, rows
from sources.shopify.api import PAGE_LIMIT, Prices, Shop, is_busy, lacking, told
from sources.shopify.counts import counts as counts_of
from sources.shopify.tables import TABLES
from sources.shopify.walks import Reading, Walk
from sources.shopify.witness import samples as samples_of

TOKEN_HEADER = "X-Shopify-Access-Token"  # noqa: S105 - a header's name
# The filter knows seconds, and a change may be searchable a little after it is stamped.
HOLD_BACK = timedelta(minutes=10)
# Whole days, in a time zone of the shop's that may be half a day from ours.
CUSTOMERS_HOLD_BACK = timedelta(days=1)

# The bucket of the smallest plan, in points; answers tell of ours.
LEAST_BUCKET, LEAST_BUCKET_SECONDS = 1_000, 10


class ShopifySettings(BaseSettings):
    """Environment prefix ``SHOPIFY_``.

    Attributes:
        shop: The shop's name in ``NAME.myshopify.com``, or that whole domain.
        client_id: For expiring tokens, with ``client_secret`` and ``refresh_token``.
        client_secret: See ``client_id``.
        refresh_token: The first refresh token; later ones are kept under ``home/tokens``.
        access_token: The app's Admin API token; may be left out with a refresh token.
        api_version: A quarterly version such as 2026-07.
        page_size: Records a page to begin with; pages grow or shrink with what they cost.
        lines_page_size: Lines read with each order; more are asked for where there are more.
        base_url: Another address than the shop's own: the sandbox.
    """

    model_config = SettingsConfigDict(env_prefix="SHOPIFY_", env_file=".env", extra="ignore")

    shop: str = Field(min_length=1)
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    refresh_token: SecretStr = SecretStr("")
    access_token: SecretStr = Field(default=SecretStr(""), validate_default=True)
    api_version: str = Field(default="2026-07", pattern=r"^(\d{4}-\d{2}|unstable)$")
    page_size: int = Field(default=25, ge=1, le=PAGE_LIMIT)
    lines_page_size: int = Field(default=10, ge=1, le=PAGE_LIMIT)
    base_url: str = ""

    @field_validator("access_token")
    @classmethod
    def _some_token(cls, token: SecretStr, info: ValidationInfo) -> SecretStr:
        if not token.get_secret_value() and not info.data["refresh_token"].get_secret_value():
            raise ValueError("set it, or SHOPIFY_REFRESH_TOKEN with the app's client id and secret")
        return token

    def root(self) -> str:
        """Return the address of the shop."""
        name = re.sub(r"^https?://|(\.myshopify\.com)?/*$", "", self.shop)
        return self.base_url.rstrip("/") or f"https://{name}.myshopify.com"

    def endpoint(self) -> str:
        """Return the address that takes every query."""
        return f"{self.root()}/admin/api/{self.api_version}/graphql.json"


def build(settings: ShopifySettings, pull: Pull) -> Sequence[Stream]:
    """Describe what one pull reads: three walks, each with its own budget of page sizes."""
    open_shop = _opener(settings, pull)

    def reading(walk: Walk) -> Reading:
        shop = open_shop(settings.page_size)
        return Reading(shop, pull, walk, Sightings(walk.table, pull.known))

    def counted(walk: Walk) -> Iterator[Page | For]:
        this = reading(walk)
        yield from this.changed()
        yield from this.vanished()
        if walk is customers and this.seen.gone:
            yield from reading(orders).relinked(this.seen.gone)

    def recorded(walk: Walk) -> Iterator[Page | For]:
        this = reading(walk)
        yield from this.changed()
        yield from this.deleted()

    customers, orders, products = _walks(open_shop(PAGE_LIMIT), settings)
    return [
        Stream("customers", lambda: counted(customers)),
        Stream("orders", lambda: counted(orders)),
        Stream("products", lambda: recorded(products)),
    ]


def remade(
    settings: ShopifySettings, pull: Pull, table: str, record: Record
) -> Iterable[Page | For]:
    """Make the rows of a record of ``table`` that could not be read, as if it came now."""
    walks = _walks(_opener(settings, pull)(PAGE_LIMIT), settings)
    return [page for walk in walks if walk.table == table for page in walk.shape([record])]


def counts(settings: ShopifySettings, pull: Pull) -> Mapping[str, Count]:
    """Describe how Shopify counts; no request is made until it is asked."""
    return counts_of(_opener(settings, pull)(PAGE_LIMIT), pull)


def samples(settings: ShopifySettings, pull: Pull) -> Mapping[str, Sample]:
    """Describe a second look at lines and refunds; no request is made until it is asked."""
    return samples_of(_opener(settings, pull)(PAGE_LIMIT))


def _walks(shop: Shop, settings: ShopifySettings) -> tuple[Walk, Walk, Walk]:
    def more_lines(order: str, after: str) -> list[Record]:
        pages = shop.pages(queries.MORE_LINES, {"id": order}, after=after)
        return [line for page in pages for line in page["nodes"]]

    def order_pages(nodes: list[Record]) -> list[For]:
        parts = rows.orders(nodes, more_lines)
        return [
            For("orders", parts.orders),
            For("order_lines", parts.lines),
            For("refunds", parts.refunds),
        ]

    return (
        Walk(
            table="customers",
            kind="Customer",
            hold_back=CUSTOMERS_HOLD_BACK,
            shape=lambda nodes: [For("customers", [rows.customer(node) for node in nodes])],
            whole_days=True,
        ),
        Walk(
            table="orders",
            kind="Order",
            hold_back=HOLD_BACK,
            shape=order_pages,
            variables={"lines": settings.lines_page_size},
            parts=("order_lines", "refunds"),
        ),
        Walk(
            table="products",
            kind="Product",
            hold_back=HOLD_BACK,
            shape=lambda nodes: [For("products", [rows.product(node) for node in nodes])],
        ),
    )


def _opener(settings: ShopifySettings, pull: Pull) -> Callable[[int], Shop]:
    """Return what makes a shop of a page size; they have one bucket, and know the same prices."""
    prices = Prices()
    manners = Manners(
        credential=_variable(settings),
        pace={"": Bucket(LEAST_BUCKET, LEAST_BUCKET_SECONDS)},
        cost=lambda _: prices.next,
        told=told,
        asks=lacking,
        is_busy=is_busy,
    )
    session = VendorSession("shopify", pull.clock, pull.meter, manners)
    session.auth = _auth(settings, pull)
    return lambda page_size: Shop(session, prices, settings.endpoint(), page_size)


def _variable(settings: ShopifySettings) -> str:
    return "SHOPIFY_REFRESH_TOKEN" if _expires(settings) else "SHOPIFY_ACCESS_TOKEN"


def _auth(settings: ShopifySettings, pull: Pull) -> AuthBase:
    if not _expires(settings):
        return APIKeyAuth(
            name=TOKEN_HEADER, api_key=settings.access_token.get_secret_value(), location="header"
        )
    grant = Grant(
        url=f"{settings.root()}/admin/oauth/access_token",
        client_id=settings.client_id,
        client_secret=settings.client_secret.get_secret_value(),
        refresh_token=settings.refresh_token.get_secret_value(),
        variable="SHOPIFY_REFRESH_TOKEN",
    )
    path = pull.home / "tokens" / "shopify.json"
    manners = Manners(credential=_variable(settings), is_busy=is_busy)
    session = VendorSession("shopify", pull.clock, pull.meter, manners)
    return RefreshedToken(grant, path, session, pull.clock, header=TOKEN_HEADER, scheme="")


def _expires(settings: ShopifySettings) -> bool:
    return bool(settings.refresh_token.get_secret_value())


connector = Connector(
    name="shopify",
    settings=ShopifySettings,
    build=build,
    tables=TABLES,
    domain="shop",
    counts=counts,
    samples=samples,
    remade=remade,
)
