"""Asking Dataverse: pages by next link, changes by delta link."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests

from core.errors import VendorBusyError, VendorRefusedError
from core.http import VendorSession, whole_number
from core.pace import Told
from core.pull import Record
from sources.dynamics.rows import LABEL, POINTS_AT
from sources.dynamics.tables import Kind

ROOT = "/api/data/v9.2"
PAGE = 5_000
# Counting stops here, and says so by this very number.
COUNT_ENDS_AT = 5_000
NOTES = f'odata.include-annotations="{LABEL},{POINTS_AT}"'
EXPIRED = frozenset({requests.codes.bad_request, requests.codes.gone})


class ExpiredError(Exception):
    """A delta link that is no longer good."""


class UntrackedError(Exception):
    """A table without change tracking."""


@dataclass(slots=True)
class Walk:
    """The pages of one answer. ``link`` is its delta link, once the last page was read."""

    pages: Iterator[list[Record]]
    link: str = ""


class Environment:
    """One environment of Dynamics 365.

    Args:
        session: Knows the token and its manners.
        url: Where it is.
    """

    def __init__(self, session: VendorSession, url: str) -> None:
        self._session, self._url = session, url
        self._currencies: dict[str, str] = {}

    def whole(self, kind: Kind) -> Walk:
        """Read a table whole, for a delta link at the end.

        Raises (while it is walked):
            UntrackedError: there is none to be had.
        """
        walk = Walk(iter(()))
        walk.pages = self._tracked(walk, f"{ROOT}/{kind.table}", UntrackedError)
        return walk

    def changes(self, link: str) -> Walk:
        """Read what changed since ``link`` was given.

        Raises (while it is walked):
            ExpiredError: the link is too old.
        """
        walk = Walk(iter(()))
        walk.pages = self._tracked(walk, link, ExpiredError)
        return walk

    def _tracked(
        self, walk: Walk, path: str, refusal: type[ExpiredError | UntrackedError]
    ) -> Iterator[list[Record]]:
        try:
            for page in self._pages(path, tracked=True):
                yield page["value"]
                walk.link = _path(page.get("@odata.deltaLink", ""))
        except VendorRefusedError as refused:
            if refused.status not in EXPIRED or not _is_about(refusal, refused):
                raise
            raise refusal from None
        if not walk.link:
            raise UntrackedError

    def found(
        self, kind: Kind, where: Iterable[str], *, order: str = "", select: str = ""
    ) -> Iterator[list[Record]]:
        """Read the records for which all conditions hold."""
        options = {"$filter": " and ".join(where), "$orderby": order, "$select": select}
        params = {name: value for name, value in options.items() if value}
        for page in self._pages(f"{ROOT}/{kind.table}", params):
            yield page["value"]

    def count(
        self, kind: Kind, since: datetime | None = None, until: datetime | None = None
    ) -> int | None:
        """Return how many live records there are; None where there are too many to count."""
        where = " and ".join([*between(since, until), *kind.live])
        params: dict[str, Any] = {"$select": kind.key, "$top": 1, "$count": "true"}
        if where:
            params["$filter"] = where
        found = int(self._get(f"{ROOT}/{kind.table}", params)["@odata.count"])
        return found if 0 <= found < COUNT_ENDS_AT else None

    def currency(self, own: str) -> str:
        """Return the ISO code of a currency, "" of an unknown one; all are read at once."""
        if not self._currencies:
            select = {"$select": "transactioncurrencyid,isocurrencycode"}
            for page in self._pages(f"{ROOT}/transactioncurrencies", select):
                for each in page["value"]:
                    code = str(each.get("isocurrencycode") or "")
                    self._currencies[str(each.get("transactioncurrencyid"))] = code
        return self._currencies.get(own, "")

    def _pages(
        self, path: str, params: dict[str, Any] | None = None, *, tracked: bool = False
    ) -> Iterator[Record]:
        while path:
            page = self._get(path, params, tracked=tracked)
            yield page
            before, path, params = path, _path(page.get("@odata.nextLink", "")), None
            if path == before:
                raise VendorBusyError("dynamics: a page points at itself as the next one")

    def _get(
        self, path: str, params: dict[str, Any] | None = None, *, tracked: bool = False
    ) -> Record:
        prefer = [f"odata.maxpagesize={PAGE}", NOTES]
        headers = {
            "Accept": "application/json",
            "OData-MaxVersion": "4.0",
            "OData-Version": "4.0",
            "If-None-Match": "null",
            "Prefer": ",".join([*prefer, "odata.track-changes"] if tracked else prefer),
        }
        # A link holds its own host: a token of ours goes to ours alone.
        answer = self._session.get(f"{self._url}{path}", params=params, headers=headers).json()
        if not isinstance(answer, dict) or not isinstance(answer.get("value"), list):
            raise VendorBusyError("dynamics: an answer without records")
        return answer


def told(response: requests.Response) -> dict[str, Told]:
    """Read how many requests are left of five minutes', which others of this user share."""
    return {"": Told(left=whole_number(response, "x-ms-ratelimit-burst-remaining-xrm-requests"))}


def between(since: datetime | None, until: datetime | None) -> list[str]:
    """Return the conditions on the last change: ``since`` inclusive, ``until`` not."""
    found = [f"modifiedon ge {literal(since)}"] if since else []
    return [*found, f"modifiedon lt {literal(until)}"] if until else found


def literal(at: datetime) -> str:
    """Write a moment; OData takes it without quotes."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _path(link: str) -> str:
    """Return a link without its host."""
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _is_about(refusal: type[Exception], refused: VendorRefusedError) -> bool:
    """Say whether a refusal means what we fear. A first request may be wrong for other reasons."""
    return refusal is ExpiredError or "change tracking" in str(refused).lower()
