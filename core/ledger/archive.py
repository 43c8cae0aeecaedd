"""What can be asked of the ledger; nothing here writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select

from core.ledger.alert import Alert
from core.ledger.alert_book import AlertBook
from core.ledger.counted import Horizon
from core.ledger.database import Database
from core.ledger.decision_book import DecisionBook
from core.ledger.models import CountRow, ProfileRow, RunRow, SchemaChangeRow
from core.ledger.profile import NightProfile, Profile
from core.ledger.rows import about, counted, matching, schema_change
from core.ledger.run import NightRecord, Run, RunState, SchemaChange
from core.ledger.volume import Volume, volumes

ENDED = RunRow.state != RunState.RUNNING.value
SUCCESS = RunRow.state == RunState.SUCCEEDED.value
# A night has hundreds of them and a look asks for sixty nights: as rows, not as objects of an ORM.
PROFILE = (
    ProfileRow.run_id,
    ProfileRow.source,
    ProfileRow.table_name,
    ProfileRow.field,
    ProfileRow.row_count,
    ProfileRow.filled_count,
    ProfileRow.valid_count,
    ProfileRow.listed_count,
    ProfileRow.held,
    ProfileRow.middle,
)


class Archive:
    """The reading half of the ledger.

    Attributes:
        alerts: What is wrong, and who was told of it.
        decisions: What stewards decided of who is who.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.alerts = AlertBook(database)
        self.decisions = DecisionBook(database)

    def last_run(
        self, source: str | None = None, flow: str = "pull", *, ended: bool = False
    ) -> Run | None:
        """Return the newest run, windows left out; with ``ended``, the newest that is over."""
        over = [ENDED] if ended else []
        with self._database.read() as session:
            found = matching(session, *about(flow, source), *over, limit=1)
        return found[0] if found else None

    def last_success(self, source: str | None = None, flow: str = "pull") -> datetime | None:
        """Return when the newest good run ended, windows left out.

        A pull that missed some tables is no success. A flow without a source, such as the
        night, has succeeded when it got to its end, whatever it had to say about its parts.
        """
        good = SUCCESS if source else RunRow.state.in_([RunState.SUCCEEDED, RunState.PARTIAL])
        with self._database.read() as session:
            found = matching(session, *about(flow, source), good, limit=1)
        return found[0].ended_at if found else None

    def history(self, source: str, nights: int = 14, *, before: int | None = None) -> list[Run]:
        """Return the last good pulls of ``source`` within nights, newest first.

        What an ordinary night is, is read from these. The very first pull of a source is left
        out: it brings years and not a night.

        Args:
            source: The source asked about.
            nights: How many at most.
            before: Only nights that began before this run of the night.
        """
        where = [*about("pull", source), SUCCESS]
        with self._database.read() as session:
            first = session.scalar(select(func.min(RunRow.id)).where(*where))
            in_nights = [RunRow.parent_id.is_not(None), RunRow.id != (first or 0)]
            if before is not None:
                in_nights.append(RunRow.parent_id < before)
            return matching(session, *where, *in_nights, limit=nights)

    def is_first(self, source: str, run_id: int) -> bool:
        """Say whether ``source`` had never been read when run ``run_id`` began."""
        read = RunRow.state.in_([RunState.SUCCEEDED, RunState.PARTIAL])
        with self._database.read() as session:
            return not matching(session, *about("pull", source), read, RunRow.id < run_id, limit=1)

    def night(self, run_id: int | None = None) -> NightRecord | None:
        """Return a night with its parts in the order they began; without a number, the newest."""
        mine = [RunRow.flow == "night"] if run_id is None else [RunRow.id == run_id]
        with self._database.read() as session:
            found = matching(session, *mine, limit=1)
            if not found:
                return None
            parts = matching(session, RunRow.parent_id == found[0].id, newest=False)
        return NightRecord(found[0], tuple(parts))

    def volumes(self, since: datetime) -> list[Volume]:
        """Return what each table brought in each night since then, oldest first."""
        with self._database.read() as session:
            return volumes(session, since)

    def changes_since(self, since: datetime) -> list[SchemaChange]:
        """Return what runs that began since then found new or in conflict, oldest first."""
        query = (
            select(SchemaChangeRow)
            .join(RunRow, RunRow.id == SchemaChangeRow.run_id)
            .where(RunRow.started_at >= since)
            .order_by(SchemaChangeRow.id)
        )
        with self._database.read() as session:
            return [schema_change(row) for row in session.scalars(query)]

    def runs_of(self, flow: str, since: datetime, source: str | None = None) -> list[Run]:
        """Return the runs that began since then, windows left out, oldest first."""
        with self._database.read() as session:
            return matching(session, *about(flow, source), RunRow.started_at >= since, newest=False)

    def horizons(self, source: str) -> dict[str, Horizon]:
        """Return how far each table of ``source`` was found complete, windows left out."""
        query = (
            select(CountRow)
            .join(RunRow, RunRow.id == CountRow.run_id)
            .where(*about("pull", source), CountRow.how != "reference")
            .order_by(CountRow.id)
        )
        found: dict[str, Horizon] = {}
        with self._database.read() as session:
            for row in session.scalars(query):
                known = found.get(row.table_name, Horizon())
                found[row.table_name] = known.further(counted(row))
        return found

    def reconciles(self, nights: int = 14, *, until: int) -> list[Run]:
        """Return the good reconciles of the last nights, newest first.

        Args:
            nights: How many at most.
            until: Only nights up to this run of the night.
        """
        where = [*about("reconcile", None), SUCCESS, RunRow.parent_id <= until]
        with self._database.read() as session:
            return matching(session, *where, limit=nights)

    def profiles(self, runs: Sequence[Run], *, steered: bool = False) -> list[NightProfile]:
        """Return how well fields were filled after each of these reconciles, in their order.

        Args:
            runs: The reconciles.
            steered: Only the fields whose values or amounts are known.
        """
        query = select(*PROFILE).where(ProfileRow.run_id.in_([run.id for run in runs]))
        if steered:
            query = query.where(or_(ProfileRow.held.is_not(None), ProfileRow.middle.is_not(None)))
        found: dict[int, list[Profile]] = {run.id: [] for run in runs}
        with self._database.read() as session:
            for run, *told in session.execute(query):
                found[run].append(Profile(*told))
        return [NightProfile(run.started_at, tuple(found[run.id])) for run in runs]

    def newest(self) -> Run | None:
        """Return the run that began last, by the clock it was written down with."""
        query = select(RunRow.id).order_by(RunRow.started_at.desc(), RunRow.id.desc()).limit(1)
        with self._database.read() as session:
            found = matching(session, RunRow.id == query.scalar_subquery())
        return found[0] if found else None

    def began_at(self) -> datetime | None:
        """Return when the very first run began; None on a new ledger."""
        with self._database.read() as session:
            first = matching(session, limit=1, newest=False)
        return first[0].started_at if first else None

    def open_alerts(self) -> list[Alert]:
        """Return what is wrong now, oldest first."""
        return self.alerts.open()
