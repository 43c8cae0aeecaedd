"""As much of Zoho's query language as counting and listing ids takes."""

import re
from dataclasses import dataclass
from typing import Any

from sandbox.clock import millis, parse

_QUERY = re.compile(
    r"select\s+(?P<what>count\(id\)|id)\s+from\s+(?P<module>\w+)\s+where\s+(?P<where>.+?)"
    r"(?:\s+order\s+by\s+id(?:\s+asc)?)?(?:\s+limit\s+(?P<limit>\d+))?",
    re.IGNORECASE | re.DOTALL,
)
_TERM = (
    r"(?P<time>Modified_Time|Created_Time)\s*(?P<sign>>=|<=|>|<|=)\s*'(?P<at>[^']+)'"
    r"|id\s*(?P<than>>=|<=|>|<|=)\s*(?P<number>\d+)"
    r"|Converted__s\s*=\s*(?P<truth>true|false)"
    r"|id\s+is\s+not\s+null"
)
_WHERE = re.compile(rf"(?:{_TERM}|\s|\(|\)|and|or)+", re.IGNORECASE)
COLUMNS = {"modified_time": "updated_at", "created_time": "created_at"}
MOST, USUAL = 2_000, 200


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked: ``where`` is an SQL condition on the store's columns, with ``args``."""

    module: str
    is_count: bool
    where: str
    args: tuple[Any, ...]
    limit: int


def read(text: str) -> Query | None:
    """Read a query; None for one that is not understood."""
    match = _QUERY.fullmatch(text.strip())
    if match is None or not _WHERE.fullmatch(match["where"]):
        return None
    args: list[Any] = []

    def term(found: re.Match[str]) -> str:
        if found["time"]:
            args.append(millis(parse(found["at"])))
            return f"{COLUMNS[found['time'].lower()]} {found['sign']} ?"
        if found["number"]:
            args.append(found["number"])
            return f"id {found['than']} ?"
        if found["truth"]:
            return f"converted = {int(found['truth'].lower() == 'true')}"
        return "1"

    where = re.sub(_TERM, term, match["where"], flags=re.IGNORECASE)
    is_count = match["what"].lower() != "id"
    limit = min(int(match["limit"] or USUAL), MOST)
    return Query(match["module"], is_count, where, tuple(args), limit)
