"""What a piece of work costs, measured in a process that does nothing else."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

LONGEST_SECONDS = 3_600
KILOBYTES = 1024 * 1024 if sys.platform == "darwin" else 1024
"""What makes a megabyte of the system's unit: Linux counts kilobytes, macOS bytes."""


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
        cost = Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / KILOBYTES, facts)
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

    @staticmethod
    def of_command(line: Sequence[str], log: Path) -> Cost:
        """Run a command that tells nothing of its cost; the system tells, start and imports too.

        A small process starts it: on Linux a process counts the memory of whoever started it
        as its own.

        Raises:
            RuntimeError: it failed; names the last line it said.
        """
        cost = Cost.of("benchmarks.cost", [str(log), *line])
        if cost.facts["exit_code"]:
            lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
            last = next((text for text in reversed(lines) if text.strip(" ╯─╰│")), "")
            raise RuntimeError(f"exit code {cost.facts['exit_code']}: {last.strip(' │')}")
        return cost

    @staticmethod
    def watched(line: Sequence[str], log: Path) -> Cost:
        """Run a command and return what the system counted, ``exit_code`` among the facts."""
        began = time.perf_counter()
        with log.open("wb") as said:
            process = subprocess.Popen(line, stdout=said, stderr=said, stdin=subprocess.DEVNULL)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - began
        facts = {"exit_code": process.returncode}
        return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / KILOBYTES, facts)


if __name__ == "__main__":
    print(json.dumps(asdict(Cost.watched(sys.argv[2:], Path(sys.argv[1])))))
