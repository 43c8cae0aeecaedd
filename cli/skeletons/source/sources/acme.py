"""Acme: who buys there, what, and what there is to buy.

    GET /v1/customers  ->  raw_acme.customers
    GET /v1/orders     ->  raw_acme.orders (their lines whole, as json)
    GET /v1/products   ->  raw_acme.products

Docs    https://example.com/acme/api
Auth    a token that does not expire, as Bearer
Pages   100 rows and a ``next_cursor``, null after the last
Cursor  ``updated_at`` in whole seconds, asked for with ``updated_since`` (inclusive), oldest first
Limits  120 requests a minute; 429 with Retry-After
Deletes ``deleted: true``, shown to those who ask with ``include_deleted``
Quirks  A row may turn up in its list a minute after its own stamp: the cursor stays behind.
        Money is integer minor units of the row's ``currency``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from dlt.sources.helpers.rest_client.client import RESTClient
from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator
from pydantic import Field, HttpUrl, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.connector import Connector, Table
from core.http import Manners, VendorSession
from core.oauth import BearerToken
from core.pace import Pace
from core.pull import Page, Pull, Record, Stream, each

PAGE = 100
CALLS_PER_MINUTE = 120
# Twice as late as a row was ever seen to be; what is read twice is written once.
HOLD_BACK = timedelta(minutes=2)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

_STAMPED = {"deleted": "bool", "created_at": "timestamp", "updated_at": "timestamp"}
TABLES = {
    "customers": Table(
        columns={
            "id": "text",
            "email": "text",
            "first_name": "text",
            "last_name": "text",
            "phone": "text",
            **_STAMPED,
        }
    ),
    "orders": Table(
        columns={
            "id": "text",
            "number": "text",
            "customer_id": "text",
            "email": "text",
            "status": "text",
            "currency": "text",
            "total": "bigint",
            "lines": "json",
            **_STAMPED,
        }
    ),
    "products": Table(
        columns={
            "id": "text",
            "title": "text",
            "sku": "text",
            "currency": "text",
            "price": "bigint",
            **_STAMPED,
        }
    ),
}


class AcmeSettings(BaseSettings):
    """How we reach Acme. Environment prefix ``ACME_``.

    Attributes:
        access_token: A token that may read customers, orders and products.
        base_url: Another address than Acme's own, such as a sandbox.
    """

    model_config = SettingsConfigDict(env_prefix="ACME_", env_file=".env", extra="ignore")

    access_token: SecretStr = Field(min_length=1)
    base_url: HttpUrl = HttpUrl("https://api.example.com/")


class Api:
    """Acme's answers to one pull."""

    def __init__(self, settings: AcmeSettings, pull: Pull) -> None:
        pace = {"": Pace(CALLS_PER_MINUTE, 60)}
        manners = Manners(credential="ACME_ACCESS_TOKEN", pace=pace)
        session = VendorSession("acme", pull.clock, pull.meter, manners)
        session.auth = BearerToken(settings.access_token.get_secret_value())
        self._client = RESTClient(str(settings.base_url), session=session)

    def listed(self, table: str, params: dict[str, Any]) -> Iterator[list[Record]]:
        """Walk a list to its end, deleted rows included."""
        paginator = JSONResponseCursorPaginator("next_cursor", cursor_param="cursor")
        return self._client.paginate(
            f"/v1/{table}",
            params={"limit": PAGE, "include_deleted": "true", **params},
            paginator=paginator,
            data_selector="data",
        )


class Walk:
    """What changed in one list. Its cursor, called like its table, is the newest change read."""

    def __init__(self, api: Api, pull: Pull, table: str) -> None:
        self._api, self._pull, self.table = api, pull, table

    def pages(self) -> Iterator[Page]:
        """Walk what changed, oldest first, so that the cursor may follow page by page."""
        for page in self._api.listed(self.table, self._span()):
            yield each(row, page)
            self._advance(max(map(changed_at, page), default=None))

    def _span(self) -> dict[str, str]:
        if self._pull.window:
            bounds = {"updated_since": self._pull.since, "updated_before": self._pull.until}
            return {name: at.isoformat() for name, at in bounds.items() if at}
        cursor = self._pull.cursor(self.table)
        if cursor is None:
            return {}
        return {"updated_since": (datetime.fromisoformat(cursor) - HOLD_BACK).isoformat()}

    def _advance(self, newest: datetime | None) -> None:
        """Move the cursor on, never back and never into the future."""
        if newest is None:
            return
        held = self._pull.cursor(self.table)
        known = datetime.fromisoformat(held) if held else LONG_AGO
        reached = max(known, min(newest, self._pull.now()))
        self._pull.advance(self.table, reached.isoformat())


def row(record: Record) -> Record:
    """Say of a deleted record when it was: that was its last change."""
    return {**record, "deleted_at": record.get("updated_at")} if record.get("deleted") else record


def changed_at(record: Any) -> datetime:  # noqa: ANN401 - what is no record at all is quarantined
    """Return when a record last changed; long ago if it does not tell."""
    try:
        return datetime.fromisoformat(record["updated_at"]).astimezone(UTC)
    except (LookupError, TypeError, ValueError):
        return LONG_AGO


def build(settings: AcmeSettings, pull: Pull) -> Sequence[Stream]:
    """Describe what one pull reads; no request is made until a stream is iterated."""
    api = Api(settings, pull)
    return [Stream(table, Walk(api, pull, table).pages) for table in TABLES]


connector = Connector(
    name="acme",
    settings=AcmeSettings,
    build=build,
    tables=TABLES,
    domain="shop",
)
