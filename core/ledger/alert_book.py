"""The part of the ledger that remembers what is wrong and who was told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from core.ledger.alert import Alert, Finding, Severity
from core.ledger.database import Database
from core.ledger.models import AlertRow, TellingRow

# A teller that was killed between claiming and telling is given up after this long.
CLAIM_HOLDS = timedelta(minutes=10)
# Long enough ago that nobody waits for the news of a recovery any more.
RECENT = timedelta(days=7)


class AlertBook:
    """Alerts open and close here. Several watches at once tell each thing once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self) -> list[Alert]:
        """Return what is wrong now, oldest first."""
        return self._alerts(AlertRow.closed_at.is_(None))

    def closed_since(self, at: datetime) -> list[Alert]:
        """Return what ended after ``at``, oldest first."""
        return self._alerts(AlertRow.closed_at > at)

    def settle(
        self,
        found: Sequence[Finding],
        seen: Sequence[tuple[int, Finding]],
        over: Sequence[int],
        at: datetime,
    ) -> None:
        """Write down one look: what is new, what goes on, what is over.

        Args:
            found: Findings no open alert stands for yet.
            seen: Open alerts by number, with the finding that stands for them now.
            over: Open alerts by number that no finding stands for any more.
            at: The moment of the look.
        """
        with self._database.write() as session:
            for number, finding in seen:
                row = session.get_one(AlertRow, number)
                row.last_seen_at = at
                _describe(row, finding)
            for number in over:
                session.get_one(AlertRow, number).closed_at = at
            session.flush()
            for finding in found:
                _open(session, finding, at)

    def acknowledge(self, incident: int, by: str, at: datetime) -> list[int]:
        """Note that ``by`` is at it; return the open alerts of that incident."""
        with self._database.write() as session:
            rows = _of_incident(session, incident)
            for row in rows:
                row.acknowledged_at, row.acknowledged_by = at, by[:64]
            return [row.id for row in rows]

    def snooze(self, incident: int, until: datetime | None) -> list[int]:
        """Be silent about an incident until then; None ends that. Return its open alerts."""
        with self._database.write() as session:
            rows = _of_incident(session, incident)
            for row in rows:
                row.snoozed_until = until
            return [row.id for row in rows]

    def claim(self, numbers: Sequence[int], channel: str, event: str, at: datetime) -> list[int]:
        """Reserve telling ``channel`` of ``event``; return the alerts that are ours to tell."""
        return [n for n in numbers if self._claim(n, channel, event, at)]

    def told(self, numbers: Sequence[int], channel: str, event: str, at: datetime) -> None:
        """Remember that ``channel`` was told."""
        with self._database.write() as session:
            for number in numbers:
                session.get_one(TellingRow, (number, channel, event)).told_at = at
                row = session.get_one(AlertRow, number)
                if row.closed_at is None:
                    row.told_at = row.told_at or at
                else:
                    row.recovery_told_at = row.recovery_told_at or at

    def release(self, numbers: Sequence[int], channel: str, event: str) -> None:
        """Give a claim back: the channel could not be told, the next watch may try."""
        with self._database.write() as session:
            session.execute(
                delete(TellingRow).where(
                    TellingRow.alert_id.in_(numbers),
                    TellingRow.channel == channel,
                    TellingRow.event == event,
                    TellingRow.told_at.is_(None),
                )
            )

    def _claim(self, number: int, channel: str, event: str, at: datetime) -> bool:
        key = (number, channel, event)
        try:
            with self._database.write() as session:
                row = session.get(TellingRow, key, with_for_update=True)
                if row is None:
                    session.add(
                        TellingRow(alert_id=number, channel=channel, event=event, claimed_at=at)
                    )
                    return True
                if row.told_at is not None or row.claimed_at > at - CLAIM_HOLDS:
                    return False
                row.claimed_at = at
                return True
        except IntegrityError:
            return False

    def _alerts(self, *where: object) -> list[Alert]:
        query = (
            select(AlertRow)
            .where(*where)  # type: ignore[arg-type] # SQLAlchemy's where takes any column expression
            .order_by(AlertRow.id)
            .options(selectinload(AlertRow.tellings))
        )
        with self._database.read() as session:
            return [_remembered(row) for row in session.scalars(query)]


def _of_incident(session: Session, incident: int) -> Sequence[AlertRow]:
    query = select(AlertRow).where(AlertRow.closed_at.is_(None), AlertRow.incident == incident)
    return session.scalars(query.order_by(AlertRow.id)).all()


def _open(session: Session, finding: Finding, at: datetime) -> None:
    """Open an alert, unless another watch just did; it joins the incident of its cause.

    Who is at the incident, and how long it is to be silent, then holds for it too.
    """
    row = AlertRow(fingerprint=finding.fingerprint, opened_at=at, last_seen_at=at)
    _describe(row, finding)
    same = select(AlertRow).where(AlertRow.closed_at.is_(None), AlertRow.cause == row.cause)
    first = session.scalars(same.order_by(AlertRow.id)).first()
    if first:
        row.incident, row.snoozed_until = first.incident or first.id, first.snoozed_until
        row.acknowledged_at, row.acknowledged_by = first.acknowledged_at, first.acknowledged_by
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return
    row.incident = row.incident or row.id
    session.flush()


def _describe(row: AlertRow, finding: Finding) -> None:
    row.kind, row.subject = finding.kind, finding.subject
    row.cause, row.reason = finding.cause[:255], finding.reason[:64]
    row.severity, row.title = finding.severity.value, finding.title
    row.detail, row.next_step = finding.detail, finding.next_step
    row.about = {
        "affects": list(finding.affects),
        "since": finding.since.isoformat() if finding.since else "",
        "runbook": finding.runbook,
        "run": finding.run,
    }


def _remembered(row: AlertRow) -> Alert:
    family = row.fingerprint.partition(":")[0]
    finding = Finding(
        kind=row.kind,
        subject=row.subject,
        cause=row.cause,
        reason=row.reason,
        severity=Severity(row.severity),
        title=row.title,
        detail=row.detail,
        next_step=row.next_step,
        family=family,
        affects=tuple(row.about.get("affects", ())),
        since=datetime.fromisoformat(row.about["since"]) if row.about.get("since") else None,
        runbook=row.about.get("runbook", ""),
        run=row.about.get("run", ""),
    )
    return Alert(
        id=row.id,
        finding=finding,
        opened_at=row.opened_at,
        last_seen_at=row.last_seen_at,
        closed_at=row.closed_at,
        told=frozenset((t.channel, t.event) for t in row.tellings if t.told_at is not None),
        incident=row.incident or row.id,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by or "",
        snoozed_until=row.snoozed_until,
    )
