"""Relay cursors: where a page ended, by value and id, so that they survive any write."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import orjson

Mark = tuple[Any, Any]  # value of the sort key, id
MOST = 250


class BadPageError(ValueError):
    """A page was asked for in a way that has no answer."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some items of a connection, in the order asked for.

    ``marks`` are what their cursors hold; ``table`` is how row faults call them, "" for none.
    """

    items: list[Any] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    has_next: bool = False
    has_previous: bool = False
    table: str = ""


def encode(mark: Mark) -> str:
    """Write a cursor."""
    value, last_id = mark
    return urlsafe_b64encode(orjson.dumps({"last_id": last_id, "last_value": value})).decode()


def decode(cursor: str) -> Mark:
    """Read a cursor; raises `BadPageError` when it is none."""
    try:
        found = orjson.loads(urlsafe_b64decode(cursor))
        return found["last_value"], found["last_id"]
    except (ValueError, KeyError, TypeError) as error:
        raise BadPageError("Invalid cursor for current pagination sort.") from error


def size(args: dict[str, Any]) -> int:
    """Give how many items ``first`` or ``last`` asks for."""
    first, last = args.get("first"), args.get("last")
    if (first is None) == (last is None):
        raise BadPageError("you must provide one of first or last")
    wanted = int(args["last" if first is None else "first"])
    if not 0 < wanted <= MOST:
        raise BadPageError(f"first and last must be between 1 and {MOST}")
    return wanted


def cut(items: list[Any], args: dict[str, Any], table: str = "") -> Page:
    """Give a page of a list that one record holds; a cursor is a position and an id.

    The position alone counts, as in the shop: nested lists do not shift between two pages.
    """
    wanted = size(args)
    marks = [(n, item["id"]) for n, item in enumerate(items)]
    pairs = list(zip(items, marks, strict=True))
    if args.get("reverse"):
        pairs.reverse()
    start, stop = 0, len(pairs)
    places = {mark[0]: n for n, (_, mark) in enumerate(pairs)}
    if args.get("after") is not None:
        start = places.get(decode(args["after"])[0], stop - 1) + 1
    if args.get("before") is not None:
        stop = places.get(decode(args["before"])[0], 0)
    low, high = (start, min(start + wanted, stop))
    if args.get("first") is None:
        low, high = max(stop - wanted, start), stop
    chosen = pairs[low:high]
    return Page([p[0] for p in chosen], [p[1] for p in chosen], high < len(pairs), low > 0, table)
