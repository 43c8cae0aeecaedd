"""One installation of daybreak beside a sandbox: real pipeline, real warehouse, no Prefect."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sources
from core.connector import Connector
from core.meter import Meter
from core.pipeline import Extraction, Pulled, raw_tables
from core.pull import Pull
from core.settings import load
from core.warehouse import Warehouse
from sandbox.serve import Sandbox
from tests.patience import Patience
from transforms import Reconciled, reconcile

Key = tuple[str, ...]


@dataclass(slots=True)
class Installation:
    """A home, a warehouse, and the sandbox that plays the vendors.

    Attributes:
        pulled: What the last pull did, also where it failed.
        meter: What the last pull cost.
    """

    home: Path
    warehouse: Warehouse
    box: Sandbox
    pulled: Pulled = field(default_factory=Pulled)
    meter: Meter = field(default_factory=Meter)

    def pull(
        self,
        source: str | Connector[Any],
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        full: bool = False,
        **settings: str,
    ) -> Pulled:
        """Pull once, as the flow does; ``settings`` overrule the sandbox's own."""
        connector = sources.load(source) if isinstance(source, str) else source
        self.meter, self.pulled = Meter(), Pulled()
        hand = Pull(
            home=self.home,
            clock=Patience(self.box.clock),
            meter=self.meter,
            known=self.warehouse.known(connector.name, raw_tables(connector)),
            since=since,
            until=until,
            full=full,
        )
        given = load(connector.settings, {**self.box.environment, **settings})
        work = Extraction(connector, given, hand, self.warehouse, pulled=self.pulled)
        return work.execute()

    def rows(self, source: str, table: str) -> list[dict[str, Any]]:
        """Return every row of a raw table."""
        with self.warehouse.session([source], read_only=True) as session:
            if not session.columns(f"raw_{source}.{table}"):
                return []
            return session.query(f"select * from raw_{source}.{table}").to_pylist()

    def keys(self, source: str, table: str, *, deleted: bool) -> list[Key]:
        """Return the keys of the live rows, or of the deleted ones, sorted."""
        key = raw_tables(sources.load(source))[table].key
        return sorted(
            tuple(str(row[part]) for part in key)
            for row in self.rows(source, table)
            if (row["deleted_at"] is not None) is deleted
        )

    def promised(self, source: str) -> list[str]:
        """Return the declared tables that the sandbox knows the truth of."""
        truth = self.box.vendors[source].truth()
        return [name for name in sources.load(source).tables if name in truth]

    def untrue(self, source: str) -> dict[str, list[str]]:
        """Return what a raw table holds otherwise than the vendor: nothing, if all is well.

        A record that was deleted before it was ever pulled may be absent; one that is held must
        be held as what it is.
        """
        found = {name: self._untrue(source, name) for name in self.promised(source)}
        return {name: wrong for name, wrong in found.items() if wrong}

    def _untrue(self, source: str, table: str) -> list[str]:
        truth = self.box.vendors[source].truth(table)[table]
        live = {spelt(one) for one, row in truth.items() if not row["deleted"]}
        dead = {spelt(one) for one, row in truth.items() if row["deleted"]}
        parts = {len(key) for key in live | dead}
        held, gone = (
            [key[-min(parts, default=1) :] for key in self.keys(source, table, deleted=deleted)]
            for deleted in (False, True)
        )
        return [
            *(f"lost {key}" for key in sorted(live - {*held})),
            *(f"should be deleted {key}" for key in sorted({*held} & dead)),
            *(f"should be live {key}" for key in sorted({*gone} & live)),
            *(f"made up {key}" for key in sorted({*held, *gone} - live - dead)),
            *(f"doubled {key}" for key, n in Counter([*held, *gone]).items() if n > 1),
        ]

    def reconcile(self, *, full: bool = False) -> Reconciled:
        """Bring the 360 up to date, as the flow does."""
        names = sources.names()
        tables = {name: sources.load(name).tables for name in names}
        with self.warehouse.session(names) as session:
            return reconcile(session, now=self.box.clock.now(), full=full, sources=tables)


def spelt(number: object) -> Key:
    """Return an id of the sandbox's as the parts of a key: ``list:contact`` has two.

    A vendor's own id is the last part of a key that has more.
    """
    return tuple(re.split("[:>]", str(number)))


def arrived(pulled: Pulled) -> dict[str, tuple[int, int, int]]:
    """Return new, changed and deleted rows of each table where there are any."""
    found = {name: (log.new, log.changed, log.deleted) for name, log in pulled.tables.items()}
    return {name: counts for name, counts in found.items() if any(counts)}
