"""Bad days on order. A fault is a JSON document, given to ``POST /__sim__/faults`` or `Faults.add`.

Which requests it befalls (all that are given must match):

    vendor   name of the vendor; every vendor when left out
    method   GET, POST, ...
    path     regular expression, searched in the path
    query    substring of the raw query ("name=value" pairs, decoded, joined by &)
    body     substring of the request body (for GraphQL)
    after    let this many matching requests pass first (0)
    times    then befall this many (1); 0 is for ever

What it does (``do``, with its own fields and their defaults):

    status         answer ``status`` (500) in the vendor's own form, without asking the vendor;
                   ``retry_after`` seconds (none); ``html`` true for an HTML page instead
    html           200 with an HTML page
    empty          200 (or ``status``) with no body at all
    cut            the right answer, broken off after ``keep`` (0.5) of it: the head promises more
    invalid        the same, but the head is honest: complete HTTP around half a JSON
    hang           take the request and send nothing for ``seconds`` (30), then close
    drip           the right answer, one byte every ``every`` (1) seconds, for ``seconds`` (30)
    delay          the right answer, ``seconds`` (1) late
    reset          tear the connection down with RST
    lose_answer    do what was asked, then stay silent for ``seconds`` (30): a timeout after commit
    expire_tokens  make every token handed out worthless, then answer (so, mostly, refuse)
    happen         let ``happenings`` (a list, see `sandbox.happenings`) come true, then answer
    drop_row       leave a row out of a page, silently
    duplicate_row  send a row of a page twice
    set_field      give a row's ``field`` the JSON ``value``, known field or not
    drop_field     take a row's ``field`` away, its key for example
    change_type    turn a row's ``field`` to another type: ``to`` string, number, object, list, null

The five on rows take ``table`` (any), and which row: ``row`` (0) from the top, or -1 for all, or
``having``, a substring of the row's JSON. Dots in ``field`` go deeper; ``@name`` is a field where
the row's own fields are, however the vendor wraps them, and ``~expression`` every plain one there
whose name the regular expression finds. Seconds are real ones. A fault that did its ``times``
stays listed, with ``seen`` and ``fired`` counted, until it is deleted.
"""

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from copy import deepcopy
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar, cast

import orjson

from sandbox.http import Json, Request

T = TypeVar("T")

BEFORE = frozenset({"delay", "expire_tokens", "happen"})
INSTEAD = frozenset({"status", "html", "empty", "hang", "reset"})
AFTER = frozenset({"cut", "invalid", "drip", "lose_answer"})
ROWS = frozenset({"drop_row", "duplicate_row", "set_field", "drop_field", "change_type"})


@dataclass(slots=True)
class Fault:
    """One scripted misbehaviour; the module's text says what each field means."""

    do: str
    vendor: str = ""
    method: str = ""
    path: str = ""
    query: str = ""
    body: str = ""
    after: int = 0
    times: int = 1
    status: int | None = None
    retry_after: float | None = None
    html: bool = False
    keep: float = 0.5
    seconds: float | None = None
    every: float = 1.0
    happenings: list[dict[str, Any]] = field(default_factory=list)
    table: str = ""
    row: int = 0
    having: str = ""
    field: str = ""
    value: Any = None
    to: str = "string"
    id: int = 0
    seen: int = 0
    fired: int = 0

    def matches(self, vendor: str, request: Request) -> bool:
        """Say whether a request is of the kind this fault waits for."""
        return (
            self.vendor in {"", vendor}
            and self.method in {"", request.method}
            and re.search(self.path, request.path) is not None
            and self.query in _raw(request)
            and self.body.encode() in request.body
        )

    def strikes(self) -> bool:
        """Count one matching request and say whether the fault befalls it."""
        self.seen += 1
        hit = self.seen > self.after and (not self.times or self.fired < self.times)
        self.fired += hit
        return hit


