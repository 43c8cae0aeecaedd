"""A client of the shop, without a socket: asks queries of the vendor itself."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson

from sandbox.clock import Clock
from sandbox.happenings import (
    Address,
    CustomerJoined,
    Line,
    OrderPlaced,
    ProductListed,
)
from sandbox.http import Json, Request, Response
from sandbox.shopify.shop import Shopify

NOON = datetime(2026, 1, 4, 12, tzinfo=UTC)
PATH = "/admin/api/2026-07/graphql.json"
SHOP = "{ shop { name } }"
BERLIN = Address(line1="Allee 1", city="Berlin", region="BE", postcode="10115", country="DE")


class Shopper:
    """A shop whose clock stands at noon, and somebody who asks it."""

    def __init__(self, **options: Json) -> None:
        self.clock = Clock(NOON, frozen=True)
        self.shop = Shopify(self.clock, **options)
        self.token = self.shop.credentials()["SHOPIFY_ACCESS_TOKEN"]

    def status(self, query: str = SHOP, /, path: str = PATH, **variables: Json) -> int:
        """Give the HTTP status of an answer."""
        return self._send(query, path, variables).status

    def ask(self, query: str, /, **variables: Json) -> Json:
        """Give a whole answer."""
        return orjson.loads(self._send(query, PATH, variables).payload())

    def data(self, query: str, /, **variables: Json) -> Json:
        """Give the data of an answer without errors."""
        answer = self.ask(query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def pages(self, query: str, field: str, /, **variables: Json) -> Iterator[list[Any]]:
        """Give the nodes of every page of a connection."""
        after, more = None, True
        while more:
            found = self.data(query, after=after, **variables)[field]
            yield found["nodes"]
            more, after = found["pageInfo"]["hasNextPage"], found["pageInfo"]["endCursor"]

    def _send(self, query: str, path: str, variables: dict[str, Any]) -> Response:
        headers = {"X-Shopify-Access-Token": self.token}
        body = {"query": query, "variables": variables}
        return self.shop(Request.to("POST", path, headers=headers, json=body))


def customer(key: str, at: datetime = NOON, **fields: Json) -> CustomerJoined:
    own = {"first_name": "Ada", "last_name": key, "email": f"{key}@x.example", "address": BERLIN}
    return CustomerJoined(key=key, at=at, **{**own, **fields})


def product(key: str, at: datetime = NOON, **fields: Json) -> ProductListed:
    return ProductListed(key=key, at=at, **{"title": f"Thing {key}", "price": 1000, **fields})


def order(key: str, at: datetime = NOON, **fields: Json) -> OrderPlaced:
    own = {"number": "1001", "lines": (line("a"),), "address": BERLIN, "shipping": 500, "tax": 19}
    return OrderPlaced(key=key, at=at, **{**own, **fields})


def line(key: str, **fields: Json) -> Line:
    return Line(key=key, **{"title": "Thing", "quantity": 2, "price": 1050, **fields})
