"""What every happening has, and its JSON form: ``{"what": "OrderPlaced", "key": ..., ...}``."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any, ClassVar, get_type_hints

from pydantic import TypeAdapter

from sandbox.http import Json


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody lives. ``country`` and ``region`` are codes (DE, CA); all may be empty."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A fact of the world. ``system``: shop, billing, support, marketing or crm.

    ``edits``: for a happening with ``changes``, the one whose fields they name.
    ``dealt_by``: for one that founds a record, the field that says with whom it goes where several
    vendors share a system, see `sandbox.dealing`; "" where every vendor hears of it.
    ``in_one_system``: told in one system only, though vendors of several could hear of it.
    """

    system: ClassVar[str] = ""
    edits: ClassVar["type[Happening] | None"] = None
    dealt_by: ClassVar[str] = ""
    in_one_system: ClassVar[bool] = False
    key: str
    at: datetime


def to_json(happening: Happening) -> dict[str, Any]:
    """Write a happening as JSON values, so that it can cross the admin side-channel."""
    return {"what": type(happening).__name__, **_plain(happening)}


def from_json(document: Mapping[str, Any]) -> Happening:
    """Read a happening; raises ``ValueError`` for an unknown name or a wrong field."""
    rest = dict(document)
    what = rest.pop("what", None)
    kinds = {kind.__name__: kind for kind in _kinds(Happening)}
    if what not in kinds:
        raise ValueError(f"no happening is called {what!r}; there are {', '.join(sorted(kinds))}")
    kind = kinds[what]
    if kind.edits is not None:
        rest["changes"] = _typed(kind.edits, rest.get("changes", {}))
    found: Happening = TypeAdapter(kind).validate_python(rest)
    return found


def _typed(kind: type[Happening], changes: Mapping[str, Any]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    unknown = changes.keys() - {field.name for field in fields(kind)}
    if unknown:
        raise ValueError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
    return {
        name: TypeAdapter(hints[name]).validate_python(value) for name, value in changes.items()
    }


def _kinds(parent: type[Happening]) -> list[type[Happening]]:
    # A slotted dataclass is a copy of the class that was written; only the copy has the name.
    return [
        kind
        for kind in parent.__subclasses__()
        if getattr(sys.modules[kind.__module__], kind.__name__, None) is kind
    ]


def _plain(value: Json) -> Json:
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value
