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

    def windows(self, windows: Sequence[Window], table: str | None = None) -> None:
        """Read these windows again; of one table alone if the connector reads it on its own."""
        first = self.first
        pulls = [self._pull(since=each.since, until=each.until, full=False) for each in windows]

        def streams(_: Pull) -> list[Stream]:
            described = [first.connector.build(first.settings, pull) for pull in pulls]
            return [stream for each in described for stream in _of(table, each)]

        if pulls:
            # All in one load. None of them moves a cursor, so it does not matter whose pull it is.
            self._load(pulls[0], streams)

    def whole(self, table: str) -> None:
        """Read all of ``table`` again."""
        first, pull = self.first, self._pull(since=None, until=None, full=True)
        self._load(pull, lambda pull: _of(table, first.connector.build(first.settings, pull)))

    def named(self, keys: dict[str, list[str]]) -> None:
        """Read the records with these keys, by table."""
        connector, settings = self.first.connector, self.first.settings
        pull = self._pull(since=None, until=None, full=False)
        self._load(pull, lambda pull: connector.named(settings, pull, keys))

    def _pull(self, **how: object) -> Pull:
        given = {"known": self.fresh(), "state": {}, **how}
        return replace(self.first.pull, **given)  # type: ignore[arg-type] # mypy cannot see through ``how``

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
    to.landed(log)
    to.read += log.read
    to.quarantined = max(to.quarantined, log.quarantined)


def _of(table: str | None, streams: Sequence[Stream]) -> Sequence[Stream]:
    """Return the streams of ``table``; all of them where it has none of its own."""
    return [stream for stream in streams if stream.table == table] or streams
