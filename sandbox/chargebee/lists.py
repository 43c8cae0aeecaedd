"""Chargebee's lists: what they can be asked for, and pages that hang on the last row shown."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from sandbox.chargebee.errors import bad
from sandbox.http import Json, Request
from sandbox.store import Row

DEFAULT, MOST = 10, 100
PLAIN = frozenset({"limit", "offset", "include_deleted"})


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of resource that can be listed.

    ``dated``: what its creation is called, as a filter and to sort by. ``filters``: columns that
    ``[is]`` and ``[in]`` compare.
    """

    kind: str
    dated: str
    filters: tuple[str, ...] = ()


RESOURCES: Mapping[str, Resource] = {
    "customers": Resource("customer", "created_at", ("id",)),
    "subscriptions": Resource("subscription", "created_at", ("id", "customer_id", "status")),
    "invoices": Resource("invoice", "date", ("id", "customer_id", "subscription_id", "status")),
    "credit_notes": Resource(
        "credit_note", "date", ("id", "customer_id", "subscription_id", "type", "status")
    ),
    "transactions": Resource(
        "transaction", "date", ("id", "customer_id", "subscription_id", "type", "status")
    ),
}


@dataclass(slots=True)
class Search:
    """An SQL condition and order in the making."""

    parts: list[str] = field(default_factory=lambda: ["1"])
    args: list[Any] = field(default_factory=list)
    column: str = "created_at"
    way: str = "desc"

    def add(self, part: str, *args: Json) -> None:
        """Demand one thing more."""
        self.parts.append(part)
        self.args.extend(args)

    @property
    def where(self) -> str:
        """The whole condition."""
        return " and ".join(self.parts)

    @property
    def order(self) -> str:
        """The order of the rows; equal seconds go by id."""
        return f"{self.column} {self.way}, id {self.way}"


def search(resource: Resource, request: Request, now: int) -> Search:
    """Read what a list is asked for; ``now`` in ms."""
    found = Search()
    if request.arg("include_deleted") != "true":
        found.add("deleted_at is null")
    for name in request.query:
        if name not in PLAIN:
            _narrow(resource, request, name, found)
    if any(name.startswith("updated_at[") for name in request.query):
        found.add("stamped = 1 and visible_at <= ?", now)
    return found


def limit(request: Request) -> int:
    """Read how many rows a page is to have."""
    asked = request.arg("limit", str(DEFAULT))
    if not asked.isdigit() or not 1 <= int(asked) <= MOST:
        raise bad("limit", f"should be between 1 and {MOST}")
    return int(asked)


def go_on(found: Search, offset: str, now: int, lifetime: float | None) -> None:
    """Go on after the row that an offset stands for, unless it has expired."""
    try:
        column, way, value, last, given = orjson.loads(urlsafe_b64decode(offset))
    except ValueError:
        raise bad("offset", "invalid value") from None
    expired = lifetime is not None and given + lifetime * 1000 < now
    if expired or (column, way) != (found.column, found.way):
        raise bad("offset", "invalid value")
    sign = ">" if way == "asc" else "<"
    found.add(f"({found.column}, id) {sign} (?, ?)", value, last)


def next_offset(found: Search, last: Row, now: int) -> str:
    """Give the offset of the page after ``last``; opaque to everybody else."""
    value = getattr(last, found.column)
    token = [found.column, found.way, value, last.id, now]
    return urlsafe_b64encode(orjson.dumps(token)).decode()


def _narrow(resource: Resource, request: Request, name: str, found: Search) -> None:
    match = re.fullmatch(r"(\w+)\[(\w+)\]", name)
    field_name, how = match.groups() if match else (name, "")
    value = request.arg(name)
    if field_name == "sort_by" and how in {"asc", "desc"}:
        found.column, found.way = _sortable(resource, value), how
    elif field_name in {"updated_at", resource.dated}:
        column = "updated_at" if field_name == "updated_at" else "created_at"
        _between(name, column, how, value, found)
    elif field_name in resource.filters and how == "is":
        found.add(f"{field_name} = ?", value)
    elif field_name in resource.filters and how == "in":
        values = _listed(name, value)
        found.add(f"{field_name} in ({', '.join('?' for _ in values)})", *values)
    else:
        raise bad(name, "unknown parameter")


def _sortable(resource: Resource, value: str) -> str:
    if value not in {"updated_at", resource.dated}:
        raise bad("sort_by", f"cannot sort by {value}")
    return "updated_at" if value == "updated_at" else "created_at"


def _between(name: str, column: str, how: str, value: str, found: Search) -> None:
    """Compare whole seconds, the bounds left out; the store keeps milliseconds."""
    if how == "after":
        found.add(f"{column} >= ?", (_second(name, value) + 1) * 1000)
    elif how == "before":
        found.add(f"{column} < ?", _second(name, value) * 1000)
    elif how == "between":
        first, last = (_second(name, one) for one in _listed(name, value))
        found.add(f"{column} >= ? and {column} < ?", first * 1000, (last + 1) * 1000)
    else:
        raise bad(name, "unknown operator")


def _second(name: str, value: str) -> int:
    if not value.isdigit():
        raise bad(name, "should be a timestamp in seconds")
    return int(value)


def _listed(name: str, value: str) -> list[str]:
    if not re.fullmatch(r"\[.*\]", value):
        raise bad(name, "should be a list")
    return [one.strip().strip('"') for one in value[1:-1].split(",") if one.strip()]
