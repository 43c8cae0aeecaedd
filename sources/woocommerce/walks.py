"""Two ways through a list that has offsets for pages and changes while it is read.

Offsets shift: a record that leaves the list moves all behind it one place forward, and whoever
asks for the next page never sees the one that slipped over the edge.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from core.errors import VendorBusyError
from core.pull import Record
from sources.woocommerce.api import PAGE, Api, Params
from sources.woocommerce.times import SECOND, span, stamp

MODIFIED = "date_modified_gmt"
MOST_STEPS_BACK = 20


def by_id(api: Api, path: str, params: Params) -> Iterator[list[Record]]:
    """Walk a list in the order of ids. Each page begins on the last one's last record.

    If it does not, records before it are gone and others slipped over the edge: we step back
    until we stand on known ground.
    """
    asked = {**params, "orderby": "id", "order": "asc"}
    offset, last, back = 0, 0, 0
    before: list[Record] = []
    while True:
        page = api.page(path, {**asked, "offset": offset})
        ids = [number for number in map(_number, page.rows) if number]
        if offset and (not page.rows or (ids and min(ids) > last)):
            back += 1
            if back > MOST_STEPS_BACK:
                raise VendorBusyError(f"woocommerce: {path} changes faster than it can be read")
            offset = max(0, offset - 2**back)
            continue
        yield _news(page.rows, before)
        if not page.goes_on(offset):
            return
        last, before = max([last, *ids]), page.rows
        offset += PAGE - 1


def by_change(
    api: Api, path: str, params: Params, since: datetime | None, until: datetime | None
) -> Iterator[list[Record]]:
    """Walk what was modified in a window, oldest change first, without offsets.

    Every page is a first page: it begins at the second in which the last one ended. What changes
    meanwhile moves to the end and is read there.
    """
    asked = {**params, "orderby": "modified", "order": "asc"}
    before: list[Record] = []
    while True:
        page = api.page(path, {**asked, **span(since, until)})
        yield _news(page.rows, before)
        if not page.goes_on():
            return
        newest = max((at for row in page.rows if (at := stamp(row, MODIFIED))), default=None)
        if newest is None:
            yield from by_id(api, path, {**params, **span(since, until)})
            return
        if since is not None and newest <= since:
            # More than a page in one second, among which there is no order but that of ids.
            yield from by_id(api, path, {**params, **span(newest, newest + SECOND)})
            newest += SECOND
        since, before = newest, page.rows


def _news(rows: list[Record], before: list[Record]) -> list[Record]:
    """Leave out what the page before had already, word for word."""
    known = {row.get("id"): row for row in before}
    return [row for row in rows if row.get("id") is None or known.get(row.get("id")) != row]


def _number(row: Record) -> int | None:
    value = row.get("id")
    return value if isinstance(value, int) else None
