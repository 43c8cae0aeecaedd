"""What is wrong right now, read from how the last runs ended. Pure: values in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta

from core.cadence import Cadence
from core.ledger.alert import Finding, Severity
from core.ledger.run import Run, RunState
from monitoring.freshness import Stale
from monitoring.wording import hour, sentence, span, title

_HOW = {
    RunState.FAILED: ("failed", "{} failed"),
    RunState.PARTIAL: ("incomplete", "{} arrived only in part"),
    RunState.CRASHED: ("crashed", "{} was stopped in the middle"),
}


def find(
    cadences: Iterable[Cadence], last_runs: Mapping[str, Run | None], silent: Iterable[Stale]
) -> list[Finding]:
    """Return what is wrong, at most one finding a subject.

    A source that fails is soon also stale; the failure explains the silence, so it alone is
    told. A night that ended with some parts missing has told its parts.

    Args:
        cadences: What should run.
        last_runs: Cadence name -> its newest run that is over.
        silent: What is stale.
    """
    late = {s.name: s for s in silent}
    found = []
    for cadence in cadences:
        run = last_runs.get(cadence.name)
        if run and run.state in _HOW and not (run.state is RunState.PARTIAL and not run.source):
            found.append(_ended_badly(cadence, run, late.get(cadence.name)))
        elif cadence.name in late:
            found.append(_gone_quiet(late[cadence.name]))
    return found


def cause_of(error: str, subject: str) -> str:
    """Return an error without what differs from source to source and from hour to hour.

    Two sources that fail for the same reason, a network that is down, then have one cause.
    """
    words = re.sub(re.escape(subject), "_", error.lower())
    words = re.sub(r"\b(get|post|put|patch|delete) \S+", "", words)
    words = re.sub(r"(?<=incomplete: ).*?_: ", "", re.sub(r"_: [\w, ]+ incomplete: ", "_: ", words))
    return re.sub(r"\s+", " ", re.sub(r"\d+(\.\d+)?", "0", words)).strip()


def _ended_badly(cadence: Cadence, run: Run, late: Stale | None) -> Finding:
    kind, words = _HOW[run.state]
    error = run.error or "no reason was recorded"
    since = f" The last good one ended {hour(late.last_success_at)}." if _ever(late) else ""
    return Finding(
        kind=kind,
        subject=cadence.subject,
        cause=f"{run.error_kind}: {cause_of(error, cadence.subject)}",
        reason=run.error_kind or kind,
        severity=Severity.ERROR,
        title=words.format(title(cadence.subject)),
        detail=sentence(error) + since,
        next_step=run.next_step or f"Run `daybreak {_command(cadence)}` and read what it says.",
    )


def _gone_quiet(late: Stale) -> Finding:
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
        reason="stale",
        severity=Severity.ERROR,
        title=f"{title(late.subject)} has gone quiet",
        detail=f"{said}; it may be {span(late.limit)}.",
        next_step="See that the scheduler and its worker run: `daybreak doctor`.",
    )


def _ever(late: Stale | None) -> bool:
    return late is not None and late.last_success_at is not None


def _command(cadence: Cadence) -> str:
    return f"pull {cadence.source}" if cadence.source else cadence.verb
