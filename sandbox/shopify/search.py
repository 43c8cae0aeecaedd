"""The shop's search syntax, as far as a pull needs it, turned into an SQL condition.

``updated_at:>='2026-01-05T00:00:00Z' AND status:open``: terms are ``field:value`` with an optional
comparator and an optional ``-``, joined by AND (or nothing) and OR; there are no brackets. A field
there is not is passed over with a warning, as the shop does.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.clock import millis, parse

TERM = re.compile(
    r"""(?P<minus>-|NOT\s+)?(?:(?P<field>\w+):(?P<op>>=|<=|>|<)?)?"""
    r"""(?P<value>'[^']*'|"[^"]*"|[^\s]+)"""
)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
Part = tuple[str, list[Any]]


@dataclass(slots=True)
class Condition:
    """An SQL condition on a collection, its arguments, and the fields nobody knows."""

    sql: str = "1"
    args: list[Any] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def condition(query: str | None, table: str) -> Condition:
    """Read a search query on ``orders``, ``customers``, ``products`` or ``deletions``."""
    found = Condition()
    groups: list[list[Part]] = [[]]
    for match in TERM.finditer(query or ""):
        if match["field"] is None and match["value"] in {"AND", "OR"}:
            if match["value"] == "OR":
                groups.append([])
            continue
        part = _term(match, table)
        if part is None:
            found.unknown.append(match["field"])
        else:
            groups[-1].append(part)
    ands = [group for group in groups if group]
    if ands:
        joined = ["(" + " and ".join(sql for sql, _ in group) + ")" for group in ands]
        found.sql = "(" + " or ".join(joined) + ")"
        found.args = [arg for group in ands for _, args in group for arg in args]
    return found


def _term(match: re.Match[str], table: str) -> Part | None:
    value = match["value"]
    if value[0] in "'\"":
        value = value[1:-1]
    name = match["field"]
    if name is None:
        part: Part | None = ("instr(lower(body), ?)", [value.lower()])
    else:
        reader = FIELDS[table].get(name)
        part = _read(reader, match["op"] or "=", value) if reader else None
    if part is not None and match["minus"]:
        part = (f"not ({part[0]})", part[1])
    return part


def _read(reader: Callable[[str, str], Part], op: str, value: str) -> Part | None:
    try:
        return reader(op, value)
    except ValueError:
        return None


def _number(column: str) -> Callable[[str, str], Part]:
    def read(op: str, value: str) -> Part:
        return (f"{column} {op} ?", [int(re.sub(r"\D", "", value) or -1)])

    return read


def _text(name: str) -> Callable[[str, str], Part]:
    path = f"json_extract(body, '$.{name}')"

    def read(_: str, value: str) -> Part:
        if value.endswith("*"):
            return (f"lower({path}) like ?", [value[:-1].lower() + "%"])
        return (f"lower({path}) = ?", [value.lower()])

    return read


def _tag(_: str, value: str) -> Part:
    return (
        "exists (select 1 from json_each(body, '$.tags') t where lower(t.value) = ?)",
        [value.lower()],
    )


def _time(column: str, *, whole_days: bool = False) -> Callable[[str, str], Part]:
    def read(op: str, value: str) -> Part:
        low = parse(value)
        step = SECOND
        if whole_days or re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            low, step = datetime(low.year, low.month, low.day, tzinfo=low.tzinfo), DAY
        return _between(column, op, millis(low), millis(low + step))

    return read


def _between(column: str, op: str, low: int, high: int) -> Part:
    match op:
        case ">=":
            return (f"{column} >= ?", [low])
        case ">":
            return (f"{column} >= ?", [high])
        case "<=":
            return (f"{column} < ?", [high])
        case "<":
            return (f"{column} < ?", [low])
        case _:
            return (f"{column} >= ? and {column} < ?", [low, high])


def _order_status(_: str, value: str) -> Part:
    cancelled = "json_extract(body, '$.cancelled_at') is not null"
    states = {"open": f"not {cancelled}", "cancelled": cancelled, "closed": "0"}
    return (states.get(value.lower(), "1"), [])


FIELDS: dict[str, dict[str, Callable[[str, str], Part]]] = {
    "orders": {
        "id": _number("id"),
        "created_at": _time("created_at"),
        "processed_at": _time("created_at"),
        "updated_at": _time("updated_at"),
        "customer_id": _number("customer"),
        "email": _text("email"),
        "name": _text("name"),
        "status": _order_status,
        "tag": _tag,
        "test": lambda _, value: ("0" if value == "true" else "1", []),
    },
    "customers": {
        "id": _number("id"),
        "created_at": _time("created_at"),
        "customer_date": _time("created_at"),
        "updated_at": _time("updated_at", whole_days=True),
        "email": _text("email"),
        "phone": _text("phone"),
        "first_name": _text("first_name"),
        "last_name": _text("last_name"),
        "tag": _tag,
    },
    "products": {
        "id": _number("id"),
        "created_at": _time("created_at"),
        "updated_at": _time("updated_at"),
        "status": _text("status"),
        "title": _text("title"),
        "vendor": _text("maker"),
        "product_type": _text("category"),
        "sku": _text("sku"),
        "gift_card": lambda _, value: ("0" if value == "true" else "1", []),
        "tag": _tag,
    },
    "deletions": {
        "id": _number("id"),
        "created_at": _time("created_at"),
        "occurred_at": _time("created_at"),
        "subject_type": lambda _, value: ("1" if value.upper() == "PRODUCT" else "0", []),
        "action": lambda _, value: ("1" if value == "destroy" else "0", []),
    },
}
