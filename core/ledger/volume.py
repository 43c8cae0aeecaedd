"""What one table of one source brought in one night: what ordinary nights are read from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from core.ledger.models import RunRow, RunTableRow
from core.ledger.run import RunState


@dataclass(frozen=True, slots=True)
class Volume:
    """Rows of one table in one night, all attempts together.

    Attributes:
        night: The night's run; larger is later.
        at: When the first attempt began.
        arrived: Rows that made a difference.
        is_whole: Whether the source was read to its end.
    """

    night: int
    at: datetime
    source: str
    table: str
    arrived: int
    read: int
    quarantined: int
    is_whole: bool


def volumes(session: Session, since: datetime) -> list[Volume]:
    """Return what each night since then brought, oldest first, in one statement."""
    good = case((RunRow.state == RunState.SUCCEEDED.value, 1), else_=0)
    arrived = RunTableRow.rows_new + RunTableRow.rows_changed + RunTableRow.rows_deleted
    query = (
        select(
            RunRow.parent_id,
            func.min(RunRow.started_at),
            RunRow.source,
            RunTableRow.table_name,
            func.sum(arrived),
            func.sum(RunTableRow.rows_read),
            func.sum(RunTableRow.rows_quarantined),
            func.max(good),
        )
        .join(RunTableRow, RunTableRow.run_id == RunRow.id)
        .where(RunRow.flow == "pull", RunRow.parent_id.is_not(None), RunRow.started_at >= since)
        .group_by(RunRow.parent_id, RunRow.source, RunTableRow.table_name)
        .order_by(RunRow.parent_id, RunRow.source, RunTableRow.table_name)
    )
    return [
        Volume(night, at, str(source), table, int(rows), int(read), int(aside), bool(whole))
        for night, at, source, table, rows, read, aside, whole in session.execute(query)
    ]
