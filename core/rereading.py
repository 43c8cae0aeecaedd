"""Reading a part of a source again, through the same path by which every row arrives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from core.pipeline import Extraction
from core.pull import Known, Pull, Stream
from core.records import TableLog
from core.window import Window


@dataclass(slots=True)
class Rereading:
    """What a pull may read once more after its rows were loaded.

    Attributes:
        first: The pull itself, done; what is read again is added to its log.
        fresh: Returns what the warehouse holds now.
        quarantined: Records of each table that were set aside when they were read again.
    """

    first: Extraction
    fresh: Callable[[], Known]
    quarantined: dict[str, int] = field(default_factory=dict)

    def window(self, window: Window, table: str | None = None) -> None:
        """Read ``window`` again; of one table alone if the connector reads it on its own."""
        pull = self._pull(since=window.since, until=window.until, full=False)
        self._load(pull, lambda pull: self._streams(pull, table))

    def whole(self, table: str) -> None:
        """Read all of ``table`` again."""
        pull = self._pull(since=None, until=None, full=True)
        self._load(pull, lambda pull: self._streams(pull, table))

    def named(self, keys: dict[str, list[str]]) -> None:
        """Read the records with these keys, by table."""
        connector, settings = self.first.connector, self.first.settings
        pull = self._pull(since=None, until=None, full=False)
        self._load(pull, lambda pull: connector.named(settings, pull, keys))

    def _pull(self, **how: object) -> Pull:
        given = {"known": self.fresh(), "state": {}, **how}
        return replace(self.first.pull, **given)  # type: ignore[arg-type] # mypy cannot see through ``how``

    def _streams(self, pull: Pull, table: str | None) -> Sequence[Stream]:
        streams = self.first.connector.build(self.first.settings, pull)
        return [each for each in streams if each.table == table] or streams

    def _load(self, pull: Pull, streams: Callable[[Pull], Sequence[Stream]]) -> None:
        first = self.first
        again = Extraction(first.connector, first.settings, pull, first.warehouse, streams=streams)
        try:
            again.execute()
        finally:
            for table, log in again.pulled.tables.items():
                self.quarantined[table] = self.quarantined.get(table, 0) + log.quarantined
                add(first.pulled.tables.setdefault(table, TableLog()), log)


def add(to: TableLog, log: TableLog) -> None:
    """Add what a second reading did to what the first did; set aside again is set aside once."""
    to.read += log.read
    to.new += log.new
    to.changed += log.changed
    to.deleted += log.deleted
    to.quarantined = max(to.quarantined, log.quarantined)
    to.new_columns.update(log.new_columns)
    to.conflicts.update(log.conflicts)
