"""The API over a store: who may ask how often, and pages in the manners of two versions."""

from base64 import b64decode, b64encode
from binascii import Error
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar

import orjson

from sandbox.bigcommerce import records
from sandbox.bigcommerce.office import BackOffice
from sandbox.bigcommerce.records import Facts
from sandbox.clock import Clock, millis
from sandbox.http import Request, Response
from sandbox.limits import FixedWindow, Verdict
from sandbox.routing import route
from sandbox.store import Collection, Row

HASH = "day8reak"
TOKEN = "q7w3e5r1t9y2u4i6o8p0a1s3d5f7g9h"  # noqa: S105 - the sandbox's own
ROOT = f"/stores/{HASH}"
DEFAULT, MOST = 50, 250
WINDOW_S = 30
SORTS = {
    "v2": ("id", "customer_id", "date_created", "date_modified", "status_id"),
    "customers": ("date_created", "last_name", "date_modified"),
    "products": ("id", "name", "sku", "price", "date_modified", "date_last_imported"),
}
COLUMNS = {"id": "id", "date_created": "created_at", "date_modified": "updated_at"}
TITLES = {401: "Unauthorized", 404: "Not Found", 429: "Too Many Requests"}


class BadParameterError(Exception):
    """A parameter that makes no sense, by its name."""


@dataclass(slots=True)
class Where:
    """A condition that grows."""

    sql: list[str] = field(default_factory=lambda: ["deleted_at is null"])
    args: list[Any] = field(default_factory=list)

    def add(self, sql: str, *args: Any) -> None:  # noqa: ANN401 - values of the condition
        """Make it stricter."""
        self.sql.append(sql)
        self.args.extend(args)

    @property
    def text(self) -> str:
        """Give the whole condition."""
        return " and ".join(self.sql)


