"""The scorer counts what a patient person with pencil and paper would count."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.identity.score import same_partition, score

RECORDS = st.lists(
    st.tuples(st.integers(0, 5), st.one_of(st.none(), st.integers(0, 5))), min_size=1, max_size=14
)


def links(file: Path, customers: Sequence[str | None], column: str = "customer_id") -> Path:
    ids = [f"r{number}" for number in range(len(customers))]
    columns = [pa.array(ids, pa.string()), pa.array(customers, pa.string())]
    pq.write_table(pa.table(columns, names=["record_id", column]), file)
    return file


def pairs(clusters: list[str]) -> set[tuple[int, int]]:
    numbered = combinations(range(len(clusters)), 2)
    return {(a, b) for a, b in numbered if clusters[a] == clusters[b]}


def groups(clusters: list[str]) -> set[frozenset[int]]:
    return {
        frozenset(n for n, cluster in enumerate(clusters) if cluster == one) for one in clusters
    }


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


@settings(max_examples=40, deadline=None)
@given(RECORDS)
def test_every_figure_is_what_counting_pair_by_pair_gives(records: list[tuple[int, int]]) -> None:
    true = [f"e{entity}" for entity, _ in records]
    said = [None if c is None else f"c{c}" for _, c in records]
    alone = [c or f"alone {n}" for n, c in enumerate(said)]
    with tempfile.TemporaryDirectory() as home:
        found = score(
            links(Path(home) / "links.parquet", said),
            links(Path(home) / "truth.parquet", true, "entity_id"),
        )
    joined, owed = pairs(alone), pairs(true)
    assert found.precision == pytest.approx(len(joined & owed) / len(joined) if joined else 1)
    assert found.recall == pytest.approx(len(joined & owed) / len(owed) if owed else 1)
    of = {
        n: (group, entity)
        for group in groups(alone)
        for n in group
        for entity in groups(true)
        if n in entity
    }
    shares = [(len(c & e) / len(c), len(c & e) / len(e)) for c, e in of.values()]
    b_precision, b_recall = (sum(each) / len(records) for each in zip(*shares, strict=True))
    assert found.b_cubed == pytest.approx(f1(b_precision, b_recall))
    right = len(groups(alone) & groups(true))
    assert found.exact == pytest.approx(f1(right / len(groups(alone)), right / len(groups(true))))
    assert found.largest == max(Counter(alone).values())
    assert found.true_largest == max(Counter(true).values())
    assert (found.clusters, found.entities) == (len(groups(alone)), len(groups(true)))


def test_a_record_linked_twice_is_refused(tmp_path: Path) -> None:
    columns = [pa.array(["a", "a"]), pa.array(["c", "d"])]
    pq.write_table(pa.table(columns, names=["record_id", "customer_id"]), tmp_path / "l.parquet")
    truth = links(tmp_path / "t.parquet", ["e"], "entity_id")
    with pytest.raises(ValueError, match="more than one link"):
        score(tmp_path / "l.parquet", truth)


def test_a_partition_is_the_same_whatever_its_customers_are_called(tmp_path: Path) -> None:
    one = links(tmp_path / "one.parquet", ["a", "a", "b"])
    assert same_partition(one, links(tmp_path / "same.parquet", ["x", "x", "y"]))
    assert not same_partition(one, links(tmp_path / "coarser.parquet", ["x", "x", "x"]))
    assert not same_partition(one, links(tmp_path / "finer.parquet", ["x", "y", "z"]))
    assert not same_partition(one, links(tmp_path / "fewer.parquet", ["x", "x"]))
