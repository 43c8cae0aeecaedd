"""Who looks after records: users of the portal, and those who were."""

from __future__ import annotations

from collections.abc import Iterator

from core.pull import Page, Pull, Record, each
from sources._rosters import roster
from sources.hubspot.api import LIST_LIMIT, Portal

PATH = "/crm/v3/owners"


def owners(portal: Portal, pull: Pull) -> Iterator[Page]:
    """Read every owner: records keep one who left, whom an archived list alone names."""
    yield from roster("owners", pull, _listed(portal))


def _listed(portal: Portal) -> Iterator[list[Record]]:
    for archived in ("false", "true"):
        params = {"limit": LIST_LIMIT, "archived": archived}
        for page, _ in portal.pages(PATH, params):
            yield each(_ended, page)


def _ended(row: Record) -> Record:
    return {**row, "deleted_at": row.get("updatedAt")} if row.get("archived") is True else row
