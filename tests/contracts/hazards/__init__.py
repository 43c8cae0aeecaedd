"""Every way we know in which a sync loses, doubles or resurrects records; one story each.

A hazard is a function that is handed a `Story`, does its worst, and leaves; what is held must then
be what the vendor has. What else a story claims it asserts itself. `HAZARDS` has them by name, in
the order in which the proof prints them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.contracts.story import Story

Tell = Callable[[Story], None]


@dataclass(frozen=True, slots=True)
class Hazard:
    """One hazard: its name, its story, and whether it can befall a source at all.

    ``tight``: its story wants the vendor's limits so small that they bind.
    """

    name: str
    tell: Tell
    spares: Callable[[Story], str]
    tight: bool = False


class Spared(Exception):  # noqa: N818 - it is no error
    """Says why a hazard cannot befall a source, where only its story could find out."""


HAZARDS: dict[str, Hazard] = {}


def hazard(
    name: str, spares: Callable[[Story], str] = lambda _: "", *, tight: bool = False
) -> Callable[[Tell], Tell]:
    """Enter the story below under ``name``; ``spares`` says why it cannot befall a source."""

    def enter(tell: Tell) -> Tell:
        HAZARDS[name] = Hazard(name, tell, spares, tight)
        return tell

    return enter


from tests.contracts.hazards import afterwards, answers, budget, reading, shapes  # noqa: E402 - they enter themselves

__all__ = [
    "HAZARDS",
    "Hazard",
    "Spared",
    "afterwards",
    "answers",
    "budget",
    "hazard",
    "reading",
    "shapes",
]
