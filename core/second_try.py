"""Records in quarantine are tried again: those that fit by now land, and leave it.

A record is tried when the connector is of another edition than the one that could not read it. It
lands only where nothing newer of it has come: rows are numbered as they are told, and so is what
waits. It leaves in a load of its own, after its row has landed; whoever is killed between the two
finds the newer row there next time, and lets the record go.

What came again in good shape leaves as well: by its key where it has one, else by its seal. The
row that would say the same but for the key that was missing is that same record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.connector import Connector
from core.errors import VendorError
from core.pull import ODD_SHAPE, SHAPE_ERRORS, For, Misshapen, Page, Pull, Record
from core.quarantine import QUARANTINE, Kept, kept
from core.records import Key, Shaper, TableLog, refusal, spelt

Row = tuple[str, Record]
Load = Callable[[Iterable[Page | For]], None]
MOST_ALIKE = 100
"""Rows that share a text with a record without its key; more of them tell nothing."""


class UnfitError(Exception):
    """A record still becomes no row; the message says why."""


@dataclass(slots=True)
class SecondTry:
    """One look through the quarantine of one source.

    Attributes:
        connector: Whose records.
        settings: Its settings.
        pull: What may be asked; ``known`` is what the warehouse holds after this pull.
        edition: Of the connector, now.
        naming: Vendor's key -> column name.
        healed: Table -> records that left.
    """

    connector: Connector[Any]
    settings: Any
    pull: Pull
    edition: str
    naming: Callable[[str], str]
    healed: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _leaving: list[Record] = field(default_factory=list)
    _staying: list[Record] = field(default_factory=list)

    def landing(self) -> Iterator[For]:
        """Yield the rows that fit by now; remember which records leave, and which stay."""
        for page in kept(self.pull.known):
            known = [one for one in page if one.table in self.connector.tables]
            back = self._come_again(known)
            for one in [one for one in known if one.id in back]:
                self._leave(one)
            rest = [one for one in known if one.id not in back and one.edition != self.edition]
            yield from self._tried(rest)

    def settled(self) -> list[Record]:
        """Return the rows of the quarantine that say who left it and who stays, and why."""
        return [*self._staying, *self._leaving]

    def _tried(self, page: Sequence[Kept]) -> Iterator[For]:
        made: list[tuple[Kept, list[Row]]] = []
        for one in page:
            try:
                made.append((one, self._rows(one)))
            except UnfitError as error:
                self._staying.append(one.staying(str(error), self.edition))
            except VendorError:
                # Its connector asks for the rest of it; the next pull does so again.
                continue
        places = self._places([row for _, rows in made for row in rows])
        for one, rows in made:
            newer = [row for row in rows if self._place(places, row) > one.place]
            # What is newer of the record itself came with all its parts.
            if one.table not in {table for table, _ in newer}:
                yield from (For(table, [row]) for table, row in rows if (table, row) not in newer)
            self._leave(one)

    def _place(self, places: Mapping[tuple[str, Key], int], row: Row) -> int:
        """Return when what is held of a row was told; 0 where nothing is."""
        return places.get((row[0], self._key(*row)), 0)

    def _rows(self, one: Kept) -> list[Row]:
        """Return what a record becomes.

        Raises:
            UnfitError: it still becomes nothing.
            VendorError: the vendor was asked for a part of it, and did not give it.
        """
        connector = self.connector
        if not isinstance(one.record, dict):
            raise UnfitError(one.reason)
        try:
            if not one.is_raw:
                row = connector.keyed(self.settings, self.pull, one.table, dict(one.record))
                rows = [(one.table, row)]
            elif connector.remade is None:
                raise UnfitError(one.reason)
            else:
                told = connector.remade(self.settings, self.pull, one.table, dict(one.record))
                rows = [row for page in told for row in _flat(one.table, page)]
        except SHAPE_ERRORS as error:
            raise UnfitError(f"{ODD_SHAPE}: {type(error).__name__}") from error
        self._judge(one, rows)
        return rows

    def _judge(self, one: Kept, rows: Sequence[Row]) -> None:
        for table, row in rows:
            if isinstance(row, Misshapen):
                raise UnfitError(row.reason)
            reason = refusal(self.connector.tables[table], row)
            if reason:
                raise UnfitError(reason)
        if one.table not in {table for table, _ in rows}:
            raise UnfitError("becomes no row")

    def _come_again(self, page: Sequence[Kept]) -> set[str]:
        """Return which records the vendor has told again since, in good shape."""
        named = {one.id: (one.table, self._key(one.table, one.record)) for one in page}
        named = {own: name for own, name in named.items() if name[1]}
        places = self._at(named.values())
        back = {one.id for one in page if places.get(named.get(one.id, ("", ())), 0) > one.place}
        nameless = [one for one in page if not one.is_raw and one.id not in named]
        return back | set(self._alike(nameless))

    def _alike(self, nameless: Iterable[Kept]) -> Iterator[str]:
        """Yield records without their key of which a newer row says all the rest, and no more."""
        told: dict[tuple[str, str], list[tuple[str, Kept]]] = defaultdict(list)
        for one in nameless:
            if isinstance(one.record, dict) and (text := self._telling(one)):
                told[one.table, text[0]].append((text[1], one))
        for (table, column), some in told.items():
            texts = list(dict.fromkeys(text for text, _ in some))
            for row in self.pull.known.having(table, column, texts, MOST_ALIKE):
                yield from (one.id for _, one in some if self._is(one, row))

    def _telling(self, one: Kept) -> tuple[str, str] | None:
        """Return the column, and its text, by which to look for a record: the longest there is."""
        columns = self.connector.tables[one.table].columns
        said, _ = self._shaper(one.table).flat(one.record)
        texts = [
            (column, value)
            for column, value in said.items()
            if isinstance(value, str) and columns.get(column, "text") == "text"
        ]
        return max(texts, key=lambda text: len(text[1]), default=None)

    def _is(self, one: Kept, row: Mapping[str, Any]) -> bool:
        """Say whether ``row`` is what the record would be, had it its key."""
        if int(row["_version"]) <= one.place:
            return False
        table = self.connector.tables[one.table]
        missing = [part for part in table.key if one.record.get(part) in (None, "")]
        shaper = self._shaper(one.table)
        said, _ = shaper.flat(one.record)
        names = {str(row[part]) for part in missing}
        # A vendor's own name for its key may stand beside ours.
        lost = [c for c, v in row.items() if str(v) in names and said.get(c) is None]
        spellings: list[Record] = [{column: row[column] for column in lost}]
        if all(name.isdecimal() for name in names):
            spellings.append({column: int(row[column]) for column in lost})
        return any(shaper.flat({**one.record, **key})[1] == row["_hash"] for key in spellings)

    def _shaper(self, table: str) -> Shaper:
        now, known = self.pull.clock.now(), self.pull.known
        shape = self.connector.tables[table]
        return Shaper(table, shape, known, {}, lambda: 0, now, self.naming, TableLog())

    def _leave(self, one: Kept) -> None:
        self._leaving.append(one.leaving())
        self.healed[one.table] += 1

    def _key(self, table: str, record: Any) -> Key:  # noqa: ANN401 - whatever came
        """Return the key of a record; an empty one where it has none."""
        shape = self.connector.tables[table]
        return () if refusal(shape, record) else spelt(shape, record)

    def _places(self, rows: Iterable[Row]) -> dict[tuple[str, Key], int]:
        return self._at((table, self._key(table, row)) for table, row in rows)

    def _at(self, names: Iterable[tuple[str, Key]]) -> dict[tuple[str, Key], int]:
        """Return when what is held of some records was told; nothing of what is not held."""
        keys: dict[str, list[Key]] = defaultdict(list)
        for table, key in names:
            keys[table].append(key)
        return {
            (table, spelt(self.connector.tables[table], row)): int(row["_version"])
            for table, mine in keys.items()
            for row in self.pull.known.rows(table, mine)
        }


def try_again(second: SecondTry, load: Load) -> None:
    """Let land what fits by now, then let it leave: two loads, or none if nothing waits."""
    found = list(second.landing())
    if found:
        load(found)
    settled = second.settled()
    if settled:
        load([For(QUARANTINE, settled)])


def _flat(table: str, page: Page | For) -> Iterator[Row]:
    if isinstance(page, For):
        table, page = page.table, page.page
    return ((table, row) for row in page)
