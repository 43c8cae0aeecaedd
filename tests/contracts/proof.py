"""The proof: what every source came out with, one line a hazard, as a page people can read."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.contracts.story import Losses

PROPERTY = "proof"
FAILED = "failed"


@dataclass(slots=True)
class Proof:
    """Results by hazard and source: numbers of records, or the reason why a hazard cannot befall.

    Attributes:
        cells: (hazard, source) -> "lost doubled resurrected", "failed", or the reason.
        seeds: How many random nights were lived, and how many of those went wrong.
        mutants: Hazard -> the deliberate bug that it caught, or did not.
    """

    cells: dict[tuple[str, str], str] = field(default_factory=dict)
    seeds: list[bool] = field(default_factory=list)
    mutants: dict[str, str] = field(default_factory=dict)

    def note(self, properties: Iterable[tuple[str, object]], *, passed: bool) -> None:
        """Take down what a test said of itself."""
        for name, said in properties:
            if name != PROPERTY or not isinstance(said, (list, tuple)):
                continue
            kind, *rest = (str(part) for part in said)
            if kind == "cell":
                hazard, source, outcome = rest
                self.cells[hazard, source] = outcome
            elif kind == "seed":
                self.seeds.append(passed)
            elif kind == "mutant":
                hazard, bug = rest
                self.mutants[hazard] = bug if passed else f"NOT CAUGHT: {bug}"

    def page(self, hazards: Iterable[str], line: str, began: datetime, took: timedelta) -> str:
        """Write the page. ``line``: what was typed to get it."""
        sources = sorted({source for _, source in self.cells})
        reasons = sorted({said for said in self.cells.values() if not _is_number(said)} - {FAILED})
        marks = {reason: chr(ord("a") + number) for number, reason in enumerate(reasons)}
        head = ["hazard", *sources]
        lines = [f"| {' | '.join(head)} |", f"|---|{':---:|' * len(sources)}"]
        for hazard in hazards:
            said = [self.cells.get((hazard, source), "") for source in sources]
            cells = [f"<sup>{marks[one]}</sup>" if one in marks else one for one in said]
            lines.append(f"| {' | '.join([hazard, *cells])} |")
        notes = [f"- <sup>{mark}</sup> does not apply: {reason}" for reason, mark in marks.items()]
        bugs = [f"| {hazard} | {bug} |" for hazard, bug in self.mutants.items()]
        wrong = self.seeds.count(False)
        return "\n".join(
            [
                "# Proof",
                "",
                "Every source against every hazard, through the real pipeline into a real DuckDB"
                " warehouse, against the truth that the sandbox keeps aside. A cell is the number"
                " of records **lost, doubled, resurrected**; stale ones count as lost.",
                "",
                f"Written by `{line}` on {began:%Y-%m-%d}, {platform.system()}"
                f" {platform.machine()}, {os.cpu_count()} cores, Python"
                f" {platform.python_version()}, in {round(took.total_seconds() / 60)} minutes.",
                "",
                *lines,
                "",
                *notes,
                "",
                "## Random nights",
                "",
                f"{len(self.seeds)} seeds drew what changes in the world, how the vendor"
                f" misbehaves and where the pull is killed; {wrong} of them lost, doubled or"
                " resurrected anything.",
                "",
                "## Does the suite see what it claims to see?",
                "",
                "For each hazard a bug was put into a connector; its story must then fail.",
                "",
                "| hazard | the bug |",
                "|---|---|",
                *bugs,
                "",
            ]
        )


def counted(losses: Losses) -> str:
    """Write losses as a cell."""
    parts = (losses.lost, losses.doubled, losses.resurrected)
    return " ".join(str(len(part)) for part in parts)


def _is_number(said: str) -> bool:
    return said.replace(" ", "").isdigit()
