"""Stripe's search: ``created>=1767571200 AND created<1767657600``, and a total on request.

Clauses are joined by AND or by OR, not by both. What was created lately is not found yet, and a
total is exact up to 10,000 only.
"""

import re
from dataclasses import dataclass, field

from sandbox.stripe.errors import bad

SEARCHABLE = frozenset({"customers", "charges", "invoices", "subscriptions"})
CLAUSE = re.compile(
    r"""(?P<minus>-)?(?P<name>\w+)(?P<sign>>=|<=|>|<|:)(?P<value>"[^"]*"|'[^']*'|\S+)"""
)
TEXTS = frozenset({"customer", "status", "email"})
LONGEST = 10


@dataclass(slots=True)
class Query:
    """An SQL condition and its values."""

    sql: str = ""
    args: list[object] = field(default_factory=list)


def read(text: str, columns: frozenset[str]) -> Query:
    """Read a query on a table that has these columns; raises ``RefusedError``."""
    words = re.split(r"\s+(AND|OR)\s+", text.strip())
    clauses, joints = words[::2], {joint.lower() for joint in words[1::2]}
    if not text.strip():
        raise bad("You must pass a non-empty query.", "parameter_missing", "query")
    if len(joints) > 1 or len(clauses) > LONGEST:
        raise bad("We were unable to parse your search query.", "parameter_invalid", "query")
    found = Query()
    parts = [_clause(clause, columns, found) for clause in clauses]
    found.sql = "(" + f" {joints.pop() if joints else 'and'} ".join(parts) + ")"
    return found


def _clause(text: str, columns: frozenset[str], found: Query) -> str:
    match = CLAUSE.fullmatch(text.strip())
    if match is None:
        raise bad("We were unable to parse your search query.", "parameter_invalid", "query")
    name, sign, value = match["name"], match["sign"], match["value"].strip("\"'")
    turn = "not " if match["minus"] else ""
    if name == "created" and re.fullmatch(r"-?\d+", value):
        found.args.append(int(value))
        return f"{turn}created_at / 1000 {'=' if sign == ':' else sign} ?"
    if name in TEXTS & columns and sign == ":":
        found.args.append(value)
        return f"{turn}{name} = ?"
    message = f"Field `{name}` is an unsupported search field for this resource."
    raise bad(message, "parameter_invalid", "query")
