"""Filters, sorting and pages by cursor, as the query says."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import orjson

from sandbox.clock import millis, parse
from sandbox.http import Request
from sandbox.store import Collection, Row

TERM = re.compile(r"([a-z-]+)\(([\w.]+),(\[[^\]]*\]|\"[^\"]*\"|'[^']*'|[^(),]*)\)")
SIGNS = {"greater-than": ">", "greater-or-equal": ">=", "less-than": "<", "less-or-equal": "<="}
SECOND_MS = 1_000


class AskedWrongError(Exception):
    """Something in the query that is not taken; ``parameter`` says where."""

    def __init__(self, parameter: str, detail: str) -> None:
        super().__init__(detail)
        self.parameter = parameter


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What a list can be asked for.

    Attributes:
        size: Records a page unless asked otherwise.
        most: Records a page at most.
        sorts: Name in ``sort`` -> column; the first is the order without one.
        filters: Field -> the operators it takes.
        columns: Field of a filter -> column.
    """

    size: int
    most: int
    sorts: Mapping[str, str]
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)


def terms(request: Request, endpoint: Endpoint) -> dict[str, list[tuple[str, Any]]]:
    """Read the filter: field -> its operators and values."""
    text = request.arg("filter")
    found: dict[str, list[tuple[str, Any]]] = {}
    for operator, name, value in TERM.findall(text):
        if operator not in endpoint.filters.get(name, ()):
            said = f"'{operator}' is not a valid operator for the field '{name}'."
            raise AskedWrongError("filter", said)
        found.setdefault(name, []).append((operator, _value(value)))
    if text and not found:
        raise AskedWrongError("filter", "Invalid filter provided.")
    return found


def condition(
    found: Mapping[str, list[tuple[str, Any]]], endpoint: Endpoint
) -> tuple[str, list[Any]]:
    """Turn a filter into SQL. Times count in whole seconds."""
    where, args = ["1"], list[Any]()
    for name, asked in found.items():
        column = endpoint.columns[name]
        for operator, value in asked:
            if operator == "any":
                where.append(f"{column} in ({','.join('?' * len(value))})")
                args += value
            elif operator == "equals":
                where.append(f"{column} = ?")
                args.append(value)
            else:
                where.append(f"{column} / {SECOND_MS} {SIGNS[operator]} ?")
                args.append(_millis(value) // SECOND_MS)
    return " and ".join(where), args


def page(
    request: Request, kept: Collection, endpoint: Endpoint, where: str, args: list[Any]
) -> tuple[list[Row], str | None]:
    """Give the rows of the page asked for, and the cursor of the next."""
    size = _size(request, endpoint)
    asked = request.arg("sort") or next(iter(endpoint.sorts))
    by, way = endpoint.sorts.get(asked.lstrip("-")), "desc" if asked[0] == "-" else "asc"
    if by is None:
        raise AskedWrongError("sort", f"'{asked}' is not a valid sort.")
    cursor = request.arg("page[cursor]")
    if cursor:
        sign = ">" if way == "asc" else "<"
        where, args = f"{where} and ({by}, id) {sign} (?, ?)", [*args, *_opened(cursor)]
    order = f"{by} {way}, id {way}"
    rows = kept.rows(where, args, order=order, limit=size + 1)
    if len(rows) <= size:
        return rows, None
    last = rows[size - 1]
    place = {"id": last.id, "created_at": last.created_at, "updated_at": last.updated_at}
    return rows[:size], _sealed([place[by], last.id])


def links(request: Request, cursor: str | None) -> dict[str, str]:
    """Give the links of a page; there is no next on the last one."""
    query = [
        (name, value)
        for name, values in request.query.items()
        for value in values
        if name != "page[cursor]"
    ]
    start = f"{request.base}{request.path}"
    said = {"self": f"{start}?{_query(query)}"}
    if cursor is not None:
        said["next"] = f"{start}?{_query([*query, ('page[cursor]', cursor)])}"
    return said


def only(request: Request, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """Leave of a record's attributes those in ``fields``."""
    wanted = request.arg(f"fields[{kind}]")
    if wanted:
        names = set(wanted.split(","))
        found = {name: v for name, v in body["attributes"].items() if name in names}
        body = {**body, "attributes": found}
    return body


def _query(pairs: list[tuple[str, str]]) -> str:
    return "&".join(f"{quote(name)}={quote(value)}" for name, value in pairs)


def _size(request: Request, endpoint: Endpoint) -> int:
    asked = request.arg("page[size]", str(endpoint.size))
    if not asked.isdigit() or not 0 < int(asked) <= endpoint.most:
        said = f"Page size must be an integer between 1 and {endpoint.most}."
        raise AskedWrongError("page_size", said)
    return int(asked)


def _value(text: str) -> Any:  # noqa: ANN401 - a string, a list of them, or a word
    if text[:1] in {"[", '"', "'"}:
        try:
            return orjson.loads(text.replace("'", '"'))
        except orjson.JSONDecodeError:
            raise AskedWrongError("filter", "Invalid filter provided.") from None
    return {"true": 1, "false": 0}.get(text, text)


def _millis(text: str) -> int:
    try:
        # A plus sign that nobody encoded arrives as a blank.
        return millis(parse(str(text).replace(" ", "+")))
    except ValueError:
        raise AskedWrongError("filter", f"'{text}' is not a valid datetime.") from None


def _sealed(place: list[Any]) -> str:
    return urlsafe_b64encode(orjson.dumps(place)).decode()


def _opened(cursor: str) -> list[Any]:
    try:
        found: list[Any] = orjson.loads(urlsafe_b64decode(cursor.encode()))
    except ValueError:
        raise AskedWrongError("page[cursor]", "Invalid page cursor.") from None
    return found
