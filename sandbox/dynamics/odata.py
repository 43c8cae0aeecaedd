"""A small reader of OData: what is asked of one table, turned into SQL of the store.

$filter=modifiedon ge 2026-01-01T00:00:00Z and (merged eq false or name eq 'O''Hara')
$orderby=modifiedon,contactid   $select=contactid   $top=1   $count=true
"""

import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.clock import millis, parse
from sandbox.dynamics.records import KEYS
from sandbox.http import Request

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')"
    r"|(?P<time>\d{4}-\d\d-\d\dT[\d:.]+Z)"
    r"|(?P<guid>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
    r"|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<word>\w+)"
    r"|(?P<sign>[()]))"
)
SIGNS = {"eq": "is", "ne": "is not", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
TIMES = {"modifiedon": "updated_at", "createdon": "created_at"}
WORDS: dict[str, Any] = {"true": 1, "false": 0, "null": None}


class BadRequestError(ValueError):
    """A question with no answer."""


@dataclass(slots=True)
class Asked:
    """What was asked: ``where`` and ``order`` are SQL on the columns of a collection."""

    where: str = "1"
    args: list[Any] = field(default_factory=list)
    order: str = "id"
    select: list[str] = field(default_factory=list)
    top: int | None = None
    counts: bool = False


def read(request: Request, table: str) -> Asked:
    """Read the options of a request; raises `BadRequestError`."""
    found = Asked(counts=request.arg("$count") == "true")
    if "$filter" in request.query:
        found.where, found.args = _Filter(request.arg("$filter"), table).read()
    orders = [one.strip().split(" ") for one in request.arg("$orderby").split(",") if one.strip()]
    if orders:
        found.order = ", ".join(
            _column(name, table) + (" desc" if "desc" in way else "") for name, *way in orders
        )
    found.select = [one.strip() for one in request.arg("$select").split(",") if one.strip()]
    if "$top" in request.query:
        found.top = int(request.arg("$top"))
    return found


def _column(name: str, table: str) -> str:
    if name == KEYS[table]:
        return "id"
    if not re.fullmatch(r"\w+", name):
        raise BadRequestError(f"Could not find a property named '{name}'")
    return TIMES.get(name, f"json_extract(body, '$.{name}')")


class _Filter:
    def __init__(self, text: str, table: str) -> None:
        self._table, self._at = table, 0
        self._tokens = [(str(m.lastgroup), m[str(m.lastgroup)]) for m in TOKEN.finditer(text)]
        if "".join(word for _, word in self._tokens) != re.sub(
            r"\s(?=(?:[^']|'[^']*')*$)", "", text
        ):
            raise BadRequestError(f"Syntax error in '{text}'")
        self._args: list[Any] = []

    def read(self) -> tuple[str, list[Any]]:
        found = self._either()
        if self._at < len(self._tokens):
            raise BadRequestError("Syntax error after the filter")
        return found, self._args

    def _either(self) -> str:
        parts = [self._both()]
        while self._takes("or"):
            parts.append(self._both())
        return f"({' or '.join(parts)})"

    def _both(self) -> str:
        parts = [self._term()]
        while self._takes("and"):
            parts.append(self._term())
        return f"({' and '.join(parts)})"

    def _term(self) -> str:
        if self._takes("("):
            inside = self._either()
            if not self._takes(")"):
                raise BadRequestError("a parenthesis is not closed")
            return inside
        column = _column(self._next()[1], self._table)
        sign = SIGNS.get(self._next()[1])
        if sign is None:
            raise BadRequestError("no such operator")
        self._args.append(self._value(column, *self._next()))
        return f"{column} {sign} ?"

    def _value(self, column: str, kind: str, text: str) -> Any:  # noqa: ANN401 - what SQL compares
        if kind == "time":
            return millis(parse(text)) if column in TIMES.values() else text
        if kind == "text":
            return text[1:-1].replace("''", "'")
        if kind == "number":
            return float(text)
        if kind == "word" and text not in WORDS:
            raise BadRequestError(f"'{text}' is no value")
        return WORDS[text] if kind == "word" else text.lower()

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise BadRequestError("the filter ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _takes(self, word: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at][1] == word:
            self._at += 1
            return True
        return False
