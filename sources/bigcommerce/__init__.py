"""BigCommerce: who bought, what, for how much, and what was given back.

    GET /v3/customers                       ->  raw_bigcommerce.customers    by date_modified
    GET /v2/orders                          ->  raw_bigcommerce.orders       by date_modified
        consignments.line_items, drained    ->  raw_bigcommerce.order_lines
    GET /v3/catalog/products                ->  raw_bigcommerce.products     by date_modified
    GET /v3/orders/payment_actions/refunds  ->  raw_bigcommerce.refunds      by created

Docs    https://docs.bigcommerce.com/developer/api-reference/rest/overview
Auth    ``X-Auth-Token`` of an API account; it does not expire. Scopes, read-only: customers,
        orders, order transactions, products.
Pages   250 rows. We never ask for a page by its number where pages shift: by time every page is a
        first page, and whole lists go by id.
Cursor  ``date_modified``, ten minutes back
Limits  150 to 450 requests in 30 s by plan, shared by all apps of the store. The head of each
        answer tells what is left and, in milliseconds, when the window ends; no Retry-After.
Deletes An archived order stays listed as ``is_deleted``. Customers and products leave no trace but
        the total: where it differs, all ids are listed, and those missing are looked up.
Quirks  Orders are of v2: RFC 2822 times, decimal text with four places, 204 for an empty page,
        lines inside an order only as far as one page of them goes. v3 sends numbers for amounts.
        Whether a filter by time has its own second differs: we ask for one more on either side.
        Refunds do not tell their currency. A deleted customer's orders become a guest's.
        Not verified: that the count of orders has archived ones, and that archiving stamps them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from pydantic import Field, HttpUrl, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.connector import Connector, Count
from core.pull import For, Page, Pull, Record, Stream
from sources._lines import Lines
from sources.bigcommerce.api import Api
from sources.bigcommerce.lists import Customers, Orders, Products
from sources.bigcommerce.rows import Customers as CustomerRows
from sources.bigcommerce.rows import Orders as OrderRows
from sources.bigcommerce.rows import Plain
from sources.bigcommerce.streams import GivenBack, Reading, archived_orders
from sources.bigcommerce.tables import TABLES
from sources.bigcommerce.times import SECOND, ceiling, iso


class BigCommerceSettings(BaseSettings):
    """How we reach the store. Environment prefix ``BIGCOMMERCE_``.

    Attributes:
        store_hash: The store's name in the API path, ``stores/<hash>``.
        access_token: The API account's token.
        base_url: Another address than BigCommerce's own: the sandbox.
    """

    model_config = SettingsConfigDict(env_prefix="BIGCOMMERCE_", env_file=".env", extra="ignore")

    store_hash: str = Field(min_length=1)
    access_token: SecretStr
    base_url: HttpUrl = HttpUrl("https://api.bigcommerce.com")

    @field_validator("access_token")
    @classmethod
    def _is_there(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value():
            raise ValueError("set BIGCOMMERCE_ACCESS_TOKEN")
        return value

    def root(self) -> str:
        """Return the store's address, without a version."""
        return f"{str(self.base_url).rstrip('/')}/stores/{self.store_hash}"


def build(settings: BigCommerceSettings, pull: Pull) -> Sequence[Stream]:
    """Describe what one pull reads; no request is made until a stream is iterated."""
    api = _api(settings, pull)
    listed = Orders(api)
    make = _makers(listed, pull)
    customers = Reading(Customers(api), pull, make["customers"])
    orders = Reading(listed, pull, make["orders"])
    products = Reading(Products(api), pull, make["products"])
    refunds = GivenBack(api, pull, orders)
    return [
        Stream("customers", lambda: _people(customers, orders)),
        Stream("orders", lambda: _sold(orders, refunds)),
        Stream("products", lambda: _kept(products)),
    ]


def _kept(this: Reading) -> Iterator[For]:
    yield from this.changed()
    yield from this.vanished()


def remade(
    settings: BigCommerceSettings, pull: Pull, table: str, record: Record
) -> Iterable[Page | For]:
    """Make the rows of a record of ``table`` that could not be read, as if it came now."""
    found = _makers(Orders(_api(settings, pull)), pull).get(table)
    # The currency of a refund is its order's, which only a pull knows.
    return found.told([record]) if found else []


def _makers(listed: Orders, pull: Pull) -> dict[str, Plain]:
    """Return what makes rows of the records of each list."""
    return {
        "customers": CustomerRows("customers"),
        "orders": OrderRows(Lines(pull.known), listed.lines),
        "products": Plain("products"),
    }


def _people(customers: Reading, orders: Reading) -> Iterator[For]:
    yield from _kept(customers)
    if customers.seen.gone:
        yield from orders.relinked(customers.seen.gone)


def _sold(orders: Reading, refunds: GivenBack) -> Iterator[For]:
    """Read refunds after the orders they are of, which know in what currency."""
    yield from _kept(orders)
    yield from refunds.pages()


def counts(settings: BigCommerceSettings, pull: Pull) -> Mapping[str, Count]:
    """Say how BigCommerce counts; refunds it does not count at all."""
    api = _api(settings, pull)
    customers, orders, products = Customers(api), Orders(api), Products(api)

    def people(since: datetime | None, until: datetime | None) -> int | None:
        # "After" and "before" leave their own second out.
        return customers.count(_span(since, until, before=SECOND, after=timedelta(0)))

    def goods(since: datetime | None, until: datetime | None) -> int | None:
        # "Min" and "max" do not.
        return products.count(_span(since, until, before=timedelta(0), after=SECOND))

    def sold(_since: datetime | None, _until: datetime | None) -> int | None:
        total = orders.total()
        return None if total is None else total - len(archived_orders(pull.known))

    return {
        "customers": Count(people, "date_modified"),
        "orders": Count(sold),
        "products": Count(goods, "date_modified"),
    }


def _span(
    since: datetime | None, until: datetime | None, *, before: timedelta, after: timedelta
) -> dict[str, str]:
    first, last = ceiling(since), ceiling(until)
    found = {} if first is None else {"date_modified:min": iso(first - before)}
    return found if last is None else {**found, "date_modified:max": iso(last - after)}


def _api(settings: BigCommerceSettings, pull: Pull) -> Api:
    return Api(pull, settings.root(), settings.access_token.get_secret_value())


connector = Connector(
    name="bigcommerce",
    settings=BigCommerceSettings,
    build=build,
    tables=TABLES,
    domain="shop",
    counts=counts,
    remade=remade,
)
