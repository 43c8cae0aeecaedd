"""Lists of words that reading depends on, one a file; edit one and everything is read anew."""

from __future__ import annotations

import hashlib
from pathlib import Path

HERE = Path(__file__).parent


def words(name: str) -> frozenset[str]:
    """Return the words of ``<name>.txt``, however its lines are broken."""
    return frozenset((HERE / f"{name}.txt").read_text(encoding="utf-8").split())


def circles(name: str) -> dict[str, frozenset[int]]:
    """Return for each word of ``<name>.txt`` the numbers of the lines that have it."""
    found: dict[str, set[int]] = {}
    lines = (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        for word in line.split():
            found.setdefault(word, set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


def fingerprint() -> str:
    """Return what changes when any list does."""
    files = sorted(HERE.glob("*.txt"))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()
