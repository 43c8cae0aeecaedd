"""Small constant tables that models look values up in: one .csv a table."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from transforms.bench import Bench
from transforms.memory import Memory

HERE = Path(__file__).parent


def names() -> list[str]:
    """Return the names of the constant tables."""
    return sorted(path.stem for path in HERE.glob("*.csv"))


def plant(bench: Bench, memory: Memory) -> None:
    """Write the constant tables that are new or were edited."""
    for name in names():
        if memory.is_stale(name, fingerprint(name)):
            bench.session.load(name, read(name), temporary=False)
        memory.remember(name, fingerprint(name))


def read(name: str) -> pa.Table:
    """Return one constant table."""
    return csv.read_csv(HERE / f"{name}.csv")


def fingerprint(name: str) -> str:
    """Return what changes when the table does."""
    return hashlib.sha256((HERE / f"{name}.csv").read_bytes()).hexdigest()[:16]
