"""Where a record waits that could not become a row: with its body and the reason, as it came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import md5
from itertools import islice
from typing import Any

import orjson

from core.connector import Table
from core.pull import ODD_SHAPE, Known, Record
from core.records import Refused

QUARANTINE = "quarantine"
LEFT = "healed"
"""The column that takes a record out of quarantine: dlt deletes a row that comes with it true."""

QUARANTINED = Table(
    key=("quarantine_id",),
    columns={
        "quarantine_id": "text",
        "table_name": "text",
        "reason": "text",
        "body": "text",
        "is_raw": "bool",
        "edition": "text",
        "place": "bigint",
        LEFT: "bool",
    },
)
PAGE = 500


@dataclass(frozen=True, slots=True)
class Kept:
    """A record in quarantine.

    Attributes:
        id: Its name there.
        table: Whose row it would be.
        reason: Why it is none.
        record: What came: anything that JSON can hold.
        is_raw: Whether that is the vendor's own record, rather than the connector's row of it.
        edition: The edition of the connector that could not read it.
        place: When it was last told, in the order of all rows ever pulled of this source.
        row: The row of the quarantine itself.
    """

    id: str
    table: str
    reason: str
    record: Any
    is_raw: bool
    edition: str | None
    place: int
    row: Mapping[str, Any]

    def staying(self, reason: str, edition: str) -> Record:
        """Return its row of the quarantine after one more try that failed."""
        own = {name: self.row.get(name) for name in ("quarantine_id", "table_name", "body")}
        tried = {"reason": reason, "is_raw": self.is_raw, "edition": edition, "place": self.place}
        return {**own, **tried}

    def leaving(self) -> Record:
        """Return what takes it out of quarantine."""
        return {"quarantine_id": self.id, LEFT: True}


def set_aside(table: str, refused: Iterable[Refused], edition: str) -> list[Record]:
    """Return the rows of the quarantine for some records of ``table``."""
    return [
        {
            "quarantine_id": _name(table, one.body),
            "table_name": table,
            "reason": one.reason,
            "body": one.body,
            "is_raw": one.is_raw,
            "edition": edition,
        }
        for one in refused
    ]


def kept(known: Known) -> Iterator[list[Kept]]:
    """Yield pages of what waits; the keys are read first, so that it may change meanwhile."""
    keys = iter(list(known.keys(QUARANTINE)))
    while page := list(islice(keys, PAGE)):
        yield sorted(map(_read, known.rows(QUARANTINE, page)), key=lambda one: one.place)


def _read(row: Mapping[str, Any]) -> Kept:
    is_raw = row.get("is_raw")
    return Kept(
        id=str(row["quarantine_id"]),
        table=str(row["table_name"]),
        reason=str(row["reason"]),
        record=orjson.loads(row["body"]),
        # Rows of the first form of this table tell it by their reason alone.
        is_raw=str(row["reason"]).startswith(ODD_SHAPE) if is_raw is None else is_raw,
        edition=row.get("edition"),
        place=int(row.get("place") or row["_version"]),
        row=row,
    )


def _name(table: str, body: str) -> str:
    # A name for the record, not a seal.
    return md5(f"{table}|{body}".encode(), usedforsecurity=False).hexdigest()
