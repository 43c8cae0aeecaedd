"""What went wrong, and what healed itself: each cause once, in words anybody reads."""

from __future__ import annotations

from core.ledger import RunState
from core.ledger.alert import Alert
from monitoring import completeness
from monitoring.night import Night, SourceNight
from monitoring.plain import WAIT, cause, next_step
from monitoring.wording import counted, hour, sentence, span, title

FAILED = frozenset({"failed", "incomplete", "crashed"})
ELSEWHERE = frozenset({"stale", "short"})
"""Kinds of alert that the brief tells from the night itself, as it judges at its own hour."""


def wrong(night: Night) -> list[str]:
    """Say what did not arrive, was not rebuilt or has gone quiet, and why."""
    since = {alert.finding.subject: alert for alert in night.open}
    lines = [
        _trouble(source, since.get(source.source), night)
        for source in night.sources
        if not source.is_complete
    ]
    if night.reconcile_error:
        lines.append(
            _told("The customer table was not rebuilt", night.reconcile_error, "reconcile")
        )
    if night.state in {RunState.FAILED, RunState.CRASHED} and not lines:
        lines.append(_told("The night failed", night.error, "night"))
    lines += [_quiet(subject, night) for subject in quiet(night)]
    return lines + [f"**{a.finding.title}.** {sentence(a.finding.detail)}" for a in others(night)]


def quiet(night: Night) -> list[str]:
    """Return what has had no good run for too long and is not explained by tonight's failures."""
    told = _explained(night)
    return [late.subject for late in night.silent if late.subject not in told]


def others(night: Night) -> list[Alert]:
    """Return what is wrong that the night's own figures do not tell of."""
    told = _explained(night)
    return [
        alert
        for alert in night.open
        if alert.finding.kind not in ELSEWHERE
        and not (alert.finding.kind in FAILED and alert.finding.subject in told)
    ]


def healed(night: Night) -> list[str]:
    """Say what was wrong at first, or since yesterday, and is not any more."""
    lines = [line for s in night.sources for line in completeness.mended(s.source, s.counts)]
    again = [source for source in night.sources if source.is_complete and source.attempts > 1]
    lines += [
        f"{title(source.source)} failed at first and went well when asked again."
        for source in again
    ]
    bad = {source.source for source in night.sources if not source.is_complete}
    return lines + [
        f"{alert.finding.title}: over after {span(alert.closed_at - alert.opened_at)}."
        for alert in night.healed
        if alert.closed_at and alert.finding.subject not in bad
    ]


def counts(night: Night) -> list[str]:
    """Say what is short by the systems' own counts, and what nobody could count."""
    lines: list[str] = []
    for source in night.sources:
        lines += [
            f"**{completeness.told(source.source, one)}** {completeness.next_step(source.source)}"
            for one in source.short
        ]
        lines += completeness.unknown(source.source, source.counts)
    return lines


def quarantined(source: SourceNight) -> list[str]:
    """Say how many records of each table could not be used, and where they are."""
    return [
        f"{title(source.source)}: {counted(rows.quarantined, 'record')} of "
        f"{table.replace('_', ' ')} could not be used; kept with the reason in "
        f"`raw_{source.source}.quarantine`."
        for table, rows in source.tables.items()
        if rows.quarantined
    ]


def _explained(night: Night) -> set[str]:
    """Return what the page tells of already; the night itself is the page."""
    told = {source.source for source in night.sources if not source.is_complete} | {"night"}
    return told | ({"reconcile"} if night.reconcile_error else set())


def _quiet(subject: str, night: Night) -> str:
    late = next(one for one in night.silent if one.subject == subject)
    return (
        f"**{title(subject)} has gone quiet.** No good run for {span(late.age)}, where "
        f"{span(late.limit)} is the limit."
    )


def _trouble(source: SourceNight, alert: Alert | None, night: Night) -> str:
    name = title(source.source)
    good = source.last_success_at
    last = f" *Last complete:* {hour(good)}." if good else ""
    if alert and alert.opened_at < night.began_at:
        last += f" *Wrong since:* {hour(alert.opened_at)}."
    if source.state is None:
        return f"**{name} was not asked.**{last}"
    how = "arrived only in part" if source.rows.arrived else "did not arrive"
    wait = f" {WAIT}" if next_step(source.next_step, source.error) == WAIT else ""
    return _told(f"{name} {how}", source.error, source.source) + wait + last


def _told(what: str, error: str, subject: str) -> str:
    return f"**{what}.** {cause(error, subject)}" if error else f"**{what}.**"
