"""Runs between the database and values: read in an open session, written in an open session."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, selectinload

from core.errors import ContractError
from core.ledger.counted import Counted
from core.ledger.ending import Ending
from core.ledger.models import CountRow, ProfileRow, RunRow, RunTableRow, SchemaChangeRow
from core.ledger.profile import Profile
from core.ledger.run import Run, RunLog, RunState, SchemaChange, TableRows
from core.window import Window


def matching(
    session: Session, *where: ColumnElement[bool], limit: int | None = None, newest: bool = True
) -> list[Run]:
    """Return runs that fulfil ``where``, newest first unless told otherwise."""
    query: Select[tuple[RunRow]] = (
        select(RunRow)
        .where(*where)
        .order_by(RunRow.id.desc() if newest else RunRow.id)
        .limit(limit)
        .options(
            selectinload(RunRow.tables),
            selectinload(RunRow.schema_changes),
            selectinload(RunRow.counts),
        )
    )
    return [remembered(row) for row in session.scalars(query)]


def about(flow: str, source: str | None) -> list[ColumnElement[bool]]:
    """Restrict to one flow and source, without re-read windows.

    A window that was read again says nothing about whether the newest rows are here.
    """
    return [
        RunRow.flow == flow,
        RunRow.source.is_(None) if source is None else RunRow.source == source,
        RunRow.window_since.is_(None),
        RunRow.window_until.is_(None),
    ]


def remembered(row: RunRow) -> Run:
    """Return a row of the ledger as a value."""
    return Run(
        id=row.id,
        flow=row.flow,
        source=row.source,
        parent_id=row.parent_id,
        state=RunState(row.state),
        started_at=row.started_at,
        ended_at=row.ended_at,
        error_kind=row.error_kind,
        error=row.error,
        next_step=row.next_step,
        calls=row.calls,
        retries=row.retries,
        throttled_seconds=row.throttled_seconds,
        since=row.window_since,
        until=row.window_until,
        prefect_run_id=row.prefect_run_id,
        cursors_before=row.cursors_before,
        cursors_after=row.cursors_after,
        details=row.details,
        tables={
            t.table_name: TableRows(
                t.rows_read,
                t.rows_new,
                t.rows_changed,
                t.rows_deleted,
                t.rows_quarantined,
                t.rows_healed,
            )
            for t in row.tables
        },
        changes=tuple(schema_change(c) for c in row.schema_changes),
        counts=tuple(counted(c) for c in row.counts),
    )


def schema_change(row: SchemaChangeRow) -> SchemaChange:
    """Return a schema change of the ledger as a value."""
    return SchemaChange(row.source, row.table_name, row.column_name, row.change, row.detail)


def counted(row: CountRow) -> Counted:
    """Return a count of the ledger as a value."""
    return Counted(
        table=row.table_name,
        window=Window(row.window_since, row.window_until),
        theirs=row.theirs,
        ours=row.ours,
        at=row.counted_at,
        how=row.how,
        healed=row.healed,
        explained=row.explained,
        note=row.note,
    )


def write_end(session: Session, log: RunLog, end: Ending, at: datetime) -> None:
    """Write how a run ended, what it cost and where its cursors stand."""
    row = session.get(RunRow, log.id)
    if row is None:
        raise ContractError(f"the ledger has no run {log.id}")
    write_ending(row, end, at)
    row.calls, row.retries = log.meter.calls, log.meter.retries
    row.throttled_seconds = log.meter.throttled_seconds
    row.cursors_before, row.cursors_after = dict(log.cursors_before), dict(log.cursors_after)
    row.details = dict(log.details)


def write_ending(row: RunRow, end: Ending, at: datetime) -> None:
    """Write how a run ended."""
    row.state, row.ended_at = end.state.value, at
    row.error_kind, row.error, row.next_step = end.error_kind, end.error, end.next_step


def write_tables(session: Session, run_id: int, tables: Mapping[str, TableRows]) -> None:
    """Write what a run did to each table, over what was written before."""
    for name, rows in tables.items():
        session.merge(
            RunTableRow(
                run_id=run_id,
                table_name=name,
                rows_read=rows.read,
                rows_new=rows.new,
                rows_changed=rows.changed,
                rows_deleted=rows.deleted,
                rows_quarantined=rows.quarantined,
                rows_healed=rows.healed,
            )
        )


def write_changes(session: Session, run_id: int, changes: Iterable[SchemaChange]) -> None:
    """Write what a run found new or in conflict."""
    session.add_all(
        SchemaChangeRow(
            run_id=run_id,
            source=change.source,
            table_name=change.table,
            column_name=change.column,
            change=change.change,
            detail=change.detail,
        )
        for change in changes
    )


def write_counts(session: Session, run_id: int, counts: Iterable[Counted]) -> None:
    """Write how the tables of a run compared with the vendor's own counts."""
    session.add_all(
        CountRow(
            run_id=run_id,
            table_name=one.table,
            how=one.how,
            window_since=one.window.since,
            window_until=one.window.until,
            theirs=one.theirs,
            ours=one.ours,
            healed=one.healed,
            explained=one.explained,
            note=one.note,
            counted_at=one.at,
        )
        for one in counts
    )


def write_profiles(session: Session, run_id: int, profiles: Iterable[Profile]) -> None:
    """Write how well the fields were filled when a reconcile ended."""
    session.add_all(
        ProfileRow(
            run_id=run_id,
            source=one.source,
            table_name=one.table,
            field=one.field,
            row_count=one.rows,
            filled_count=one.filled,
            valid_count=one.valid,
            listed_count=one.listed,
            held=dict(one.values) if one.values is not None else None,
            middle=one.middle,
        )
        for one in profiles
    )
