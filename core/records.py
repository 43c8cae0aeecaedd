"""From a vendor's records to typed rows: flattened, keyed, only what changed, nothing lost.

dlt's own normaliser does the first half of this a row at a time; here a page becomes one Arrow
table, which dlt then only has to carry (docs/adr/0002). The conventions are dlt's: snake case,
``__`` between levels, ``column__v_text`` beside a column whose type a value does not fit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
import pyarrow as pa

from core.columns import TIME, fit, infer
from core.connector import Table
from core.json_text import dumps
from core.presence import Presence
from core.pull import Gone, Known, Misshapen, Page, Record

OURS = {
    "deleted_at": TIME,
    "_hash": pa.int64(),
    "_version": pa.int64(),
    "_pulled_at": TIME,
}
DEEPEST = 5
MOST_COLUMNS = 600
REST = "_rest"

Key = tuple[str, ...]


@dataclass(slots=True)
class TableLog:
    """What happened to one table in one pull.

    Attributes:
        read: Records the vendor sent.
        new: Rows whose key was not held before.
        changed: Rows that differ from what was held.
        deleted: Rows that are held or newly told as deleted.
        quarantined: Records that could not be keyed.
        healed: Records that were set aside before and left quarantine.
        new_columns: Columns seen for the first time in a table that already existed.
        conflicts: Column -> the kind that did not fit, for values kept in a variant column.
        gone: Column that every record had, and that none has any more -> since when.
    """

    read: int = 0
    new: int = 0
    changed: int = 0
    deleted: int = 0
    quarantined: int = 0
    healed: int = 0
    new_columns: dict[str, str] = field(default_factory=dict)
    conflicts: dict[str, str] = field(default_factory=dict)
    gone: dict[str, datetime] = field(default_factory=dict)

    def landed(self, log: TableLog) -> None:
        """Add the rows of another load of the same pull."""
        self.new += log.new
        self.changed += log.changed
        self.deleted += log.deleted
        self.new_columns.update(log.new_columns)
        self.conflicts.update(log.conflicts)


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that could not become a row.

    Attributes:
        reason: Why not.
        body: The record as JSON.
        is_raw: Whether it is the vendor's own, which the connector could not read.
    """

    reason: str
    body: str
    is_raw: bool = False


class Level(dict[str, "tuple[str, Level | None]"]):
    """What the keys at one depth of a table's records become; each is worked out once.

    Key -> its column, and the level below for when an object is found there: None where objects
    are kept whole.
    """

    def __init__(
        self, prefix: str, depth: int, whole: frozenset[str], naming: Callable[[str], str]
    ) -> None:
        super().__init__()
        self._prefix, self._depth, self._whole, self._naming = prefix, depth, whole, naming

    def __missing__(self, key: str) -> tuple[str, Level | None]:
        name = self._prefix + self._naming(str(key))
        is_whole = self._depth >= DEEPEST or name in self._whole
        below = None if is_whole else Level(name + "__", self._depth + 1, self._whole, self._naming)
        self[key] = (name, below)
        return name, below


def refusal(table: Table, record: Any) -> str:  # noqa: ANN401 - anything a vendor may send
    """Return why ``record`` can be no row of ``table``; empty if it can."""
    if not isinstance(record, dict):
        return "is not an object"
    missing = [part for part in table.key if record.get(part) in (None, "")]
    if missing:
        return f"has no {', '.join(missing)}"
    odd = [part for part in table.key if isinstance(record[part], (dict, list))]
    return f"names no {', '.join(odd)}: it is no plain value" if odd else ""


def spelt(table: Table, record: Mapping[str, Any]) -> Key:
    """Return the key of ``record`` as text."""
    return tuple(str(record[part]) for part in table.key)


