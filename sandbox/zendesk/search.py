"""Zendesk's search syntax, as far as counting needs it, turned into an SQL condition.

``type:ticket updated>=2026-01-05T00:00:00Z updated<2026-01-06T00:00:00Z``: terms with blanks
between them, all of which must hold.
"""

import re
from dataclasses import dataclass, field

from sandbox.clock import millis, parse
from sandbox.zendesk.errors import bad

TABLES = {"ticket": "tickets", "user": "users", "organization": "organizations"}
TERM = re.compile(r"(?P<name>\w+)(?P<sign>>=|<=|>|<|:)(?P<value>\S+)")
COLUMNS = {"created": "created_at", "updated": "updated_at"}


@dataclass(slots=True)
class Search:
    """What is looked for: a table, an SQL condition on it, and its values."""

    table: str = ""
    parts: list[str] = field(default_factory=lambda: ["deleted_at is null"])
    args: list[int] = field(default_factory=list)


def search(query: str) -> Search:
    """Read a query; raises ``RefusedError`` for what is not known here."""
    found = Search()
    for term in query.split():
        match = TERM.fullmatch(term)
        if match is None:
            raise bad(f"query: {term}")
        if match["name"] == "type" and match["sign"] == ":":
            found.table = TABLES.get(match["value"], "")
        elif match["name"] in COLUMNS:
            _moment(found, COLUMNS[match["name"]], match["sign"], match["value"])
        else:
            raise bad(f"query: {match['name']} is not known here")
    if not found.table:
        raise bad("query: type is missing")
    return found


def _moment(found: Search, column: str, sign: str, value: str) -> None:
    """Compare whole seconds, which is what records show."""
    try:
        second = millis(parse(value)) // 1000
    except ValueError as error:
        raise bad(f"query: {value} is not a time") from error
    found.parts.append(f"{column} / 1000 {'=' if sign == ':' else sign} ?")
    found.args.append(second)
