"""Which stages a deal went through, and when: HubSpot keeps what a property said before.

It comes by id alone, so it is read of the deals that changed; of all, the first time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from core.pull import For, Pull, Record
from sources._sightings import Sightings, chunks
from sources.hubspot.api import Portal, results
from sources.hubspot.times import zulu

TABLE = "stage_history"
PROPERTY = "dealstage"
# Inputs of a batch read that asks for history; not verified against a live account.
BATCH_LIMIT = 50


def stages(portal: Portal, pull: Pull, deals: Sightings) -> Iterator[For]:
    """Read the history of the deals this pull saw; of every live one where none was read yet.

    Cursor: when all deals were read for the first time.
    """
    is_first = pull.cursor(TABLE) is None and not pull.window
    yield from _read(portal, list(deals.live() if is_first else deals.alive))
    if is_first:
        pull.advance(TABLE, zulu(pull.now()))


def _read(portal: Portal, ids: Iterable[str]) -> Iterator[For]:
    path = f"{portal.objects('deals')}/batch/read"
    for chunk in chunks(ids, BATCH_LIMIT):
        body = {
            "inputs": [{"id": each} for each in chunk],
            "properties": [PROPERTY],
            "propertiesWithHistory": [PROPERTY],
        }
        yield For(TABLE, [row for deal in results(portal.post(path, body)) for row in _said(deal)])


def _said(deal: Record) -> Iterator[Record]:
    """Return each value the stage had. One is known by its deal, its moment and itself."""
    own = deal.get("id")
    for past in (deal.get("propertiesWithHistory") or {}).get(PROPERTY) or []:
        at, stage = past.get("timestamp"), past.get("value")
        yield {
            "id": f"{own}/{at}/{stage}",
            "deal_id": own,
            "stage": stage,
            "entered_at": at,
            "source_type": past.get("sourceType"),
        }
