"""Asking Chargebee: lists, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dlt.sources.helpers.rest_client.client import RESTClient
from requests.auth import HTTPBasicAuth

from core.errors import VendorBusyError
from core.http import Manners, VendorSession
from core.pace import Pace
from core.pull import Pull, Record

PAGE = 100
# A 429 need not say how long to wait, and its minute must be over before the last try.
ATTEMPTS = 8


class Api:
    """Chargebee's answers to one pull."""

    def __init__(self, pull: Pull, url: str, key: str, calls_per_minute: int) -> None:
        manners = Manners(
            credential="CHARGEBEE_API_KEY",
            pace={"": Pace(calls_per_minute, 60)},
            attempts=ATTEMPTS,
        )
        session = VendorSession("chargebee", pull.clock, pull.meter, manners)
        session.auth = HTTPBasicAuth(key, "")
        self._client = RESTClient(f"{url}/api/v2", session=session)

    def pages(
        self, table: str, params: dict[str, Any], offset: str = ""
    ) -> Iterator[tuple[list[Any], str]]:
        """Walk a list, deleted rows included, from ``offset`` on.

        Yields each page with the offset of the next one, "" after the last: who keeps it can go
        on there, for as long as Chargebee takes it.
        """
        asked = {"limit": PAGE, "include_deleted": "true", **params}
        while True:
            answer = self._client.get(
                f"/{table}", params={**asked, "offset": offset} if offset else asked
            ).json()
            following = _next(table, answer, offset)
            yield answer["list"], following
            if not following:
                return
            offset = following


def _next(table: str, answer: Record, offset: str) -> str:
    """Return the next page's offset; a list that does not go on as it says is no list."""
    if not isinstance(answer, dict) or not isinstance(answer.get("list"), list):
        raise VendorBusyError(f"chargebee: {table} answered without a list")
    following = str(answer.get("next_offset") or "")
    if following and following == offset:
        raise VendorBusyError(f"chargebee: {table} says it goes on, and does not")
    return following
