"""The shape every destination shares: a change goes in, an outcome comes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Verdict(StrEnum):
    """What became of one change."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Change:
    """Fields to set on one CRM record, and the key that makes a retry harmless."""

    key: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One change and its verdict; ``reason`` is set only when it was refused."""

    change: Change
    verdict: Verdict
    reason: str | None = None


class Destination(Protocol):
    """A CRM that accepts changes.

    One outcome per change, in order. A refused row is data, not an exception; an
    exception means the whole batch is in doubt and may be sent again.
    """

    name: str

    def write(self, changes: Iterable[Change]) -> Iterator[Outcome]:
        """Send ``changes``; sending the same ones twice leaves the CRM as after once."""
        ...
