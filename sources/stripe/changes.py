"""Which objects changed: Stripe's event log, read once a pull."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from core.pull import Page, Pull, Record
from sources.stripe.api import Api

# Events may appear a minute after they happened; ten minutes cost a few look-ups more.
HOLD_BACK = timedelta(minutes=10)
# Stripe keeps 30 days; a day less, so that none expires while we read.
KEPT = timedelta(days=29)
# An event about the first also changes the second, which may tell of it in no event of its own.
ALSO_CHANGES = {
    "dispute": "charge",
    "refund": "charge",
    "invoice_payment": "invoice",
    "credit_note": "invoice",
}


class Changes:
    """The events since the oldest cursor: the ``events`` table, and what to look up again.

    Args:
        api: Stripe.
        pull: The pull; its cursors say where the events must begin.
        tables: The tables that follow the events, whose cursors must all be covered.
    """

    def __init__(self, api: Api, pull: Pull, tables: Sequence[str]) -> None:
        self._api, self._pull, self._tables = api, pull, tables
        self._touched: dict[str, dict[str, int]] | None = None

    def pages(self) -> Iterator[Page]:
        """Walk the log, newest first."""
        began = self._pull.clock.now()
        yield from self._walk()
        self._pull.advance("events", epoch(self._pull.meter.vendor_now(began)))

    def of(self, kind: str) -> dict[str, int]:
        """Return the ids of the ``kind`` objects that changed, with the time of their last event.

        Reads the log on its own if the events stream was not, or not wholly, read before.
        """
        if self._touched is None:
            for _ in self._walk():
                pass
        return (self._touched or {}).get(kind, {})

    def _walk(self) -> Iterator[Page]:
        touched: dict[str, dict[str, int]] = {}
        for page in self._api.pages("/v1/events", self._span()):
            for event in page:
                for kind, key in touches(event):
                    # Newest first: the first event seen of an object is its last.
                    touched.setdefault(kind, {}).setdefault(key, event.get("created", 0))
            yield [slim(event) for event in page]
        self._touched = touched

    def _span(self) -> dict[str, Any]:
        if self._pull.window:
            return between(self._pull)
        cursors = [self._pull.cursor(table) for table in ("events", *self._tables)]
        known = [cursor for cursor in cursors if cursor is not None]
        if self._pull.cursor("events") is None or not known:
            return {}
        return {"created[gte]": min(known) - int(HOLD_BACK.total_seconds())}


def touches(event: Record) -> Iterator[tuple[str, str]]:
    """Name the objects an event is a reason to look up again, as (kind, id).

    The object inside is rendered in the version of its day: nothing but ids is taken from it.
    """
    data = event.get("data")
    subject = data.get("object") if isinstance(data, dict) else None
    if not isinstance(subject, dict):
        return
    kind, key = subject.get("object"), subject.get("id")
    if isinstance(kind, str) and isinstance(key, str):
        yield kind, key
    other = ALSO_CHANGES.get(str(kind))
    if other and isinstance(subject.get(other), str):
        yield other, subject[other]


def slim(event: Record) -> Record:
    """Keep what happened and to what; drop the outdated copy of the object, and its people."""
    data = event.get("data")
    subject = data.get("object") if isinstance(data, dict) else None
    request = event.get("request")
    kept = {k: v for k, v in event.items() if k not in {"data", "request", "pending_webhooks"}}
    return {
        **kept,
        "object_id": subject.get("id") if isinstance(subject, dict) else None,
        "object_type": subject.get("object") if isinstance(subject, dict) else None,
        "request__id": request.get("id") if isinstance(request, dict) else request,
    }


def between(pull: Pull) -> dict[str, Any]:
    """Return Stripe's filter for the window of ``pull``."""
    span: dict[str, Any] = {}
    if pull.since is not None:
        span["created[gte]"] = epoch(pull.since)
    if pull.until is not None:
        span["created[lt]"] = epoch(pull.until)
    return span


def epoch(moment: datetime) -> int:
    """Return whole seconds, rounded down: the direction that reads a row twice, not never."""
    return int(moment.timestamp())
