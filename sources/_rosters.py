"""Who works there: a short list, read whole each night, so that an owner has a name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import Any

from core.errors import VendorRefusedError
from core.pull import Gone, Page, Pull, Record


def roster(
    table: str, pull: Pull, pages: Iterable[list[Record]], own: Callable[[str], Any] = str
) -> Iterator[Page]:
    """Yield who is listed, then the end of those who are no longer.

    A credential that may not see the list is none that fails: owners then have an id and no name.

    Args:
        table: The raw table; its key is ``id``.
        pull: What this pull may ask and yield.
        pages: The list.
        own: What an id is here, from its text.
    """
    there: set[str] = set()
    try:
        for rows in pages:
            there.update(str(row.get("id")) for row in rows if isinstance(row, dict))
            yield rows
    except VendorRefusedError as refused:
        if refused.status != HTTPStatus.FORBIDDEN:
            raise
        return
    if not pull.window:
        left = sorted({key for (key,) in pull.known.keys(table)} - there)
        at = pull.now().isoformat()
        yield [Gone(id=own(key), deleted_at=at) for key in left]
