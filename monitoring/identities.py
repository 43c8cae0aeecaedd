"""What is published of who is who though it is beyond its limits: a first night's, mostly. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from core.ledger import Run
from core.ledger.alert import Finding, Severity
from monitoring.wording import sentence


def find_odd_identities(reconciles: Sequence[Run]) -> list[Finding]:
    """Return what is beyond its limit in the customers that are in use now.

    Args:
        reconciles: Those that ended well, oldest first.
    """
    last = reconciles[-1] if reconciles else None
    said = (last.details.get("quality") or {}).get("beyond", []) if last else []
    if last is None or not said:
        return []
    return [
        Finding(
            kind="odd",
            subject="reconcile",
            cause="identities beyond limits",
            reason="identities",
            severity=Severity.WARNING,
            title="The customers look wrong",
            detail=" ".join(sentence(line) for line in said),
            next_step="See whom to part or join: `daybreak decide review`.",
            family="identities",
            runbook="The customers look wrong",
            run=last.prefect_run_id or "",
        )
    ]
