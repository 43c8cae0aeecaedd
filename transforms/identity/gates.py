"""Whether a night's identities may be published: what is measured, held against limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

GROWTH = 1.25
"""What last night was beyond a limit already is no news until there is a quarter more of it."""
FEWEST = 10
FEWEST_CHURNED = 100
"""Customers that a share must be of to count: among few customers, three are many per cent."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a night may go.

    Attributes:
        most_records: Records of the largest customer.
        large_from: A customer of more records than this is a large one.
        most_large: Share of customers that are large.
        most_contradictions: Share of joined customers with more than one birth, or more than
            three names.
        most_bridged: Share of joined customers that one link holds together.
        most_churn: Share of last night's customers that were merged, split or are gone.
    """

    most_records: int = 200
    large_from: int = 50
    most_large: float = 0.01
    most_contradictions: float = 0.05
    most_bridged: float = 0.05
    most_churn: float = 0.2


@dataclass(frozen=True, slots=True)
class Measures:
    """What one night's identities look like. A joined customer has several records.

    Attributes:
        customers: How many there are.
        joined: Those of several records.
        records: Records that have a customer.
        births: Joined customers with more than one full date of birth.
        names: Joined customers with more than three given names that are not alike.
        largest: Records of the largest customer.
        large: Customers of more records than ``Limits.large_from``.
        bridged: Joined customers that would come apart into several records each if one link fell.
        churned: Customers merged, split or gone tonight.
        before: Customers of last night.
    """

    customers: int = 0
    joined: int = 0
    records: int = 0
    births: int = 0
    names: int = 0
    largest: int = 0
    large: int = 0
    bridged: int = 0
    churned: int = 0
    before: int = 0


@dataclass(frozen=True, slots=True)
class _Gate:
    """One limit: what is counted, of how many, and what it means if there is too much of it."""

    measure: str
    of: str
    limit: str
    fewest: int
    said: str


_GATES = (
    _Gate("births", "joined", "most_contradictions", FEWEST, "have more than one date of birth"),
    _Gate("names", "joined", "most_contradictions", FEWEST, "have more than three first names"),
    _Gate("large", "customers", "most_large", FEWEST, "have more than {large_from} records"),
    _Gate("bridged", "joined", "most_bridged", FEWEST, "hang together by a single link"),
    _Gate("churned", "before", "most_churn", FEWEST_CHURNED, "changed who they are in one night"),
)


def beyond(
    now: Measures, limits: Limits, last: Measures | None, *, is_relearned: bool = False
) -> tuple[str, ...]:
    """Return what is beyond its limit, in words; nothing of it names a person.

    Args:
        now: What this night's identities look like.
        limits: How far a night may go.
        last: What the last published ones looked like; None before the first.
        is_relearned: Weights were learned for the first time, which may change many ids, once.
    """
    return tuple(_largest(now, limits, last)) + tuple(
        line
        for gate in _GATES
        if not (gate.measure == "churned" and is_relearned)
        and (line := _said(gate, now, limits, last))
    )


def _largest(now: Measures, limits: Limits, last: Measures | None) -> Iterator[str]:
    if now.largest > max(limits.most_records, GROWTH * last.largest if last else 0):
        yield (
            f"one customer would have {now.largest:,} records (the limit is "
            f"{limits.most_records:,})"
        )


def _said(gate: _Gate, now: Measures, limits: Limits, last: Measures | None) -> str:
    count, of = getattr(now, gate.measure), getattr(now, gate.of)
    before = _share(last, gate) if last and gate.measure != "churned" else 0.0
    limit = float(getattr(limits, gate.limit))
    if count < gate.fewest or count / of <= max(limit, GROWTH * before):
        return ""
    meaning = gate.said.format(large_from=limits.large_from)
    return f"{count:,} of {of:,} customers {meaning} (the limit is {limit:.1%})"


def _share(measures: Measures, gate: _Gate) -> float:
    of = getattr(measures, gate.of)
    return getattr(measures, gate.measure) / of if of else 0.0
