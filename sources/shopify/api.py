"""Talking to Shopify: one endpoint, budgets in points, errors inside answers of 200."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import requests

from core.errors import VendorBusyError, VendorRefusedError
from core.http import VendorSession
from core.pull import Record

QUERY_COST_LIMIT = 1_000.0
PAGE_LIMIT = 250
BUSY_CODES = frozenset({"THROTTLED", "INTERNAL_SERVER_ERROR", "TIMEOUT"})
NOTHING: Record = {"nodes": [], "pageInfo": {"hasNextPage": False}}


class TooCostlyError(VendorRefusedError):
    """A query would cost more than Shopify allows a single one; a smaller page may pass."""


class Shop:
    """One shop's GraphQL endpoint.

    Attributes:
        page_size: Records a page; grows or shrinks to what Shopify charges for them.
    """

    def __init__(self, session: VendorSession, url: str, page_size: int) -> None:
        self._session, self._url, self.page_size = session, url, page_size
        self._requested, self._most = 0.0, PAGE_LIMIT

    def ask(self, query: str, variables: Mapping[str, Any] | None = None) -> Record:
        """Return the ``data`` of an answer.

        Raises:
            TooCostlyError: the query is over the cost limit.
            VendorRefusedError: any other error inside the answer.
        """
        body = {"query": query, "variables": dict(variables or {})}
        answer = self._session.post(self._url, json=body).json()
        if answer.get("errors"):
            raise refusal(answer["errors"])
        data = answer.get("data")
        if not isinstance(data, dict):
            raise VendorBusyError("shopify: an answer without data and without errors")
        self._requested = float(_cost(answer).get("requestedQueryCost") or 0)
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


def fitting(first: int, requested: float) -> int:
    """Return the page size whose query just stays within the cost limit.

    Cost grows at most in proportion to the page size, so nine tenths of the limit is safe.
    """
    if requested <= 0:
        return first
    return max(1, min(PAGE_LIMIT, int(first * 0.9 * QUERY_COST_LIMIT / requested)))


def breather(response: requests.Response) -> float:
    """Return the seconds until a query like the last one fits into the bucket again."""
    cost = _cost(response.json())
    status = cost.get("throttleStatus") or {}
    available = float(status.get("currentlyAvailable", QUERY_COST_LIMIT))
    lacking = float(cost.get("requestedQueryCost") or 0) - available
    return max(0.0, lacking / float(status.get("restoreRate") or 100))


def is_busy(response: requests.Response) -> bool:
    """Tell a throttle inside an answer of 200, and a fault of Shopify's own, from an answer."""
    try:
        body = response.json()
    except ValueError:
        return False
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


def _cost(answer: Any) -> Record:  # noqa: ANN401 - any JSON
    extensions = answer.get("extensions") if isinstance(answer, dict) else None
    return (extensions or {}).get("cost") or {}
