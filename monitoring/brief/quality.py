"""Which fields are worse, or better, than a week ago. Pure: profiles in, words out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
    "created_at": "the day of creation",
    "email": "e-mail",
    "email_consent": "e-mail consent",
    "total_minor": "total",
}


EMPTY = "empty"
INVALID = "not valid"
UNLISTED = "on no list of ours"

Key = tuple[str, str, str, str]
Point = tuple[datetime, int, float]
"""When, of how many rows, and which share of them is bad."""


@dataclass(frozen=True, slots=True)
class Mover:
    """A field of one system's rows that is worse or better than it was.

    Attributes:
        bad: What is bad about a row: it is empty, not valid, or on no list.
        before: Share of rows that are bad, from 0 to 1, at the beginning of the window.
        since: The first night that was nearer to ``now`` than to ``before``.
        at: The night told of.
        alone: Whether other systems have the field too and none of them moved.
    """

    source: str
    table: str
    field: str
    bad: str
    before: float
    now: float
    since: datetime
    at: datetime
    alone: bool = False

    @property
    def is_worse(self) -> bool:
        """Whether more of it is bad than was."""
        return self.now > self.before


def movers(nights: Sequence[NightProfile]) -> list[Mover]:
    """Return what moved within a week, the widest move first.

    A field counts as moved when the share of bad rows is five points from where it was, and
    at least five rows of twenty are behind that.

    Args:
        nights: Oldest first, the night told of last.
    """
    if not nights:
        return []
    at = nights[-1].at
    series: dict[Key, list[Point]] = {}
    for night in nights:
        if at - night.at < WINDOW:
            for one in night.profiles:
                for bad, rows, share in _shares(one):
                    key = (one.source, one.table, one.field, bad)
                    series.setdefault(key, []).append((night.at, rows, share))
    found = [mover for key, points in series.items() if (mover := _moved(key, points, at))]
    named = [replace(mover, alone=_alone(mover, found, series)) for mover in found]
    return sorted(named, key=lambda m: (-abs(m.now - m.before), m.source, m.table, m.field, m.bad))


def told(nights: Sequence[NightProfile]) -> list[str]:
    """Say what moved, a line a field."""
    return [_line(mover) for mover in movers(nights)[:SHOWN]]


def question(mover: Mover) -> str:
    """Return what to find out about a field that is worse than it was."""
    word, where = _word(mover.field), _where(mover)
    if mover.bad == UNLISTED:
        return f"See which new values {word} has in {where}: `unmapped_values` has them."
    if mover.bad == INVALID:
        return f"Find out why more of {word} is not valid in {where}."
    if mover.field == CUSTOMER:
        return f"Find out why more of {where} belong to no customer."
    return f"Find out why {word} stays empty in {where}."


def _shares(one: Profile) -> Iterator[tuple[str, int, float]]:
    """Yield what can be bad about a field, of how many rows, and in which share of them it is."""
    yield EMPTY, one.rows, one.empty_share
    if one.invalid_share is not None:
        yield INVALID, one.filled, one.invalid_share
    if one.unlisted_share is not None:
        yield UNLISTED, one.filled, one.unlisted_share


def _moved(key: Key, points: Sequence[Point], at: datetime) -> Mover | None:
    enough = [point for point in points if point[1] >= FEWEST_ROWS]
    if len(enough) < 2 or enough[-1][0] != at:  # noqa: PLR2004 - a before and a now
        return None
    before, (_, rows, last) = enough[0][2], enough[-1]
    jump = last - before
    if abs(jump) < MOVED or abs(jump) * rows < FEWEST_MOVED:
        return None
    since = next(when for when, _, share in enough if abs(share - before) >= abs(jump) / 2)
    return Mover(*key, before, last, since, at)


def _alone(mover: Mover, found: Sequence[Mover], series: Mapping[Key, Sequence[Point]]) -> bool:
    def same(source: str, field: str, bad: str) -> bool:
        return source != mover.source and bad == mover.bad and _word(field) == _word(mover.field)

    moved = any(same(one.source, one.field, one.bad) for one in found)
    return not moved and any(same(source, field, bad) for source, _, field, bad in series)


def _line(mover: Mover) -> str:
    word = _word(mover.field)
    bad = "unknown" if mover.field == CUSTOMER else mover.bad
    way = "up" if mover.is_worse else "down"
    only = "; the other systems' did not change" if mover.alone else ""
    return (
        f"**{word[0].upper()}{word[1:]}** is {bad} in {mover.now:.0%} of {_where(mover)}, "
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
