"""The REST API over a shop: who may ask, which rows, which page of them."""

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from sandbox.clock import Clock, millis
from sandbox.http import Request, Response
from sandbox.limits import RollingWindow
from sandbox.routing import route
from sandbox.store import Row
from sandbox.woocommerce.records import ORDER_STATUS, PRODUCT_STATUS, Facts, Shown
from sandbox.woocommerce.shop import Shop
from sandbox.woocommerce.signatures import KEY, SECRET, Signatures

ROOT = "/wp-json/wc/v3"
MOST = 100
POSTS = ("date", "id", "include", "title", "slug", "modified")
ORDERS_BY = {"customers": ("id", "include", "name", "registered_date"), "products": POSTS}
COLUMNS = {"date": "created_at", "registered_date": "created_at", "modified": "updated_at"}
STATUSES = {
    "orders": {"pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed"},
    "products": {"future", "draft", "pending", "private", "publish"},
}


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


class WooCommerce(Shop):
    """WooCommerce's REST API in miniature.

    Args:
        clock: The sandbox's.
        https: Whether clients reach it encrypted, as behind a proxy: then keys, else signatures.
        per_minute: Requests a minute that the host lets pass; None lets all.
        utc_offset: The site's own time, in hours from UTC.
        trash: Whether what is deleted goes to the bin first.
        quiet_relinks: Whether an order that loses its customer keeps its date of modification, as
            in shops that have not moved their orders to tables of their own.
        totals: Whether ``X-WP-Total`` and its like reach the client; some proxies drop them.
    """

    name: ClassVar[str] = "woocommerce"

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        https: bool = False,
        per_minute: float | None = None,
        utc_offset: float = 2,
        trash: bool = True,
        quiet_relinks: bool = False,
        totals: bool = True,
    ) -> None:
        super().__init__(clock, trash=trash, quiet_relinks=quiet_relinks)
        self._offset = timedelta(hours=utc_offset)
        self._shown = Shown(self._offset)
        self._totals = totals
        self._signatures = Signatures(lambda: self.clock.now().timestamp(), https=https)
        if per_minute is not None:
            self.limits["host"] = RollingWindow(per_minute, 60, self.seconds)

    def credentials(self) -> dict[str, str]:
        """Give the environment a connector needs."""
        keys = {"WOOCOMMERCE_CONSUMER_KEY": KEY, "WOOCOMMERCE_CONSUMER_SECRET": SECRET}
        return {"WOOCOMMERCE_URL": self.url, **keys}

    def reset(self) -> None:
        """Forget every record and every nonce."""
        super().reset()
        self._signatures.forget()

    def guard(self, request: Request) -> Response | None:
        """Let the host count, then the shop look at the credentials."""
        host = self.limits.get("host")
        verdict = host.take() if host else None
        if verdict is not None and not verdict.allowed:
            return self.refuse(429, retry_after=verdict.wait)
        return self._signatures.refusal(request)

    def refuse(self, status: int, message: str = "", retry_after: float | None = None) -> Response:
        """Say no in WordPress's form."""
        codes = {404: "rest_no_route", 401: "woocommerce_rest_cannot_view"}
        headers = {} if retry_after is None else {"Retry-After": str(math.ceil(retry_after))}
        code = codes.get(status, "internal_server_error")
        said = {"code": code, "message": message or "Not possible.", "data": {"status": status}}
        return Response(status, said, headers)

    @route("GET", f"{ROOT}/customers")
    @route("GET", f"{ROOT}/orders")
    @route("GET", f"{ROOT}/products")
    @route("GET", f"{ROOT}/refunds")
    def collection(self, request: Request) -> Response:
        """List records."""
        table = request.path.rsplit("/", 1)[1]
        return self._list(request, table, Where())

    @route("GET", f"{ROOT}/orders/{{order}}/refunds")
    def refunds_of(self, request: Request, order: str) -> Response:
        """List the refunds of one order."""
        where = Where()
        where.add("parent = ?", int(order) if order.isdigit() else 0)
        return self._list(request, "refunds", where)

    @route("GET", f"{ROOT}/customers/{{found}}")
    @route("GET", f"{ROOT}/orders/{{found}}")
    @route("GET", f"{ROOT}/products/{{found}}")
    def one(self, request: Request, found: str) -> Response:
        """Give one record; what lies in the bin, too."""
        table = request.path.split("/")[4]
        row = self.store.collections[table].get(int(found)) if found.isdigit() else None
        if row is None or row.deleted_at is not None:
            kind = "shop_order" if table == "orders" else table[:-1]
            said = {"code": f"woocommerce_rest_{kind}_invalid_id", "message": "Invalid ID."}
            return Response(404, {**said, "data": {"status": 404}})
        return Response(200, self._body(table, row))

    def _list(self, request: Request, table: str, where: Where) -> Response:
        try:
            self._filter(request, table, where)
            size = _number(request, "per_page", 10, least=1, most=MOST)
            page = _number(request, "page", 1, least=1)
            offset = _number(request, "offset", (page - 1) * size)
            order = _order(request, table, offset)
        except BadParameterError as bad:
            said = {"code": "rest_invalid_param", "message": f"Invalid parameter(s): {bad}"}
            data = {"status": 400, "params": {str(bad): "is not valid."}}
            return Response(400, {**said, "data": data})
        kept, sql = self.store.collections[table], " and ".join(where.sql)
        rows = kept.rows(sql, where.args, order=order, limit=size, offset=offset)
        total = kept.count(sql, where.args)
        shown = self.shown(table, [self._body(table, row) for row in rows])
        headers = _heads(request, total, page, math.ceil(total / size)) if self._totals else {}
        return Response(200, [_picked(request, one) for one in shown], headers)

    def _body(self, table: str, row: Row) -> Facts:
        body: Facts = getattr(self._shown, table)(row.json())
        if "line_items" in body and table == "orders":
            body["line_items"] = self.shown("order_lines", body["line_items"])
        return body

    def _filter(self, request: Request, table: str, where: Where) -> None:
        if request.arg("include"):
            ids = [int(one) for one in request.arg("include").split(",") if one.isdigit()]
            where.add(f"id in ({', '.join('?' * len(ids))})", *ids)
        if table == "customers":
            if request.arg("role", "customer") not in {"customer", "all"}:
                where.add("0")
            return
        for name, sql in (
            ("after", "created_at > ?"),
            ("before", "created_at < ?"),
            ("modified_after", "updated_at > ?"),
            ("modified_before", "updated_at < ?"),
        ):
            if request.arg(name):
                where.add(sql, self._moment(request, name))
        if request.arg("customer") and table == "orders":
            where.add("customer = ?", int(request.arg("customer")))
        if table in STATUSES:
            _with_status(request, table, where)

    def _moment(self, request: Request, name: str) -> int:
        """Read a time: one without a zone is the site's own, or UTC where told so."""
        try:
            at = datetime.fromisoformat(request.arg(name))
        except ValueError:
            raise BadParameterError(name) from None
        if at.tzinfo is None:
            is_gmt = request.arg("dates_are_gmt") in {"true", "1"}
            at = (at if is_gmt else at - self._offset).replace(tzinfo=UTC)
        return millis(at.replace(microsecond=0))


