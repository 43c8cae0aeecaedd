"""Which stages a deal went through, and when: HubSpot keeps what a property said before.

It comes by id alone, so it is read of the deals that changed; of all, the first time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from core.pull import For, Gone, Page, Pull, Record, each
from sources._sightings import Sightings, chunks
from sources.hubspot.api import Portal, results
from sources.hubspot.times import zulu

TABLE = "stage_history"
PROPERTY = "dealstage"
# Inputs of a batch read that asks for history; not verified against a live account.
BATCH_LIMIT = 50


def with_stages(
    portal: Portal, pull: Pull, deals: Sightings, pages: Iterable[Page]
) -> Iterator[Page | For]:
    """Yield each page of deals after the past of those on it: a pull that dies comes back to both.

    Cursor: when the past of all deals was read for the first time, of those that did not change
    since as well.
    """
    for page in pages:
        yield from _read(portal, (str(row["id"]) for row in page if _is_live(row)))
        yield page
    if pull.cursor(TABLE) is None and not pull.window:
        yield from _read(portal, (own for own in deals.live() if own not in deals.alive))
        pull.advance(TABLE, zulu(pull.now()))


def _is_live(row: Record) -> bool:
    return bool(row.get("id")) and not isinstance(row, Gone) and not row.get("deleted_at")


def _read(portal: Portal, ids: Iterable[str]) -> Iterator[For]:
    path = f"{portal.objects('deals')}/batch/read"
    for chunk in chunks(ids, BATCH_LIMIT):
        body = {
            "inputs": [{"id": each} for each in chunk],
            "properties": [PROPERTY],
            "propertiesWithHistory": [PROPERTY],
        }
        found = results(portal.post(path, body))
        yield For(TABLE, [row for deal in found for row in _past(deal)])


def _past(deal: Record) -> list[Record]:
    history = deal.get("propertiesWithHistory")
    values = history.get(PROPERTY) if isinstance(history, dict) else None
    return each(partial(_said, str(deal.get("id"))), values if isinstance(values, list) else [])


def _said(deal: str, past: Record) -> Record:
    """Return a value that the stage had: known by its deal, its moment and itself."""
    at, stage = past.get("timestamp"), past.get("value")
    return {
        "id": f"{deal}/{at}/{stage}",
        "deal_id": deal,
        "stage": stage,
        "entered_at": at,
        "source_type": past.get("sourceType"),
    }
