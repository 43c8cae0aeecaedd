"""Work done side by side: NumPy, Arrow and RapidFuzz let go of the interpreter while they work."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Found = TypeVar("Found")
WORKERS = 2


def abreast(work: Callable[[Given], Found], things: Iterable[Given]) -> list[Found]:
    """Do ``work`` on each thing, two at a time; answers come in the order of the things."""
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(work, things))
