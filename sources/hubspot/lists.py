"""Lists, and who is on them. Joining a list touches nobody's record, so both are read whole."""

from __future__ import annotations

from collections.abc import Iterator

from core.errors import VendorBusyError, VendorRefusedError
from core.pull import For, Gone, Pull, Record
from sources.hubspot.api import Portal

LISTS_LIMIT = 500
MEMBERS_LIMIT = 250
NOT_FOUND = 404


def lists(portal: Portal, pull: Pull) -> Iterator[For]:
    """Read every list with its members; what is no more is told gone once a second look agrees."""
    if pull.window:
        return
    there: set[str] = set()
    for page in _lists(portal):
        there |= ids(page)
        yield For("lists", [named(row) for row in page])
    at = pull.now().isoformat()
    missing = {key for (key,) in pull.known.keys("lists")} - there
    if missing:
        there |= missing & {each for page in _lists(portal) for each in ids(page)}
        missing -= there
    yield For("lists", [Gone(list_id=each, deleted_at=at) for each in sorted(missing)])
    yield from _memberships(portal, pull, there)


def _memberships(portal: Portal, pull: Pull, there: set[str]) -> Iterator[For]:
    seen: set[tuple[str, str]] = set()
    for each in sorted(there):
        for page in _members(portal, each):
            seen.update((each, row["record_id"]) for row in page)
            yield For("list_memberships", page)
    lost = [key for key in pull.known.keys("list_memberships") if key not in seen]
    found = {
        (each, row["record_id"])
        for each in sorted({key[0] for key in lost} & there)
        for page in _members(portal, each)
        for row in page
    }
    at = pull.now().isoformat()
    gone = [Gone(list_id=k[0], record_id=k[1], deleted_at=at) for k in lost if k not in found]
    yield For("list_memberships", gone)


def ids(page: list[Record]) -> set[str]:
    """Return the ids of lists; one without an id is quarantined elsewhere."""
    return {str(row["listId"]) for row in page if row.get("listId")}


def named(row: Record) -> Record:
    """Give a list its id by the name of our key."""
    return {"list_id": row.get("listId"), **{k: v for k, v in row.items() if k != "listId"}}


def _lists(portal: Portal) -> Iterator[list[Record]]:
    offset = 0
    while True:
        answer = portal.post("/crm/v3/lists/search", {"offset": offset, "count": LISTS_LIMIT})
        page = answer.get("lists")
        if not isinstance(page, list):
            raise VendorBusyError("hubspot: an answer without lists")
        yield page
        if not answer.get("hasMore") or not page:
            return
        offset += len(page)


def _members(portal: Portal, each: str) -> Iterator[list[Record]]:
    """Read who is on a list; nobody is, if it was deleted since we learned of it."""
    path = f"/crm/v3/lists/{each}/memberships"
    try:
        for page, _ in portal.pages(path, {"limit": MEMBERS_LIMIT}):
            yield [_member(each, row) for row in page]
    except VendorRefusedError as error:
        if error.status != NOT_FOUND:
            raise


def _member(each: str, row: Record) -> Record:
    return {
        "list_id": each,
        "record_id": row.get("recordId") and str(row["recordId"]),
        "membership_timestamp": row.get("membershipTimestamp"),
    }
