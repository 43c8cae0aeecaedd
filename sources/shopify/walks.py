"""How each of Shopify's tables is read: what changed, then what is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.pull import For, Gone, Page, Pull, Record
from sources._sightings import Sightings, chunks
from sources.shopify import queries, rows
from sources.shopify.api import PAGE_LIMIT, Shop

Shaped = Callable[[list[Record]], tuple[list[Record], list[For]]]

CATCH_UPS = 2
READABLE = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Walk:
    """One table of Shopify's.

    Attributes:
        table: Raw table, and the connection's name.
        kind: The type in a long id.
        hold_back: How far behind its cursor a pull starts, and why is said where it is set.
        shape: Turns nodes into rows, and pages for other tables.
        variables: What the query needs besides its page.
    """

    table: str
    kind: str
    hold_back: timedelta
    shape: Shaped
    variables: dict[str, int]


def changed(shop: Shop, pull: Pull, walk: Walk, seen: Sightings) -> Iterator[Page | For]:
    """Read what was updated since the cursor, oldest change first.

    A record that is edited meanwhile moves to the end and is read again there: nothing is missed.
    """
    cursor = pull.cursor(walk.table)
    since = _moment(cursor) - walk.hold_back if cursor else pull.since
    asked = _filter(since, pull.until, pull.now(), whole_days=walk.table == "customers")
    for page in shop.pages(queries.changed(walk.table), query=asked, **walk.variables):
        nodes = page["nodes"]
        newest = max((node.get("updatedAt") or "" for node in nodes), default="")
        found, others = walk.shape(nodes)
        seen.see(found)
        yield found
        yield from others
        if newest:
            pull.advance(walk.table, advanced(pull.state.get(walk.table), newest, pull.now()))


def vanished(shop: Shop, pull: Pull, walk: Walk, seen: Sightings) -> Iterator[Page | For]:
    """Find what was deleted: Shopify tells of no deleted customer or order, but it counts them.

    Newcomers since the last page would look like a difference, so we catch up before we sweep.
    """
    if pull.window:
        return
    for _ in range(CATCH_UPS):
        if not pull.full and _total(shop, walk) == seen.expected():
            return
        yield from changed(shop, _catching_up(pull), walk, seen)
    if not pull.full and _total(shop, walk) == seen.expected():
        return
    yield from _sweep(shop, pull, walk, seen)


def _sweep(shop: Shop, pull: Pull, walk: Walk, seen: Sightings) -> Iterator[Page | For]:
    listed: dict[str, str] = {}
    for page in shop.pages(queries.listing(walk.table), first=PAGE_LIMIT):
        listed.update((rows.number(node["id"]), node["createdAt"]) for node in page["nodes"])
    suspects = _in_sight(pull, walk.table, seen.missing(listed), listed.values())
    for ids in chunks([*suspects, *seen.new(listed)], max(1, shop.page_size)):
        named = [rows.gid(walk.kind, each) for each in ids]
        answer = shop.ask(queries.named(walk.table), ids=named, **walk.variables)
        found, others = walk.shape([node for node in answer["nodes"] if node])
        seen.see(found)
        yield found
        yield from others
        gone = set(ids) - {row["id"] for row in found}
        seen.lose(gone)
        yield [Gone(id=each, deleted_at=pull.now().isoformat()) for each in sorted(gone)]


def deleted_products(shop: Shop, pull: Pull, hold_back: timedelta) -> Iterator[Page]:
    """Read the products that were deleted; of products, Shopify keeps a record of it."""
    if pull.window:
        return
    cursor = pull.cursor("products_deleted")
    pull.advance("products_deleted", cursor or pull.now().isoformat())
    if not cursor:
        yield from _gone_since_ever(shop, pull)
        return
    since = _moment(cursor) - hold_back
    for page in shop.pages(
        queries.DELETIONS, first=PAGE_LIMIT, query=f"occurred_at:>='{_zulu(since)}'"
    ):
        gone = {rows.number(node["subjectId"]): node["occurredAt"] for node in page["nodes"]}
        yield [Gone(id=each, deleted_at=at) for each, at in gone.items()]
        newest = max(gone.values(), default=cursor)
        pull.advance("products_deleted", advanced(cursor, newest, pull.now()))


def _gone_since_ever(shop: Shop, pull: Pull) -> Iterator[Page]:
    return iter(())


def advanced(cursor: str | None, newest: str, now: datetime) -> str:
    """Return the cursor after a page: never backwards, and never past the vendor's hour.

    A record dated in the future would otherwise hide every change until that day.
    """
    reached = min(_moment(newest), now)
    return _zulu(max(reached, _moment(cursor)) if cursor else reached)


def _filter(
    since: datetime | None, until: datetime | None, now: datetime, *, whole_days: bool
) -> str | None:
    """Write the search filter. Shopify reads the customers' filter in whole days of the shop."""
    if since is None:
        return None
    if whole_days:
        since = since.replace(hour=0, minute=0, second=0, microsecond=0)
        until = until + timedelta(days=1) if until else None
    terms = [f"updated_at:>='{_zulu(min(since, now))}'"]
    if until is not None:
        terms.append(f"updated_at:<'{_zulu(until)}'")
    return " AND ".join(terms)


def _zulu(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
