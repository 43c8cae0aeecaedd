"""What falls due in the days ahead: counts, no names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.warehouse import Session

AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Coming:
    """What falls due in the days ahead, by what the systems say today.

    Attributes:
        renewals: Active subscriptions whose paid period ends and that go on.
        endings: Active subscriptions whose paid period ends and that do not go on.
        trials: Trials that end.
        deals: Open deals that are due to close.
    """

    renewals: int
    endings: int
    trials: int
    deals: int


def coming(session: Session, now: datetime) -> Coming:
    """Count what falls due within a week of ``now``; what nobody knows counts as nothing."""
    due = "between ? and ?"
    span = (now, now + AHEAD)
    live = "deleted_at is null and is_active"
    paid = f"from subscriptions where {live} and current_period_ends_at {due}"
    return Coming(
        renewals=_counted(session, f"{paid} and not coalesce(will_cancel, false)", span),
        endings=_counted(session, f"{paid} and coalesce(will_cancel, false)", span),
        trials=_counted(session, f"from subscriptions where {live} and trial_ends_at {due}", span),
        deals=_counted(
            session,
            "from deals where deleted_at is null and not coalesce(is_closed, false) "
            f"and closes_at {due}",
            span,
        ),
    )


def _counted(session: Session, what: str, parameters: tuple[datetime, datetime]) -> int:
    return int(session.query(f"select count(*) as n {what}", parameters)["n"][0].as_py())
