"""What a piece of work costs, measured in a process that does nothing else."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

LONGEST_SECONDS = 3_600


@dataclass(frozen=True, slots=True)
class Cost:
    """One run.

    Attributes:
        cpu_seconds: User and system, of the whole process: imports count.
        wall_seconds: From the start of the work; imports that it makes count.
        peak_mb: The most memory the process held at once.
        facts: What the work says of itself: rows, calls.
    """

    cpu_seconds: float
    wall_seconds: float
    peak_mb: float
    facts: dict[str, Any] = field(default_factory=dict)

    @staticmethod
    def tell(work: Callable[[], dict[str, Any]]) -> None:
        """Do the work and print its cost, for `of` in another process to read."""
        began = time.perf_counter()
        facts = work()
        wall = time.perf_counter() - began
        used = resource.getrusage(resource.RUSAGE_SELF)
        # Linux counts kilobytes, macOS bytes.
        unit = 1024 * 1024 if sys.platform == "darwin" else 1024
        cost = Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / unit, facts)
        print(json.dumps(asdict(cost)))

    @staticmethod
    def of(
        module: str, arguments: Sequence[str], environment: dict[str, str] | None = None
    ) -> Cost:
        """Run ``python -m module`` and return what it told."""
        line = [sys.executable, "-m", module, *arguments]
        done = subprocess.run(
            line, stdout=subprocess.PIPE, check=True, timeout=LONGEST_SECONDS, env=environment
        )
        return Cost(**json.loads(done.stdout.splitlines()[-1]))
