"""One walk through one list: whole the first time, and then what changed."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from core.errors import VendorError, VendorRefusedError
from core.pull import For, Page, Pull, Record, each
from sources.chargebee import rows
from sources.chargebee.api import Api
from sources.chargebee.items import Items

# Rows may turn up five minutes late; as much again costs a few rows that are read twice.
HOLD_BACK_SECONDS = 600
RESTARTS = 3


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A list, and what its rows become.

    Attributes:
        table: The raw table; also its own path.
        kind: What the resource is called inside a row.
        shape: Turns one record into a row.
    """

    table: str
    kind: str
    shape: Callable[[Record], Record] = rows.plain


ENDPOINTS = (
    Endpoint("customers", "customer"),
    Endpoint("subscriptions", "subscription"),
    Endpoint("invoices", "invoice"),
    Endpoint("credit_notes", "credit_note"),
    Endpoint("transactions", "transaction", rows.transaction),
)


class Walk:
    """What one pull reads of one list.

    Cursors: ``<table>`` is the last second that was read to; ``<table>_offset`` is where a walk
    through everything broke off ("" when it did not), ``<table>_began`` when that walk began.
    """

    def __init__(self, api: Api, pull: Pull, endpoint: Endpoint) -> None:
        self._api, self._pull, self.endpoint = api, pull, endpoint
        self._items = Items(pull)
        self._reached = 0

    def pages(self) -> Iterator[Page | For]:
        """Walk, and say which items vanished, also where the walk breaks off."""
        try:
            yield from self._read()
        except VendorError:
            yield from self._items.vanished()
            raise
        yield from self._items.vanished()

    def _read(self) -> Iterator[Page | For]:
        table = self.endpoint.table
        if self._pull.window:
            since, until = self._pull.since, self._pull.until
            yield from self._changed(
                math.floor(since.timestamp()) if since else 0,
                math.ceil(until.timestamp()) if until else None,
            )
            return
        reached = self._pull.cursor(table)
        if reached is None or self._pull.cursor(f"{table}_offset"):
            reached = yield from self._everything()
        self._reached = reached
        yield from self._changed(reached - HOLD_BACK_SECONDS)

    def _everything(self) -> Generator[Page | For, None, int]:
        """Walk the whole list in Chargebee's own order; return the second at which that began."""
        table = self.endpoint.table
        offset = self._pull.cursor(f"{table}_offset") or ""
        ours, began = self._pull.clock.now(), int(self._pull.cursor(f"{table}_began") or 0)
        began, left = began if offset else 0, RESTARTS
        while True:
            try:
                for page, following in self._api.pages(table, {}, offset):
                    began = began or self._by_their_clock(ours)
                    self._pull.advance(f"{table}_began", began)
                    yield from self.told(self._resources(page))
                    offset = following
                    self._pull.advance(f"{table}_offset", offset)
            except VendorRefusedError as refused:
                if not (offset and left and _is_bad_request(refused)):
                    raise
                offset, left = "", left - 1
            else:
                began = began or self._by_their_clock(ours)
                self._pull.advance(table, began)
                return began

    def _changed(self, since: int, until: int | None = None) -> Iterator[Page | For]:
        """Walk what changed at or after the second ``since``, oldest first."""
        start = since
        while True:
            newest = start
            try:
                for page, _ in self._api.pages(self.endpoint.table, updated(start, until)):
                    records = self._resources(page)
                    yield from self.told(self._current(records))
                    newest = max([newest, *map(rows.stamp, records)])
                    self._advance(newest)
            except VendorRefusedError as refused:
                # The offset became too old; the walk is in order, so it can go on without.
                if newest <= start or not _is_bad_request(refused):
                    raise
                start = newest
            else:
                return

    def told(self, records: list[Any]) -> Iterator[Page | For]:
        """Yield a page; of subscriptions, what they sell for its own table."""
        now = self._pull.now()
        odd = [one for one in records if not isinstance(one, dict)]
        known = [one for one in records if isinstance(one, dict)]
        yield [*each(lambda record: self._row(record, now), known), *odd]
        yield from self._items.noted()

    def _row(self, record: Record, now: datetime) -> Record:
        if self.endpoint.table == "subscriptions":
            self._items.note(record)
            record.pop("subscription_items", None)
        return rows.marked(self.endpoint.shape(record), now)

    def _current(self, records: list[Any]) -> list[Any]:
        keys = [(str(one["id"]),) for one in records if isinstance(one, dict) and one.get("id")]
        held = self._pull.known.rows(self.endpoint.table, keys) if keys else []
        return rows.current(records, held)

    def _resources(self, page: list[Any]) -> list[Any]:
        return [rows.unwrapped(self.endpoint.kind, row) for row in page]

    def _advance(self, second: int) -> None:
        """Move the cursor on, never back and never into the future."""
        self._reached = max(self._reached, min(second, self._now()))
        self._pull.advance(self.endpoint.table, self._reached)

    def _by_their_clock(self, ours: datetime) -> int:
        """Return a moment of ours by the vendor's clock, which its first answer told us."""
        return int(self._pull.meter.vendor_now(ours).timestamp())

    def _now(self) -> int:
        return int(self._pull.now().timestamp())


def updated(since: int, until: int | None) -> dict[str, Any]:
    """Return the filter from ``since``, which Chargebee would leave out, to before ``until``."""
    span: dict[str, Any] = {"sort_by[asc]": "updated_at", "updated_at[after]": max(0, since - 1)}
    return span if until is None else {**span, "updated_at[before]": until}


def _is_bad_request(refused: VendorRefusedError) -> bool:
    return refused.status == HTTPStatus.BAD_REQUEST
