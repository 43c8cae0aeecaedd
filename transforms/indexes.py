"""By what one row or one customer is looked up, where the warehouse wants to be told.

Postgres reads a whole table for one customer if it has no index. DuckDB reads one column of it and
needs none; keeping one there costs more than the night that fills the table.
"""

from __future__ import annotations

from transforms.bench import Bench
from transforms.model import folder

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
