"""What each step of one process took."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Any


class Clock:
    """Listens to steps as they end: ``name: what became of it``.

    The CPU seconds are of the whole process, the warehouse's threads too; on a busy machine they
    say more than the clock on the wall.
    """

    def __init__(self) -> None:
        self._steps: dict[str, tuple[float, float]] = {}
        self.start()

    def start(self) -> None:
        """Begin the first step."""
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def observe(self, line: str) -> None:
        """End a step."""
        wall, cpu = time.perf_counter(), time.process_time()
        before = self._steps.get(name := line.partition(":")[0], (0.0, 0.0))
        self._steps[name] = (before[0] + wall - self._wall, before[1] + cpu - self._cpu)
        self._wall, self._cpu = wall, cpu

    def facts(self, apart: Collection[str] = ()) -> dict[str, Any]:
        """Return what all took, those ``apart`` on their own: ``apart_wall`` and ``apart_cpu``."""
        facts: dict[str, Any] = {"steps": self._steps}
        for place, kind in enumerate(("wall", "cpu")):
            told = {name: took[place] for name, took in self._steps.items()}
            facts[f"apart_{kind}"] = sum(told[name] for name in apart if name in told)
            facts[kind] = sum(told.values()) - facts[f"apart_{kind}"]
        return facts
