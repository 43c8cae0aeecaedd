"""Nights to write briefs of: an ordinary one, a first one, and a terrible one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.ledger import NightProfile, Profile, RunState, SchemaChange, TableRows
from core.ledger.alert import Alert, Finding, Severity
from monitoring.freshness import Stale
from monitoring.night import Customers, Night, SourceNight

TWO = datetime(2026, 1, 6, 2, tzinfo=UTC)


DOMAINS = {
    "hubspot": "marketing",
    "shopify": "shop",
    "stripe": "billing",
    "zendesk": "support",
    "salesforce": "crm",
}


def good(source: str, rows: int = 100, ordinary: int | None = 100) -> SourceNight:
    return SourceNight(
        source,
        RunState.SUCCEEDED,
        {"contacts" if source == "hubspot" else "orders": TableRows(read=rows * 3, new=rows)},
        domain=DOMAINS[source],
        ordinary=ordinary,
        compared=9,
        last_success_at=TWO,
        calls=40,
        past={n: (ordinary or 0) + n % 3 for n in range(1, 10)} if ordinary else {},
    )


REFUSED = SourceNight(
    "stripe",
    RunState.FAILED,
    domain="billing",
    ordinary=610,
    compared=9,
    error="stripe: GET /v1/charges answered 401: Invalid API Key",
    next_step="Check STRIPE_API_KEY: stripe does not accept it.",
    last_success_at=TWO - timedelta(days=1),
)
IN_PART = SourceNight(
    "zendesk",
    RunState.PARTIAL,
    {"tickets": TableRows(new=3)},
    domain="support",
    error="zendesk: ticket_events, users incomplete: zendesk: GET /api/v2/users answered 503: x",
)
ORDINARY = Night(
    number=41,
    began_at=TWO,
    ended_at=TWO + timedelta(minutes=3, seconds=12),
    state=RunState.SUCCEEDED,
    sources=(good("hubspot"), good("shopify", 1204)),
    customers=Customers(total=9120, new=81, duplicates=14),
)


def profiled(
    *shares: float, source: str = "hubspot", field: str = "company"
) -> tuple[NightProfile, ...]:
    """Return a night for each share of empty rows, of a hundred; the last one is tonight."""
    return tuple(
        NightProfile(
            TWO - timedelta(days=len(shares) - 1 - i),
            (
                Profile(source, "source_records", field, 100, 100 - round(share * 100)),
                Profile("zoho", "source_records", field, 100, 90),
            ),
        )
        for i, share in enumerate(shares)
    )


def alert(
    kind: str = "odd", subject: str = "hubspot", *, closed_at: datetime | None = None
) -> Alert:
    """Return an alert that began the afternoon before."""
    finding = Finding(
        kind=kind,
        subject=subject,
        cause="x",
        reason="x",
        severity=Severity.WARNING,
        title=f"{subject.title()} is {kind}",
        detail="The disk is nearly full.",
        next_step="Make room.",
    )
    return Alert(7, finding, TWO - timedelta(hours=10), TWO, closed_at)


FIRST = replace(
    ORDINARY,
    number=1,
    sources=tuple(
        replace(good(name, 900, ordinary=None), first=True) for name in ("hubspot", "shopify")
    ),
)
BUSY = replace(
    ORDINARY,
    coming={"renewals": 14, "endings": 1, "trials": 0, "deals": 5},
    customers=Customers(total=9120, new=81, duplicates=14, merged=2, split=1, returned=1, gone=3),
    customers_before=tuple(Customers(duplicates=n) for n in (4000, 8, 16)),
    profiles=profiled(0.04, 0.04, 0.04, 0.29, 0.30, 0.31),
    healed=(alert("failed", "shopify", closed_at=TWO - timedelta(hours=7)),),
)
TERRIBLE = replace(
    ORDINARY,
    state=RunState.PARTIAL,
    sources=(
        SourceNight(
            "hubspot", RunState.CRASHED, domain="marketing", error="it was stopped in the middle"
        ),
        SourceNight("mailchimp", None, domain="marketing"),
        replace(
            good("salesforce"),
            tables={"leads": TableRows(new=4, quarantined=3)},
            changes=(SchemaChange("salesforce", "leads", "rating", "type_conflict"),),
        ),
        good("shopify", 12, 1204),
        REFUSED,
        IN_PART,
    ),
    customers=None,
    reconcile_error="warehouse: held by process 4711",
    reconcile_next_step="Stop it.",
    silent=(Stale("pull-files", "files", TWO, timedelta(hours=80), timedelta(hours=26)),),
    open=(alert("resource", "disk"),),
)
