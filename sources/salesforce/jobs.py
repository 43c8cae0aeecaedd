"""Bulk API 2.0: a query that Salesforce works on by itself, and whose answer is CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from core.errors import VendorBusyError
from core.pull import Record
from sources.salesforce.fields import Fields, read

if TYPE_CHECKING:
    from sources.salesforce.api import Org

PAGE = 10_000
FIRST_LOOK_SECONDS, LONGEST_LOOK_SECONDS = 2.0, 60.0
PATIENCE = timedelta(hours=2)
ENDED_BADLY = frozenset({"Failed", "Aborted"})


class ShortError(VendorBusyError):
    """Fewer records came than there are. Asking again may bring them."""


class Job:
    """One query job.

    Args:
        org: Whom to ask.
        asked: The query. An order would keep Salesforce from cutting it into pieces.
        operation: ``query``, or ``queryAll`` for records in the bin, too.
        fields: The fields it asks for, for the types of the cells.
    """

    def __init__(self, org: Org, asked: str, operation: str, fields: Fields) -> None:
        self._org, self._asked, self._operation = org, asked, operation
        self._fields = fields

    def pages(self) -> Iterator[list[Record]]:
        """Make the job, wait for it, and yield what it found.

        Raises:
            ShortError: it gave fewer records than it found.
            VendorBusyError: it failed, or takes too long.
        """
        made = self._org.post("/jobs/query", {"operation": self._operation, "query": self._asked})
        path = f"/jobs/query/{made['id']}"
        missing = self._awaited(path)
        for page in self._results(f"{path}/results"):
            missing -= len(page)
            yield page
        if missing > 0:
            raise ShortError(f"salesforce: a bulk job lost {missing} of its records")

    def _awaited(self, path: str) -> int:
        """Return how many records the job found, once it is through."""
        pull = self._org.pull
        deadline, pause = pull.clock.now() + PATIENCE, FIRST_LOOK_SECONDS
        while pull.clock.now() < deadline:
            job = self._org.get(path)
            if job.get("state") == "JobComplete":
                return int(job.get("numberRecordsProcessed") or 0)
            if job.get("state") in ENDED_BADLY:
                raise VendorBusyError(
                    f"salesforce: a bulk job over {job.get('object')} ended as {job['state']}",
                    next_step="See Bulk Data Load Jobs in Salesforce's setup for the reason.",
                )
            pull.clock.sleep(pause)
            pause = min(2 * pause, LONGEST_LOOK_SECONDS)
        raise VendorBusyError(f"salesforce: a bulk job was not through after {PATIENCE}")

    def _results(self, path: str) -> Iterator[list[Record]]:
        locator = ""
        while True:
            params = {"maxRecords": PAGE, **({"locator": locator} if locator else {})}
            answer = self._org.csv(path, params)
            page = self._rows(answer.content.decode("utf-8", "replace"))
            told = answer.headers.get("Sforce-NumberOfRecords")
            if told is not None and len(page) < int(told):
                raise ShortError("salesforce: a page of a bulk job is cut short")
            yield page
            before, locator = locator, answer.headers.get("Sforce-Locator", "null")
            if locator in {"", "null"}:
                return
            if locator == before:
                raise VendorBusyError("salesforce: a bulk job points at the same page again")

    def _rows(self, text: str) -> list[Record]:
        kinds = self._fields.kinds
        lines = csv.DictReader(io.StringIO(text, newline=""))
        return [
            {name: read(cell or "", kinds.get(name, "")) for name, cell in line.items() if name}
            for line in lines
        ]
