"""How one customer is found without reading everybody's rows.

Postgres has indexes for it. DuckDB would have to hold one in memory whole; but it knows the least
and the greatest of each hundred thousand rows, so a table in the order of customers answers as
soon. What nights bring comes at the end of it, out of order, until that is too much.
"""

from __future__ import annotations

from transforms.bench import Bench, Changes
from transforms.model import Model, folder

ORDERED = {"timeline": "customer_id"}
"""Mart -> the column by whose order it is kept."""
UNTIDY = 4
"""A table is put in order again once one row in so many came after it was."""

OTHERS = {
    "identities": ("customer_id", "source_id"),
    "identity_emails": ("mailbox",),
    "identity_phones": ("number",),
    "identity_values": ("raw", "source_id"),
    "segment_members": ("customer_id",),
    "violations": ("customer_id",),
}
"""Table that is no mart -> columns by which a person, or ``daybreak customer``, looks into it."""
LOOKED_BY = ("customer_id", "source_id")
"""Columns by which marts are looked into, those that have them."""


def looked_up() -> dict[str, tuple[str, ...]]:
    """Return table -> the columns by which it is looked into."""
    marts = {
        model.name: tuple(name for name in LOOKED_BY if name in model.columns)
        for model in folder("marts")
    }
    return {name: columns for name, columns in (marts | OTHERS).items() if columns}


def put_up(bench: Bench) -> None:
    """Create the indexes that are not there; a table made anew has none."""
    if bench.session.dialect != "postgres":
        return
    for table, columns in looked_up().items():
        for column in columns:
            bench.session.execute(
                f"create index if not exists {table}_by_{column} on {table} ({column})"
            )


def ordered(model: Model) -> str:
    """Return the clause that puts the rows of a mart in order; empty for most."""
    return f" order by {ORDERED[model.name]}" if model.name in ORDERED else ""


def tidy(model: Model, bench: Bench, changes: Changes, before: int) -> int:
    """Put a table in order if too many of its rows are not; return how many are not.

    Args:
        model: A mart that was just built.
        bench: The run so far.
        changes: What became of it.
        before: How many of its rows were out of order before; negative if nobody knows.
    """
    if changes.whole or model.name not in ORDERED or bench.session.dialect != "duckdb":
        return 0
    held = bench.count(model.name)
    untidy = before + changes.rows if before >= 0 else held
    if untidy * UNTIDY <= held:
        return untidy
    bench.session.execute(
        f"create or replace table {model.name} as select * from {model.name}{ordered(model)}"
    )
    return 0
