"""What campaigns came to, and with them what became of each mail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from core.pull import For, Page, Pull, Record
from sources.mailchimp.activity import acts
from sources.mailchimp.api import Api
from sources.mailchimp.times import including, moment, stamp
from sources.mailchimp.whole import Whole

CURSOR = "email_activity"
# The figures of a report that move when there is more activity.
FIGURES = (
    ("opens", "opens_total"),
    ("clicks", "clicks_total"),
    ("bounces", "hard_bounces"),
    ("bounces", "soft_bounces"),
    ("bounces", "syntax_errors"),
)


class Reports:
    """Reports, each after its activity: a report that is held says its activity was read.

    Cursor: ``email_activity`` is when the last complete reading began.
    """

    def __init__(self, api: Api, pull: Pull, settle_days: float) -> None:
        self._api, self._pull = api, pull
        self._settling = timedelta(days=settle_days)

    def pages(self) -> Iterator[Page | For]:
        """Walk the reports; the cursor moves at the end."""
        started = self._pull.now()
        for page in Whole(self._api, self._pull, "reports").pages():
            if isinstance(page, For):
                yield page
                continue
            held = self._held(page)
            for report in page:
                if self._is_due(report, held.get(str(report.get("id"))), started):
                    yield from self._activity(report)
            yield page
        self._pull.advance(CURSOR, stamp(started))

    def _activity(self, report: Record) -> Iterator[For]:
        params = {"since": including(self._since())} if self._since() else {}
        path = f"reports/{report['id']}/email-activity"
        for page in self._api.listed(path, "emails", "email_id", params):
            rows = [row for email in page for row in acts(email, report)]
            yield For("email_activity", [row for row in rows if self._is_wanted(row)])

    def _is_due(self, report: Record, held: Record | None, now: datetime) -> bool:
        if not report.get("id") or "deleted_at" in report:
            return False
        if held is None or self._pull.full or self._pull.window:
            return True
        sent = moment(report.get("send_time"))
        return sent is None or sent > now - self._settling or figures(report) != _kept(held)

    def _held(self, page: Page) -> dict[str, Record]:
        keys = [(str(row["id"]),) for row in page if row.get("id")]
        return {str(row["id"]): row for row in self._pull.known.rows("reports", keys)}

    def _since(self) -> datetime | None:
        cursor = moment(self._pull.cursor(CURSOR))
        return cursor - self._settling if cursor else self._pull.since

    def _is_wanted(self, row: Record) -> bool:
        """Say whether an activity lies in the window; there is no filter for its end."""
        at = moment(row.get("timestamp"))
        return self._pull.until is None or at is None or at < self._pull.until


def figures(report: Mapping[str, Any]) -> list[Any]:
    """Return the figures of a report as Mailchimp sends it; None for one it lacks."""
    parts = [(report.get(name), figure) for name, figure in FIGURES]
    return [part.get(figure) if isinstance(part, dict) else None for part, figure in parts]


def _kept(row: Mapping[str, Any]) -> list[Any]:
    """Return the same figures of a report as it is held."""
    return [row.get(f"{name}__{figure}") for name, figure in FIGURES]
