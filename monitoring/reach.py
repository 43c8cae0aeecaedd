"""Who is hurt: what people cannot rely on while a source is not as it should be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from core.ledger.alert import Finding
from monitoring.wording import title

_USES = {
    "shop": "orders and revenue",
    "billing": "invoices and payments",
    "support": "cases and answers",
    "marketing": "campaigns and consent",
    "crm": "leads and deals",
    "product": "product usage",
}
CUSTOMERS = "the customer table"
EVERYTHING = ("every figure of this morning", CUSTOMERS)


def reached(findings: Iterable[Finding], domains: Mapping[str, str]) -> list[Finding]:
    """Say of each finding whom it reaches, where it does not say so itself.

    Args:
        findings: What is wrong.
        domains: Source -> whose business it is, as its cadence has it.
    """
    return [f if f.affects else replace(f, affects=_reach(f, domains)) for f in findings]


def _reach(finding: Finding, domains: Mapping[str, str]) -> tuple[str, ...]:
    if finding.subject == "night":
        return EVERYTHING
    if finding.subject == "reconcile":
        return (CUSTOMERS,)
    if finding.subject not in domains:
        return ()
    used = _USES.get(domains[finding.subject], "what it brings")
    return (f"{used} from {title(finding.subject)}", CUSTOMERS)
