"""Bulk API 2.0 query jobs: made, worked on for a while, read as CSV page by page."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.http import Response
from sandbox.names import letters
from sandbox.salesforce.records import stamp
from sandbox.salesforce.soql import Query

Rows = Sequence[dict[str, Any]]


@dataclass(slots=True)
class Job:
    """One job. ``ids`` are what it found, from the moment it is through."""

    id: str
    asked: Query
    operation: str
    made: datetime
    ready: datetime
    fails: bool
    ids: list[str] | None = None

    def state(self, now: datetime) -> str:
        """Say how far it is."""
        if now < self.ready:
            return "UploadComplete" if now == self.made else "InProgress"
        return "Failed" if self.fails else "JobComplete"


class Jobs:
    """The jobs of an org.

    Args:
        now: The sandbox's time.
        seconds: How long a job takes.
        failing: How many of the next jobs end as Failed.
        find: Gives the ids that a query finds, deleted ones too for ``queryAll``.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        seconds: float,
        failing: int,
        find: Callable[[Query, bool], list[str]],
    ) -> None:
        self._now, self._seconds, self._failing, self._find = now, seconds, failing, find
        self._all: dict[str, Job] = {}
        self.made = 0

    def create(self, asked: Query, operation: str) -> Job:
        """Take a job on."""
        self.made += 1
        own = "750" + letters("salesforce job", str(self.made), 15)
        now, fails = self._now(), self.made <= self._failing
        job = Job(own, asked, operation, now, now + timedelta(seconds=self._seconds), fails)
        self._all[own] = job
        return job

    def get(self, own: str) -> Job | None:
        """Give a job; one that is through has its ids."""
        job = self._all.get(own)
        if job is not None and job.ids is None and self.is_complete(job):
            job.ids = self._find(job.asked, job.operation == "queryAll")
        return job

    def forget(self, own: str) -> None:
        """Delete a job with its results."""
        self._all.pop(own, None)

    def is_complete(self, job: Job) -> bool:
        """Say whether results can be read."""
        return job.state(self._now()) == "JobComplete"

    def told(self, job: Job) -> dict[str, Any]:
        """Write a job as the API does."""
        state = job.state(self._now())
        found: dict[str, Any] = {
            "id": job.id,
            "operation": job.operation,
            "object": job.asked.table.name,
            "createdDate": stamp(job.made),
            "systemModstamp": stamp(job.made),
            "state": state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": 62.0,
            "lineEnding": "LF",
            "columnDelimiter": "COMMA",
        }
        if state == "JobComplete":
            found["numberRecordsProcessed"] = len(job.ids or ())
        if state == "Failed":
            found["errorMessage"] = "InternalServerError: retried 15 times"
        return found


def page(names: Sequence[str], rows: Rows, locator: str) -> Response:
    """Write rows as CSV; a null is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    headers = {
        "Content-Type": "text/csv; charset=UTF-8",
        "Sforce-Locator": locator or "null",
        "Sforce-NumberOfRecords": str(len(rows)),
    }
    return Response(200, text.getvalue(), headers)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).replace(".000+0000", ".000Z")
