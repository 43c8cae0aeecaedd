"""Every alert leads to an entry of the runbook that exists, and to its run in Prefect."""

from __future__ import annotations

import re
from pathlib import Path

from core.ledger.alert import Finding, Severity
from monitoring.links import Links, anchor

ROOT = Path(__file__).parents[2]
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
CODE = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.glob("monitoring/**/*.py"))
HEADINGS = set(re.findall(r"^## (.+)$", RUNBOOK, re.MULTILINE))
FINDING = Finding("failed", "a", "c", "r", Severity.ERROR, "t", "d", "n", runbook="A busy vendor")


def test_every_entry_that_an_alert_names_is_in_the_runbook() -> None:
    named = set(re.findall(r'runbook="([^"]+)"', CODE))
    page = CODE.partition("def _page")[2].partition("\ndef ")[0]
    named |= set(re.findall(r'"([A-Z][a-z]+ [a-z ]+)"', page))

    assert len(named) > 12
    assert named <= HEADINGS


def test_an_alert_leads_to_its_run_and_to_the_runbook() -> None:
    links = Links("http://127.0.0.1:4200/", "https://wiki.example/runbook")
    found = Finding("failed", "a", "c", "r", Severity.ERROR, "t", "d", "n", run="9", runbook="X y")

    assert links.of(found) == (
        ("The run in Prefect", "http://127.0.0.1:4200/runs/flow-run/9"),
        ("Runbook", "https://wiki.example/runbook#x-y"),
    )


def test_what_nobody_knows_is_no_link() -> None:
    assert Links().of(FINDING) == (("Runbook", "docs/runbook.md#a-busy-vendor"),)


def test_an_anchor_is_what_markdown_makes_of_a_heading() -> None:
    assert anchor("A field has changed, twice") == "a-field-has-changed-twice"
