"""Asking WooCommerce: a page from any place of a list, records by their ids, a total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import requests
from requests.auth import AuthBase

from core.errors import VendorBusyError
from core.http import Manners, VendorSession
from core.pace import Pace
from core.pull import Pull, Record

PAGE = 100
TOTAL = "X-WP-Total"
Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """One page.

    Attributes:
        rows: Its records: fewer than a page's worth where the key may not read some of them.
        total: How many records the whole list has; None where a proxy dropped the header.
    """

    rows: list[Record]
    total: int | None

    def goes_on(self, offset: int = 0) -> bool:
        """Say whether there is more behind this page, which began at ``offset``.

        A short page is no end: WordPress counts first and leaves out what may not be read after.
        """
        return len(self.rows) >= PAGE if self.total is None else self.total > offset + PAGE


class Api:
    """WooCommerce's answers to one pull."""

    def __init__(self, pull: Pull, url: str, auth: AuthBase, calls_per_minute: int) -> None:
        pace = {"": Pace(calls_per_minute, 60)} if calls_per_minute else {}
        manners = Manners(credential="WOOCOMMERCE_CONSUMER_KEY", pace=pace)
        self._session = VendorSession("woocommerce", pull.clock, pull.meter, manners)
        self._session.auth = auth
        self._root = f"{url}/wp-json/wc/v3"

    def page(self, path: str, params: Params) -> Batch:
        """Return a page; ``offset`` may begin it anywhere."""
        answer = self._session.get(f"{self._root}/{path}", params={"per_page": PAGE, **params})
        rows = answer.json()
        if not isinstance(rows, list):
            raise VendorBusyError(f"woocommerce: GET {path} answered something that is no list")
        # What is no object has no id either, and is set aside as such.
        return Batch([r if isinstance(r, dict) else {"value": r} for r in rows], _total(answer))

    def named(self, path: str, ids: Sequence[str], params: Params) -> list[Record]:
        """Return those of at most a page of records that are there."""
        return self.page(path, {**params, "include": ",".join(ids)}).rows

    def total(self, path: str, params: Params) -> int | None:
        """Return how many records there are; None where a proxy dropped the header."""
        return self.page(path, {**params, "per_page": 1, "_fields": "id"}).total


def _total(answer: requests.Response) -> int | None:
    text = answer.headers.get(TOTAL, "")
    return int(text) if text.isdecimal() else None
