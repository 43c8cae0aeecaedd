"""Asking Salesforce: by query where the answer is small, by a bulk job where it is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote

import requests

from core.errors import ConfigError, VendorBusyError, VendorRefusedError
from core.http import VendorSession
from core.oauth import RefreshedToken
from core.pace import Day
from core.pull import Page, Pull, Record
from sources.salesforce.fields import Fields
from sources.salesforce.jobs import Job, ShortError
from sources.salesforce.soql import between, select
from sources.salesforce.tables import Kind

# Salesforce takes 16,384 bytes of address and headers; the rest of them need some, too.
URL_LIMIT = 10_000
UNTIL_TOMORROW = 86_400.0
TOO_BIG_TO_COUNT = ("QUERY_TIMEOUT", "OPERATION_TOO_LARGE")
_USAGE = re.compile(r"(?:^|[;,]\s*)api-usage=(\d+)/(\d+)")


class Allowance:
    """The org's calls in 24 hours, which all its integrations share.

    Args:
        share: How much of them may be used up before we stop.
    """

    def __init__(self, share: float) -> None:
        self._share, self._used, self._allowed = share, 0, 0

    def note(self, response: requests.Response) -> Day | None:
        """Read the usage from an answer, and return it."""
        found = _USAGE.search(response.headers.get("Sforce-Limit-Info", ""))
        if not found:
            return None
        self._used, self._allowed = int(found[1]), int(found[2])
        return Day(self._allowed, max(0, self._allowed - self._used))

    def demand(self) -> None:
        """Insist that something is left for us. It comes back in the course of 24 hours."""
        if self._allowed and self._used >= self._share * self._allowed:
            busy = VendorBusyError(
                f"salesforce: {self._used} of the org's {self._allowed} calls in 24 hours are used",
                next_step="Wait, or raise SALESFORCE_DAILY_SHARE.",
            )
            busy.wait_seconds = UNTIL_TOMORROW
            raise busy


class Org:
    """One Salesforce org, in one pull.

    Args:
        session: Knows its manners.
        auth: Knows the token, and where the org is.
        pull: The hour, and the right to wait for a job.
        version: Of the API.
        rest_rows: How many rows are read by query at most.
        allowance: What may still be asked.
    """

    def __init__(
        self,
        session: VendorSession,
        auth: RefreshedToken,
        pull: Pull,
        version: str,
        rest_rows: int,
        allowance: Allowance,
    ) -> None:
        self._session, self._auth, self.pull = session, auth, pull
        self._root, self._rest_rows = f"/services/data/v{version}", rest_rows
        self._allowance = allowance

    def get(self, path: str, params: dict[str, Any] | None = None) -> Record:
        """Return the object at ``path``."""
        return _object(self.send("GET", f"{self._root}{path}", params=params))

    def post(self, path: str, body: Record) -> Record:
        """Return the answer to ``body``."""
        return _object(self.send("POST", f"{self._root}{path}", json=body))

    def csv(self, path: str, params: dict[str, Any]) -> requests.Response:
        """Return a page of CSV, with its headers."""
        accept = {"Accept": "text/csv"}
        return self.send("GET", f"{self._root}{path}", params=params, headers=accept)

    def send(self, method: str, path: str, **rest: Any) -> requests.Response:  # noqa: ANN401 - of requests
        """Ask the instance that the token is good for."""
        self._allowance.demand()
        return self._session.request(method, f"{self._auth.home()}{path}", **rest)

    def described(self, kind: Kind) -> list[Record]:
        """Return the fields of an object that we may see."""
        try:
            found = self.get(f"/sobjects/{kind.sobject}/describe")
        except VendorRefusedError as refused:
            if refused.status != requests.codes.not_found:
                raise
            raise ConfigError(
                f"salesforce: there is no {kind.sobject} that we may see",
                next_step="Give daybreak's user read access to it, or add"
                f" {kind.table} to SALESFORCE_SKIP.",
            ) from None
        fields: list[Record] = found["fields"]
        return fields

    def count(
        self, kind: Kind, since: datetime | None = None, until: datetime | None = None
    ) -> int | None:
        """Return how many live records there are; None where Salesforce gives up counting."""
        asked = select(["COUNT()"], kind.sobject, [*between(since, until), *kind.live])
        try:
            return int(self.get(f"/{kind.verb}", {"q": asked})["totalSize"])
        except VendorRefusedError as refused:
            if any(code in str(refused) for code in TOO_BIG_TO_COUNT):
                return None
            raise

    def rows(self, kind: Kind, asked: str, fields: Fields, order: str = "") -> Iterator[Page]:
        """Yield all that a query finds, records in the bin too.

        Raises:
            VendorBusyError: fewer came than Salesforce said there are, and again the second time.
        """
        try:
            yield from self._answered(kind, asked, fields, order)
        except ShortError:
            yield from self._answered(kind, asked, fields, order)

    def _answered(self, kind: Kind, asked: str, fields: Fields, order: str) -> Iterator[Page]:
        ordered = f"{asked} ORDER BY {order}" if order else asked
        if len(quote(ordered)) > URL_LIMIT:
            yield from Job(self, asked, kind.verb, fields).pages()
            return
        first = self.get(f"/{kind.verb}", {"q": ordered})
        if first["totalSize"] > self._rest_rows:
            yield from Job(self, asked, kind.verb, fields).pages()
        else:
            yield from self._paged(first)

    def _paged(self, page: Record) -> Iterator[Page]:
        missing = int(page["totalSize"])
        while True:
            records: list[Record] = page["records"]
            yield records
            missing -= len(records)
            if page.get("done", True):
                break
            page = _object(self.send("GET", page["nextRecordsUrl"]))
        if missing > 0:
            raise ShortError(f"salesforce: a query's answer lacks {missing} of its records")


def is_busy(response: requests.Response) -> bool:
    """Say whether a 403 is a throttle: too many calls in 24 hours, or long ones at once."""
    if response.status_code != requests.codes.forbidden:
        return False
    return b"REQUEST_LIMIT_EXCEEDED" in response.content


def _object(response: requests.Response) -> Record:
    answer = response.json()
    if not isinstance(answer, dict):
        raise VendorBusyError("salesforce: an answer that is not an object")
    return answer
