"""Stripe's lists: newest first, found by what Stripe can filter by and by nothing else.

No resource can be asked for what changed: ``created`` is the only time there is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.http import Request
from sandbox.store import Collection, Row
from sandbox.stripe.errors import bad, missing

DEFAULT, MOST = 10, 100
MOST_TYPES = 20
PAGING = frozenset({"limit", "starting_after", "ending_before", "expand[]"})


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of object that can be listed.

    ``filters``: query parameters, and the columns they are compared with. ``hidden`` by status:
    what is left out unless a status is asked for.
    """

    kind: str
    filters: tuple[str, ...] = ()
    has_created: bool = True
    hidden: str = ""
    tie: str = "id"


RESOURCES: Mapping[str, Resource] = {
    "customers": Resource("customer", ("email",)),
    "charges": Resource("charge", ("customer", "payment_intent")),
    "refunds": Resource("refund", ("charge", "payment_intent")),
    "disputes": Resource("dispute", ("charge", "payment_intent")),
    "products": Resource("product"),
    "prices": Resource("price", ("product",)),
    "subscriptions": Resource("subscription", ("customer", "status"), hidden="canceled"),
    "subscription_items": Resource("subscription_item", ("subscription",), has_created=False),
    "invoices": Resource("invoice", ("customer", "status", "subscription")),
    "invoice_payments": Resource("invoice_payment", ("invoice", "status")),
    "events": Resource("event", ("type",), tie="seq"),
}


@dataclass(slots=True)
class Search:
    """An SQL condition in the making."""

    parts: list[str] = field(default_factory=lambda: ["deleted_at is null"])
    args: list[object] = field(default_factory=list)

    def add(self, part: str, *args: object) -> None:
        """Narrow it."""
        self.parts.append(part)
        self.args.extend(args)


def page(resource: Resource, kept: Collection, request: Request, search: Search) -> list[Row]:
    """Give one row more than the page has room for, so that the caller sees if there is more.

    Raises:
        RefusedError: a parameter that Stripe does not know or take.
    """
    _know(resource, request)
    limit, backwards = _limit(request), "ending_before" in request.query
    _narrow(resource, request, search)
    _created(request, search)
    cursor = _cursor(resource, kept, request)
    if cursor is not None:
        sign = ">" if backwards else "<"
        last = cursor.seq if resource.tie == "seq" else cursor.id
        search.add(f"(created_at, {resource.tie}) {sign} (?, ?)", cursor.created_at, last)
    way = "asc" if backwards else "desc"
    order = f"created_at {way}, {resource.tie} {way}"
    return kept.rows(" and ".join(search.parts), search.args, order=order, limit=limit + 1)


def cut(request: Request, rows: list[Row]) -> tuple[list[Row], bool]:
    """Give the rows of a page, newest first, and whether there are more that way."""
    limit = _limit(request)
    found = rows[:limit]
    if "ending_before" in request.query:
        found.reverse()
    return found, len(rows) > limit


def _know(resource: Resource, request: Request) -> None:
    known = PAGING | set(resource.filters)
    if resource.kind == "event":
        known |= {"types[]"}
    for name in request.query:
        base = re.sub(r"(\[\d*\])$", "[]", name)
        is_created = resource.has_created and re.fullmatch(r"created(\[\w+\])?", name)
        if base not in known and not is_created:
            raise bad(f"Received unknown parameter: {name}", "parameter_unknown", name)


def _limit(request: Request) -> int:
    asked = request.arg("limit", str(DEFAULT))
    if not asked.isdigit():
        raise bad(f"Invalid integer: {asked}", "parameter_invalid_integer", "limit")
    if not 1 <= int(asked) <= MOST:
        message = f"This value must be between 1 and {MOST} (it currently is '{asked}')."
        raise bad(message, "parameter_invalid_integer", "limit")
    return int(asked)


def _narrow(resource: Resource, request: Request, search: Search) -> None:
    kinds = [v for name, values in request.query.items() if _is_types(name) for v in values]
    if kinds:
        _types(request, kinds, search)
    for name in resource.filters:
        asked = request.arg(name)
        if name == "status" and resource.hidden:
            _status(resource.hidden, asked, search)
        elif name == "type" and "*" in asked:
            search.add("type glob ?", asked)
        elif name in request.query:
            search.add(f"{name} = ?", asked)


def _is_types(name: str) -> bool:
    return re.fullmatch(r"types\[\d*\]", name) is not None


def _types(request: Request, kinds: list[str], search: Search) -> None:
    if "type" in request.query:
        raise bad("You may pass either type or types, but not both.", "parameter_invalid", "types")
    if len(kinds) > MOST_TYPES:
        message = f"You may pass up to {MOST_TYPES} types."
        raise bad(message, "parameter_invalid", "types")
    search.add(f"type in ({', '.join('?' for _ in kinds)})", *kinds)


def _status(hidden: str, asked: str, search: Search) -> None:
    if asked == "all":
        return
    if asked in {"", "ended"}:
        search.add("status = ?" if asked else "status <> ?", hidden)
    else:
        search.add("status = ?", asked)


def _created(request: Request, search: Search) -> None:
    # Stripe compares whole seconds, the store keeps milliseconds.
    compare = {"gte": (">=", 0), "gt": (">=", 1), "lt": ("<", 0), "lte": ("<", 1)}
    for name in [name for name in request.query if name.startswith("created")]:
        asked = request.arg(name)
        if not re.fullmatch(r"-?\d+", asked):
            raise bad(f"Invalid timestamp: {asked}", "parameter_invalid_integer", name)
        how = name[len("created[") : -1]
        if how and how not in compare:
            raise bad(f"Received unknown parameter: {name}", "parameter_unknown", name)
        for sign, later in [compare[how]] if how else [compare["gte"], compare["lte"]]:
            search.add(f"created_at {sign} ?", (int(asked) + later) * 1000)


def _cursor(resource: Resource, kept: Collection, request: Request) -> Row | None:
    given = [name for name in ("starting_after", "ending_before") if name in request.query]
    if len(given) == 2:  # noqa: PLR2004 - both of two
        message = "You cannot use both starting_after and ending_before."
        raise bad(message, "parameter_invalid", "ending_before")
    if not given:
        return None
    row = kept.get(request.arg(given[0]))
    if row is None:
        raise missing(resource.kind, request.arg(given[0]), given[0], status=400)
    return row
