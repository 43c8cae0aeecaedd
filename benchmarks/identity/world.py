"""Records of made-up customers of nineteen countries, with the truth, at any size.

``python -m benchmarks.identity.world FILE.parquet RECORDS [SEED]`` writes FILE.parquet in the
layout of ``daybreak identify`` and FILE.truth.parquet: ``record_id, entity_id, household_id``.

The sandbox's seeded world tells a story event by event and keeps its whole cast; this one is made
block by block (`people`, `systems`, `traps` say with what shares), so memory does not grow with
the number of records. Ids are numbers shuffled over the whole file, and rows are in their order:
nothing about a record's place tells whose it is.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import fields
from itertools import chain, count, islice
from operator import attrgetter
from pathlib import Path
from random import Random

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.identity.people import people
from benchmarks.identity.systems import Record, Systems
from benchmarks.identity.traps import Traps

TRUTH = {"entity": "entity_id", "household": "household_id"}
COLUMNS = tuple(field.name for field in fields(Record) if field.name not in TRUTH)
SCHEMA = pa.schema([(name, pa.string()) for name in ("record_id", *COLUMNS, *TRUTH.values())])
VALUES = attrgetter(*COLUMNS, *TRUTH)
ROOM = "500MB"
"""What sorting may use; more goes to disk."""
SCATTER = 0x9E3779B1
"""Odd, so that multiplying by it modulo a power of two meets every number once."""


def records(seed: int) -> Iterator[Record]:
    """Tell records without end, block by block; the same ones for the same seed."""
    for block in count():
        yield from of_block(seed, block)


def of_block(seed: int, block: int) -> list[Record]:
    """Tell the records of one block."""
    rng = Random(f"identity:{seed}:{block}")  # noqa: S311 - a story, not a secret
    cast = people(seed, block)
    told = list(Systems(cast, rng).records())
    told += Traps(cast, rng).records(len(told))
    # Wherever the last block ends, its traps are among what is left.
    rng.shuffle(told)
    return told


def write(file: Path, many: int, seed: int = 1) -> Path:
    """Write so many records; return where their truth is."""
    truth = file.with_suffix(".truth.parquet")
    with tempfile.TemporaryDirectory(dir=file.parent) as scratch:
        raw = Path(scratch) / "raw.parquet"
        _stream(raw, many, seed)
        with duckdb.connect() as session:
            session.execute(f"set memory_limit = '{ROOM}'; set temp_directory = '{scratch}'")
            rows = f"select * from read_parquet('{raw}') order by record_id"
            said = "record_id, entity_id, household_id"
            for path, columns in (
                (file, f"* exclude ({', '.join(TRUTH.values())})"),
                (truth, said),
            ):
                session.execute(f"copy (select {columns} from ({rows})) to '{path}'")
    return truth


def _stream(raw: Path, many: int, seed: int) -> None:
    bits = max(16, (many - 1).bit_length())
    numbers = count()
    told = islice(records(seed), many)
    with pq.ParquetWriter(raw, SCHEMA) as writer:
        while rows := list(islice(told, 20_000)):
            ids = [
                f"r{_scattered(number, bits):0{len(str(1 << bits))}}"
                for number in islice(numbers, len(rows))
            ]
            values = zip(*map(VALUES, rows), strict=True)
            arrays = [pa.array(column, pa.string()) for column in chain([ids], values)]
            writer.write_table(pa.table(arrays, schema=SCHEMA))


def _scattered(number: int, bits: int) -> int:
    """Give another number below 2 ** bits, the same one for no two."""
    mask, half = (1 << bits) - 1, bits // 2
    for _ in range(3):
        number = number * SCATTER & mask
        number ^= number >> half
    return number


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if sys.argv[3:] else 1))
