"""The few words our SQL has beyond SQL; each becomes plain SQL before any engine sees it."""

from __future__ import annotations

import sqlglot
from sqlglot import exp

from core.errors import ContractError

# name -> its parameters and what it stands for. Amounts have at most 12 digits before the point,
# so that no cast or sum can overflow; what is not a number is null, never an error.
MACROS = {
    "minor_units": (
        ("amount", "factor"),
        "case when regexp_matches(amount, '^-?[0-9]{1,12}([.][0-9]*)?$')"
        " then cast(round(cast(amount as decimal(24, 6)) * coalesce(factor, 100), 0) as bigint)"
        " end",
    ),
    "rescaled": (
        ("amount", "old", "new"),
        "case when coalesce(old, 100) = coalesce(new, 100) then amount"
        " else amount * coalesce(new, 100) // coalesce(old, 100) end",
    ),
    # Half up in whole numbers, because engines round halves of doubles differently.
    "ratio": (("part", "whole"), "(2 * part + whole) // (2 * whole)"),
    # Whole minutes by the clock; the engines agree on them once the seconds are cut off.
    "minutes_between": (
        ("first", "second"),
        "date_diff('minute', date_trunc('minute', first), date_trunc('minute', second))",
    ),
    "filled": (("value",), "nullif(trim(value), '')"),
    # A birth, whole or its year alone, is one only if whoever wrote it down wrote it later.
    "born_before": (
        ("birth", "told"),
        "case when cast(substr(birth || '-01-01', 1, 10) || ' 00:00:00+00'"
        " as timestamptz) < coalesce(told, timestamptz '2100-01-01 00:00:00+00') then birth end",
    ),
}


def expand(query: exp.Query) -> exp.Query:
    """Return ``query`` with every macro replaced by what it stands for."""

    def replace(node: exp.Expression) -> exp.Expression:
        name = node.name.lower() if isinstance(node, exp.Anonymous) else ""
        if name not in MACROS:
            return node
        parameters, _ = MACROS[name]
        if len(parameters) != len(node.expressions):
            raise ContractError(f"{name} takes {', '.join(parameters)}")
        return _fill(name, dict(zip(parameters, node.expressions, strict=True)))

    # From the leaves up, so that a macro may stand inside another.
    for node in reversed(list(query.find_all(exp.Anonymous))):
        replaced = replace(node)
        if replaced is not node:
            node.replace(replaced)
    return query


def _fill(name: str, arguments: dict[str, exp.Expression]) -> exp.Expression:
    body = sqlglot.parse_one(MACROS[name][1], read="duckdb")
    for column in list(body.find_all(exp.Column)):
        column.replace(exp.paren(arguments[column.name].copy()))
    return exp.paren(body)
