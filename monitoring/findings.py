"""What is wrong right now, read from how the last runs ended. Pure: values in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

from core.errors import UnpublishedError, VendorRefusedError
from core.ledger.alert import Finding, Severity
from core.ledger.ending import ENDED, HUNG
from core.ledger.run import Run, RunState
from monitoring import completeness
from monitoring.freshness import Stale
from monitoring.plain import cause, next_step
from monitoring.wording import hour, span, title

_HOW = {
    RunState.FAILED: ("failed", "{} failed"),
    RunState.PARTIAL: ("incomplete", "{} arrived only in part"),
    RunState.CRASHED: ("crashed", "{} was stopped in the middle"),
}
HELD = UnpublishedError.__name__
_HANGS = {HUNG.error_kind: "{} hangs", ENDED.error_kind: "{} hung and was ended"}
_SPECIAL = {**_HANGS, HELD: "{} was held back"}


def find(last_runs: Iterable[Run], silent: Iterable[Stale]) -> list[Finding]:
    """Return what is wrong, at most one finding of a family a subject.

    A source that fails is soon also stale; the failure explains the silence, so it alone is
    told. A night that ended with some parts missing has told its parts. A source that was read
    well and is not complete by its own count is a warning.

    Args:
        last_runs: The newest run that is over, of every source and flow.
        silent: What is stale.
    """
    late, runs = {s.subject: s for s in silent}, list(last_runs)
    failed = [run for run in runs if _is_bad(run)]
    told = {run.subject for run in failed}
    quiet = [_gone_quiet(s) for s in late.values() if s.subject not in told]
    lacking = [
        _not_complete(run) for run in runs if run not in failed and completeness.short(run.counts)
    ]
    return [*(_ended_badly(run, late.get(run.subject)) for run in failed), *quiet, *lacking]


def cause_of(run: Run) -> str:
    """Return why a run failed, without what differs from source to source and hour to hour.

    Two sources that fail because a network is down have one cause. Two that were refused do
    not, however alike the answers are: each has a key of its own.
    """
    if run.error_kind == VendorRefusedError.__name__:
        return f"{run.error_kind} of {run.subject}"
    words = re.sub(re.escape(run.subject), "_", (run.error or "").lower())
    words = re.sub(r"^_: [\w, ]+ incomplete: ", "", words)
    words = re.sub(r"\b(get|post|put|patch|delete) \S+", "", words)
    words = re.sub(r"(?<!answered )\b\d+(\.\d+)?", "0", words)
    return f"{run.error_kind}: " + re.sub(r"\s+", " ", words).strip()


def _is_bad(run: Run) -> bool:
    return run.state in _HOW and (run.state is not RunState.PARTIAL or run.source is not None)


def _ended_badly(run: Run, late: Stale | None) -> Finding:
    kind, words = _HOW[run.state]
    words = _SPECIAL.get(run.error_kind or "", words)
    error = run.error or "no reason was recorded"
    good = late.last_success_at if late else None
    since = f" The last good one ended {hour(good)}." if good else ""
    return Finding(
        kind=kind,
        subject=run.subject,
        cause=cause_of(run),
        reason=run.error_kind or kind,
        severity=_severity(run),
        title=words.format(title(run.subject)),
        detail=cause(error, run.subject) + since,
        next_step=next_step(run.next_step or "", error),
        since=run.ended_at,
        runbook=_page(run),
        run=run.prefect_run_id or "",
    )


def _severity(run: Run) -> Severity:
    """Judge by who is hurt: without a night or a customer table, everybody is.

    A customer table that was held back is a night old, and right.
    """
    is_mild = run.source or run.error_kind == HELD
    return Severity.ERROR if is_mild else Severity.CRITICAL


def _page(run: Run) -> str:
    """Return the heading of the runbook that fits how a run ended."""
    if run.state is RunState.CRASHED:
        return "A run hangs" if run.error_kind in _HANGS else "A crashed run"
    if run.error_kind == VendorRefusedError.__name__:
        return "A refused request"
    if run.error_kind == HELD:
        return "The customers look wrong"
    if "held by" in (run.error or ""):
        return "The warehouse is held by another process"
    return "An incomplete source" if run.state is RunState.PARTIAL else "A busy vendor"


def _not_complete(run: Run) -> Finding:
    return Finding(
        kind="short",
        subject=run.subject,
        cause=f"short: {run.subject}",
        reason="short",
        severity=Severity.WARNING,
        title=f"{title(run.subject)} is not complete",
        detail=" ".join(
            completeness.told(run.subject, one) for one in completeness.short(run.counts)
        ),
        next_step=completeness.next_step(run.subject),
        family="complete",
        runbook="Rows look wrong",
        run=run.prefect_run_id or "",
    )


def _gone_quiet(late: Stale) -> Finding:
    never = late.last_success_at is None
    if late.last_success_at:
        said = f"The last good run ended {hour(late.last_success_at)}, {span(late.age)} ago"
    elif late.age == timedelta.max:
        said = "It never ran"
    else:
        said = f"It has not gone well once in {span(late.age)}"
    return Finding(
        kind="stale",
        subject=late.subject,
        cause="stale",
        reason="never" if never else "stale",
        severity=Severity.CRITICAL if late.subject == "night" else Severity.ERROR,
        title=f"{title(late.subject)} has {'never gone well' if never else 'gone quiet'}",
        detail=f"{said}; it may be {span(late.limit)}.",
        next_step="See that the scheduler and its worker run: `daybreak doctor`.",
        since=late.last_success_at,
        runbook="A source is stale",
    )
