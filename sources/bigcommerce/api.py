"""Asking BigCommerce: two versions, two envelopes, one budget."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import requests
from dlt.sources.helpers.rest_client.auth import APIKeyAuth

from core.errors import VendorBusyError, VendorRefusedError
from core.http import Manners, VendorSession
from core.pull import Pull, Record

PAGE = 250
TOKEN_HEADER = "X-Auth-Token"  # noqa: S105 - a header's name
LEFT, RESET = "X-Rate-Limit-Requests-Left", "X-Rate-Limit-Time-Reset-Ms"
Params = dict[str, Any]


class Api:
    """BigCommerce's answers to one pull. Paths begin with the version."""

    def __init__(self, pull: Pull, root: str, token: str) -> None:
        manners = Manners(credential="BIGCOMMERCE_ACCESS_TOKEN", rest=breather, asks=until_reset)
        self._session = VendorSession("bigcommerce", pull.clock, pull.meter, manners)
        self._session.auth = APIKeyAuth(name=TOKEN_HEADER, api_key=token, location="header")
        self._root = root

    def listed(self, path: str, params: Params) -> list[Record]:
        """Return a page of v2, a bare list; 204 says that it is empty."""
        answer = self._session.get(f"{self._root}/{path}", params={"limit": PAGE, **params})
        if answer.status_code == requests.codes.no_content:
            return []
        return _objects(path, answer.json())

    def page(self, path: str, params: Params) -> tuple[list[Record], Record]:
        """Return a page of v3, and what its envelope says of it."""
        answer = self._session.get(f"{self._root}/{path}", params={"limit": PAGE, **params})
        body = answer.json() if answer.status_code != requests.codes.no_content else {"data": []}
        if not isinstance(body, dict):
            raise VendorBusyError(f"bigcommerce: GET {path} answered something that is no page")
        return _objects(path, body.get("data")), body.get("meta") or {}

    def one(self, path: str, params: Params) -> Record | None:
        """Return one object of v2; None if there is none."""
        try:
            answer = self._session.get(f"{self._root}/{path}", params=params)
        except VendorRefusedError as refused:
            if refused.status == requests.codes.not_found:
                return None
            raise
        found: Record = answer.json()
        return found

    def pages(self, path: str, params: Params) -> Iterator[list[Record]]:
        """Walk a list of v3 that only ever grows at its end, by numbers of pages."""
        number = 1
        while True:
            rows, _ = self.page(path, {**params, "page": number})
            yield rows
            if len(rows) < PAGE:
                return
            number += 1


def breather(answer: requests.Response) -> float:
    """Return how long to rest after an answer: until the window ends, once nothing is left of it.

    All apps of a store draw on one budget, so only the head of an answer tells what is left.
    """
    left = answer.headers.get(LEFT, "")
    return until_reset(answer) or 0.0 if left.isdecimal() and int(left) == 0 else 0.0


def until_reset(answer: requests.Response) -> float | None:
    """Return the seconds until the window ends; the head tells milliseconds."""
    text = answer.headers.get(RESET, "")
    return int(text) / 1000 if text.isdecimal() else None


def _objects(path: str, rows: Any) -> list[Record]:  # noqa: ANN401 - whatever JSON holds
    """Demand a list; what in it is no object has no id either, and is set aside as such."""
    if not isinstance(rows, list):
        raise VendorBusyError(f"bigcommerce: GET {path} answered something that is no list")
    return [row if isinstance(row, dict) else {"value": row} for row in rows]
