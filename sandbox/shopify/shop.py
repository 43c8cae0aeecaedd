"""The shop at its door: who comes in, what a query costs, what it is answered."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from graphql import GraphQLError, execute_sync

from sandbox.clock import Clock, millis
from sandbox.http import Json, Request, Response
from sandbox.limits import Bucket
from sandbox.routing import route
from sandbox.shopify import cost
from sandbox.shopify.books import Books
from sandbox.shopify.cursors import BadPageError
from sandbox.shopify.fields import FIELDS
from sandbox.shopify.plan import SCHEMA, Plan, checked, operation, plan
from sandbox.shopify.reading import Reading
from sandbox.shopify.tokens import CLIENT, SECRET, RefusedError, Tokens

VERSIONS = ("2025-10", "2026-01", "2026-04", "2026-07", "2026-10")
PLANS = {"standard": 100.0, "advanced": 200.0, "plus": 1_000.0, "enterprise": 2_000.0}
SCOPES = frozenset({"read_customers", "read_orders", "read_products", "read_all_orders"})
NEEDS = {
    "customer": "read_customers",
    "customers": "read_customers",
    "customersCount": "read_customers",
    "order": "read_orders",
    "orders": "read_orders",
    "ordersCount": "read_orders",
    "refund": "read_orders",
    "product": "read_products",
    "products": "read_products",
    "productsCount": "read_products",
}
SIXTY_DAYS = timedelta(days=60)
DOCS = "https://shopify.dev/docs/api/usage"


class Shopify(Books):
    """A shop.

    Args:
        clock: The sandbox's.
        subscription: Plan of the shop: standard, advanced, plus or enterprise.
        restore: Points that come back each second, where not those of the plan.
        burst: How many seconds' worth of points the bucket holds; 10 and 20 have been seen.
        throttled_status: HTTP status of a throttled query; reports say 200 and 429.
        expiring: True hands out a token that expires, with a refresh token.
        scopes: What the token may read; without read_all_orders, the last 60 days of orders.
        currency: The shop's own; "" shows each order in the currency it was bought in.
        rates: What one unit of a currency is worth in the shop's own.
        quiet_relinks: See `Books`.
    """

    name = "shopify"

    def __init__(  # noqa: PLR0913 - each is one way shops differ
        self,
        clock: Clock | None = None,
        *,
        subscription: str = "standard",
        restore: float | None = None,
        burst: float = 20.0,
        throttled_status: int = 200,
        expiring: bool = False,
        scopes: frozenset[str] = SCOPES,
        currency: str = "",
        rates: Mapping[str, Decimal] | None = None,
        quiet_relinks: bool = False,
    ) -> None:
        super().__init__(clock, quiet_relinks=quiet_relinks)
        points = PLANS[subscription] if restore is None else restore
        self.bucket = Bucket(points * burst, points, self.seconds, told=True)
        self.limits["graphql"] = self.bucket
        self.tokens = Tokens(lambda: self.clock.now())  # noqa: PLW0108 - the clock may be exchanged
        self._pair = self.tokens.pair() if expiring else None
        self._throttled_status = throttled_status
        self._scopes = scopes
        self._currency = currency
        self._rates = rates or {}

    def credentials(self) -> dict[str, str]:
        """Give the environment a connector needs."""
        found = {"SHOPIFY_SHOP": "daybreak-sandbox", "SHOPIFY_BASE_URL": self.url}
        if self._pair is None:
            return {**found, "SHOPIFY_ACCESS_TOKEN": self.tokens.lasting}
        return {
            **found,
            "SHOPIFY_ACCESS_TOKEN": self._pair[0],
            "SHOPIFY_REFRESH_TOKEN": self._pair[1],
            "SHOPIFY_CLIENT_ID": CLIENT,
            "SHOPIFY_CLIENT_SECRET": SECRET,
        }

    def expire_tokens(self) -> None:
        """Let every token run out that can."""
        self.tokens.expire()

    def refuse(self, status: int, message: str = "", retry_after: float | None = None) -> Response:
        """Say no the way the shop does: one line under ``errors``."""
        lines = {
            401: "[API] Invalid API key or access token (unrecognized login or wrong password)",
            403: "[API] This action requires merchant approval.",
            404: "Not Found",
        }
        headers = {} if retry_after is None else {"Retry-After": f"{retry_after:.1f}"}
        return Response(status, {"errors": lines.get(status) or message or "Error"}, headers)

    @route("POST", "/admin/oauth/access_token")
    def token(self, request: Request) -> Response:
        """Give or refresh a token."""
        is_json = "json" in request.headers.get("Content-Type", "")
        try:
            return Response(200, self.tokens.grant(request.json() if is_json else request.form()))
        except RefusedError as error:
            status = 401 if str(error) == "invalid_client" else 400
            return Response(status, {"error": str(error)})

    @route("POST", "/admin/api/{version}/graphql.json")
    def graphql(self, request: Request, version: str) -> Response:
        """Answer a query."""
        if version not in VERSIONS:
            return self.refuse(404)
        if not self.tokens.accepts(request.headers.get("X-Shopify-Access-Token", "")):
            return self.refuse(401)
        try:
            asked = request.json()
            text, variables = asked["query"], asked.get("variables") or {}
        except (ValueError, KeyError, TypeError):
            return self.refuse(400, "Required parameter missing or invalid: query")
        answer = self._answer(str(text), variables, asked.get("operationName"))
        return Response(answer.status, answer.body, {"X-Shopify-API-Version": version})

    def _answer(self, text: str, variables: Mapping[str, Any], name: str | None) -> Response:
        document, wrong = checked(text)
        if document is None or wrong:
            return Response(200, {"errors": [_error(e) for e in wrong]})
        try:
            if _asks_for_schema(operation(document, name)):
                return Response(200, execute_sync(SCHEMA, document).formatted)
            made = plan(document, name, variables, FIELDS)
        except GraphQLError as error:
            return Response(200, {"errors": [_error(error)]})
        if made.requested > cost.LIMIT:
            return Response(200, {"errors": [_too_dear(made.requested)]})
        if not self.bucket.take(made.requested).allowed:
            return self._throttled(made.requested)
        return Response(200, self._run(made))

    def _run(self, made: Plan) -> dict[str, Any]:
        reading = Reading(
            self.store.collections,
            self._currency,
            self._rates,
            self._hidden(),
        )
        data: dict[str, Any] = {}
        errors = []
        for key, part in made.roots.items():
            data[key] = None
            need = NEEDS.get(made.names[key])
            if need and need not in self._scopes:
                errors.append(_denied(key, made.names[key], need))
                continue
            try:
                data[key] = part.run(self, reading)
            except BadPageError as error:
                errors.append({"message": str(error), "path": [key]})
        answer = {"data": data} if not errors else {"data": data, "errors": errors}
        extensions: dict[str, Any] = {"cost": self._cost(made.requested, made.actual(data))}
        if reading.warnings:
            extensions["search"] = [_warning(*one) for one in reading.warnings]
        return {**answer, "extensions": extensions}

    def _cost(self, requested: int, actual: int | None) -> dict[str, Any]:
        if actual is not None:
            self.bucket.give_back(requested - actual)
        left = self.bucket.take(0)
        return {
            "requestedQueryCost": requested,
            "actualQueryCost": actual,
            "throttleStatus": {
                "maximumAvailable": left.limit,
                "currentlyAvailable": int(left.remaining),
                "restoreRate": self.bucket.restore,
            },
        }

    def _throttled(self, requested: int) -> Response:
        code = {"code": "THROTTLED", "documentation": f"{DOCS}/rate-limits"}
        body = {
            "errors": [{"message": "Throttled", "extensions": code}],
            "extensions": {"cost": self._cost(requested, None)},
        }
        return Response(self._throttled_status, body)

    def _hidden(self) -> dict[str, str]:
        if "read_all_orders" in self._scopes:
            return {}
        return {"orders": f"created_at >= {millis(self.clock.now() - SIXTY_DAYS)}"}


def _asks_for_schema(chosen: Json) -> bool:
    names = [getattr(node, "name", None) for node in chosen.selection_set.selections]
    return any(name and name.value in {"__schema", "__type"} for name in names)


def _error(error: GraphQLError) -> dict[str, Any]:
    found: dict[str, Any] = dict(error.formatted)
    if error.message.startswith("Cannot query field"):
        found["extensions"] = {"code": "undefinedField"}
    return found


def _too_dear(requested: int) -> dict[str, Any]:
    return {
        "message": f"Query cost is {requested}, which exceeds the single query max cost limit "
        f"({cost.LIMIT}).",
        "extensions": {
            "code": "MAX_COST_EXCEEDED",
            "cost": requested,
            "maxCost": cost.LIMIT,
            "documentation": f"{DOCS}/rate-limits",
        },
    }


def _denied(key: str, name: str, need: str) -> dict[str, Any]:
    access = f"`{need}` access scope."
    return {
        "message": f"Access denied for {name} field. Required access: {access}",
        "extensions": {
            "code": "ACCESS_DENIED",
            "documentation": f"{DOCS}/access-scopes",
            "requiredAccess": access,
        },
        "path": [key],
    }


def _warning(table: str, query: str, unknown: list[str]) -> dict[str, Any]:
    said = [{"field": name, "message": "Invalid search field for this query."} for name in unknown]
    return {"path": [table], "query": query, "warnings": said}
