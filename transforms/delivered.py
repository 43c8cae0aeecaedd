"""Which fields a system has at all, read off its staging models: what they only fill in is null."""

from __future__ import annotations

from functools import cache

from sqlglot import exp

from transforms.kinds import KINDS
from transforms.model import folder


def is_delivered(source: str, kind: str, field: str) -> bool:
    """Tell whether rows of ``kind`` from ``source`` can hold ``field``.

    A field that no staging model speaks of is the mart's own, and every system can have it.
    """
    return field not in KINDS.get(kind, {}) or field in _delivered(source, kind)


@cache
def _delivered(source: str, kind: str) -> frozenset[str]:
    models = [m for m in folder("staging") if m.into == kind and m.name.startswith(f"{source}__")]
    return frozenset(
        column for model in models for column in model.columns if not _is_null(model.query, column)
    )


def _is_null(query: exp.Query, column: str) -> bool:
    """Tell whether ``column`` is written as null and nothing else, in the last select."""
    for one in query.selects:
        if one.alias_or_name == column:
            told = one.this if isinstance(one, exp.Alias) else one
            while isinstance(told, exp.Cast):
                told = told.this
            return isinstance(told, exp.Null)
    return False