@dataclass(slots=True)
class Shaper:
    """Turns pages of one table into Arrow tables.

    Attributes:
        name: The table's name.
        table: Its key and declared columns.
        known: What the warehouse holds already.
        columns: Column -> kind, as the warehouse has it; grows as columns appear.
        place: Gives the next row its place in the order of all rows ever pulled of this source.
        pulled_at: The moment of this pull.
        naming: Vendor's key -> column name.
        log: What is told afterwards.
        presence: Which columns the vendor sends.
    """

    name: str
    table: Table
    known: Known
    columns: dict[str, str]
    place: Callable[[], int]
    pulled_at: datetime
    naming: Callable[[str], str]
    log: TableLog
    refused: list[Refused] = field(default_factory=list)
    presence: Presence = field(default_factory=Presence)
    _existed: bool = False
    _declared: bytes = b""
    _differed: set[Key] = field(default_factory=set)
    _top: Level = field(init=False)

    def __post_init__(self) -> None:
        self._existed = bool(self.columns)
        # A row is loaded again when what is declared of it changes: it then has new columns.
        self._declared = repr(sorted(self.table.columns.items())).encode()
        self.columns = {**self.columns, **self.table.columns}
        whole = frozenset(name for name, kind in self.columns.items() if kind == "json")
        self._top = Level("", 0, whole, self.naming)

    def empty(self) -> pa.Table:
        """Return the table without rows: so that declared columns exist from the first night."""
        return self._arrow([], [], [])

    def shape(self, page: Page) -> pa.Table | None:
        """Return the rows of ``page`` that are new or changed; None if there are none."""
        self.log.read += len(page)
        keyed = self._keyed(page)
        held = self.known.hashes(self.name, list(keyed)) if keyed else {}
        rows, hashes, gone = [], [], []
        for key, record in keyed.items():
            flat, digest = self.flat(record)
            self.presence.see(flat)
            if held.get(key) == digest and key not in self._differed:
                continue
            self._count(flat, is_new=key not in held)
            if key in held:
                self._differed.add(key)
            if isinstance(record, Gone):
                gone.append(key)
            rows.append(flat)
            hashes.append(digest)
        if not rows:
            return None
        self._keep_what_was_known(rows, gone)
        return self._arrow(rows, hashes, [self.place() for _ in rows])

    def _count(self, row: Record, *, is_new: bool) -> None:
        if row.get("deleted_at"):
            self.log.deleted += 1
        elif is_new:
            self.log.new += 1
        else:
            self.log.changed += 1

    def _keyed(self, page: Page) -> dict[Key, Record]:
        """Return the last record of each key; quarantine what has none."""
        keyed: dict[Key, Record] = {}
        for record in page:
            if isinstance(record, Misshapen):
                self._refuse(record, record.reason, is_raw=True)
                continue
            reason = refusal(self.table, record)
            if reason:
                self._refuse(record, reason)
                continue
            keyed[spelt(self.table, record)] = record
        return keyed

    def _refuse(self, record: Any, reason: str, *, is_raw: bool = False) -> None:  # noqa: ANN401 - anything a vendor may send
        self.log.quarantined += 1
        self.refused.append(Refused(reason, dumps(record), is_raw))

    def flat(self, record: Record) -> tuple[Record, int]:
        """Return a record by column names, and the seal of all it says."""
        flat: Record = {}
        self._flatten(record, self._top, flat)
        seal = hashlib.blake2b(dumps(flat).encode("utf-8", "replace"), digest_size=8)
        seal.update(self._declared)
        return flat, int.from_bytes(seal.digest(), "big", signed=True)

    def _flatten(self, record: Mapping[str, Any], level: Level, flat: Record) -> None:
        for key, value in record.items():
            name, below = level[key]
            if isinstance(value, dict):
                if below is None:
                    flat[name] = dumps(value)
                    self._declared_children(value, name, flat)
                else:
                    self._flatten(value, below, flat)
            elif isinstance(value, list):
                flat[name] = dumps(value)
            else:
                flat[name] = value

    def _declared_children(self, value: Mapping[str, Any], name: str, flat: Record) -> None:
        """Spread the declared members of an object that is otherwise kept whole."""
        for key, child in value.items():
            column = f"{name}__{self.naming(str(key))}"
            if column in self.table.columns:
                flat[column] = dumps(child) if isinstance(child, (dict, list)) else child

    def _keep_what_was_known(self, rows: list[Record], gone: list[Key]) -> None:
        """Give a deletion the columns its row had, so that only the deletion is new."""
        if not gone:
            return
        before = {
            tuple(str(row[part]) for part in self.table.key): row
            for row in self.known.rows(self.name, gone)
        }
        for index, row in enumerate(rows):
            key = tuple(str(row.get(part)) for part in self.table.key)
            if key in before and set(row) <= {*self.table.key, "deleted_at", "merged_into"}:
                kept = {k: v for k, v in before[key].items() if k not in OURS and v is not None}
                for name, value in kept.items():
                    self.columns.setdefault(name, infer(value))
                rows[index] = {**kept, **row}

    def _arrow(self, rows: list[Record], hashes: list[int], versions: list[int]) -> pa.Table:
        arrays: dict[str, pa.Array[Any]] = {}
        names = self._names(rows)
        readers = [row.get for row in rows]
        for name in names:
            kind = self.columns[name]
            fitted, misfits = fit([read(name) for read in readers], kind)
            arrays[name] = fitted
            if misfits is not None:
                self.log.conflicts.setdefault(name, kind)
                arrays[f"{name}__v_text"] = misfits
                self.columns.setdefault(f"{name}__v_text", "text")
        arrays["deleted_at"] = fit([row.get("deleted_at") for row in rows], "timestamp")[0]
        arrays["_hash"] = pa.array(hashes, pa.int64())
        arrays["_version"] = pa.array(versions, pa.int64())
        arrays["_pulled_at"] = pa.array([self.pulled_at] * len(rows), TIME)
        return pa.table(arrays, pa.schema([self._field(n, a) for n, a in arrays.items()]))

    def _field(self, name: str, array: pa.Array[Any]) -> pa.Field[Any]:
        """Mark the key as never null, as dlt does: pages buffered together must agree."""
        return pa.field(name, array.type, nullable=name not in self.table.key)

    def _names(self, rows: list[Record]) -> list[str]:
        """Return the columns of these rows in a steady order; learn the kinds of new ones."""
        present: set[str] = set().union(*rows)
        unknown = [name for name in present if name not in self.columns and name not in OURS]
        if any(row.get(name) is not None for name in unknown for row in rows):
            self._learn(rows)
            present = present.union(*rows)
        present.update(self.table.columns, self.table.key)
        for part in self.table.key:
            self.columns.setdefault(part, "text")
        return [name for name in self.columns if name in present and name not in OURS]

    def _learn(self, rows: list[Record]) -> None:
        for row in rows:
            for name, value in list(row.items()):
                if value is None or name in self.columns or name in OURS:
                    continue
                if len(self.columns) >= MOST_COLUMNS:
                    self.columns.setdefault(REST, "text")
                    row[REST] = dumps({**orjson.loads(row.get(REST) or "{}"), name: value})
                    continue
                self.columns[name] = infer(value)
                if self._existed:
                    self.log.new_columns[name] = self.columns[name]
