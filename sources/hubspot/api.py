"""Talking to HubSpot: pages by ``after``, answers checked before they are believed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import requests

from core.errors import VendorBusyError
from core.http import VendorSession, whole_number
from core.pace import Day, Told
from core.pull import Record
from sources._sightings import chunks

LIST_LIMIT = 100
SEARCH_LIMIT = 200
# Inputs of one batch read of records; not verified against a live account.
BATCH_LIMIT = 100


class Portal:
    """One HubSpot account.

    Args:
        session: Knows the token and its manners.
        searching: Another one for searches, whose budget is their own.
        root: ``https://api.hubapi.com``, or the sandbox.
        version: ``v3``, or a dated version such as ``2026-03``.
    """

    def __init__(
        self, session: VendorSession, searching: VendorSession, root: str, version: str
    ) -> None:
        self._session, self._searching = session, searching
        self._root, self._version = root.rstrip("/"), version

    def objects(self, kind: str) -> str:
        """Return the path of the records of ``kind``, such as contacts."""
        if self._version == "v3":
            return f"/crm/v3/objects/{kind}"
        return f"/crm/objects/{self._version}/{kind}"

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Record:
        """Return the object at ``path``."""
        return _object(self._session.get(self._root + path, params=dict(params or {})))

    def post(self, path: str, body: Mapping[str, Any]) -> Record:
        """Return the answer to ``body``; a question, too, may be a POST."""
        session = self._searching if is_search(path) else self._session
        return _object(session.post(self._root + path, json=dict(body)))

    def pages(self, path: str, params: Mapping[str, Any]) -> Iterator[tuple[list[Record], str]]:
        """Follow ``paging.next.after``; yield each page with where the next one begins, or ""."""
        after = str(params.get("after") or "")
        rest = {name: value for name, value in params.items() if name != "after"}
        while True:
            answer = self.get(path, {**rest, "after": after} if after else rest)
            before, after = after, _after(answer)
            yield results(answer), after
            if not after:
                return
            if after == before:
                raise VendorBusyError(f"hubspot: {path}: a page points at itself as the next one")

    def read(
        self, kind: str, ids: Iterable[str], properties: list[str], *, archived: bool = False
    ) -> Iterator[list[Record]]:
        """Look records up by id; those that are not there are left out.

        The id of a record that was merged answers with the winner, which is not what was asked
        for, so it is left out, too.
        """
        path = f"{self.objects(kind)}/batch/read" + ("?archived=true" if archived else "")
        for chunk in chunks(ids, BATCH_LIMIT):
            body = {
                "inputs": [{"id": each} for each in chunk],
                "properties": properties,
                "propertiesWithHistory": [],
            }
            wanted = set(chunk)
            yield [row for row in results(self.post(path, body)) if str(row.get("id")) in wanted]


def results(answer: Record) -> list[Record]:
    """Return the records of an answer; an answer without any such list is not an empty one."""
    found = answer.get("results")
    if not isinstance(found, list):
        raise VendorBusyError("hubspot: an answer without results")
    return found


def is_search(path: str) -> bool:
    """Say whether a path searches records; the search of lists is a call like any other."""
    return path.endswith("/search") and "/objects/" in path


def told(response: requests.Response) -> dict[str, Told]:
    """Read how many calls the rolling window holds, and how many are left; searches do not say."""
    limit, left, ms = (
        whole_number(response, f"X-HubSpot-RateLimit-{name}")
        for name in ("Max", "Remaining", "Interval-Milliseconds")
    )
    return {"": Told(limit, left, ms / 1000 if ms else None)}


def day(response: requests.Response) -> Day | None:
    """Read how many calls the account has in a day, and how many are left; searches do not say."""
    calls, left = (
        whole_number(response, f"X-HubSpot-RateLimit-{name}")
        for name in ("Daily", "Daily-Remaining")
    )
    return None if calls is None or left is None else Day(calls, left)


def _after(answer: Record) -> str:
    return str(((answer.get("paging") or {}).get("next") or {}).get("after") or "")


def _object(response: requests.Response) -> Record:
    answer = response.json()
    if not isinstance(answer, dict):
        raise VendorBusyError("hubspot: an answer that is not an object")
    return answer