class BigCommerce(BackOffice):
    """BigCommerce's API in miniature.

    Args:
        clock: The sandbox's.
        quota: Requests in a window of 30 s: 150, or 450 by plan; all apps share them.
        others: How many of them other apps of the store take, as soon as a window begins.
        lines_shown: How many lines an order shows inside itself.
        archives: Whether what is deleted is archived; else it is gone.
        counts_archived: Whether the count of orders has the archived ones.
        quiet_relinks: Whether an order that loses its customer keeps its date of modification.
    """

    name: ClassVar[str] = "bigcommerce"

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        quota: int = 150,
        others: int = 0,
        lines_shown: int = 50,
        archives: bool = True,
        counts_archived: bool = True,
        quiet_relinks: bool = False,
    ) -> None:
        super().__init__(clock, archives=archives, quiet_relinks=quiet_relinks)
        self._lines_shown, self._counts_archived = lines_shown, counts_archived
        self.limits["store"] = FixedWindow(quota - others, WINDOW_S, self.seconds, told=True)
        self._quota = quota

    def credentials(self) -> dict[str, str]:
        """Give the environment a connector needs."""
        return {
            "BIGCOMMERCE_STORE_HASH": HASH,
            "BIGCOMMERCE_ACCESS_TOKEN": TOKEN,
            "BIGCOMMERCE_BASE_URL": self.url,
        }

    def __call__(self, request: Request) -> Response:
        """Check token and quota, then answer; every answer tells what is left of it."""
        if request.headers.get("X-Auth-Token") != TOKEN:
            return self._refuse(request, 401)
        verdict = self.limits["store"].take()
        answer = self._answered(request) if verdict.allowed else self._refuse(request, 429)
        return replace(answer, headers={**answer.headers, **self._left(verdict)})

    def refuse(self, status: int, message: str = "", retry_after: float | None = None) -> Response:
        """Say no as v3 does."""
        headers = {} if retry_after is None else {"Retry-After": str(round(retry_after))}
        title = message or TITLES.get(status, "Error")
        said = {"status": status, "title": title, "type": "/api-status-codes", "errors": {}}
        return Response(status, said, headers)

    @route("GET", f"{ROOT}/v2/orders")
    def orders_listed(self, request: Request) -> Response:
        """List orders, archived ones too."""
        where = _orders_where(request)
        order = _sorted(request, "v2", *_pair(request.arg("sort", "id:asc")))
        limit, page = _size(request), _number(request, "page", 1)
        rows = self.orders.rows(
            where.text, where.args, order=order, limit=limit, offset=(page - 1) * limit
        )
        if not rows:
            return Response(204)
        return Response(200, self.shown("orders", [self._order(request, row) for row in rows]))

    @route("GET", f"{ROOT}/v2/orders/count")
    def orders_counted(self, request: Request) -> Response:
        """Count orders, by status."""
        where = _orders_where(request)
        if not self._counts_archived:
            where.add("json_extract(body, '$.archived') = 0")
        count = self.orders.count(where.text, where.args)
        return Response(200, {"statuses": [], "count": count})

    @route("GET", f"{ROOT}/v2/orders/{{order}}")
    def order(self, request: Request, order: str) -> Response:
        """Give one order."""
        row = self._found(order)
        if row is None:
            return self._refuse(request, 404)
        return Response(200, self.shown("orders", [self._order(request, row)])[0])

    @route("GET", f"{ROOT}/v2/orders/{{order}}/products")
    def products_of(self, request: Request, order: str) -> Response:
        """List the lines of an order."""
        row = self._found(order)
        if row is None:
            return self._refuse(request, 404)
        facts, limit, page = row.json(), _size(request), _number(request, "page", 1)
        lines = facts["lines"][(page - 1) * limit : page * limit]
        if not lines:
            return Response(204)
        shown = [records.show_line(facts, line) for line in lines]
        return Response(200, self.shown("order_lines", shown))

    @route("GET", f"{ROOT}/v3/customers")
    def customers_listed(self, request: Request) -> Response:
        """List customers: by page, or by cursor and then without totals."""
        where = Where()
        _among(request, where)
        # The word is "after": a customer of that very second is left out.
        _between(request, where, "date_modified", ("> ?", "< ?"))
        _between(request, where, "date_created", ("> ?", "< ?"))
        if request.arg("after"):
            return self._after(request, where)
        sort = request.arg("sort")
        order = _sorted(request, "customers", *_pair(sort)) if sort else "id"
        return self._page(request, "customers", self.customers, where, order)

    @route("GET", f"{ROOT}/v3/catalog/products")
    def products_listed(self, request: Request) -> Response:
        """List products."""
        where = Where()
        _among(request, where)
        _between(request, where, "date_modified", (">= ?", "<= ?"))
        for name, sign in (
            ("id:min", ">="),
            ("id:max", "<="),
            ("id:greater", ">"),
            ("id:less", "<"),
        ):
            if request.arg(name):
                where.add(f"id {sign} ?", _number(request, name, 0))
        turn = request.arg("direction", "asc")
        order = _sorted(request, "products", request.arg("sort", "id"), turn)
        return self._page(request, "products", self.products, where, order)

    @route("GET", f"{ROOT}/v3/orders/payment_actions/refunds")
    def refunds_listed(self, request: Request) -> Response:
        """List refunds, in the order of their ids."""
        where = Where()
        _between(request, where, "created", (">= ?", "<= ?"))
        limit, page = _size(request), _number(request, "page", 1)
        rows = self.refunds.rows(
            where.text, where.args, order="id", limit=limit, offset=(page - 1) * limit
        )
        data = self.shown("refunds", [records.show_refund(row.json()) for row in rows])
        return Response(200, {"data": data, "meta": {}})

    def _page(
        self, request: Request, table: str, kept: Collection, where: Where, order: str
    ) -> Response:
        limit, page = _size(request), _number(request, "page", 1)
        found = kept.rows(
            where.text, where.args, order=order, limit=limit, offset=(page - 1) * limit
        )
        total = kept.count(where.text, where.args)
        data = self.shown(table, [_body(request, table, row) for row in found])
        meta: dict[str, Any] = {
            "pagination": {
                "total": total,
                "count": len(data),
                "per_page": limit,
                "current_page": page,
                "total_pages": -(-total // limit),
                "links": {"current": f"?page={page}&limit={limit}"},
            }
        }
        if table == "customers":
            meta["cursor_pagination"] = _cursors(found, limit, more=total > page * limit)
        return Response(200, {"data": data, "meta": meta})

    def _after(self, request: Request, where: Where) -> Response:
        try:
            last = int(orjson.loads(b64decode(request.arg("after") + "=="))["id"])
        except (Error, ValueError, KeyError, TypeError):
            raise BadParameterError("after") from None
        where.add("id > ?", last)
        limit = _size(request)
        found = self.customers.rows(where.text, where.args, limit=limit + 1)
        rows, more = found[:limit], len(found) > limit
        data = self.shown("customers", [_body(request, "customers", row) for row in rows])
        meta = {"cursor_pagination": _cursors(rows, limit, more=more)}
        return Response(200, {"data": data, "meta": meta})

    def _order(self, request: Request, row: Row) -> Facts:
        facts = row.json()
        body = records.show_order(facts, f"{request.base}{ROOT}")
        if "consignments" in request.arg("include"):
            own: Facts = {"id": facts["id"], "shipping_method": "Ship by Weight"}
            if "consignments.line_items" in request.arg("include"):
                lines = facts["lines"][: self._lines_shown]
                shown = [records.show_line(facts, line) for line in lines]
                own["line_items"] = self.shown("order_lines", shown)
            kinds = {"pickups": [], "shipping": [own], "downloads": [], "email": {}}
            as_object = request.arg("consignment_structure") == "object"
            body["consignments"] = kinds if as_object else [kinds]
        return body

    def _found(self, order: str) -> Row | None:
        row = self.orders.get(int(order)) if order.isdigit() else None
        return None if row is None or row.deleted_at is not None else row

    def _answered(self, request: Request) -> Response:
        try:
            return super().__call__(request)
        except BadParameterError as bad:
            return self._refuse(
                request, 400 if "/v2/" in request.path else 422, f"{bad} is invalid"
            )

    def _refuse(self, request: Request, status: int, message: str = "") -> Response:
        if "/v2/" not in request.path:
            return self.refuse(status, message)
        said = message or TITLES.get(status, "Error")
        return Response(status, [{"status": status, "message": said}])

    def _left(self, verdict: Verdict) -> dict[str, str]:
        return {
            "X-Rate-Limit-Requests-Quota": str(self._quota),
            "X-Rate-Limit-Requests-Left": str(max(0, int(verdict.remaining))),
            "X-Rate-Limit-Time-Window-Ms": str(WINDOW_S * 1000),
            "X-Rate-Limit-Time-Reset-Ms": str(int(verdict.reset * 1000) + 1),
        }


def _body(request: Request, table: str, row: Row) -> Facts:
    facts = row.json()
    if table == "products":
        body = records.show_product(facts)
        wanted = request.arg("include_fields").split(",")
        return body if not wanted[0] else {n: v for n, v in body.items() if n in {"id", *wanted}}
    body = records.show_customer(facts)
    if "addresses" in request.arg("include").split(","):
        body["addresses"] = records.addresses(facts)
    return body


def _orders_where(request: Request) -> Where:
    where = Where()
    for name, sign in (("min_id", ">="), ("max_id", "<=")):
        if request.arg(name):
            where.add(f"id {sign} ?", _number(request, name, 0))
    if request.arg("customer_id"):
        where.add("customer = ?", _number(request, "customer_id", 0))
    for name, column in (("date_modified", "updated_at"), ("date_created", "created_at")):
        for side, sign in (("min", ">="), ("max", "<=")):
            if request.arg(f"{side}_{name}"):
                where.add(f"{column} {sign} ?", _moment(request.arg(f"{side}_{name}")))
    return where


def _among(request: Request, where: Where) -> None:
    if request.arg("id:in"):
        ids = [int(one) for one in request.arg("id:in").split(",") if one.isdigit()]
        where.add(f"id in ({', '.join('?' * len(ids))})", *ids)


def _between(request: Request, where: Where, name: str, signs: tuple[str, str]) -> None:
    column = "created_at" if "created" in name else "updated_at"
    for side, sign in zip(("min", "max"), signs, strict=True):
        if request.arg(f"{name}:{side}"):
            where.add(f"{column} {sign}", _moment(request.arg(f"{name}:{side}")))


def _moment(text: str) -> int:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        try:
            at = parsedate_to_datetime(text)
        except ValueError:
            raise BadParameterError("a date") from None
    return millis(at if at.tzinfo else at.replace(tzinfo=UTC))


def _pair(sort: str) -> tuple[str, str]:
    name, _, turn = sort.partition(":")
    return name, turn or "asc"


def _sorted(request: Request, kind: str, name: str, turn: str) -> str:
    """Give an SQL order; among records of one moment there is none that could be relied on."""
    if name not in SORTS[kind] or turn not in {"asc", "desc"}:
        raise BadParameterError("sort")
    column = COLUMNS.get(name, "id")
    if column == "id":
        return f"id {turn}"
    return f"{column} {turn}, (id + {_number(request, 'page', 1) * 31}) % 97, id"


def _size(request: Request) -> int:
    return min(_number(request, "limit", DEFAULT), MOST)


def _number(request: Request, name: str, default: int) -> int:
    text = request.arg(name)
    if text and not text.isdigit():
        raise BadParameterError(name)
    return int(text) if text else default


def _cursors(rows: list[Row], limit: int, *, more: bool) -> dict[str, Any]:
    ends = [b64encode(orjson.dumps({"id": row.id})).decode().rstrip("=") for row in rows]
    own = {"count": len(rows), "per_page": limit}
    cursors = {"start_cursor": ends[0], "end_cursor": ends[-1]} if ends else {}
    links = {"links": {"next": f"?after={ends[-1]}"} if more and ends else {}}
    return {**own, **cursors, **links}
