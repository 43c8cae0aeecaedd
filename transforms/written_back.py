"""What we wrote into other systems ourselves, so that it is never taken for their own word.

Write-back notes each value that a CRM accepted; the next reconcile takes the notes in. A record
that then says exactly that is our echo, and no evidence.
"""

from __future__ import annotations

import pyarrow as pa

from core.warehouse import Session
from transforms.bench import Bench, Changes
from transforms.kinds import TYPES

TABLE, NOTES = "written_back", "written_back_notes"
COLUMNS = dict.fromkeys(("source", "source_id", "field", "value"), "text")
"""``field`` and ``value`` as in customer_fields: what the record will say when it is pulled."""


def note(session: Session, rows: pa.Table) -> None:
    """Remember values that a system took from us; safe to repeat.

    Args:
        session: The warehouse, open for writing.
        rows: source, source_id, field, value: text, none of it null.
    """
    if not session.columns(NOTES):
        _create(session, NOTES)
    session.load("written_back_new", rows.select(list(COLUMNS)))
    session.execute(f"insert into {NOTES} select * from written_back_new")


def take_in(bench: Bench) -> None:
    """Move the notes to where the golden record looks, and tell which are news."""
    if not bench.exists(TABLE):
        bench.create(TABLE, COLUMNS)
    if not bench.exists(NOTES):
        return
    known = f"select * from {TABLE}"
    news = bench.keep("written_back_news", f"select * from {NOTES} except {known}")
    bench.execute(f"insert into {TABLE} select * from {news}")
    bench.execute(f"delete from {NOTES}")
    bench.changes[TABLE] = Changes(news, bench.count(news))


def _create(session: Session, table: str) -> None:
    types = TYPES[session.dialect]
    columns = ", ".join(f"{name} {types[kind]}" for name, kind in COLUMNS.items())
    session.execute(f"create table {table} ({columns})")
