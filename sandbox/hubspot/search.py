"""The search body of a CRM type, turned into an SQL condition and order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.clock import millis, parse
from sandbox.http import Json
from sandbox.hubspot.properties import MODIFIED, Definition

GROUPS, FILTERS = 5, 25
COMPARE = {"EQ": "=", "NEQ": "<>", "LT": "<", "LTE": "<=", "GT": ">", "GTE": ">="}
Part = tuple[str, list[Any]]


class BadSearchError(ValueError):
    """A search that has no answer."""


@dataclass(frozen=True, slots=True)
class Search:
    """A condition, its arguments and an order, all on the columns of a collection."""

    sql: str
    order: str
    args: list[Any] = field(default_factory=list)


def search(body: Json, kind: str, known: Mapping[str, Definition]) -> Search:
    """Read a search body; raises `BadSearchError`."""
    groups = body.get("filterGroups") or []
    filters = [one for group in groups for one in group.get("filters", [])]
    if len(groups) > GROUPS or len(filters) > FILTERS:
        raise BadSearchError(f"at most {GROUPS} filterGroups and {FILTERS} filters are allowed")
    ors: list[str] = []
    args: list[Any] = []
    for group in groups:
        parts = [_filter(one, kind, known) for one in group.get("filters", [])]
        ors.append("(" + (" and ".join(sql for sql, _ in parts) or "1") + ")")
        args += [arg for _, more in parts for arg in more]
    sql = f"({' or '.join(ors)})" if ors else "1"
    if body.get("query"):
        sql, args = f"{sql} and instr(lower(body), ?)", [*args, str(body["query"]).lower()]
    return Search(sql, _order(body.get("sorts") or [], kind, known), args)


def _filter(one: Json, kind: str, known: Mapping[str, Definition]) -> Part:
    name, operator = one.get("propertyName", ""), one.get("operator", "")
    if name not in known:
        raise BadSearchError(f"no property is called {name!r}")
    column, is_time, is_number = _column(name, kind, known)

    def read(value: Json) -> Json:
        return _value(value, is_time=is_time, is_number=is_number)

    if operator in COMPARE:
        return f"{column} {COMPARE[operator]} ?", [read(one.get("value"))]
    if operator == "BETWEEN":
        return f"{column} between ? and ?", [read(one.get("value")), read(one.get("highValue"))]
    if operator in {"IN", "NOT_IN"}:
        values = [read(value) for value in one.get("values") or []]
        marks = ", ".join("?" for _ in values)
        turn = "not in" if operator == "NOT_IN" else "in"
        return f"{column} {turn} ({marks})", values
    if operator in {"HAS_PROPERTY", "NOT_HAS_PROPERTY"}:
        return f"{column} is {'not ' if operator == 'HAS_PROPERTY' else ''}null", []
    if operator in {"CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"}:
        turn = "= 0" if operator.startswith("NOT") else "> 0"
        word = str(one.get("value", "")).replace("*", "").lower()
        return f"coalesce(instr({column}, ?), 0) {turn}", [word]
    raise BadSearchError(f"no operator is called {operator!r}")


def _column(name: str, kind: str, known: Mapping[str, Definition]) -> tuple[str, bool, bool]:
    """Give how SQL reads a property, and whether it is a time or a number."""
    if name == MODIFIED[kind]:
        return "updated_at", True, False
    if name == "createdate":
        return "created_at", True, False
    if name == "hs_object_id":
        return "id", False, True
    path = f"json_extract(body, '$.\"{name}\"')"
    if known[name][1] == "number":
        return f"cast({path} as real)", False, True
    return f"lower({path})", False, False


def _value(value: Json, *, is_time: bool, is_number: bool) -> Json:
    try:
        if is_time:
            return _moment(str(value))
        if is_number:
            return float(value) if "." in str(value) else int(value)
    except (ValueError, TypeError) as error:
        raise BadSearchError(f"{value!r} is not a value of this property") from error
    return str(value).lower()


def _moment(value: str) -> int:
    """Read epoch milliseconds or an ISO time."""
    return int(value) if value.lstrip("-").isdigit() else millis(_parsed(value))


def _parsed(value: str) -> datetime:
    return parse(value)


def _order(sorts: Json, kind: str, known: Mapping[str, Definition]) -> str:
    if len(sorts) > 1:
        raise BadSearchError("only one sort is allowed")
    if not sorts:
        return "created_at, id"
    one = {"propertyName": sorts[0]} if isinstance(sorts[0], str) else sorts[0]
    name = one.get("propertyName", "")
    down = one.get("direction") == "DESCENDING" or name.startswith("-")
    name = name.lstrip("-")
    if name not in known:
        raise BadSearchError(f"no property is called {name!r}")
    column, _, _ = _column(name, kind, known)
    return f"{column}{' desc' if down else ''}, id"
