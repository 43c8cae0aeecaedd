"""Acme in miniature.

    GET /v1/{customers orders products}

Auth    a token, as Bearer
Lists   what changed last comes last; 1 to 100 rows (20); ``next_cursor`` or null
Filters ``updated_since`` (inclusive) and ``updated_before`` (not), in ISO 8601
Limits  120 requests a minute; 429 with Retry-After
Deletes ``deleted: true``, shown with ``include_deleted=true`` alone

Write this from the vendor's documents, never from the connector: where the two disagree, one of
them has misread, and that is what the tests are for.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import orjson

from sandbox.clock import Clock, iso, millis, parse
from sandbox.happenings import (
    CustomerDeleted,
    CustomerEdited,
    CustomerJoined,
    Happening,
    Line,
    OrderCancelled,
    OrderDeleted,
    OrderEdited,
    OrderPlaced,
    ProductDeleted,
    ProductEdited,
    ProductListed,
)
from sandbox.http import Request, Response
from sandbox.limits import FixedWindow
from sandbox.names import letters
from sandbox.routing import route
from sandbox.store import Row
from sandbox.vendor import Vendor, hears

DEFAULT, MOST = 20, 100
TOKEN = "acme_" + letters("acme", "daybreak", 32)
# What is shown of a record under the name by which the world knows it.
FIELDS = {
    "customers": ("email", "first_name", "last_name", "phone"),
    "orders": ("number", "email", "status", "currency", "shipping", "tax"),
    "products": ("title", "sku", "currency", "price"),
}


class Acme(Vendor):
    """A shop: customers, orders, products.

    Args:
        clock: The sandbox's.
        per_minute: Requests a minute.
    """

    name: ClassVar[str] = "acme"
    system: ClassVar[str] = "shop"

    def __init__(self, clock: Clock | None = None, *, per_minute: float = 120) -> None:
        super().__init__(clock)
        self.kept = {table: self.store.collection(table, ()) for table in FIELDS}
        self.limits["minute"] = FixedWindow(per_minute, 60, self.seconds)

    def credentials(self) -> dict[str, str]:
        """Give the token and the address."""
        return {"ACME_ACCESS_TOKEN": TOKEN, "ACME_BASE_URL": self.url}

    @hears(CustomerJoined)
    def joined(self, fact: CustomerJoined) -> None:
        """Make a customer."""
        self._make("customers", fact)

    @hears(ProductListed)
    def offered(self, fact: ProductListed) -> None:
        """Make a product."""
        self._make("products", fact)

    @hears(OrderPlaced)
    def placed(self, fact: OrderPlaced) -> None:
        """Make an order; a guest's has no customer."""
        buyer = _ident("customers", fact.customer) if fact.customer else None
        lines = _lines(fact.lines)
        self._make("orders", fact, customer_id=buyer, lines=lines, total=fact.total)

    @hears(CustomerEdited, OrderEdited, ProductEdited)
    def edited(self, fact: CustomerEdited | OrderEdited | ProductEdited) -> None:
        """Change a record; one it does not have is somebody else's."""
        table = _table(fact)
        told = {name: fact.changes[name] for name in FIELDS[table] if name in fact.changes}
        if "lines" in fact.changes:
            told["lines"] = _lines(fact.changes["lines"])
        self._change(table, fact, told)

    @hears(OrderCancelled)
    def cancelled(self, fact: OrderCancelled) -> None:
        """Cancel an order: it stays."""
        self._change("orders", fact, {"status": "cancelled"})

    @hears(CustomerDeleted, OrderDeleted, ProductDeleted)
    def deleted(self, fact: CustomerDeleted | OrderDeleted | ProductDeleted) -> None:
        """Delete a record: it stays, marked, for those who ask."""
        self._change(_table(fact), fact, {"deleted": True}, deleted_at=millis(fact.at))

    def guard(self, request: Request) -> Response | None:
        """Check token and limit."""
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self.refuse(401, "unknown token")
        verdict = self.limits["minute"].take()
        return None if verdict.allowed else self.refuse(429, "too many requests", verdict.wait)

    def refuse(self, status: int, message: str = "", retry_after: float | None = None) -> Response:
        """Say no in Acme's words."""
        headers = {} if retry_after is None else {"Retry-After": str(round(retry_after))}
        body = {"error": {"status": status, "message": message or "not possible"}}
        return Response(status, body, headers)

    @route("GET", "/v1/{table}")
    def listed(self, request: Request, table: str) -> Response:
        """List records, the last to change last."""
        asked = request.arg("limit", str(DEFAULT))
        if table not in FIELDS:
            return self.refuse(404)
        if not asked.isdigit() or not 1 <= int(asked) <= MOST:
            return self.refuse(400, f"limit must be between 1 and {MOST}")
        try:
            where, args = _where(request)
        except ValueError:
            return self.refuse(400, "not a moment, or not a cursor of ours")
        limit = int(asked)
        found = self.kept[table].rows(where, args, order="updated_at, id", limit=limit + 1)
        following = _cursor(found[limit - 1]) if len(found) > limit else None
        texts = self.shown(table, [row.body for row in found[:limit]])
        after = orjson.dumps(following).decode()
        return Response(200, f'{{"data":[{",".join(texts)}],"next_cursor":{after}}}')

    def _make(self, table: str, fact: Happening, **more: Any) -> None:  # noqa: ANN401 - values of JSON
        at = millis(fact.at)
        body = {
            "id": _ident(table, fact.key),
            **{name: getattr(fact, name) for name in FIELDS[table]},
            **more,
            "deleted": False,
            "created_at": iso(fact.at),
            "updated_at": iso(fact.at),
        }
        self.kept[table].put(Row(body["id"], orjson.dumps(body).decode(), at, at, fact.key))

    def _change(self, table: str, fact: Happening, told: Mapping[str, Any], **extra: int) -> None:
        def change(body: dict[str, Any]) -> None:
            body.update(told, updated_at=iso(fact.at))
            if table == "orders":
                body["total"] = _total(body)

        self.kept[table].edit(_ident(table, fact.key), change, millis(fact.at), **extra)


