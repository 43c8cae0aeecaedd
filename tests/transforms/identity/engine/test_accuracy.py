"""How well persons are told apart, on labelled sets; the labels only judge."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from transforms.identity.engine.engine import identify

SETS = Path(__file__).parents[5] / "shared" / "data" / "identity"


def pairs(groups: Counter[object]) -> int:
    return sum(n * (n - 1) // 2 for n in groups.values())


@pytest.mark.skipif(not SETS.is_dir(), reason="the labelled sets are not beside this folder")
@pytest.mark.parametrize(
    ("name", "precision", "f1"),
    [
        ("febrl4", 0.998, 0.998),
        ("historical_dev", 0.98, 0.87),
        ("c360_20k", 0.98, 0.90),
        ("orgs", 0.95, 0.80),
    ],
)
def test_persons_are_found_without_labels_and_without_settings(
    name: str, precision: float, f1: float
) -> None:
    records = pq.read_table(SETS / f"{name}.parquet")
    told = pq.read_table(SETS / f"{name}.truth.parquet").to_pydict()
    truth = dict(zip(told["record_id"], told["entity_id"], strict=True))
    entities = [truth[r] for r in records["record_id"].to_pylist()]
    persons, _ = identify(records)
    found, true = Counter(persons.tolist()), Counter(entities)
    agreed = pairs(Counter(zip(persons.tolist(), entities, strict=True)))
    assert agreed / pairs(found) >= precision
    assert 2 * agreed / (pairs(found) + pairs(true)) >= f1
    assert max(found.values()) <= 1.2 * max(true.values())
