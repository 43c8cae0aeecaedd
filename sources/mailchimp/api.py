"""Asking Mailchimp: lists by offset, totals, single records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import requests
from dlt.sources.helpers.rest_client.client import RESTClient
from requests.auth import AuthBase

from core.errors import VendorBusyError, VendorRefusedError
from core.http import Manners, VendorSession
from core.pull import Pull, Record

PAGE = 1_000
NOT_FOUND = 404
FORBIDDEN = 403
SECOND_LOOK = 2
STATUSES = ("subscribed", "unsubscribed", "cleaned", "pending", "transactional", "archived")

Params = Mapping[str, Any]


def is_throttle(response: requests.Response) -> bool:
    """Say whether a 403 is the gate's and not the API's: those refuse without JSON."""
    if response.status_code != FORBIDDEN:
        return False
    return "json" not in response.headers.get("Content-Type", "").lower()


class Api:
    """Mailchimp's answers to one pull, asked one at a time."""

    def __init__(self, pull: Pull, url: str, auth: AuthBase) -> None:
        manners = Manners(credential="MAILCHIMP_API_KEY", is_busy=is_throttle)
        session = VendorSession("mailchimp", pull.clock, pull.meter, manners)
        session.auth = auth
        self._client = RESTClient(f"{url}/3.0", session=session)

    def page(self, path: str, name: str, params: Params) -> tuple[list[Record], int]:
        """Return one page's records, and how many there are in all."""
        asked = {"count": PAGE, "exclude_fields": f"{name}._links,_links", **params}
        answer = self._client.get(path, params=asked).json()
        rows = answer.get(name) if isinstance(answer, dict) else None
        if not isinstance(rows, list) or not isinstance(answer.get("total_items"), int):
            raise VendorBusyError(f"mailchimp: /{path} answered without {name}")
        return rows, answer["total_items"]

    def total(self, path: str, params: Params | None = None) -> int:
        """Return how many records there are."""
        asked = {"count": 1, "fields": "total_items", **(params or {})}
        return int(self._client.get(path, params=asked).json()["total_items"])

    def listed(self, path: str, name: str, key: str, params: Params) -> Iterator[list[Record]]:
        """Walk a whole list by offset, and once more where fewer came than there are.

        Offsets shift when a record goes while pages are read, and then one is skipped.
        """
        seen: set[str] = set()
        for _ in range(SECOND_LOOK):
            offset, total = 0, 1
            while offset < total:
                rows, total = self.page(path, name, {**params, "offset": offset})
                yield rows
                seen.update(str(row[key]) for row in rows if row.get(key))
                offset += PAGE
            if len(seen) >= total:
                return

    def one(self, path: str) -> Record | None:
        """Return one record; None if there is none."""
        try:
            found: Record = self._client.get(path, params={"exclude_fields": "_links"}).json()
        except VendorRefusedError as error:
            if error.status == NOT_FOUND:
                return None
            raise
        return found
