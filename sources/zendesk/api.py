"""Asking Zendesk: exports, and lists by cursor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import requests
from dlt.sources.helpers.rest_client.client import RESTClient
from dlt.sources.helpers.rest_client.paginators import BasePaginator, JSONResponseCursorPaginator
from requests.auth import AuthBase

from core.errors import VendorBusyError
from core.http import Manners, VendorSession, whole_number
from core.pace import Pace, Told
from core.pull import Pull, Record

EXPORT_PAGE = 1000
LIST_PAGE = 100
# What deleted tickets may be asked for; exports have a figure of their own, by plan.
DELETED_PER_MINUTE = 10


class Api:
    """Zendesk's answers to one pull."""

    def __init__(
        self, pull: Pull, url: str, auth: AuthBase, calls_per_minute: int, exports_per_minute: int
    ) -> None:
        pace = {
            "": Pace(calls_per_minute, 60),
            "/incremental/": Pace(exports_per_minute, 60),
            "/deleted_tickets": Pace(DELETED_PER_MINUTE, 60),
        }
        manners = Manners(credential="ZENDESK_ACCESS_TOKEN", pace=pace, told=told)
        session = VendorSession("zendesk", pull.clock, pull.meter, manners)
        session.auth = auth
        self._client = RESTClient(f"{url}/api/v2", session=session)

    def exported(self, table: str, start_time: int) -> Iterator[list[Record]]:
        """Walk a cursor export from ``start_time`` (epoch seconds, inclusive) to its end."""
        return self._client.paginate(
            f"/incremental/{table}/cursor",
            params={"start_time": start_time, "per_page": EXPORT_PAGE},
            paginator=_ExportCursor(),
            data_selector=table,
        )

    def export_page(self, table: str, start_time: int) -> Record:
        """Return one page of a time-based export, with its ``end_time`` and ``end_of_stream``."""
        return self._object(f"/incremental/{table}", {"start_time": start_time})

    def listed(self, table: str, params: dict[str, Any] | None = None) -> Iterator[list[Record]]:
        """Walk a whole list."""
        return self._client.paginate(
            f"/{table}",
            params={"page[size]": LIST_PAGE, **(params or {})},
            paginator=JSONResponseCursorPaginator(
                cursor_path="meta.after_cursor",
                cursor_param="page[after]",
                has_more_path="meta.has_more",
            ),
            data_selector=table,
        )

    def count(self, table: str) -> int:
        """Return how many live records Zendesk says there are."""
        return int(self._object(f"/{table}/count", {})["count"]["value"])

    def found(self, query: str) -> int:
        """Return how many live records a search finds, archived tickets among them."""
        return int(self._object("/search/count", {"query": query})["count"])

    def rated(self, params: dict[str, Any]) -> int:
        """Return how many satisfaction ratings there are: pages by number tell it."""
        return int(self._object("/satisfaction_ratings", {**params, "per_page": 1})["count"])

    def some(self, table: str, keys: Sequence[str]) -> list[Record]:
        """Return those of at most 100 records that still exist."""
        found: list[Record] = self._object(f"/{table}/show_many", {"ids": ",".join(keys)})[table]
        return found

    def _object(self, path: str, params: dict[str, Any]) -> Record:
        answer: Record = self._client.get(path, params=params).json()
        return answer


def told(response: requests.Response) -> dict[str, Told]:
    """Read how many calls a minute the account has, and how many are left of them."""
    calls = whole_number(response, "X-Rate-Limit")
    return {"": Told(calls, whole_number(response, "X-Rate-Limit-Remaining"))}


class _ExportCursor(BasePaginator):
    """Pages by ``after_cursor`` alone: Zendesk refuses it along with ``start_time``."""

    def __init__(self) -> None:
        super().__init__()
        self._cursor: str | None = None

    def update_state(self, response: requests.Response, data: list[Any] | None = None) -> None:  # noqa: ARG002 - dlt's signature
        body = response.json()
        self._has_next_page = not body.get("end_of_stream")
        if not self._has_next_page:
            return
        cursor = body.get("after_cursor")
        if cursor in {None, "", self._cursor}:
            raise VendorBusyError("zendesk: an export says it goes on, and does not")
        self._cursor = cursor

    def update_request(self, request: requests.Request) -> None:
        if self._cursor is not None:
            request.params = {"cursor": self._cursor, "per_page": EXPORT_PAGE}
