"""What else Stripe says there is: totals of searches, lists read twice, objects that others name.

A search finds what was created in a window; that something was changed only its event tells. So
the log of events is itself read a second time, and an event that was missed has its objects read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from core.connector import Count, Reference, Sample
from sources.stripe.api import Api
from sources.stripe.changes import epoch
from sources.stripe.walk import ENDPOINTS

SEARCHED = ("customers", "charges", "invoices", "subscriptions")
LISTED = ("events", "refunds", "disputes")
STAMP = "created"
# A new object is found within a minute, events may take longer.
SETTLED = timedelta(minutes=10)

REFERENCES = (
    Reference("charges", "customer", "customers"),
    Reference("invoices", "customer", "customers"),
    Reference("subscriptions", "customer", "customers"),
    Reference("invoices", "parent__subscription_details__subscription", "subscriptions"),
    Reference("subscriptions", "latest_invoice", "invoices"),
    Reference("refunds", "charge", "charges"),
    Reference("disputes", "charge", "charges"),
    Reference("invoice_payments", "payment__charge", "charges"),
    *(Reference("events", "object_id", e.table, ("object_type", e.kind)) for e in ENDPOINTS),
)


def counts(api: Api) -> Mapping[str, Count]:
    """Describe the totals of what was created."""
    return {table: Count(partial(_total, api, table), STAMP, SETTLED) for table in SEARCHED}


def samples(api: Api) -> Mapping[str, Sample]:
    """Describe a second look at the lists that no search covers."""
    return {
        table: Sample(partial(_pages, api, table), STAMP, SETTLED, tells=table == "events")
        for table in LISTED
    }


def query(since: datetime | None, until: datetime | None) -> str:
    """Write the search for what was created in a window; one without a condition is refused."""
    terms = [f"created>={epoch(since) if since else 0}"]
    terms += [f"created<{epoch(until)}"] if until else []
    return " AND ".join(terms)


def _total(api: Api, table: str, since: datetime | None, until: datetime | None) -> int | None:
    return api.total(f"/v1/{table}", query(since, until))


def _pages(
    api: Api, table: str, since: datetime | None, until: datetime | None
) -> Iterator[Mapping[str, datetime]]:
    span: dict[str, Any] = {"created[gte]": epoch(since)} if since else {}
    if until:
        span["created[lt]"] = epoch(until)
    for page in api.pages(f"/v1/{table}", span):
        yield {row["id"]: datetime.fromtimestamp(row["created"], UTC) for row in page}
