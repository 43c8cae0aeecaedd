"""Where more is to be read: the run in Prefect's UI, the entry of the runbook."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.ledger.alert import Finding

RUNBOOK = "docs/runbook.md"


@dataclass(frozen=True, slots=True)
class Links:
    """What links are made of.

    Attributes:
        ui: Where Prefect's UI is, such as ``http://127.0.0.1:4200``; empty if nobody knows.
        runbook: Where the runbook is read.
    """

    ui: str = ""
    runbook: str = RUNBOOK

    def of(self, finding: Finding) -> tuple[tuple[str, str], ...]:
        """Return what to call it and where it leads, for as much as is known."""
        found = []
        if self.ui and finding.run:
            run = f"{self.ui.rstrip('/')}/runs/flow-run/{finding.run}"
            found.append(("The run in Prefect", run))
        if finding.runbook:
            found.append(("Runbook", f"{self.runbook}#{anchor(finding.runbook)}"))
        return tuple(found)


def anchor(heading: str) -> str:
    """Return the anchor that Markdown gives a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
