"""Odd: duplicates, merges and departures out of all proportion. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.ledger import Run
from core.ledger.alert import Finding, Severity
from monitoring.band import band
from monitoring.wording import counted

MOST_TIMES = 5
LEAST = 50


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure of reconcile, and what it means if there is too much of it."""

    name: str
    noun: str
    heading: str
    meaning: str
    step: str


_FIGURES = (
    _Figure(
        "duplicates",
        "duplicate",
        "Far more duplicates than usual",
        "Many records were entered, or imported, for people who were known already.",
        "See who: `daybreak sql 'select source, count(*) from source_records group by 1'`.",
    ),
    _Figure(
        "merged",
        "merged customer",
        "Far more customers were joined than usual",
        "Many people share something that they should not, perhaps one mailbox or phone number.",
        "Look at the largest customers before anybody mails them; see the runbook.",
    ),
    _Figure(
        "split",
        "customer that came apart",
        "Far more customers came apart than usual",
        "What held their records together is gone from a source.",
        "See which source lost e-mail addresses or phone numbers last night.",
    ),
    _Figure(
        "gone",
        "customer without a record",
        "Far more customers are gone than usual",
        "Their last records were deleted in the systems, or a source no longer shows them to us.",
        "See whether our keys still see everything; deletions are kept, nothing is lost here.",
    ),
)


def find_odd_customers(reconciles: Sequence[Run]) -> list[Finding]:
    """Return what last night did to the customers that no ordinary night does.

    Args:
        reconciles: Those that ended well, oldest first. The first has made all customers and is
            no measure.
    """
    good = [run for run in reconciles if "total" in run.details][1:]
    if not good:
        return []
    last, before = good[-1], good[:-1]
    return [f for figure in _FIGURES if (f := _odd(figure, last, before))]


def _odd(figure: _Figure, last: Run, before: Sequence[Run]) -> Finding | None:
    history = [(r.started_at.weekday(), float(r.details.get(figure.name, 0))) for r in before]
    ordinary = band(last.started_at.weekday(), history, MOST_TIMES)
    number = int(last.details.get(figure.name, 0))
    if ordinary is None or number <= max(ordinary.high, LEAST):
        return None
    return Finding(
        kind="odd",
        subject="reconcile",
        cause=f"too many {figure.name}",
        reason=figure.name,
        severity=Severity.WARNING if figure.name == "duplicates" else Severity.ERROR,
        title=figure.heading,
        detail=f"{counted(number, figure.noun)} where {ordinary.usual:,.0f} are usual. "
        f"{figure.meaning}",
        next_step=figure.step,
        family=figure.name,
        runbook="The customers look wrong",
        run=last.prefect_run_id or "",
    )
