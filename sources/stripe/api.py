"""Asking Stripe: lists newest first, and one object by its id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import requests
from dlt.sources.helpers.rest_client.client import RESTClient
from dlt.sources.helpers.rest_client.paginators import BasePaginator

from core.errors import VendorBusyError, VendorRefusedError
from core.http import Manners, VendorSession
from core.oauth import BearerToken
from core.pace import Pace
from core.pull import Pull, Record

PAGE = 100
ENDPOINT_PER_SECOND = 25
SEARCHES_PER_SECOND = 20
# Above this Stripe's totals are not exact.
COUNTED_UP_TO = 10_000


class Api:
    """Stripe's answers to one pull."""

    def __init__(self, pull: Pull, *, key: str, base_url: str, version: str, account: str) -> None:
        manners = Manners(credential="STRIPE_API_KEY", pace=_pace(key))
        session = VendorSession("stripe", pull.clock, pull.meter, manners)
        session.auth = BearerToken(key)
        session.headers["Stripe-Version"] = version
        if account:
            session.headers["Stripe-Account"] = account
        self._client = RESTClient(base_url, session=session)

    def pages(self, path: str, params: dict[str, Any]) -> Iterator[list[Record]]:
        """Walk a list, newest first.

        The row a page ended on may be deleted before the next is asked for, and Stripe may then
        not know where to go on: the walk goes on from that row's ``created`` instead.
        """
        while True:
            last: Record = {}
            try:
                for page in self._client.paginate(
                    path,
                    params={"limit": PAGE, **params},
                    paginator=_AfterLast(),
                    data_selector="data",
                ):
                    yield page
                    last = page[-1] if page else {}
            except VendorRefusedError as refused:
                if "created" not in last or refused.status not in {400, 404}:
                    raise
                params = {**params, "created[lte]": last["created"]}
            else:
                return

    def total(self, path: str, query: str) -> int | None:
        """Return how many objects a search finds; None where Stripe does not say exactly."""
        params: dict[str, Any] = {"query": query, "limit": 1, "expand[]": "total_count"}
        return exact(self._client.get(f"{path}/search", params=params).json().get("total_count"))

    def one(self, path: str, params: dict[str, Any]) -> Record | None:
        """Look one object up; None if Stripe has it no more (404, or a ``deleted`` stub)."""
        try:
            record: Record = self._client.get(path, params=params).json()
        except VendorRefusedError as refused:
            if refused.status != requests.codes.not_found:
                raise
            return None
        return None if record.get("deleted") else record


class _AfterLast(BasePaginator):
    """Pages anchored on the last row's id, so that new rows on top do not shift them."""

    def __init__(self) -> None:
        super().__init__()
        self._last: str | None = None

    def update_state(self, response: requests.Response, data: list[Any] | None = None) -> None:
        self._has_next_page = bool(response.json().get("has_more"))
        if not self._has_next_page:
            return
        last = next((row["id"] for row in reversed(data or []) if row.get("id")), None)
        if last in {None, self._last}:
            raise VendorBusyError("stripe: a list says it goes on, and does not")
        self._last = last

    def update_request(self, request: requests.Request) -> None:
        request.params["starting_after"] = self._last


def exact(total: int | None) -> int | None:
    """Return a total as far as it is exact."""
    return total if total is not None and total < COUNTED_UP_TO else None


def _pace(key: str) -> dict[str, Pace]:
    """Return Stripe's budgets: in all 100 a second live, 25 with a test key; 25 an endpoint."""
    paths = ("customers", "charges", "refunds", "invoices", "subscriptions", "disputes", "events")
    per_endpoint = {f"/v1/{path}": Pace(ENDPOINT_PER_SECOND, 1) for path in paths}
    test_key = "_test_" in key
    searches = {"/search": Pace(SEARCHES_PER_SECOND, 1)}
    return {"": Pace(25 if test_key else 100, 1), **per_endpoint, **searches}
