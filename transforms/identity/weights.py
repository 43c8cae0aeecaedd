"""The weights in force: learned from these customers, or shipped for those who are too few."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path

import pyarrow as pa

from transforms.bench import Bench
from transforms.identity.engine import hashes, persistence
from transforms.identity.engine.comparisons import SIZES
from transforms.identity.engine.knowledge import Knowledge

SHIPPED = Path(__file__).with_name("weights.npz")
"""Learned from a made-up world: ``python -m benchmarks.identity.weights``."""
TABLE = "identity_knowledge"
COLUMNS = {
    "learned_at": "timestamptz",
    "records": "bigint",
    "form": "text",
    "part": "bigint",
    "data": "text",
}
PART = 1_000_000


@cache
def form() -> str:
    """Return what changes when knowledge kept before cannot be used: its shape, or the hashes."""
    probe = hashes.of_values(pa.array(["daybreak"]))[0]
    return hashlib.sha256(f"{sorted(SIZES.items())} {probe}".encode()).hexdigest()[:16]


@cache
def shipped() -> Knowledge:
    """Return the weights that come with daybreak."""
    return persistence.loaded(SHIPPED.read_bytes())


def kept(bench: Bench) -> Knowledge | None:
    """Return what was learned from the records of this 360; None if nothing was."""
    if not bench.exists(TABLE):
        return None
    rows = bench.query(f"select data from {TABLE} where form = '{form()}' order by part")
    data = "".join(str(part) for part in rows.column(0).to_pylist())
    return persistence.loaded(base64.b64decode(data)) if data else None


def keep(bench: Bench, knowledge: Knowledge, records: int, now: datetime) -> None:
    """Keep what was learned, in place of what was known."""
    data = base64.b64encode(persistence.dumped(knowledge)).decode("ascii")
    parts = [data[at : at + PART] for at in range(0, len(data), PART)]
    rows = bench.load(
        "knowledge", pa.table({"part": pa.array(range(len(parts)), pa.int64()), "data": parts})
    )
    at = f"cast('{now.isoformat()}' as timestamptz)"
    forget(bench)
    bench.execute(f"insert into {TABLE} select {at}, {records}, '{form()}', part, data from {rows}")


def forget(bench: Bench) -> None:
    """Forget what was learned."""
    bench.create(TABLE, COLUMNS)
