"""The page every form of the brief is made from: what is said, not how it looks.

Lines and remarks are words with a little Markdown in them: ``**bold**``, ``*italic*`` and
``code``. A vendor's own words are redacted, on one line and inside their quotes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Mood(StrEnum):
    """How the page looks from afar."""

    GOOD = "good"
    MIXED = "mixed"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class System:
    """What one system brought.

    Attributes:
        new: None where nothing is known because nothing arrived; the others likewise.
        ordinary: Rows of an ordinary night; None where there is nothing to compare with.
        remark: What to make of it, in a few words.
        odd: Whether somebody should read the remark.
    """

    name: str
    new: int | None
    changed: int | None
    deleted: int | None
    ordinary: int | None
    remark: str
    odd: bool


@dataclass(frozen=True, slots=True)
class Domain:
    """What one part of the business brought, all its systems together.

    Attributes:
        arrived: Rows new, changed or deleted; None where nothing could be read.
        ordinary: The ordinary nights of its systems, added up.
        brought: The things people ask for by name: ``31 orders, 12 customers``.
        nights: Rows night by night, oldest first, this one last; None where nothing arrived.
    """

    name: str
    arrived: int | None
    ordinary: int | None
    brought: str
    remark: str
    odd: bool
    nights: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its lines; one without lines is left out of the page."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One brief.

    Attributes:
        number: The night's run in the ledger.
        title: Which night it is.
        verdict: Whether the morning's figures can be trusted, in a sentence or two.
        first: What somebody must know before the figures.
        rest: What may be read after them.
        small_print: What it took.
    """

    number: int
    began_at: datetime
    title: str
    mood: Mood
    verdict: str
    first: tuple[Section, ...]
    domains: tuple[Domain, ...]
    rest: tuple[Section, ...]
    systems: tuple[System, ...]
    small_print: str

    @property
    def is_compared(self) -> bool:
        """Whether there is an ordinary night to hold anything against."""
        return any(system.ordinary is not None for system in self.systems)
