"""Which lines a brief has, in the order of how much they matter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from core.ledger import RunState, SchemaChange
from monitoring import completeness
from monitoring.brief import arrived, identities, quality, troubles
from monitoring.brief.page import Mood, Page, Section
from monitoring.brief.today import today
from monitoring.brief.waiting import waiting
from monitoring.night import Customers, Night, SourceNight
from monitoring.wording import counted, day, listed, span, title

CHANGES_SHOWN = 8
FIELDS_NAMED = 5
_ODD = {
    "column_gone": "is no longer sent; every record had it",
    "type_conflict": "no longer always holds the same kind of value",
}


def compose(night: Night, owners: Mapping[str, str] | None = None) -> Page:
    """Return the brief of ``night``; it leads with the verdict, what is empty is left out.

    Args:
        night: What happened.
        owners: Domain, ``operations`` or ``data`` -> how the house calls who looks after it.
    """
    return Page(
        number=night.number,
        began_at=night.began_at,
        title=f"The night of {day(night.began_at)}",
        mood=mood(night),
        verdict=verdict(night),
        first=_sections(
            ("What went wrong", troubles.wrong(night)),
            ("Needs a person today", today(night, owners or {})),
            ("Waits for its owner", _waiting(night, owners or {})),
        ),
        domains=tuple(arrived.domains(night)),
        rest=_sections(
            (
                "Customers",
                [
                    *_customers(night.customers, night.customers_before),
                    *identities.told(night.quality),
                ],
            ),
            ("Healed by itself", troubles.healed(night)),
            ("Quality", quality.told(night.profiles)),
            ("Coming up", _coming(night.coming)),
            ("Held against the systems' own counts", troubles.counts(night)),
            ("Set aside", [line for s in night.sources for line in troubles.quarantined(s)]),
            ("New in the systems", _changes(night.sources)),
        ),
        systems=tuple(arrived.systems(night.sources)),
        small_print=_small_print(night),
    )


def mood(night: Night) -> Mood:
    """Say how bad it is: bad when the customer table cannot be relied on as a whole."""
    if night.state is RunState.RUNNING:
        return Mood.MIXED
    whole = [source for source in night.sources if source.is_complete]
    if not whole or night.customers is None or night.state is RunState.CRASHED:
        return Mood.BAD
    calm = len(whole) == len(night.sources) and not any(s.short for s in night.sources)
    return Mood.GOOD if calm and not troubles.wrong(night) else Mood.MIXED


def verdict(night: Night) -> str:
    """Say in a sentence or two whether the morning's figures can be trusted."""
    if night.state is RunState.RUNNING:
        return "The night is not over."
    if night.state is RunState.CRASHED:
        return "The night was stopped in the middle; what had arrived is kept."
    if not night.sources:
        return "No system is set up."
    missing = [title(s.source) for s in night.sources if not s.is_complete]
    short = [title(s.source) for s in night.sources if s.is_complete and s.short]
    return f"{_systems(len(night.sources), missing, short)} {_table(night, bool(missing))}"


def _systems(asked: int, missing: Sequence[str], short: Sequence[str]) -> str:
    if not missing and short:
        return f"Everything was read, but {listed(short)} did not come out complete."
    if not missing:
        return "Everything arrived."
    if len(missing) == asked:
        return "No system arrived complete."
    return f"{asked - len(missing)} of {asked} systems arrived; {listed(missing)} did not."


def _table(night: Night, missing: bool) -> str:  # noqa: FBT001 - read where it is passed
    if night.customers is None:
        return "The customer table was not rebuilt: it shows what was known before."
    if missing:
        return "The customer table is up to date, except for what did not arrive."
    return "The customer table is up to date."


def _sections(*parts: tuple[str, Sequence[str]]) -> tuple[Section, ...]:
    return tuple(Section(heading, tuple(lines)) for heading, lines in parts if lines)


def _customers(figures: Customers | None, before: Sequence[Customers]) -> list[str]:
    if figures is None:
        return []
    lines = [f"**{counted(figures.total, 'customer')}**, {figures.new:,} of them new."]
    found = counted(figures.duplicates, "duplicate")
    usual = _usual([one.duplicates for one in before[1:]])
    if figures.duplicates:
        lines.append(
            f"**{found}** found{usual}: records that belong to a customer known from elsewhere."
        )
    else:
        lines.append(f"No duplicates found{usual}.")
    if figures.merged:
        lines.append(f"{counted(figures.merged, 'customer')} turned out to be the same as another.")
    if figures.split:
        lines.append(f"{counted(figures.split, 'customer')} turned out to be several people.")
    if figures.returned:
        lines.append(f"{counted(figures.returned, 'customer')} came back.")
    if figures.gone:
        lines.append(f"{counted(figures.gone, 'customer')} left: no record in any system.")
    return lines


def _waiting(night: Night, owners: Mapping[str, str]) -> list[str]:
    domains = {source.source: source.domain for source in night.sources}
    return waiting(night.waiting, owners, domains)


def _usual(before: Sequence[int]) -> str:
    """Say what an ordinary night finds; the very first night, which finds all, is no measure."""
    return f" (an ordinary night finds {median(before):,.0f})" if before else ""


def _coming(coming: Mapping[str, int]) -> list[str]:
    """Say what falls due within a week, as far as the systems told."""
    words = {
        "renewals": ("subscription renews", "subscriptions renew"),
        "endings": ("subscription ends", "subscriptions end"),
        "trials": ("trial ends", "trials end"),
        "deals": ("open deal is due to close", "open deals are due to close"),
    }
    found = [
        counted(coming[name], one, many) for name, (one, many) in words.items() if coming.get(name)
    ]
    return [f"In the next seven days {listed(found)}."] if found else []


def _changes(sources: Iterable[SourceNight]) -> list[str]:
    """Say what hurts first; fields that are new are named together, a table a line."""
    changes = [change for source in sources for change in source.changes]
    odd = [_change(change) for name in _ODD for change in changes if change.change == name]
    new: dict[str, list[str]] = {}
    for change in changes:
        if change.change not in _ODD:
            new.setdefault(_place(change), []).append(f"`{change.column}`")
    lines = [*odd, *(f"{place}: new {_fields(names)}." for place, names in new.items())]
    rest = len(lines) - CHANGES_SHOWN
    return [*lines[:CHANGES_SHOWN], *([f"and {counted(rest, 'more change')}."] if rest > 0 else [])]


def _fields(names: Sequence[str]) -> str:
    rest = len(names) - FIELDS_NAMED
    more = [f"{rest:,} more"] if rest > 0 else []
    return f"field{'s' if len(names) > 1 else ''} {listed([*names[:FIELDS_NAMED], *more])}"


def _change(change: SchemaChange) -> str:
    return f"{_place(change)}: `{change.column}` {_ODD[change.change]}."


def _place(change: SchemaChange) -> str:
    return f"{title(change.source)}, {change.table.replace('_', ' ')}"


def _small_print(night: Night) -> str:
    calls = counted(sum(s.calls for s in night.sources), "request")
    took = f"Took {span(night.duration)}" if night.duration else "Goes on"
    waits = [
        f"{title(s.source)} made us wait {span(s.waited)}"
        for s in night.sources
        if s.waited.total_seconds() >= 1
    ]
    agreed = completeness.agreed([one for source in night.sources for one in source.counts])
    return f"{'; '.join([f'{took}, {calls}', *([agreed] if agreed else []), *waits])}."
