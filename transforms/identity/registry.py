"""The ids of customers: minted once, kept through change, never given to somebody else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a customer id.

    Attributes:
        event: ``born``, ``merged`` (into other_id), ``split`` (off other_id), ``gone`` (its last
            record was deleted) or ``returned``.
        customer_id: Whose.
        other_id: The other customer; empty if there is none.
    """

    event: str
    customer_id: str
    other_id: str = ""


@dataclass(slots=True)
class Verdict:
    """Who is which customer now.

    Attributes:
        ids: Component -> customer id.
        events: What happened, in a fixed order.
        last: The number of the id minted last.
    """

    ids: dict[int, str]
    last: int
    events: list[Event] = field(default_factory=list)


def customer_id(number: int) -> str:
    """Return the id with this number; ids sort by birth."""
    return f"c{number:010d}"


def settle(
    labels: Sequence[int], old: Sequence[str | None], alive: set[str], last: int
) -> Verdict:
    """Give every component its customer id.

    An id stays with the component that holds most of its records, on a tie with the one that has
    its smallest record. Of several ids that stay with one component the oldest survives and the
    others lead to it. A component with no id gets a new one, in the order of smallest records.

    Args:
        labels: Record -> component, records in the order of their keys.
        old: Record -> the id it had, or had last; None for a record never seen.
        alive: Those of the old ids that some record has now.
        last: The number of the id minted last.
    """
    homes = _homes(labels, old)
    claims: dict[int, list[str]] = {}
    for name, component in homes.items():
        claims.setdefault(component, []).append(name)
    verdict = Verdict({}, last)
    births = {}
    for component in dict.fromkeys(labels):
        names = sorted(claims.get(component, []))
        if names:
            verdict.ids[component] = names[0]
        else:
            verdict.last += 1
            verdict.ids[component] = births[component] = customer_id(verdict.last)
    _tell(verdict, claims, births, _origins(labels, old), alive)
    verdict.events += [Event("gone", name) for name in sorted(alive - set(homes))]
    return verdict


def _homes(labels: Sequence[int], old: Sequence[str | None]) -> dict[str, int]:
    """Return for each old id the component that holds most of its records."""
    counts = Counter((name, label) for name, label in zip(old, labels, strict=True) if name)
    homes: dict[str, int] = {}
    # A Counter keeps the order of first sight, so on a tie the smallest record decides.
    for (name, label), count in counts.items():
        if name not in homes or count > counts[name, homes[name]]:
            homes[name] = label
    return homes


def _origins(labels: Sequence[int], old: Sequence[str | None]) -> dict[int, str]:
    """Return for each component the old id of its smallest record that had one."""
    origins: dict[int, str] = {}
    for name, label in zip(old, labels, strict=True):
        if name:
            origins.setdefault(label, name)
    return origins


def _tell(
    verdict: Verdict,
    claims: dict[int, list[str]],
    births: dict[int, str],
    origins: dict[int, str],
    alive: set[str],
) -> None:
    for component, name in verdict.ids.items():
        if component in births and component in origins:
            verdict.events.append(Event("split", name, origins[component]))
        elif component in births:
            verdict.events.append(Event("born", name))
        elif name not in alive:
            verdict.events.append(Event("returned", name))
        retired = sorted(claims.get(component, []))[1:]
        verdict.events += [Event("merged", other, name) for other in retired]