def _ident(table: str, key: str) -> str:
    return letters(f"acme {table}", key, 16)


def _table(fact: Happening) -> str:
    """Give the table of a fact by its name: ``CustomerEdited`` is about customers."""
    return next(table for table in FIELDS if type(fact).__name__.lower().startswith(table[:-1]))


def _lines(lines: Iterable[Line]) -> list[dict[str, Any]]:
    names = ("title", "sku", "quantity", "price", "discount")
    return [{name: getattr(line, name) for name in names} for line in lines]


def _total(body: Mapping[str, Any]) -> int:
    goods = sum(one["quantity"] * one["price"] - one["discount"] for one in body["lines"])
    return int(goods + body["shipping"] + body["tax"])


def _where(request: Request) -> tuple[str, list[Any]]:
    """Read what is asked for as a condition; raises ``ValueError`` for what nobody can read."""
    parts, args = ["1"], []
    if request.arg("include_deleted") != "true":
        parts.append("deleted_at is null")
    for name, sign in (("updated_since", ">="), ("updated_before", "<")):
        if name in request.query:
            # Stamps are shown in whole seconds, and compared as they are shown.
            parts.append(f"updated_at / 1000 * 1000 {sign} ?")
            args.append(millis(parse(request.arg(name))))
    if request.arg("cursor"):
        parts.append("(updated_at, id) > (?, ?)")
        args += orjson.loads(urlsafe_b64decode(request.arg("cursor")))
    return " and ".join(parts), args


def _cursor(last: Row) -> str:
    return urlsafe_b64encode(orjson.dumps([last.updated_at, last.id])).decode()


VENDOR = Acme
