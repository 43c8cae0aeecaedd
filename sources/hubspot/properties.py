"""Which properties to ask for: HubSpot sends a handful unless each one is named."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from core.pull import Record
from sources.hubspot.api import Portal, results

# A URL of 16,000 characters is refused somewhere on the way; the rest of it needs some, too.
URL_LIMIT = 12_000


def asked(portal: Portal, kind: str, wanted: Iterable[str], needed: Iterable[str]) -> list[str]:
    """Return the properties of ``kind`` to ask for.

    Args:
        portal: Knows which properties there are.
        kind: Such as contacts.
        wanted: Asked for where the portal has them.
        needed: Asked for in any case: what we page and merge by.
    """
    there = results(portal.get(f"/crm/v3/properties/{kind}"))
    return chosen(there, wanted, needed)


def chosen(there: list[Record], wanted: Iterable[str], needed: Iterable[str]) -> list[str]:
    """Choose from what is there: what we know to use, and all that the portal added itself."""
    live = {str(each["name"]): each for each in there if not each.get("archived")}
    custom = sorted(name for name, each in live.items() if each.get("hubspotDefined") is False)
    names = [*needed, *(name for name in wanted if name in live), *custom]
    return list(dict.fromkeys(names))


def sheets(names: list[str], limit: int = URL_LIMIT) -> list[list[str]]:
    """Cut ``names`` into lists that each fit into a URL."""
    cut: list[list[str]] = [[]]
    length = 0
    for name in names:
        size = len(quote(f"{name},", safe=""))
        if cut[-1] and length + size > limit:
            cut.append([])
            length = 0
        cut[-1].append(name)
        length += size
    return cut
