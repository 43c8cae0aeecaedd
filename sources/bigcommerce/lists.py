"""The three lists that can be read by time: how each is asked, in the words of its version.

A list is read by time from its first page alone, and by id from the last one read: never by the
number of a page, because pages shift while a shop sells. Filters by time ask for a second more on
either side than is wanted, because some leave their own second out and some do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol

from core.pull import Record
from sources.bigcommerce.api import PAGE, Api, Params
from sources.bigcommerce.times import SECOND, iso

ADDRESSES = {"include": "addresses"}
LINES = {"include": "consignments.line_items", "consignment_structure": "object"}
Window = tuple[datetime | None, datetime | None]


class Listing(Protocol):
    """One list."""

    def first(self, window: Window) -> tuple[list[Record], bool]:
        """Return the first page by time of modification, and whether there is more."""
        ...

    def every(self, window: Window, *, ids: bool = False) -> Iterator[list[Record]]:
        """Walk by id; with as little beside the ids as the vendor allows, if told so."""
        ...

    def named(self, keys: Sequence[str]) -> list[Record]:
        """Return those of at most a page of records that are there."""
        ...

    def total(self) -> int | None:
        """Return how many there are."""
        ...


class V3:
    """A list of v3: an envelope with totals."""

    path = ""
    by_time: Params
    extra: Params

    def __init__(self, api: Api) -> None:
        self._api = api

    def first(self, window: Window) -> tuple[list[Record], bool]:
        """As `Listing.first`."""
        rows, meta = self._api.page(self.path, {**self.by_time, **self.extra, **_v3(window)})
        total = _total(meta)
        return rows, len(rows) >= PAGE if total is None else total > PAGE

    def named(self, keys: Sequence[str]) -> list[Record]:
        """As `Listing.named`."""
        return self._api.page(self.path, {**self.extra, "id:in": ",".join(keys)})[0]

    def total(self) -> int | None:
        """As `Listing.total`."""
        return self.count({})

    def count(self, params: Params) -> int | None:
        """Count by any filter."""
        return _total(self._api.page(self.path, {**params, "limit": 1})[1])


class Customers(V3):
    """Customers; a cursor goes by id."""

    path = "v3/customers"
    by_time: Params = {"sort": "date_modified:asc"}  # noqa: RUF012 - never changed
    extra: Params = ADDRESSES

    def every(self, window: Window, *, ids: bool = False) -> Iterator[list[Record]]:
        """As `Listing.every`."""
        params: Params = {**({} if ids else self.extra), **_v3(window)}
        while True:
            rows, meta = self._api.page(self.path, params)
            yield rows
            cursors = meta.get("cursor_pagination") or {}
            end = cursors.get("end_cursor")
            if (
                not end
                or end == params.get("after")
                or not (cursors.get("links") or {}).get("next")
            ):
                return
            params["after"] = end


class Products(V3):
    """Products; a filter goes by id."""

    path = "v3/catalog/products"
    by_time: Params = {"sort": "date_modified", "direction": "asc"}  # noqa: RUF012 - never changed
    extra: Params = {}  # noqa: RUF012 - never changed

    def every(self, window: Window, *, ids: bool = False) -> Iterator[list[Record]]:
        """As `Listing.every`."""
        params: Params = {"sort": "id", "direction": "asc", **_v3(window)}
        if ids:
            params["include_fields"] = "name"
        while True:
            rows, meta = self._api.page(self.path, params)
            yield rows
            last, total = _last(rows), _total(meta)
            if last is None or (len(rows) < PAGE if total is None else total <= PAGE):
                return
            params["id:greater"] = last


class Orders:
    """Orders, which are of v2: no totals beside a page, and no list of some by their ids."""

    path = "v2/orders"

    def __init__(self, api: Api) -> None:
        self._api = api

    def first(self, window: Window) -> tuple[list[Record], bool]:
        """As `Listing.first`."""
        rows = self._api.listed(self.path, {"sort": "date_modified:asc", **LINES, **_v2(window)})
        return rows, len(rows) >= PAGE

    def every(self, window: Window, *, ids: bool = False) -> Iterator[list[Record]]:
        """As `Listing.every`."""
        params: Params = {"sort": "id:asc", **({} if ids else LINES), **_v2(window)}
        while True:
            rows = self._api.listed(self.path, params)
            yield rows
            last = _last(rows)
            if len(rows) < PAGE or last is None:
                return
            params["min_id"] = last + 1

    def named(self, keys: Sequence[str]) -> list[Record]:
        """As `Listing.named`: one call each."""
        found = (self._api.one(f"{self.path}/{key}", LINES) for key in keys)
        return [order for order in found if order is not None]

    def total(self) -> int | None:
        """As `Listing.total`; archived orders are counted, too."""
        found = (self._api.one(f"{self.path}/count", {}) or {}).get("count")
        return found if isinstance(found, int) else None

    def lines(self, order: Any) -> list[Record]:  # noqa: ANN401 - an id
        """Return all lines of one order."""
        lines: list[Record] = []
        while True:
            page = len(lines) // PAGE + 1
            rows = self._api.listed(f"{self.path}/{order}/products", {"page": page})
            lines += rows
            if len(rows) < PAGE:
                return lines


def _v3(window: Window) -> Params:
    since, until = window
    found = {} if since is None else {"date_modified:min": iso(since - SECOND)}
    return found if until is None else {**found, "date_modified:max": iso(until)}


def _v2(window: Window) -> Params:
    since, until = window
    found = {} if since is None else {"min_date_modified": iso(since - SECOND)}
    return found if until is None else {**found, "max_date_modified": iso(until)}


def _total(meta: Record) -> int | None:
    total = (meta.get("pagination") or {}).get("total")
    return total if isinstance(total, int) else None


def _last(rows: list[Record]) -> int | None:
    return max((row["id"] for row in rows if isinstance(row.get("id"), int)), default=None)