class Faults:
    """All faults in force."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: list[Fault] = []
        self._made = 0

    def add(self, document: Mapping[str, Any]) -> Fault:
        """Script a fault; raises ``ValueError`` on a field or a ``do`` that there is not."""
        unknown = document.keys() - {f.name for f in fields(Fault)}
        if unknown:
            raise ValueError(f"a fault has no {', '.join(sorted(unknown))}")
        if document.get("do") not in BEFORE | INSTEAD | AFTER | ROWS:
            raise ValueError(f"no fault does {document.get('do')!r}")
        re.compile(document.get("path", ""))
        with self._lock:
            self._made += 1
            fault = Fault(**{**document, "id": self._made, "seen": 0, "fired": 0})
            self._all = [*self._all, fault]
            return fault

    def clear(self, fault_id: int | None = None) -> None:
        """Take one fault back, or all."""
        with self._lock:
            self._all = [f for f in self._all if fault_id is not None and f.id != fault_id]

    def all(self) -> list[Fault]:
        """Give every fault in force, spent ones too."""
        return self._all

    def striking(self, vendor: str, request: Request) -> list[Fault]:
        """Give the faults that befall this request, in the order they were scripted."""
        if not self._all:
            return []
        with self._lock:
            return [f for f in self._all if f.matches(vendor, request) and f.strikes()]


_tampering: ContextVar[list[Fault]] = ContextVar("tampering", default=[])  # noqa: B039 - never changed in place


@contextmanager
def tampering(faults: list[Fault]) -> Iterator[None]:
    """Have these row faults at every page that is made inside."""
    token = _tampering.set(faults)
    try:
        yield
    finally:
        _tampering.reset(token)


def tampered(table: str, rows: list[T]) -> list[T]:
    """Give the rows of a page as the row faults in force leave them."""
    for fault in _tampering.get():
        if fault.table in {"", table}:
            rows = _tamper(fault, rows)
    return rows


def _tamper(fault: Fault, rows: list[T]) -> list[T]:
    result: list[T] = []
    for index, row in enumerate(rows):
        if not _is_meant(fault, index, row):
            result.append(row)
        elif fault.do == "duplicate_row":
            result += [row, row]
        elif fault.do != "drop_row":
            result.append(_edited(fault, row))
    return result


def _is_meant(fault: Fault, index: int, row: object) -> bool:
    if fault.having:
        text = row if isinstance(row, str) else orjson.dumps(row).decode()
        return fault.having in text
    return fault.row in {-1, index}


def _edited(fault: Fault, row: T) -> T:
    if isinstance(row, str):
        document = orjson.loads(row)
        _edit(fault, document)
        return cast("T", orjson.dumps(document).decode())
    copy = deepcopy(row)
    _edit(fault, copy)
    return copy


def _edit(fault: Fault, document: Json) -> None:
    sign, name = fault.field[:1], fault.field[1:]
    if sign in {"@", "~"}:
        home = _home(document)
        plain = [key for key, value in home.items() if not isinstance(value, (dict, list))]
        for key in [name] if sign == "@" else [key for key in plain if re.search(name, key)]:
            _change(fault, home, key)
        return
    *path, last = fault.field.split(".")
    for step in path:
        document = document.setdefault(step, {})
    _change(fault, document, last)


def _home(document: Json) -> Json:
    """Give the object that holds most plain fields: the row, or what it wraps."""

    def plain(one: Json) -> int:
        return sum(not isinstance(value, (dict, list)) for value in one.values())

    inner = [value for value in document.values() if isinstance(value, dict)]
    return max([document, *inner], key=plain)


def _change(fault: Fault, document: Json, name: str) -> None:
    # Salesforce writes Id what its clients and our tables call id.
    name = next((own for own in document if own.lower() == name.lower()), name)
    if fault.do == "drop_field":
        document.pop(name, None)
    elif fault.do == "set_field":
        document[name] = fault.value
    else:
        document[name] = _turned(document.get(name), fault.to)


def _turned(value: Json, to: str) -> Json:
    match to:
        case "number":
            return 42
        case "object":
            return {"value": value}
        case "list":
            return [value]
        case "null":
            return None
        case _:
            return orjson.dumps(value).decode() if isinstance(value, (dict, list)) else str(value)


def _raw(request: Request) -> str:
    return "&".join(f"{name}={item}" for name, items in request.query.items() for item in items)
