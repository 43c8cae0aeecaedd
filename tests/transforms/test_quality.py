"""Fields are profiled, source by source, without a value leaving the warehouse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from core.ledger import Profile
from core.warehouse import Session
from transforms.quality import CONFORMED, coming, profile

NOON = datetime(2026, 1, 6, 12, tzinfo=UTC)


def _people(session: Session) -> None:
    fields = ", ".join(f"{name} varchar" for name in CONFORMED["source_records"])
    session.execute(
        f"create table source_records (source varchar, {fields}, deleted_at timestamptz)"
    )
    for source, email, company, deleted in (
        ("hubspot", "ada@ada.example", "Ada Ltd", None),
        ("hubspot", "  ", None, None),
        ("hubspot", "gone@gone.example", "Gone", NOON),
        ("zoho", None, "Zed", None),
    ):
        session.execute(
            "insert into source_records (source, email, company, deleted_at) values (?, ?, ?, ?)",
            (source, email, company, deleted),
        )


def test_every_source_is_counted_for_itself_and_what_is_deleted_or_blank_does_not_count(
    session: Session,
) -> None:
    _people(session)

    found = {(one.source, one.field): one for one in profile(session)}

    assert found["hubspot", "email"] == Profile("hubspot", "source_records", "email", 2, 1)
    assert found["hubspot", "company"].empty_share == 0.5
    assert found["zoho", "email"].empty_share == 1
    assert len(found) == 2 * len(CONFORMED["source_records"])


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
