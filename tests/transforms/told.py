"""One world, reconciled once in memory, for many sentences about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from core.warehouse import Session
from tests.transforms.conftest import embedded
from tests.transforms.raw import Raw
from transforms import reconcile

DAY = datetime(2025, 3, 1, tzinfo=UTC)
Row = dict[str, Any]


def day(number: int) -> datetime:
    """Return a day in the world's calendar."""
    return DAY + timedelta(days=number)


def reconciled(raw: Raw) -> Session:
    """Let a night pass over ``raw``."""
    session = embedded()
    raw.land(session)
    reconcile(session, now=raw.now())
    return session


def rows(session: Session, sql: str, *values: Any) -> list[Row]:
    return session.query(sql, values).to_pylist()


def one(session: Session, sql: str, *values: Any) -> Row:
    """Return the only row there is."""
    (row,) = rows(session, sql, *values)
    return row


def customer(session: Session, source: str, source_id: str) -> str:
    """Return whose record it is."""
    sql = "select customer_id from source_records where source = ? and source_id = ?"
    return str(one(session, sql, source, source_id)["customer_id"])
