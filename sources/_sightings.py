"""What one pull has seen of a table, so that what is missing can be told from what merely moved.

A deletion that no vendor announces is inferred from an absence, so it is inferred late and
carefully: only when the vendor's own count disagrees, only after a complete enumeration, and only
once a direct look-up has missed the record too, because rows move while pages are read.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from core.pull import Known

T = TypeVar("T")


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut ``items`` into lists of at most ``size``."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


@dataclass(slots=True)
class Sightings:
    """The records of one table that this pull saw alive, and those it told gone.

    Attributes:
        table: A table whose key is the column ``id``.
        known: What the warehouse held before this pull.
        alive: Ids seen.
        gone: Ids told gone in this pull, by whatever sign.
    """

    table: str
    known: Known
    alive: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)

    def see(self, rows: Iterable[dict[str, Any]]) -> None:
        """Note records that arrived alive; one without an id is quarantined elsewhere."""
        seen = {str(row["id"]) for row in rows if row.get("id")}
        self.alive |= seen
        self.gone -= seen

    def lose(self, ids: Iterable[str]) -> None:
        """Note records that were told gone; the last word about a record counts."""
        lost = set(ids)
        self.gone |= lost
        self.alive -= lost

    def live(self) -> Iterator[str]:
        """Stream the ids that are live as far as we know: held before or seen now, not gone."""
        yield from self.alive
        for (key,) in self.known.keys(self.table):
            if key not in self.alive and key not in self.gone:
                yield key

    def expected(self) -> int:
        """Return how many live records the warehouse will hold once this pull is loaded."""
        dead = {key for (key,) in self.known.keys(self.table, deleted=True)}
        newcomers = len(self.alive) - len(self.held(self.alive) - dead)
        return self.known.count(self.table) + newcomers - len(self.held(self.gone) - dead)

    def missing(self, listed: Container[str]) -> list[str]:
        """Return the live ids that a complete enumeration did not list."""
        return [key for key in self.live() if key not in listed]

    def new(self, listed: Iterable[str]) -> list[str]:
        """Return the listed ids that we do not hold alive: created or restored unnoticed."""
        ours = set(self.live())
        return [key for key in listed if key not in ours]

    def held(self, ids: Iterable[str]) -> set[str]:
        """Return those of ``ids`` that the warehouse has a row of, live or deleted."""
        keys: Sequence[tuple[str, ...]] = [(key,) for key in ids]
        return {key[0] for key in self.known.hashes(self.table, keys)} if keys else set()
