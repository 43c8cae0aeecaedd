"""Incremental exports: records in the order in which the system last had them in hand.

The last minute is never shown. By cursor nothing is left out or repeated. By time the next page
starts with the second the last one ended in, so rows come again, and a second with more rows than
a page never ends.
"""

from sandbox.http import Request, Response
from sandbox.store import Collection, Row
from sandbox.zendesk.cursors import read, written
from sandbox.zendesk.errors import RefusedError, bad

HIDDEN_SECONDS = 60
MOST = 1_000
ALIVE = {"tickets": "1", "organizations": "deleted_at is null"}
"""What an export goes on showing: a deleted ticket, say. Merged records are never shown."""


def by_cursor(table: str, kept: Collection, request: Request, now: int) -> tuple[list[Row], str]:
    """Give a page and the cursor after it; "" when there was none to start from and no row.

    ``now``: the sandbox's time in seconds.
    """
    if "cursor" in request.query and "start_time" in request.query:
        raise bad("start_time and cursor exclude each other", "InvalidParameters")
    cursor = request.arg("cursor")
    if cursor:
        place = read(cursor, 2)
        where = "(generated, id) > (?, ?)"
    else:
        place = (_start_time(request, now),)
        where = "generated >= ?"
    rows = _rows(table, kept, request, where, (*place, now - HIDDEN_SECONDS))
    after = written(rows[-1].extra["generated"], int(rows[-1].id)) if rows else cursor
    return rows, after


def by_time(table: str, kept: Collection, request: Request, now: int) -> list[Row]:
    """Give a page of what was touched at ``start_time`` or later."""
    start = _start_time(request, now)
    return _rows(table, kept, request, "generated >= ?", (start, now - HIDDEN_SECONDS))


def limit(request: Request) -> int:
    """Give the size of a page: 1 to 1,000, more is taken for 1,000."""
    asked = request.arg("per_page", str(MOST))
    if not asked.isdigit() or int(asked) < 1:
        raise bad("per_page must be a positive integer")
    return min(int(asked), MOST)


def cursor_page(
    request: Request, table: str, texts: list[str], after: str, *, is_end: bool
) -> Response:
    """Write a page by cursor."""
    size = f"&per_page={request.arg('per_page')}" if "per_page" in request.query else ""
    url = f'"{request.base}{request.path}.json?cursor={after}{size}"' if after else "null"
    cursor = f'"{after}"' if after else "null"
    return Response(
        200,
        f'{{"{table}":[{",".join(texts)}],"after_url":{url},"before_url":null,'
        f'"after_cursor":{cursor},"before_cursor":null,"end_of_stream":{_said(is_end)}}}',
    )


def time_page(
    request: Request, table: str, texts: list[str], end: int | None, *, is_end: bool
) -> Response:
    """Write a page by time. ``end``: the second of its last row, None without one."""
    size = f"&per_page={request.arg('per_page')}" if "per_page" in request.query else ""
    url = f'"{request.base}{request.path}.json?start_time={end}{size}"' if end else "null"
    return Response(
        200,
        f'{{"{table}":[{",".join(texts)}],"next_page":{url},"count":{len(texts)},'
        f'"end_time":{"null" if end is None else end},"end_of_stream":{_said(is_end)}}}',
    )


def _rows(
    table: str, kept: Collection, request: Request, where: str, args: tuple[int, ...]
) -> list[Row]:
    alive = ALIVE.get(table, "1")
    if request.arg("exclude_deleted") == "true":
        alive = "deleted_at is null"
    found = f"{where} and generated <= ? and merged_into is null and {alive}"
    return kept.rows(found, args, order="generated, id", limit=limit(request))


def _start_time(request: Request, now: int) -> int:
    asked = request.arg("start_time")
    if not asked:
        raise bad("start_time: is missing", "InvalidParameters")
    if not asked.isdigit():
        raise bad("start_time: is not a number of seconds", "InvalidParameters")
    if int(asked) > now - HIDDEN_SECONDS:
        said = f"Too recent start_time. Use a start_time older than {HIDDEN_SECONDS} seconds"
        raise RefusedError(400, "StartTimeTooRecent", said)
    return int(asked)


def _said(is_so: bool) -> str:  # noqa: FBT001 - a truth to write down
    return "true" if is_so else "false"
