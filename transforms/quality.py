"""How well the fields are filled that people steer by, and what is coming up: counts, no values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.ledger import Profile
from core.warehouse import Session

AHEAD = timedelta(days=7)

CONFORMED: dict[str, tuple[str, ...]] = {
    "source_records": (
        "first_name",
        "last_name",
        "email",
        "phone",
        "company",
        "job_title",
        "country",
        "email_consent",
    ),
    "orders": ("customer_id", "total_minor", "status"),
    "payments": ("customer_id", "amount_minor", "status"),
    "subscriptions": ("customer_id", "plan"),
    "tickets": ("customer_id", "priority", "status", "channel"),
    "deals": ("customer_id", "stage", "amount_minor", "closes_at"),
}
"""Mart -> the fields that are profiled, source by source."""

RAW: dict[str, dict[str, str]] = {
    "dynamics": {"contacts": "leadsourcecode_label", "leads": "leadsourcecode_label"},
    "freshdesk": {"companies": "account_tier"},
    "hubspot": {"contacts": "properties__lead_source"},
    "salesforce": {"contacts": "lead_source", "leads": "lead_source"},
    "zoho": {"contacts": "lead_source", "leads": "lead_source"},
}
"""Source -> raw table -> a field that is in no mart and is steered by all the same."""


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


def profile(session: Session) -> list[Profile]:
    """Count the live rows of every source and how many hold a value, field by field.

    One select a table, each a scan of the columns it counts.
    """
    found: list[Profile] = []
    for mart, fields in CONFORMED.items():
        if session.columns(mart):
            found += _profiled(session, mart, "source", fields)
    for source, tables in RAW.items():
        for table, field in tables.items():
            raw = f"raw_{source}.{table}"
            if field in session.columns(raw):
                found += _profiled(session, raw, f"'{source}'", (field,))
    return found


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


def _profiled(
    session: Session, table: str, source: str, fields: Iterable[str]
) -> Iterator[Profile]:
    # A blank is as empty as a null: raw fields have both.
    counts = ", ".join(
        f"count(nullif(trim(cast({name} as varchar)), '')) as {name}" for name in fields
    )
    rows = session.query(
        f"select {source} as source, count(*) as row_count, {counts} from {table} "
        "where deleted_at is null group by 1 order by 1"
    )
    for row in rows.to_pylist():
        for name in fields:
            yield Profile(str(row["source"]), table, name, int(row["row_count"]), int(row[name]))


def _counted(session: Session, what: str, parameters: tuple[datetime, datetime]) -> int:
    return int(session.query(f"select count(*) as n {what}", parameters)["n"][0].as_py())
