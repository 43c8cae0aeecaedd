"""What needs a person today, by who that is.

Owners are parts of the house, never people we made up: whoever looks after a domain's systems,
``operations`` for what runs daybreak, ``data`` for what is in the rows. ``BRIEF_OWNERS`` names
them as the house does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from core.ledger import RunState
from monitoring.brief import quality
from monitoring.brief.arrived import domain_name
from monitoring.brief.troubles import others, quiet
from monitoring.fields import field_cause
from monitoring.night import Night, SourceNight
from monitoring.plain import WAIT, next_step
from monitoring.wording import listed, sentence, title

OPERATIONS = "operations"
DATA = "data"
SCHEDULES = "See that the scheduler and its worker run: `daybreak doctor`."

Task = tuple[str, str, str]
"""Owner, subject, what to do."""


def today(night: Night, owners: Mapping[str, str]) -> list[str]:
    """Return a line a thing to do, grouped by owner; empty when nothing waits for a person."""
    grouped: dict[str, dict[str, list[str]]] = {}
    for owner, subject, step in _tasks(night):
        subjects = grouped.setdefault(owner, {}).setdefault(step, [])
        if subject and subject not in subjects:
            subjects.append(subject)
    return [
        f"**{_named(owner, owners)}:** {_said(step, subjects)}"
        for owner, steps in grouped.items()
        for step, subjects in steps.items()
    ]


def _tasks(night: Night) -> Iterator[Task]:
    for source in night.sources:
        if not source.is_complete:
            yield from _of(source)
    yield from _house(night)
    domains = {source.source: source.domain for source in night.sources}
    for finding in (alert.finding for alert in others(night)):
        if finding.next_step:
            owner = domains.get(finding.subject) or OPERATIONS
            yield owner, title(finding.subject), finding.next_step
    told = {alert.finding.cause for alert in night.open}
    for mover in quality.movers(night.profiles):
        # What the watch has told has its question there.
        if mover.is_worse and field_cause(mover.source, mover.table, mover.field) not in told:
            yield domains.get(mover.source) or DATA, "", quality.question(mover)
    yield from _rows(night)


def _house(night: Night) -> Iterator[Task]:
    """What daybreak itself waits for."""
    if night.reconcile_error:
        step = next_step(night.reconcile_next_step, night.reconcile_error)
        yield OPERATIONS, "The customer table", step
    if night.error and not night.sources:
        yield OPERATIONS, "The night", next_step(night.next_step, night.error)
    for subject in quiet(night):
        yield OPERATIONS, title(subject), SCHEDULES


def _of(source: SourceNight) -> Iterator[Task]:
    if source.state is None:
        yield OPERATIONS, title(source.source), "Run `daybreak doctor`."
        return
    step = next_step(source.next_step, source.error)
    if step != WAIT:
        ours = source.state is RunState.CRASHED or not source.domain
        yield OPERATIONS if ours else source.domain, title(source.source), step


def _rows(night: Night) -> Iterator[Task]:
    for source in night.sources:
        name = title(source.source)
        if any(rows.quarantined for rows in source.tables.values()):
            yield DATA, name, f"See why records were set aside: `raw_{source.source}.quarantine`."
        for change in source.changes:
            what = f"`{change.column}` of {change.table.replace('_', ' ')}"
            if change.change == "type_conflict":
                yield DATA, name, f"See what {what} holds now."
            if change.change == "column_gone":
                yield DATA, name, f"See where {what} went."


def _named(owner: str, owners: Mapping[str, str]) -> str:
    return owners.get(owner) or domain_name(owner)


def _said(step: str, subjects: list[str]) -> str:
    """Put the subject in front, unless the step names it already."""
    if not subjects or (len(subjects) == 1 and subjects[0].lower() in step.lower()):
        return sentence(step)
    return f"{listed(subjects)}: {sentence(step)}"
