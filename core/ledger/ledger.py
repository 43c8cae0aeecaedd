"""The ledger: every run is begun, ended and remembered here, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from core.clock import Clock
from core.ledger import rows
from core.ledger.archive import SUCCESS, Archive
from core.ledger.database import Database
from core.ledger.ending import CRASHED, ENDED, HUNG, SUCCEEDED, Ending, ending
from core.ledger.models import RunRow
from core.ledger.process import Process
from core.ledger.run import Run, RunLog, RunState, SchemaChange, TableRows
from core.meter import Meter

# A run on another machine is given up after this long: we cannot look whether it still lives.
LONGEST_RUN = timedelta(hours=12)
# Longer than any pause of ours: a vendor's limit is waited for up to 15 minutes, an answer for two.
LONGEST_STILL = timedelta(hours=1)
BEAT_EVERY = timedelta(minutes=1)

RECENT = timedelta(days=1)

RUNNING = RunRow.state == RunState.RUNNING.value
HANGING = RunRow.error_kind == HUNG.error_kind


class Ledger(Archive):
    """Safe to share between threads, and to open in several processes at once."""

    @classmethod
    def open(cls, url: str) -> Ledger:
        """Open the ledger at a SQLAlchemy URL, making or upgrading its tables.

        Raises:
            ConfigError: the URL, the password, the database or the file is wrong.
            BusyError: the server cannot be reached, or another process holds the file.
        """
        return cls(Database.open(url))

    @contextmanager
    def run(
        self,
        flow: str,
        source: str | None,
        clock: Clock,
        *,
        parent: int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        prefect_run_id: str | None = None,
    ) -> Iterator[RunLog]:
        """Keep the record of one run, from the first moment to the last, however it ends.

        An IncompleteError is recorded as partial, any other exception as failed; each is
        raised again. What the RunLog holds at that moment is written down once.
        """
        window = (since, until)
        run_id = self.begin(
            flow, source, parent, at=clock.now(), window=window, prefect_run_id=prefect_run_id
        )
        log = RunLog(run_id)
        log.beat = self._heart(run_id, clock)
        try:
            yield log
        except BaseException as error:
            self._end(log, ending(error, log.secrets), clock.now())
            raise
        self._end(log, SUCCEEDED, clock.now())

    def begin(
        self,
        flow: str,
        source: str | None = None,
        parent: int | None = None,
        *,
        at: datetime,
        window: tuple[datetime | None, datetime | None] = (None, None),
        prefect_run_id: str | None = None,
    ) -> int:
        """Record that a run begins, and return its number; older numbers are smaller.

        Runs left behind by a dead process are declared crashed first.
        """
        self.crashed(at)
        me = Process.current()
        row = RunRow(
            flow=flow,
            source=source,
            parent_id=parent,
            state=RunState.RUNNING.value,
            started_at=at,
            window_since=window[0],
            window_until=window[1],
            prefect_run_id=prefect_run_id,
            host=me.host,
            pid=me.pid,
            birth=me.birth,
        )
        with self._database.write() as session:
            session.add(row)
            session.flush()
            return row.id

    def finish(
        self,
        run_id: int,
        end: Ending,
        at: datetime,
        *,
        meter: Meter | None = None,
        cursors_before: Mapping[str, Any] | None = None,
        cursors_after: Mapping[str, Any] | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Record how a run ended."""
        log = RunLog(run_id, meter or Meter())
        log.cursors_before, log.cursors_after = (
            dict(cursors_before or {}),
            dict(cursors_after or {}),
        )
        log.details = dict(details or {})
        self._end(log, end, at)

    def record_tables(self, run_id: int, tables: Mapping[str, TableRows]) -> None:
        """Record what a run did to each table; said twice, the last word holds."""
        with self._database.write() as session:
            rows.write_tables(session, run_id, tables)

    def record_schema_changes(self, run_id: int, changes: Iterable[SchemaChange]) -> None:
        """Record what a run found new or in conflict in the vendor's columns."""
        with self._database.write() as session:
            rows.write_changes(session, run_id, changes)

    def crashed(self, at: datetime) -> list[Run]:
        """Declare crashed what is still called running though it is gone, or has long been still.

        A run of another machine counts as gone when it began ``LONGEST_RUN`` ago; one that
        beats, here or there, when it has not for ``LONGEST_STILL``. Should a run that was given
        up end after all, its own word holds.
        """
        with self._database.read() as session:
            running = session.scalars(select(RunRow).where(RUNNING))
            over = {row.id: end for row in running if (end := _over(row, at))}
        if not over:
            return []
        with self._database.write() as session:
            for row in session.scalars(select(RunRow).where(RUNNING, RunRow.id.in_(over))):
                rows.write_ending(row, over[row.id], at)
        with self._database.read() as session:
            return rows.matching(session, RunRow.id.in_(over), newest=False)

    def hung(self, at: datetime) -> list[Process]:
        """Return the processes of this machine that live, have a hung run, and in which none moves.

        A night's pulls share a process: as long as one of them moves, the others wait for it.
        """
        with self._database.read() as session:
            hanging = session.scalars(select(RunRow).where(HANGING, RunRow.ended_at >= at - RECENT))
            found = {Process(row.host, row.pid, row.birth) for row in hanging}
            still = [one for one in found if not session.scalar(_moving(one, at))]
        return [one for one in still if one.is_here() and one.is_alive()]

    def put_down(self, process: Process, since: datetime) -> None:
        """Record that ``process`` was ended: its hung runs, and those that ended with it.

        Whatever words its runs still found are those of somebody who is being ended; one that
        got to its end all the same has succeeded.
        """
        taken = or_(RUNNING, HANGING, and_(RunRow.ended_at >= since, ~SUCCESS))
        with self._database.write() as session:
            for row in session.scalars(select(RunRow).where(*_in(process), taken)):
                rows.write_ending(row, ENDED, since)

    def _heart(self, run_id: int, clock: Clock) -> Callable[[], None]:
        """Return what a run calls whenever it moves; once a minute at most is written down."""
        last: list[datetime] = []

        def beat() -> None:
            now = clock.now()
            if last and now - last[0] < BEAT_EVERY:
                return
            last[:] = [now]
            with self._database.write() as session:
                session.get_one(RunRow, run_id).beat_at = now

        return beat

    def _end(self, log: RunLog, end: Ending, at: datetime) -> None:
        """Write down everything at once: half a record would be read as a whole one."""
        with self._database.write() as session:
            rows.write_end(session, log, end, at)
            rows.write_tables(session, log.id, log.tables)
            rows.write_changes(session, log.id, log.changes)
            rows.write_counts(session, log.id, log.counts)
            rows.write_profiles(session, log.id, log.profiles)


def _in(process: Process) -> list[ColumnElement[bool]]:
    return [
        RunRow.host == process.host,
        RunRow.pid == process.pid,
        RunRow.birth == process.birth,
    ]


def _moving(process: Process, at: datetime) -> Select[tuple[int]]:
    return select(RunRow.id).where(*_in(process), RunRow.beat_at >= at - LONGEST_STILL).limit(1)


def _over(row: RunRow, at: datetime) -> Ending | None:
    if _gone(row, at):
        return CRASHED
    is_still = row.beat_at is not None and row.beat_at < at - LONGEST_STILL
    return HUNG if is_still else None


def _gone(row: RunRow, at: datetime) -> bool:
    process = Process(row.host, row.pid, row.birth)
    if process.is_here():
        return not process.is_alive()
    return row.started_at < at - LONGEST_RUN
