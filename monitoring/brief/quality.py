"""Which fields are emptier, or fuller, than a week ago. Pure: profiles in, words out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.ledger import NightProfile, Profile
from monitoring.wording import title

WINDOW = timedelta(days=8)
MOVED = 0.05
FEWEST_ROWS = 20
FEWEST_MOVED = 5
SHOWN = 5

CUSTOMER = "customer_id"

_TABLES = {"source_records": "people"}
_FIELDS = {
    "account_tier": "customer tier",
    "amount_minor": "amount",
    "closes_at": "closing date",
    CUSTOMER: "customer",
    "email": "e-mail",
    "email_consent": "e-mail consent",
    "leadsourcecode_label": "lead source",
    "properties__lead_source": "lead source",
    "total_minor": "total",
}


@dataclass(frozen=True, slots=True)
class Mover:
    """A field of one system's rows that is emptier or fuller than it was.

    Attributes:
        before: Share of rows without a value, from 0 to 1, at the beginning of the window.
        since: The first night that was nearer to ``now`` than to ``before``.
        at: The night told of.
        alone: Whether other systems have the field too and none of them moved.
    """

    source: str
    table: str
    field: str
    before: float
    now: float
    since: datetime
    at: datetime
    alone: bool = False

    @property
    def is_worse(self) -> bool:
        """Whether it is emptier than it was."""
        return self.now > self.before


def movers(nights: Sequence[NightProfile]) -> list[Mover]:
    """Return what moved within a week, the widest move first.

    A field counts as moved when the share of empty rows is five points from where it was, and
    at least five rows of twenty are behind that.

    Args:
        nights: Oldest first, the night told of last.
    """
    if not nights:
        return []
    at = nights[-1].at
    series: dict[tuple[str, str, str], list[tuple[datetime, Profile]]] = {}
    for night in nights:
        if at - night.at < WINDOW:
            for one in night.profiles:
                series.setdefault((one.source, one.table, one.field), []).append((night.at, one))
    found = [mover for points in series.values() if (mover := _moved(points, at))]
    named = [
        Mover(m.source, m.table, m.field, m.before, m.now, m.since, m.at, _alone(m, found, series))
        for m in found
    ]
    return sorted(named, key=lambda m: (-abs(m.now - m.before), m.source, m.table, m.field))


def told(nights: Sequence[NightProfile]) -> list[str]:
    """Say what moved, a line a field."""
    return [_line(mover) for mover in movers(nights)[:SHOWN]]


def question(mover: Mover) -> str:
    """Return what to find out about a field that is emptier than it was."""
    if mover.field == CUSTOMER:
        return f"Find out why more of {_where(mover)} belong to no customer."
    return f"Find out why {_word(mover.field)} stays empty in {_where(mover)}."


def _moved(points: Sequence[tuple[datetime, Profile]], at: datetime) -> Mover | None:
    enough = [(when, one) for when, one in points if one.rows >= FEWEST_ROWS]
    if len(enough) < 2 or enough[-1][0] != at:  # noqa: PLR2004 - a before and a now
        return None
    before, last = enough[0][1], enough[-1][1]
    jump = last.empty_share - before.empty_share
    if abs(jump) < MOVED or abs(jump) * last.rows < FEWEST_MOVED:
        return None
    half = abs(jump) / 2
    since = next(when for when, one in enough if abs(one.empty_share - before.empty_share) >= half)
    return Mover(
        last.source, last.table, last.field, before.empty_share, last.empty_share, since, at
    )


def _alone(
    mover: Mover,
    found: Sequence[Mover],
    series: dict[tuple[str, str, str], list[tuple[datetime, Profile]]],
) -> bool:
    def same(source: str, field: str) -> bool:
        return source != mover.source and _word(field) == _word(mover.field)

    moved = any(same(one.source, one.field) for one in found)
    return not moved and any(same(source, field) for source, _, field in series)


def _line(mover: Mover) -> str:
    word = _word(mover.field)
    empty = "unknown" if mover.field == CUSTOMER else "empty"
    way = "up" if mover.is_worse else "down"
    only = "; the other systems' did not change" if mover.alone else ""
    return (
        f"**{word[0].upper()}{word[1:]}** is {empty} in {mover.now:.0%} of {_where(mover)}, "
        f"{way} from {mover.before:.0%} {_since(mover)}{only}."
    )


def _since(mover: Mover) -> str:
    """Say since when as people do: by the weekday within a week."""
    if mover.since.date() == mover.at.date():
        return "overnight"
    recent = mover.at - mover.since < timedelta(days=7)
    return f"since {mover.since:%A}" if recent else f"since {mover.since.day} {mover.since:%B}"


def _where(mover: Mover) -> str:
    name, table = title(mover.source), mover.table.rpartition(".")[2]
    whose = f"{name}'" if name.endswith("s") else f"{name}'s"
    return f"{whose} {_TABLES.get(table, table.replace('_', ' '))}"


def _word(field: str) -> str:
    return _FIELDS.get(field, field.replace("_", " "))