def _with_status(request: Request, table: str, where: Where) -> None:
    wanted = request.arg("status", "any").split(",")
    known = STATUSES[table] | {"any", "trash"}
    if not set(wanted) <= known:
        raise BadParameterError("status")
    if wanted == ["trash"]:
        where.add("trashed is not null")
        return
    where.add("trashed is null")
    if "any" not in wanted:
        told = {**ORDER_STATUS, **PRODUCT_STATUS}
        ours = [name for name, status in told.items() if status in wanted]
        where.add(f"json_extract(body, '$.status') in ({', '.join('?' * len(ours))})", *ours)


def _order(request: Request, table: str, offset: int) -> str:
    """Give an SQL order. Among rows of one moment there is none: each page has its own."""
    by, turn = request.arg("orderby", "date"), request.arg("order", "desc")
    allowed = ORDERS_BY.get(table, POSTS)
    if table == "customers":
        by, turn = request.arg("orderby", "name"), request.arg("order", "asc")
    if by not in allowed or turn not in {"asc", "desc"}:
        raise BadParameterError("orderby")
    column = COLUMNS.get(by, "id")
    return f"id {turn}" if column == "id" else f"{column} {turn}, (id + {offset * 31}) % 97, id"


def _number(
    request: Request, name: str, default: int, *, least: int = 0, most: int | None = None
) -> int:
    text = request.arg(name)
    if not text:
        return default
    if not text.isdigit() or int(text) < least or (most is not None and int(text) > most):
        raise BadParameterError(name)
    return int(text)


def _picked(request: Request, body: Facts) -> Facts:
    """Leave out what was not asked for with ``_fields``."""
    wanted = request.arg("_fields").split(",")
    return {name: value for name, value in body.items() if name in wanted} if wanted[0] else body


def _heads(request: Request, total: int, page: int, pages: int) -> dict[str, str]:
    heads = {"X-WP-Total": str(total), "X-WP-TotalPages": str(pages)}
    links = [("prev", page - 1)] if page > 1 else []
    links += [("next", page + 1)] if page < pages else []
    if links:
        here = f"{request.base}{request.path}"
        heads["Link"] = ", ".join(f'<{here}?page={n}>; rel="{rel}"' for rel, n in links)
    return heads
