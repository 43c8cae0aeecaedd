"""The weights that daybreak ships for those who have too few records to learn from.

``python -m benchmarks.identity.weights`` learns them from a made-up world and writes them where
daybreak looks for them. The same world gives the same weights.
"""

from __future__ import annotations

import sys
import tempfile
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
NONE = np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
# A value that was never met counts as one of two: with this mean it is neither rare nor common.
MEAN = Counts(*NONE, *NONE, mean=float(np.log(1 / 2)))


def learned(records: int, seed: int) -> Knowledge:
    """Learn from a made-up world what agreement is worth, and not how common its names are.

    Whoever has few records has other people than that world: to them every name, town and company
    weighs what one of mean frequency does.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "world.parquet"
        world.write(file, records, seed)
        table = pq.read_table(file).drop_columns(UNKNOWN)
    knowledge, _ = learn(read(table, home := home_of(table)), home)
    return Knowledge(None, dict.fromkeys(knowledge.common, MEAN), knowledge.model)


def write(file: Path) -> Knowledge:
    """Write the weights; return them."""
    found = learned(RECORDS, SEED)
    file.write_bytes(persistence.dumped(found))
    return found


if __name__ == "__main__":
    known = write(Path(sys.argv[1]) if sys.argv[1:] else SHIPPED)
    print(np.round(known.model.priors, 9))
