"""A small reader of SOQL: one object, a condition, an order, a limit; turned into SQL of the store.

    SELECT Id, Name FROM Contact WHERE SystemModstamp >= 2026-01-01T00:00:00Z AND IsDeleted = false
    ORDER BY SystemModstamp, Id LIMIT 10
    SELECT COUNT() FROM Contact

Names do not care about case. Times are written without quotes, texts with them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.clock import millis, parse
from sandbox.salesforce.fields import OBJECTS, SObject

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')"
    r"|(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))"
    r"|(?P<date>\d{4}-\d\d-\d\d)"
    r"|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<word>\w+)"
    r"|(?P<sign><=|>=|!=|<>|[=<>(),]))"
)
SIGNS = {"=", "!=", "<>", "<", ">", "<=", ">="}
COLUMNS = {"Id": "id", "SystemModstamp": "updated_at", "CreatedDate": "created_at"}
Token = tuple[str, str]


class BadQueryError(ValueError):
    """A query with no answer; ``code`` is Salesforce's word for what is wrong."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(slots=True)
class Query:
    """What was asked: ``where`` and ``order`` are SQL on the columns of a collection."""

    table: SObject
    names: list[str]
    is_count: bool = False
    where: str = "1"
    args: list[Any] = field(default_factory=list)
    order: str = "id"
    limit: int | None = None


def read(text: str, fields: Mapping[str, Mapping[str, str]]) -> Query:
    """Read a query; ``fields``: object -> name -> type of what there is. Raises BadQueryError."""
    return _Reader(_tokens(text), fields).query()


def _tokens(text: str) -> list[Token]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise BadQueryError("MALFORMED_QUERY", f"unexpected token: {text[at : at + 20]}")
        found.append((str(match.lastgroup), match[str(match.lastgroup)]))
        at = match.end()
    return found


class _Reader:
    def __init__(self, tokens: list[Token], fields: Mapping[str, Mapping[str, str]]) -> None:
        self._tokens, self._at, self._fields = tokens, 0, fields
        self._known: dict[str, str] = {}
        self._kinds: Mapping[str, str] = {}
        self._args: list[Any] = []

    def query(self) -> Query:
        self._expect("SELECT")
        wanted = self._wanted()
        self._expect("FROM")
        name = self._next()[1]
        table = next((one for one in OBJECTS.values() if one.name.lower() == name.lower()), None)
        if table is None:
            raise BadQueryError("INVALID_TYPE", f"sObject type '{name}' is not supported.")
        self._kinds = self._fields[table.name]
        self._known = {own.lower(): own for own in self._kinds}
        names = [self._field(one) for one in wanted]
        found = Query(table, names, is_count=not wanted)
        if self._takes("WHERE"):
            found.where, found.args = self._either(), self._args
        if self._takes("ORDER"):
            self._expect("BY")
            found.order = self._order()
        if self._takes("LIMIT"):
            found.limit = int(self._next()[1])
        if self._at < len(self._tokens):
            raise BadQueryError("MALFORMED_QUERY", f"unexpected token: {self._next()[1]}")
        return found

    def _wanted(self) -> list[str]:
        if self._takes("COUNT"):
            self._expect("(")
            self._expect(")")
            return []
        names = [self._next()[1]]
        while self._takes(","):
            names.append(self._next()[1])
        return names

    def _order(self) -> str:
        parts = []
        while True:
            column = self._column(self._next()[1])
            down = self._takes("DESC")
            _ = down or self._takes("ASC")
            parts.append(f"{column} desc" if down else column)
            if not self._takes(","):
                return ", ".join(parts)

    def _either(self) -> str:
        parts = [self._both()]
        while self._takes("OR"):
            parts.append(self._both())
        return f"({' or '.join(parts)})"

    def _both(self) -> str:
        parts = [self._term()]
        while self._takes("AND"):
            parts.append(self._term())
        return f"({' and '.join(parts)})"

    def _term(self) -> str:
        if self._takes("NOT"):
            return f"not {self._term()}"
        if self._takes("("):
            inside = self._either()
            self._expect(")")
            return inside
        name = self._field(self._next()[1])
        column, sign = self._column(name), self._next()[1].upper()
        if sign == "IN":
            return f"{column} in ({self._list(name)})"
        if sign == "NOT":
            self._expect("IN")
            return f"{column} not in ({self._list(name)})"
        if sign == "LIKE":
            return f"{column} like {self._value(name)}"
        if sign not in SIGNS:
            raise BadQueryError("MALFORMED_QUERY", f"unexpected token: {sign}")
        value = self._value(name)
        same = {"=": "is", "!=": "is not", "<>": "is not"}.get(sign, sign)
        return f"{column} {same} {value}"

    def _list(self, name: str) -> str:
        self._expect("(")
        values = [self._value(name)]
        while self._takes(","):
            values.append(self._value(name))
        self._expect(")")
        return ", ".join(values)

    def _value(self, name: str) -> str:
        kind, text = self._next()
        value: Any = text
        if kind == "text":
            value = re.sub(r"\\(.)", r"\1", text[1:-1])
        elif kind == "time":
            at = parse(text)
            value = millis(at) if name in COLUMNS else at.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        elif kind == "number":
            value = float(text)
        elif kind == "word" and text.lower() in {"true", "false", "null"}:
            value = {"true": 1, "false": 0, "null": None}[text.lower()]
        elif kind != "date":
            raise BadQueryError("MALFORMED_QUERY", f"unexpected token: {text}")
        if self._kinds[name] == "datetime" and kind not in {"time", "word"}:
            said = f"value of filter criterion for field '{name}' must be of type dateTime"
            raise BadQueryError("INVALID_FIELD", said)
        self._args.append(value)
        return "?"

    def _column(self, name: str) -> str:
        own = self._field(name)
        if own == "IsDeleted":
            return "(deleted_at is not null)"
        return COLUMNS.get(own, f"json_extract(body, '$.{own}')")

    def _field(self, name: str) -> str:
        own = self._known.get(name.lower())
        if own is None:
            raise BadQueryError("INVALID_FIELD", f"No such column '{name}' on entity.")
        return own

    def _next(self) -> Token:
        if self._at >= len(self._tokens):
            raise BadQueryError("MALFORMED_QUERY", "unexpected end of query")
        self._at += 1
        return self._tokens[self._at - 1]

    def _takes(self, word: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at][1].upper() == word:
            self._at += 1
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._takes(word):
            raise BadQueryError("MALFORMED_QUERY", f"expecting {word}")
