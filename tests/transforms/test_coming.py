"""What falls due in the days ahead is counted from what the systems say today."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from core.warehouse import Session
from transforms.coming import coming

NOON = datetime(2026, 1, 6, 12, tzinfo=UTC)


def test_what_falls_due_within_a_week_is_counted(session: Session) -> None:
    session.execute(
        "create table subscriptions (is_active boolean, will_cancel boolean, "
        "current_period_ends_at timestamptz, trial_ends_at timestamptz, deleted_at timestamptz)"
    )
    session.execute(
        "create table deals (is_closed boolean, closes_at timestamptz, deleted_at timestamptz)"
    )
    soon, late = NOON + timedelta(days=3), NOON + timedelta(days=30)
    for active, ending, paid, trial, deleted in (
        (True, False, soon, soon, None),
        (True, None, soon, None, None),
        (True, True, soon, None, None),
        (True, False, late, None, None),
        (False, False, soon, None, None),
        (True, False, soon, None, NOON),
    ):
        row = (active, ending, paid, trial, deleted)
        session.execute("insert into subscriptions values (?, ?, ?, ?, ?)", row)
    for closed, closes in ((False, soon), (True, soon), (False, late), (False, None)):
        session.execute("insert into deals values (?, ?, null)", (closed, closes))

    due = coming(session, NOON)

    assert (due.renewals, due.endings, due.trials, due.deals) == (2, 1, 1, 1)
