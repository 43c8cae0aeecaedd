"""A second witness, where the vendor does not count: some records again, and all that are named.

A sample asks another page, or the same one again, for keys that should be here. References cost
nothing: rows that are here name rows that should be.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.connector import Name, Sample
from core.ledger.counted import Counted
from core.records import spelt
from core.rereading import Rereading
from core.window import WHOLE, Window

MOST_MISSING = 12
"""Lost records that are read again one by one; where more are lost, all between them are read."""

MOST_NAMED = 20
"""Records of one table that may be looked up because others name them, in one night."""

SECOND = timedelta(seconds=1)


@dataclass(slots=True)
class Sampling:
    """What is looked at a second time after one pull.

    Attributes:
        again: Reads parts of the source once more.
        pages: Calls that one table's sample may take.
    """

    again: Rereading
    pages: int
    _seed: int = field(init=False)

    def __post_init__(self) -> None:
        # Seeded by what was read, so that a pull that is replayed looks at the same records; and
        # tables that are looked at in the same answers look at the same stretch.
        self._seed = self.again.first.pull.meter.calls

    def sampled(self, table: str, sample: Sample, window: Window) -> Counted:
        """Look at as much of ``window`` as the allowance lets us; read again what is not here."""
        looked = self._chosen(table, sample, window)
        seen, is_all = self._seen(sample, looked)
        lost = self._lost(table, sample, seen)
        self.again.windows(_around(lost.values()), None if sample.tells else sample.by or table)
        left = self._lost(table, sample, lost)
        return Counted(
            table,
            window,
            len(seen),
            len(seen) - len(left),
            self.again.first.pull.clock.now(),
            how="count" if is_all and looked == window else "sample",
            healed=len(lost) - len(left),
        )

    def targets(self) -> list[str]:
        """Return the tables whose rows other rows name."""
        references = self.again.first.connector.references
        return list(dict.fromkeys(reference.to for reference in references))

    def referred(self, table: str) -> Iterator[Counted]:
        """Look up rows of ``table`` that other rows name and that were never here, if any.

        A record that the vendor has no more is kept as a deletion, so that it is asked for once.
        """
        named = self._named(table)
        if not named:
            return
        self.again.named({table: named})
        known = self.again.fresh()
        rows = known.rows(table, [(key,) for key in named])
        alive = sum(1 for row in rows if row.get("deleted_at") is None)
        at, ours = self.again.first.pull.clock.now(), known.count(table)
        theirs = ours + len(named) - len(rows)
        yield Counted(table, WHOLE, theirs, ours, at, "reference", healed=alive)

    def _named(self, table: str) -> list[str]:
        known = self.again.fresh()
        mine = [r for r in self.again.first.connector.references if r.to == table]
        most = max(MOST_NAMED, self.pages)
        found = {
            key
            for one in mine
            for key in known.dangling(one.table, one.column, one.to, one.where, most)
        }
        return sorted(found)[:most]

    def _chosen(self, table: str, sample: Sample, window: Window) -> Window:
        """Return the whole window if it fits into the allowance, else a stretch of it by chance."""
        known = self.again.fresh()
        table = sample.by or table
        rows, fits = known.within(table, sample.column, window), self.pages * sample.page
        if rows <= fits:
            return window
        share = fits / rows
        start = random.Random(self._seed).uniform(0, 1 - share)  # noqa: S311 - a sample, not a secret
        since = known.quantile(table, sample.column, window, start)
        until = known.quantile(table, sample.column, window, start + share)
        return Window(since, until and until + SECOND)

    def _seen(self, sample: Sample, window: Window) -> tuple[dict[Name, datetime], bool]:
        """Return the keys of as many pages as are allowed, and whether those are all."""
        pages = iter(sample.ask(window.since, window.until))
        seen: dict[Name, datetime] = {}
        for _ in range(self.pages):
            page = next(pages, None)
            if page is None:
                return seen, True
            seen.update(page)
        # Of lines there are more than of the orders on a page, or fewer.
        return seen, not sample.by and len(seen) < sample.page * self.pages

    def _lost(
        self, table: str, sample: Sample, seen: Mapping[Name, datetime]
    ) -> dict[Name, datetime]:
        """Return what of ``seen`` is not here, or only as it was before."""
        keys = {name: name if isinstance(name, tuple) else (name,) for name in seen}
        shape = self.again.first.connector.tables[table]
        held = self.again.fresh().rows(table, list(keys.values()))
        here = {spelt(shape, row): row.get(sample.column) for row in held}
        return {
            name: at
            for name, at in seen.items()
            if keys[name] not in here or (sample.is_edited and _is_before(here[keys[name]], at))
        }


def _is_before(held: object, at: datetime) -> bool:
    """Say whether what is held changed before ``at``; what does not tell its moment is current."""
    return isinstance(held, datetime) and held < at


def _around(moments: Iterable[datetime]) -> list[Window]:
    """Return the seconds of ``moments``, or the one stretch that has them all."""
    seconds = sorted({moment.replace(microsecond=0) for moment in moments})
    if len(seconds) > MOST_MISSING:
        return [Window(seconds[0], seconds[-1] + SECOND)]
    return [Window(second, second + SECOND) for second in seconds]
