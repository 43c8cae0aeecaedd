"""A steward's decision about who is who."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Word = Literal["merge", "split", "never"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided about source records; kept until it is undone.

    Attributes:
        number: Later decisions have higher ones, and hold where two contradict each other.
        verdict: ``merge``: all of these records are one customer. ``split`` and ``never``: none
            of ``one`` is ever one customer with any of ``two``.
        one: Records, as ``source:source_id``.
        two: The others.
        said: What was asked for, in the words it was asked in.
        by: Who decided.
        at: When.
        undone_at: When it was taken back; None while it holds.
        undone_by: Who took it back.
    """

    number: int
    verdict: Word
    one: tuple[str, ...]
    two: tuple[str, ...]
    said: str = ""
    by: str = ""
    at: datetime | None = None
    undone_at: datetime | None = None
    undone_by: str | None = None
