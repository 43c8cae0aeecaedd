"""What arrived, held against an ordinary night: system by system, and by what it is for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from core.ledger import RunState
from monitoring.brief.page import Domain, System
from monitoring.night import Night, SourceNight
from monitoring.wording import counted, title

AS_USUAL = (0.5, 2.0)
FEW_ROWS = 20
USUAL = "as usual"
FIRST = "first night: everything is new"
UNCOMPARED = "nothing to compare with yet"
CALM = (FIRST, USUAL, UNCOMPARED)
NAMED = 3

_FAILED = {RunState.PARTIAL: "in part", None: "not asked"}

DOMAINS = {
    "shop": "Shop",
    "billing": "Billing",
    "support": "Support",
    "marketing": "Marketing",
    "crm": "CRM",
    "product": "Product",
    "anything": "Files and databases",
}
"""In the order of the page; others follow, by name."""

_THINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "shop": {"order": ("orders",), "customer": ("customers",), "refund": ("refunds",)},
    "billing": {
        "payment": ("charges", "transactions"),
        "invoice": ("invoices",),
        "subscription": ("subscriptions",),
    },
    "support": {
        "ticket": ("tickets",),
        "conversation": ("conversations",),
        "contact": ("contacts", "users"),
    },
    "marketing": {
        "contact": ("contacts", "members", "profiles"),
        "deal": ("deals",),
        "campaign": ("campaigns",),
    },
    "crm": {
        "lead": ("leads",),
        "deal": ("deals", "opportunities", "business"),
        "case": ("cases", "incidents"),
        "contact": ("contacts", "customers"),
    },
    "product": {"event": ("events",), "person": ("people",)},
    "anything": {
        "order": ("orders",),
        "ticket": ("tickets",),
        "deal": ("deals",),
        "person": ("people",),
    },
}
"""Domain -> what people ask for -> the raw tables that hold it."""

_PLURALS = {"person": "people"}


def systems(sources: Iterable[SourceNight]) -> list[System]:
    """Return a row for each system, by name."""
    return [_system(source) for source in sources]


def domains(night: Night) -> list[Domain]:
    """Return a row for each part of the business that has a system, in the page's order."""
    order = list(DOMAINS)

    def place(source: SourceNight) -> tuple[int, str]:
        known = source.domain in DOMAINS
        return (order.index(source.domain) if known else len(order), source.domain)

    found = groupby(sorted(night.sources, key=place), key=lambda source: source.domain)
    return [_domain(name, list(sources), night.number) for name, sources in found]


def domain_name(domain: str) -> str:
    """Return how the page calls a domain."""
    return DOMAINS.get(domain) or (title(domain) if domain else "Other systems")


def is_odd(source: SourceNight) -> bool:
    """Say whether somebody should look at what ``source`` brought."""
    return _remark(source) not in CALM


def _system(source: SourceNight) -> System:
    rows, known = source.rows, _is_known(source)
    return System(
        name=title(source.source),
        new=rows.new if known else None,
        changed=rows.changed if known else None,
        deleted=rows.deleted if known else None,
        ordinary=source.ordinary,
        remark=_remark(source),
        odd=is_odd(source),
    )


def _is_known(source: SourceNight) -> bool:
    return source.is_complete or bool(source.rows.arrived)


def _domain(name: str, sources: Sequence[SourceNight], night: int) -> Domain:
    known = [source for source in sources if _is_known(source)]
    ordinary = [source.ordinary for source in sources if source.ordinary is not None]
    arrived = sum(source.rows.arrived for source in known) if known else None
    return Domain(
        name=domain_name(name),
        arrived=arrived,
        ordinary=sum(ordinary) if ordinary else None,
        brought=_brought(name, known),
        remark=_together(sources),
        odd=any(is_odd(source) for source in sources),
        nights=_nights(sources, night, arrived),
    )


def _nights(
    sources: Sequence[SourceNight], night: int, arrived: int | None
) -> tuple[int | None, ...]:
    """Add the systems up night by night; a night that no system was read in is left out."""
    numbers = sorted({number for source in sources for number in source.past if number < night})
    past = [sum(source.past.get(number, 0) for source in sources) for number in numbers]
    return (*past, arrived)


def _brought(domain: str, sources: Sequence[SourceNight]) -> str:
    """Name the things people ask for, most wanted first; of an unknown domain its tables."""
    rows: dict[str, int] = {}
    for source in sources:
        for table, figures in source.tables.items():
            rows[table] = rows.get(table, 0) + figures.arrived
    things = _THINGS.get(domain) or {}
    found = [
        counted(number, thing, _PLURALS.get(thing))
        for thing, tables in things.items()
        if (number := sum(rows.get(table, 0) for table in tables))
    ]
    if not things:
        largest = sorted(rows.items(), key=lambda item: (-item[1], item[0]))
        found = [f"{number:,} {name.replace('_', ' ')}" for name, number in largest if number]
    return ", ".join(found[:NAMED])


def _together(sources: Sequence[SourceNight]) -> str:
    """Say what is odd, by name; else what holds for all, or for most."""
    odd = [f"{title(source.source)} {_remark(source)}" for source in sources if is_odd(source)]
    if odd:
        return "; ".join(odd)
    calm = {_remark(source) for source in sources}
    return USUAL if USUAL in calm else next(remark for remark in CALM if remark in calm)


def _remark(source: SourceNight) -> str:
    if not source.is_complete:
        arrived = "in part" if source.rows.arrived else "nothing arrived"
        return f"**{_FAILED.get(source.state, arrived)}**"
    if source.first:
        return FIRST
    if source.ordinary is None:
        return UNCOMPARED
    return _compared(source.rows.arrived, source.ordinary)


def _compared(rows: int, ordinary: int) -> str:
    if abs(rows - ordinary) <= FEW_ROWS:
        return USUAL
    if not rows:
        return "**nothing new**"
    ratio = rows / max(ordinary, 1)
    if AS_USUAL[0] <= ratio <= AS_USUAL[1]:
        return USUAL
    more = f"**{ratio:,.0f} times as many as usual**"
    return more if ratio > 1 else f"**only {ratio:.0%} of the usual**"
