"""Which contact is of which company, and whose deals are whose.

Joining two records touches neither, so no search tells of it: associations are read completely.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.pull import For, Gone, Pull, Record
from sources._sightings import chunks
from sources.hubspot.api import Portal, results

TABLE = "associations"
# Inputs of one batch read of associations; not verified against a live account.
BATCH_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class Pair:
    """A direction in which associations are read, by HubSpot's names of the types."""

    start: str
    end: str


def associated(portal: Portal, pull: Pull, pair: Pair, ids: Iterable[str]) -> Iterator[For]:
    """Read all associations of ``ids``; those we held that are no more are told gone.

    One is gone only if a second look at its record misses it, too; and not when a window is read,
    which has only some of the records.
    """
    seen: set[tuple[str, ...]] = set()
    live: set[str] = set()
    for chunk in chunks(ids, BATCH_LIMIT):
        live.update(chunk)
        rows = list(_read(portal, pair, chunk))
        seen.update(_key(row) for row in rows)
        yield For(TABLE, rows)
    if pull.window:
        return
    held = pull.known.keys(TABLE)
    lost = [key for key in held if key[0] == pair.start and key[2] == pair.end and key not in seen]
    again = sorted({key[1] for key in lost} & live)
    found = {
        _key(row) for chunk in chunks(again, BATCH_LIMIT) for row in _read(portal, pair, chunk)
    }
    at = pull.now().isoformat()
    yield For(TABLE, [_gone(key, at) for key in lost if key not in found])


def _read(portal: Portal, pair: Pair, ids: list[str]) -> Iterator[Record]:
    path = f"/crm/v4/associations/{pair.start}/{pair.end}/batch/read"
    inputs = [{"id": each} for each in ids]
    while inputs:
        onward = []
        for result in results(portal.post(path, {"inputs": inputs})):
            start = str(result["from"]["id"])
            for target in result["to"]:
                yield {
                    "from_type": pair.start,
                    "from_id": start,
                    "to_type": pair.end,
                    "to_id": str(target["toObjectId"]),
                    "association_types": target.get("associationTypes"),
                }
            after = ((result.get("paging") or {}).get("next") or {}).get("after")
            if after:
                onward.append({"id": start, "after": after})
        inputs = onward


def _key(row: Record) -> tuple[str, ...]:
    return row["from_type"], row["from_id"], row["to_type"], row["to_id"]


def _gone(key: tuple[str, ...], at: str) -> Gone:
    start, start_id, end, end_id = key
    return Gone(from_type=start, from_id=start_id, to_type=end, to_id=end_id, deleted_at=at)
