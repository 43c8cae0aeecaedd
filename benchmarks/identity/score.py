"""How well a partition of records agrees with the truth.

``python -m benchmarks.identity.score LINKS.parquet TRUTH.parquet``. LINKS has ``record_id,
customer_id``, TRUTH ``record_id, entity_id``. Pairs are counted from cluster sizes and never made,
so five million records take seconds. A record of the truth without a link stands alone.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True, slots=True)
class Score:
    """One partition against the truth.

    Attributes:
        records: How many the truth has.
        precision: Of the pairs joined, the share that is one person; 1 where none is joined.
        recall: Of the pairs that are one person, the share joined; 1 where there are none.
        b_cubed: F1 of the two averages over records of (share of its cluster that is its entity,
            share of its entity that is in its cluster).
        exact: F1 of clusters that are an entity to the record.
        clusters: How many there are.
        entities: How many there ought to be.
        largest: Records of the largest cluster.
        true_largest: Records of the largest entity.
        unlinked: Records of the truth that no link names.
        strangers: Links whose record the truth does not know; they count for nothing.
    """

    records: int
    precision: float
    recall: float
    b_cubed: float
    exact: float
    clusters: int
    entities: int
    largest: int
    true_largest: int
    unlinked: int
    strangers: int

    @property
    def f1(self) -> float:
        """Pairwise F1."""
        return _f1(self.precision, self.recall)

    @property
    def largest_ratio(self) -> float:
        """The largest cluster against the true largest."""
        return self.largest / self.true_largest if self.true_largest else 1.0

    def __str__(self) -> str:
        """Say it in one line."""
        return (
            f"pair P {self.precision:.4f} R {self.recall:.4f} F1 {self.f1:.4f}, "
            f"B3 {self.b_cubed:.4f}, exact {self.exact:.4f}, "
            f"largest {self.largest}/{self.true_largest}, "
            f"{self.clusters:,} clusters of {self.entities:,} entities"
        )


def score(links: Path, truth: Path) -> Score:
    """Hold links against the truth.

    Raises:
        ValueError: a record is linked twice.
    """
    with duckdb.connect() as session:
        session.execute("set preserve_insertion_order = false")
        session.read_parquet(str(links)).select("record_id, customer_id").create("links")
        session.read_parquet(str(truth)).select("record_id, entity_id").create("truth")
        session.execute(_CELLS)
        twice = _one(session, "select count(*) - count(distinct record_id) from links")[0]
        if twice:
            raise ValueError(f"{links}: {twice} records have more than one link")
        records, *shares, unlinked = _one(session, _FIGURES)
        strangers = _one(session, "select count(*) from links anti join truth using (record_id)")[0]
    joined, true_joined, both, b_precision, b_recall, exact, clusters, entities = shares[:8]
    return Score(
        records=records,
        precision=both / joined if joined else 1.0,
        recall=both / true_joined if true_joined else 1.0,
        b_cubed=_f1(b_precision / records, b_recall / records) if records else 1.0,
        exact=_f1(exact / clusters, exact / entities) if records else 1.0,
        clusters=clusters,
        entities=entities,
        largest=shares[8],
        true_largest=shares[9],
        unlinked=unlinked,
        strangers=strangers,
    )


def same_partition(links: Path, others: Path) -> bool:
    """Say whether two files put the same records together, whatever they call the customers."""
    with duckdb.connect() as session:
        asked = {"links": str(links), "others": str(others)}
        return bool(session.execute(_SAME, asked).fetchall()[0][0])


# Cells are how many records one cluster and one entity share; everything follows from their sizes.
_CELLS = """
create table cells as
with joined as (
    select
        entity_id,
        coalesce('1:' || customer_id, '0:' || record_id) as cluster,
        customer_id is null as alone
    from truth left join links using (record_id)
),
cells as (
    select cluster, entity_id, count(*) as n, count(*) filter (alone) as alone
    from joined group by all
)
select
    n, alone, sum(n) over (partition by cluster) as held,
    sum(n) over (partition by entity_id) as owed
from cells
"""

_FIGURES = """
select
    coalesce(sum(n), 0)::bigint,
    coalesce(sum(n * (held - 1)), 0)::bigint / 2,
    coalesce(sum(n * (owed - 1)), 0)::bigint / 2,
    coalesce(sum(n * (n - 1)), 0)::bigint / 2,
    coalesce(sum(n * n / held), 0)::double,
    coalesce(sum(n * n / owed), 0)::double,
    count(*) filter (n = held and n = owed),
    round(coalesce(sum(n / held), 0))::bigint,
    round(coalesce(sum(n / owed), 0))::bigint,
    coalesce(max(held), 0)::bigint,
    coalesce(max(owed), 0)::bigint,
    coalesce(sum(alone), 0)::bigint
from cells
"""

_SAME = """
with cells as (
    select one.customer_id as a, other.customer_id as b, count(*) as n,
        bool_or(one.record_id is null or other.record_id is null) as missing
    from read_parquet($links) as one
    full join read_parquet($others) as other using (record_id)
    group by all
)
select not coalesce(bool_or(missing), false)
    and count(*) = count(distinct a) and count(*) = count(distinct b)
from cells
"""


def _one(session: duckdb.DuckDBPyConnection, statement: str) -> tuple[int, ...]:
    row: tuple[int, ...] = session.execute(statement).fetchall()[0]
    return row


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


if __name__ == "__main__":
    print(score(Path(sys.argv[1]), Path(sys.argv[2])))
