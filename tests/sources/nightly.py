"""One vendor in a sandbox, one shelf, and our hour: where a connector's stories happen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from core.connector import Connector
from core.settings import load
from sandbox.serve import Sandbox
from tests.patience import Patience
from tests.sources.shaped import ShapedShelf

NIGHT = datetime(2026, 1, 5, 2, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (1, 60, 3600, 86400))


class Night:
    """A night that can be told of again and again; nobody really sleeps."""

    def __init__(self, connector: Connector[Any], box: Sandbox, home: Path) -> None:
        self.connector, self.box, self.shelf = connector, box, ShapedShelf(home)
        self.clock = Patience(box.clock)

    @property
    def now(self) -> datetime:
        """The sandbox's hour."""
        return self.box.clock.now()

    def pull(self, *, settings: dict[str, str] | None = None, **span: Any) -> None:
        """Pull once; what failed is in ``failures``."""
        self.box.journal.clear()
        given = load(self.connector.settings, {**self.box.environment, **(settings or {})})
        self.shelf.pull(self.connector, given, self.clock, **span)

    @property
    def failures(self) -> dict[str, Any]:
        """Table -> what stopped its stream in the last pull."""
        return self.shelf.failures

    def later(self, by: timedelta = DAY) -> datetime:
        """Let time pass; return the new hour."""
        self.box.clock.advance(by.total_seconds())
        return self.now

    def asked(self, path: str) -> list[dict[str, str]]:
        """Return the queries of the last pull's requests whose path ends so."""
        return [
            {name: values[-1] for name, values in entry.query.items()}
            for entry in self.box.journal.read(self.connector.name)
            if entry.path.endswith(path)
        ]

    def statuses(self) -> dict[int, int]:
        """Return how often the last pull was answered how."""
        return self.box.journal.counts().get(self.connector.name, {})

    def live(self, table: str) -> dict[str, Any]:
        """Return the live rows, by the last part of their key."""
        return {key[-1]: self.shelf.tables[table][key] for key in self.shelf.keys(table)}

    def gone(self, table: str) -> dict[str, Any]:
        """Return the deleted rows, by the last part of their key."""
        keys = self.shelf.keys(table, deleted=True)
        return {key[-1]: self.shelf.tables[table][key] for key in keys}
