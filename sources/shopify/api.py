"""Talking to Shopify: one endpoint, budgets in points, errors inside answers of 200."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil, log
from typing import Any

import requests

from core.errors import VendorBusyError, VendorRefusedError
from core.http import VendorSession
from core.pace import Told
from core.pull import Record

QUERY_COST_LIMIT = 1_000.0
# What a query is reckoned at that was not asked before: the dearest first page costs 122.
UNKNOWN_COST = 150.0
# The same for one that asks for no records: how many there are, or in which zone the shop is.
PLAIN_COST = 20.0
RECORDS = frozenset({"first", "id", "ids"})
GROWTH_MARGIN = 1.25
PAGE_LIMIT = 250
BUSY_CODES = frozenset({"THROTTLED", "INTERNAL_SERVER_ERROR", "TIMEOUT"})
NOTHING: Record = {"nodes": [], "pageInfo": {"hasNextPage": False}}


class TooCostlyError(VendorRefusedError):
    """A query would cost more than Shopify allows a single one; a smaller page may pass."""


class Prices:
    """What the next query will cost at most, going by what its like did cost.

    Larger pages are cheaper by the record, and by how much is not published: the first query that
    grows is reckoned in proportion, the others by the steepest growth that was seen so far.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, float]] = {}
        self._growth: list[float] = []
        self.next = ceil(QUERY_COST_LIMIT)

    def expect(self, query: str, size: int, unknown: float = UNKNOWN_COST) -> None:
        """Reckon with a query for so many records; ``unknown`` is what a first one may cost."""
        before, cost = self._known.get(query, (size, unknown))
        growth = max(self._growth, default=1.0)
        larger = max(1.0, size / before) ** growth
        margin = GROWTH_MARGIN if self._growth and larger > 1 else 1.0
        self.next = ceil(min(cost * larger * margin, QUERY_COST_LIMIT))

    def note(self, query: str, size: int, requested: float) -> None:
        """Remember what a query cost."""
        before, cost = self._known.get(query, (size, requested))
        if size > before and requested > cost > 0:
            self._growth.append(log(requested / cost) / log(size / before))
        self._known[query] = size, requested


class Shop:
    """One shop's GraphQL endpoint.

    Attributes:
        page_size: Records a page; grows or shrinks to what Shopify charges for them.
    """

    def __init__(self, session: VendorSession, prices: Prices, url: str, page_size: int) -> None:
        self._session, self._prices, self._url = session, prices, url
        self._requested, self._most, self.page_size = 0.0, PAGE_LIMIT, page_size

    def ask(self, query: str, variables: Mapping[str, Any] | None = None) -> Record:
        """Return the ``data`` of an answer.

        Raises:
            TooCostlyError: the query is over the cost limit.
            VendorRefusedError: any other error inside the answer.
        """
        given = dict(variables or {})
        body, size = {"query": query, "variables": given}, _size(given)
        self._prices.expect(query, size, UNKNOWN_COST if given.keys() & RECORDS else PLAIN_COST)
        answer = self._session.post(self._url, json=body).json()
        if answer.get("errors"):
            raise refusal(answer["errors"])
        data = answer.get("data")
        if not isinstance(data, dict):
            raise VendorBusyError("shopify: an answer without data and without errors")
        self._requested = float(_cost(answer).get("requestedQueryCost") or 0)
        self._prices.note(query, size, self._requested)
        return data

    def pages(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        first: int | None = None,
        after: str | None = None,
    ) -> Iterator[Record]:
        """Follow a connection that the query calls ``page``; yield it page by page.

        Args:
            query: Takes ``$first`` and ``$after``.
            variables: Its others.
            first: A fixed page size; left out, pages are as large as the cost limit allows.
            after: Where to begin, if not at the beginning.
        """
        while True:
            page = self._page(query, {**(variables or {}), "after": after}, first)
            yield page
            if not page["pageInfo"]["hasNextPage"]:
                return
            if page["pageInfo"]["endCursor"] == after:
                raise VendorBusyError("shopify: a page points at itself as the next one")
            after = page["pageInfo"]["endCursor"]

    def _page(self, query: str, variables: dict[str, Any], first: int | None) -> Record:
        size = first or self.page_size
        try:
            data = self.ask(query, {**variables, "first": size})
        except TooCostlyError:
            if first or size == 1:
                raise
            self.page_size = self._most = size // 2
            return self._page(query, variables, None)
        if first is None:
            self.page_size = min(self._most, fitting(size, self._requested))
        found: Record = next(iter(data.values())) or {}
        return found if "nodes" in found else found.get("page") or NOTHING


def _size(variables: dict[str, Any]) -> int:
    """Return how many records a query asks for: a page of them, some by id, or one."""
    return max(1, int(variables.get("first") or len(variables.get("ids") or "1")))


def fitting(first: int, requested: float) -> int:
    """Return the page size whose query just stays within the cost limit.

    Cost grows at most in proportion to the page size, so nine tenths of the limit is safe.
    """
    if requested <= 0:
        return first
    return max(1, min(PAGE_LIMIT, int(first * 0.9 * QUERY_COST_LIMIT / requested)))


def told(response: requests.Response) -> dict[str, Told]:
    """Read what the bucket holds and how fast it fills, which every answer to a query tells."""
    status = _cost(_parsed(response)).get("throttleStatus") or {}
    holds, rate = status.get("maximumAvailable"), status.get("restoreRate")
    if not (holds and rate and "currentlyAvailable" in status):
        return {}
    return {"": Told(int(holds), int(status["currentlyAvailable"]), holds / rate)}


def lacking(response: requests.Response) -> float | None:
    """Return the seconds until a query that was throttled fits into the bucket."""
    cost = _cost(_parsed(response))
    status = cost.get("throttleStatus") or {}
    if not (status.get("restoreRate") and cost.get("requestedQueryCost")):
        return None
    missing = float(cost["requestedQueryCost"]) - float(status.get("currentlyAvailable") or 0)
    return max(0.0, missing / float(status["restoreRate"]))


def is_busy(response: requests.Response) -> bool:
    """Tell a throttle inside an answer of 200, and a fault of Shopify's own, from an answer."""
    body = _parsed(response)
    errors = body.get("errors") if isinstance(body, dict) else None
    return isinstance(errors, list) and any(_code(error) in BUSY_CODES for error in errors)


def refusal(errors: Any) -> VendorRefusedError:  # noqa: ANN401 - a list of objects, or a bare string
    """Turn the errors of an answer into one of ours."""
    first = errors[0] if isinstance(errors, list) and errors else errors
    code = _code(first)
    words = first.get("message", "") if isinstance(first, dict) else str(first)
    message = f"shopify: {code or 'refused'}: {words[:200]}"
    if code == "MAX_COST_EXCEEDED":
        return TooCostlyError(message)
    step = "Check the query against the API version in SHOPIFY_API_VERSION."
    if code == "ACCESS_DENIED":
        step = "Give the app of SHOPIFY_ACCESS_TOKEN the read scope that this table needs."
    return VendorRefusedError(message, next_step=step)


def _code(error: Any) -> str:  # noqa: ANN401 - whatever Shopify put into the list
    extensions = error.get("extensions") if isinstance(error, dict) else None
    return str((extensions or {}).get("code") or "")


def _parsed(response: requests.Response) -> Any:  # noqa: ANN401 - any JSON
    try:
        return response.json()
    except ValueError:
        return None


def _cost(answer: Any) -> Record:  # noqa: ANN401 - any JSON
    extensions = answer.get("extensions") if isinstance(answer, dict) else None
    return (extensions or {}).get("cost") or {}
