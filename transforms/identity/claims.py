"""Ids that records claim -> which records are one, unless their names contradict it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from transforms.bench import Bench
from transforms.identity.engine.rulings import MUST
from transforms.identity.names import NAMELESS, Name, agree

# An id under more different names than this, or on more records, is nobody's: a default that a
# system fills in.
MOST_NAMES, MOST_RECORDS = 10, 1000
CLAIMED, MERGED, OWN = 0, 1, 2**62
"""Ranks: what is one record is so whatever anybody rules; decisions stand between."""
HOLDERS = """
with names as (
    select concat(held.source, ':', held.source_id) as record_id, parsed.given, parsed.family
    from identity_values as held
    inner join identity_names as parsed on parsed.raw = held.raw
    where held.kind = 'name'
        and concat(held.source, ':', held.source_id) in (select claimed from identity_claims)
),
holders as (
    select claimed as value, record_id, strength, given, family from identity_claims
    union all
    select r.record_id as value, r.record_id, 'sure' as strength,
        case when r.is_live then n.given end as given,
        case when r.is_live then n.family end as family
    from identity_records as r
    left join names as n on n.record_id = r.record_id
    where r.ordinal = 0 and r.record_id in (select claimed from identity_claims)
)
select value, record_id, strength, given, family from holders
where value in (select value from holders group by value having count(*) > 1)
order by value, record_id
"""
OTHERS = """
select concat(source, ':', source_id) as record_id, record_id as other
from identity_records where ordinal > 0
"""


@dataclass(frozen=True, slots=True)
class Holder:
    """A record that has an id, or claims it.

    Attributes:
        record: Its record id.
        name: Its folded name.
        strength: ``sure``, ``claimed`` or ``weak``; see identity_claims.
    """

    record: str
    name: Name
    strength: str


def rulings(bench: Bench) -> Iterator[tuple[str, str, str, int]]:
    """Yield what records say of each other, as rulings: verdict, two records, rank."""
    for row in bench.query(OTHERS).to_pylist():
        yield MUST, row["record_id"], row["other"], OWN
    found: dict[str, list[Holder]] = {}
    for row in bench.query(HOLDERS).to_pylist():
        holder = Holder(row["record_id"], Name(row["given"], row["family"]), row["strength"])
        found.setdefault(row["value"], []).append(holder)
    for holders in found.values():
        for rank, group in groups(holders):
            yield from ((MUST, group[0], other, rank) for other in group[1:])


def primary(record: str) -> str:
    """Return the record that a row of identity_records is of: that of another e-mail, too."""
    source, _, own = record.partition(":")
    return f"{source.partition('#')[0]}:{own}"


def groups(holders: Sequence[Holder]) -> Iterator[tuple[int, list[str]]]:
    """Yield the groups of records that one id makes one, each with its rank.

    An id that all names agree on joins everybody but the weak without a name. One that names
    contradict joins only those who agree with each other: neither the nameless nor strangers.
    """
    yield MERGED, [h.record for h in holders if h.strength == "sure"]
    names = sorted(
        {h.name for h in holders if h.name != NAMELESS}, key=lambda n: (n.given, n.family or "")
    )
    if len(names) > MOST_NAMES or len(holders) > MOST_RECORDS:
        return
    strictly = any(h.strength == "weak" for h in holders)
    circles = list(_circles(names, strictly=strictly))
    if len(circles) <= 1:
        yield from ((CLAIMED, group) for group in _agreed(holders))
        return
    for circle in circles:
        yield CLAIMED, [h.record for h in holders if h.name in circle]


def _agreed(holders: Sequence[Holder]) -> Iterator[list[str]]:
    strong = [h for h in holders if h.strength != "weak"]
    weak = [h.record for h in holders if h.strength == "weak" and h.name != NAMELESS]
    vouched = not strong or any(h.name != NAMELESS for h in strong)
    yield [h.record for h in strong] + (weak if vouched else [])
    if not vouched:
        yield weak


def _circles(names: Sequence[Name], *, strictly: bool) -> Iterator[set[Name]]:
    """Part the names into circles in which everybody agrees with everybody.

    Where agreement only chains (Ada, A., Anton) the chain is cut into single names, for nobody
    can tell which of them the one in the middle is.
    """
    left = list(names)
    while left:
        circle, edge = {left[0]}, [left.pop(0)]
        while edge:
            near = [n for n in left if agree(edge[-1], n, strictly=strictly)]
            edge.pop()
            edge.extend(near)
            circle.update(near)
            left = [n for n in left if n not in circle]
        ordered = sorted(circle, key=lambda n: (n.given or "", n.family or ""))
        if all(
            agree(one, two, strictly=strictly)
            for i, one in enumerate(ordered)
            for two in ordered[i + 1 :]
        ):
            yield circle
        else:
            yield from ({name} for name in ordered)
