"""Asking Zoho: fields, lists, single records, the deleted, and queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import requests
from requests.auth import AuthBase

from core.errors import VendorBusyError, VendorRefusedError
from core.http import Manners, VendorSession, whole_number
from core.pace import Pace, Told
from core.pull import Pull, Record
from sources._sightings import chunks
from sources.zoho.times import whole_second

MOST_FIELDS, MOST_IDS, MOST_ROWS, MOST_FOUND = 50, 100, 200, 2_000
DAY_SECONDS = timedelta(days=1).total_seconds()
# What we page by, so it is asked for in any case; an id comes unasked.
STEERING = ("Modified_Time", "Created_Time")
LEADS = "Leads"


@dataclass(frozen=True, slots=True)
class Rows:
    """One page: its records, and the token of the next; "" on the last."""

    records: list[Record]
    token: str = ""


class Api:
    """Zoho's answers to one pull."""

    def __init__(self, pull: Pull, url: str, auth: AuthBase, credits_per_day: int) -> None:
        pace = {"": Pace(credits_per_day, DAY_SECONDS)}
        manners = Manners(credential="ZOHO_REFRESH_TOKEN", pace=pace, told=told)
        self._session = VendorSession("zoho", pull.clock, pull.meter, manners)
        self._session.auth = auth
        self._url = f"{url}/crm/v8"

    def sheets(self, module: str) -> list[list[str]]:
        """Return the module's fields in lists that each fit into one call."""
        found = self._get("settings/fields", {"module": module}).get("fields") or []
        return sheets(str(each["api_name"]) for each in found if each.get("api_name"))

    def changed(
        self, module: str, fields: list[list[str]], since: datetime | None, token: str = ""
    ) -> Rows:
        """Return a page of what changed after ``since``, the oldest change first."""
        asked = {
            "fields": ",".join(fields[0]),
            "per_page": MOST_ROWS,
            "sort_by": "Modified_Time",
            "sort_order": "asc",
            **_also_converted(module),
            **({"page_token": token} if token else {}),
        }
        answer = self._get(module, asked, since)
        records = self._whole(module, fields[1:], answer.get("data") or [])
        info = answer.get("info") or {}
        follow = str(info.get("next_page_token") or "") if info.get("more_records") else ""
        if info.get("more_records") and follow in {"", token}:
            raise VendorBusyError(f"zoho: the list of {module} says it goes on, and does not")
        return Rows(records, follow)

    def some(
        self, module: str, fields: list[list[str]], ids: Iterable[str]
    ) -> Iterator[list[Record]]:
        """Yield those of ``ids`` that are alive."""
        for chunk in chunks(ids, MOST_IDS):
            found = self._by_id(module, fields[0], chunk)
            if found:
                yield self._whole(module, fields[1:], found)

    def deleted(self, module: str, since: datetime | None) -> Iterator[list[Record]]:
        """Walk what was deleted after ``since``: ids, when, and whether for good."""
        page, more = 1, True
        while more:
            asked = {"type": "all", "per_page": MOST_ROWS, "page": page}
            answer = self._get(f"{module}/deleted", asked, since)
            yield answer.get("data") or []
            more = bool((answer.get("info") or {}).get("more_records"))
            page += 1

    def count(
        self, module: str, since: datetime | None = None, until: datetime | None = None
    ) -> int:
        """Return how many live records there are, or changed from ``since`` to before ``until``."""
        terms = [_EVERY.get(module, "id is not null")]
        for sign, at in ((">=", since), ("<", until)):
            if at is not None:
                terms.append(f"Modified_Time {sign} '{whole_second(at)}'")
        found = self._query(f"select COUNT(id) from {module} where {_all_of(terms)}")  # noqa: S608 - names are ours, times are ours
        # What Zoho calls the one column depends on how it reads the query.
        return int(next(iter(found[0].values()))) if found else 0

    def ids(self, module: str) -> Iterator[list[str]]:
        """Walk the ids of all live records in their own order, so that nothing moves meanwhile."""
        last = "0"
        while True:
            where = _all_of([_EVERY.get(module, "id is not null"), f"id > {last}"])
            query = f"select id from {module} where {where} order by id asc limit {MOST_FOUND}"  # noqa: S608 - as above, ids are digits
            found = self._query(query)
            page = [str(row["id"]) for row in found if str(row.get("id")).isdigit()]
            yield page
            if len(found) < MOST_FOUND or not page:
                return
            last = page[-1]

    def _whole(
        self, module: str, further: Sequence[list[str]], records: list[Record]
    ) -> list[Record]:
        """Join the fields that did not fit into the first call, by id.

        A record that is gone by then keeps what it had: its deletion is told later in the pull.
        """
        ids = [str(row["id"]) for row in records if row.get("id")]
        more: dict[str, Record] = {}
        for fields in further:
            for chunk in chunks(ids, MOST_IDS):
                for row in self._by_id(module, fields, chunk):
                    more.setdefault(str(row.get("id")), {}).update(row)
        return [{**more.get(str(row.get("id")), {}), **row} for row in records]

    def _by_id(self, module: str, fields: list[str], ids: Sequence[str]) -> list[Record]:
        asked = {"fields": ",".join(fields), "ids": ",".join(ids), "per_page": MOST_IDS}
        found: list[Record] = (
            self._get(module, {**asked, **_also_converted(module)}).get("data") or []
        )
        return found

    def _query(self, text: str) -> list[Record]:
        response = self._session.post(f"{self._url}/coql", json={"select_query": text})
        found: list[Record] = _body(response).get("data") or []
        return found

    def _get(self, path: str, params: dict[str, Any], since: datetime | None = None) -> Record:
        headers = {"If-Modified-Since": whole_second(since)} if since else {}
        try:
            response = self._session.get(f"{self._url}/{path}", params=params, headers=headers)
        except VendorRefusedError as refused:
            if refused.status == HTTPStatus.NOT_MODIFIED:
                return {}
            raise
        return _body(response)


# A query may or may not leave converted leads out: so both kinds are named.
_EVERY = {LEADS: "(Converted__s = true or Converted__s = false)"}


def told(response: requests.Response) -> dict[str, Told]:
    """Read how many credits are left, which Zoho tells once half of them are gone."""
    return {"": Told(left=whole_number(response, "X-API-CREDITS-REMAINING"))}


def sheets(names: Iterable[str]) -> list[list[str]]:
    """Cut field names into lists of at most 50; what we page by is in the first."""
    return list(chunks(dict.fromkeys([*STEERING, *names]), MOST_FIELDS))


def _all_of(terms: Sequence[str]) -> str:
    """Join conditions in pairs: Zoho reads no more than two between brackets."""
    joined = terms[0]
    for term in terms[1:]:
        joined = f"({joined} and {term})"
    return joined


def _also_converted(module: str) -> dict[str, str]:
    return {"converted": "both"} if module == LEADS else {}


def _body(response: requests.Response) -> Record:
    """Read an answer; Zoho says "nothing" without a body."""
    if response.status_code == HTTPStatus.NO_CONTENT:
        return {}
    body: Record = response.json()
    return body
