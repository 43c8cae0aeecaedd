"""The weights that daybreak ships for those who have too few records to learn from.

``python -m benchmarks.identity.weights`` learns them from a made-up world and writes them where
daybreak looks for them. The same world gives the same weights.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from benchmarks.identity import world
from transforms.identity.engine import persistence
from transforms.identity.engine.commonness import Counts
from transforms.identity.engine.engine import home_of, learn, read
from transforms.identity.engine.knowledge import Knowledge
from transforms.identity.weights import SHIPPED

RECORDS, SEED = 60_000, 2026
# What a night knows of no record, so that nothing is learned of it.
UNKNOWN = ["ext_id", "dob"]


def learned(records: int, seed: int) -> Knowledge:
    """Learn from a made-up world; values that were met once are as good as unknown."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "world.parquet"
        world.write(file, records, seed)
        table = pq.read_table(file).drop_columns(UNKNOWN)
    knowledge, _ = learn(read(table, home := home_of(table)), home)
    common = {field: _pruned(counts) for field, counts in knowledge.common.items()}
    return Knowledge(None, common, knowledge.model)


def _pruned(counts: Counts) -> Counts:
    kept = counts.counts > 1
    return replace(counts, values=counts.values[kept], counts=counts.counts[kept])


def write(file: Path) -> Knowledge:
    """Write the weights; return them."""
    found = learned(RECORDS, SEED)
    file.write_bytes(persistence.dumped(found))
    return found


if __name__ == "__main__":
    known = write(Path(sys.argv[1]) if sys.argv[1:] else SHIPPED)
    print(np.round(known.model.priors, 9))
