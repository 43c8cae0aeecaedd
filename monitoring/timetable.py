"""Is every schedule kept by the one who starts the runs? Pure: what is held in, findings out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.cadence import Cadence
from core.ledger.alert import Finding, Severity
from monitoring.wording import title

HELD_FAMILIES = frozenset({"schedule", "worker"})
"""What only the scheduler itself can tell."""


@dataclass(frozen=True, slots=True)
class Held:
    """A schedule as the scheduler holds it.

    Attributes:
        crons: Those in force; none if it is paused.
        has_worker: Whether anybody takes its runs.
    """

    crons: frozenset[str]
    is_paused: bool = False
    has_worker: bool = True


def find_unkept(cadences: Iterable[Cadence], held: Mapping[str, Held]) -> list[Finding]:
    """Return which schedules are paused, deleted, or kept at another hour.

    Where nothing at all is held, somebody else starts the runs, and silence alone can tell.

    Args:
        cadences: What should run.
        held: Cadence name -> how the scheduler holds it.
    """
    if not held:
        return []
    found = [f for c in cadences if (f := _unkept(c, held.get(c.name)))]
    if not any(one.has_worker for one in held.values()):
        found.append(_no_worker())
    return found


def find_unanswered(address: str) -> list[Finding]:
    """Return whether the scheduler is away.

    Args:
        address: Where one should be that does not answer; empty if all is well, or none is used.
    """
    if not address:
        return []
    return [
        Finding(
            kind="schedule",
            subject="prefect",
            cause="no prefect",
            reason="no prefect",
            severity=Severity.CRITICAL,
            title="Prefect does not answer",
            detail=f"Nobody answers at {address}; until somebody does, nothing is started.",
            next_step="Start it again: `daybreak up`, or the Prefect server of your own.",
            family="scheduler",
            affects=("every figure from now on",),
            runbook="Prefect does not answer",
        )
    ]


def _unkept(cadence: Cadence, held: Held | None) -> Finding | None:
    name = re.sub("^The ", "the ", title(cadence.subject))
    if held is None:
        return _wrong(cadence, "deleted", f"The schedule of {name} is gone")
    if held.is_paused or not held.crons:
        return _wrong(cadence, "paused", f"The schedule of {name} is paused")
    if cadence.cron not in held.crons:
        return _wrong(cadence, "moved", f"{title(cadence.subject)} runs at other hours than agreed")
    return None


def _wrong(cadence: Cadence, reason: str, heading: str) -> Finding:
    everybody = cadence.source is None
    said = {
        "deleted": "Prefect no longer has it, so nothing starts it.",
        "paused": "Somebody paused it in Prefect, so nothing starts it.",
        "moved": f"Agreed is `{cadence.cron}` UTC.",
    }[reason]
    severe = Severity.CRITICAL if everybody else Severity.ERROR
    return Finding(
        kind="schedule",
        subject=cadence.subject,
        cause=f"schedules {reason}",
        reason=reason,
        severity=Severity.WARNING if reason == "moved" else severe,
        title=heading,
        detail=said,
        next_step="Resume it in the Prefect UI, or deploy them all again: `prefect deploy --all`.",
        family="schedule",
        runbook="A schedule is paused or gone",
    )


def _no_worker() -> Finding:
    return Finding(
        kind="schedule",
        subject="worker",
        cause="no worker",
        reason="no worker",
        severity=Severity.CRITICAL,
        title="Nobody takes the scheduled runs",
        detail="Prefect starts runs, and no worker is there to do them.",
        next_step="`prefect worker start --pool daybreak`, or `daybreak up`.",
        family="worker",
        affects=("every figure from now on",),
        runbook="A schedule is paused or gone",
    )
