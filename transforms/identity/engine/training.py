"""Weights without labels: expectation maximisation over candidate and random pairs.

Fellegi & Sunter (1969), doi:10.1080/01621459.1969.10501049, with a third class beside one
person and strangers: people who share a household or a workplace.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transforms.identity.engine.comparisons import SIZES
from transforms.identity.engine.model import OWN, PERSON, RELATED, STRANGER, Floats, Model
from transforms.identity.engine.patterns import Patterns

ROUNDS = 18
SMALLEST = 1e-300
# Mailboxes of two people of one name, alike or with another number: how often at first and at most.
NAMESAKES = (11, 12, 13, 14, 15)
AT_FIRST = np.array([0.02, 0.02, 0.02, 0.002, 0.3])
AT_MOST = np.array([0.3, 0.3, 0.3, 0.02, 0.9])
# Levels that are hardly ever met without a key that makes the pair a candidate.
MET = {
    "mail": (1, 2, 3, 4, 5, 7, 10),
    "phone": (1, 2, 3, 4),
    "ext": (1, 2),
    "address": tuple(range(16, 32)),
}
# Identifiers mean the same in every country; all else is judged among people of one country.
ANYWHERE = frozenset({"locale", "mail", "phone", "ext"})
FIRST = {
    "given": ([.75, .06, .05, .07, .03, .03, .01, .01], None),
    "family": ([.8, .01, .02, .08, .03, .04, .02, .01], [.6, .01, .01, .03, .02, .31, .02, .01]),
    "mail": (
        [.5, .1, .02, .01, .01, .05, .02, .26, .01, .02, .03, .03, .01, .05, .001],
        [.02, .1, .05, .03, .05, .02, .02, .7, .01, .01, .01, .01, .01, .01, .01],
    ),
    "phone": ([.4, .1, .05, .02, .05, .38], [.1, .2, .1, .05, .02, .53]),
    "dob": ([.8, .06, .02, .03, .03, .06], None),
    "ext": ([.5, .03, .1, .2, .17], None),
    "company": ([.6, .15, .1, .15], [.5, .03, .02, .45]),
    "job": ([.6, .4], None),
    "locale": ([.98, .02], [.98, .02]),
    "generation": ([.98, .02], [.1, .9]),
}  # fmt: skip


def _first_address() -> tuple[Floats, Floats]:
    street = np.array([1, 0.45, 0.12, 0.08, 0.35])
    postcode = np.array([1, 0.6, 0.1, 0.3])
    city = np.array([1, 0.6, 0.1, 0.3])
    person = np.einsum("i,j,k->ijk", street, postcode, city).ravel()
    near = np.array([1, 0.7, 0.1, 0.05, 0.15])
    related = np.einsum(
        "i,j,k->ijk", near, np.array([1, 0.85, 0.05, 0.1]), np.array([1, 0.85, 0.05, 0.1])
    ).ravel()
    return person, related


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is learned from.

    Attributes:
        candidates: A sample of candidate pairs, compared.
        scale: How many candidate pairs each of the sample stands for.
        random: Pairs of records of one country, drawn at random and compared.
        pairs: How many pairs of records there are.
        same: The share of pairs of one country.
    """

    candidates: Patterns
    scale: float
    random: Patterns
    pairs: float
    same: float


def train(evidence: Evidence) -> Model:
    """Learn weights."""
    model = _start(evidence)
    stranger = evidence.random.chances(model)[STRANGER]
    for number in range(ROUNDS):
        found = evidence.candidates.chances(model)
        if number % 6 == 5:
            # Those drawn at random change little.
            stranger = evidence.random.chances(model)[STRANGER]
        model = _improved(evidence, found, stranger)
    return model


def _of_one_country(evidence: Evidence) -> Floats:
    return np.log(np.array([1.0, max(evidence.same, 1e-3), max(1 - evidence.same, 1e-3)]))


def _start(evidence: Evidence) -> Model:
    candidates, drawn = len(evidence.candidates.pattern) * evidence.scale, evidence.random.counts
    tables = {}
    for group, size in SIZES.items():
        counts = np.bincount(evidence.random.levels[group], weights=drawn, minlength=size)
        counts[0] = 0
        stranger = (counts + 0.3) / max(1, counts.sum() + 0.3 * size)
        met = list(MET.get(group, ()))
        stranger[met] = np.minimum(stranger[met], candidates / evidence.pairs / 4)
        rows = np.maximum(np.stack([*_first(group, stranger), stranger]), SMALLEST)
        rows[:, 0] = 1
        tables[group] = np.log(rows)
    tables["mail"][STRANGER, NAMESAKES] = np.log(AT_FIRST)
    tables["locale"][STRANGER] = _of_one_country(evidence)
    share = max(1e-12, min(0.3, 0.3 * candidates / evidence.pairs))
    return Model(np.array([share, share / 3, 1 - share]), tables)


def _first(group: str, stranger: Floats) -> tuple[Floats, Floats]:
    if group == "address":
        return _first_address()
    person, related = FIRST[group]
    mine = np.array([1, *person])
    return mine, stranger if related is None else np.array([1, *related])


def _improved(evidence: Evidence, found: Floats, stranger: Floats) -> Model:
    """Return weights that suit the classes of candidates best.

    Args:
        evidence: What is learned from.
        found: [class, pattern] of candidates, sums of chances.
        stranger: Of each pattern of pairs drawn at random, how many are strangers.
    """
    tables = {group: np.log(_rows(group, evidence, found, stranger)) for group in SIZES}
    tables["mail"][STRANGER, NAMESAKES] = np.log(_namesakes(evidence.candidates, found[STRANGER]))
    tables["locale"][STRANGER] = _of_one_country(evidence)
    totals = found.sum(axis=1) * evidence.scale
    person, related = np.minimum((totals[:2] + 0.5) / evidence.pairs, 0.4)
    return Model(np.array([person, related, 1 - person - related]), tables)


def _rows(group: str, evidence: Evidence, found: Floats, stranger: Floats) -> Floats:
    """Return [class, level] likelihoods of one group; an unknown level weighs nothing."""
    size, level = SIZES[group], evidence.candidates.levels[group]
    sums = [np.bincount(level, weights=w, minlength=size) * evidence.scale for w in found]
    drawn = np.bincount(evidence.random.levels[group], weights=stranger, minlength=size)
    pairs = evidence.pairs * (1.0 if group in ANYWHERE else evidence.same)
    strangers = _strangers(group, sums[STRANGER], drawn, pairs)
    person, related = _first(group, strangers)
    rows = np.stack([_smoothed(sums[PERSON], person), _smoothed(sums[RELATED], related), strangers])
    if group in OWN:
        rows[RELATED] = strangers
    rows[:, 0] = 1
    return rows


def _namesakes(candidates: Patterns, stranger: Floats) -> Floats:
    """Return how often the mailboxes of strangers of one name are alike, each way."""
    mail = candidates.levels["mail"]
    same = (candidates.levels["given"] == 1) & (candidates.levels["family"] == 1) & (mail > 0)
    counts = np.bincount(mail[same], weights=stranger[same], minlength=SIZES["mail"])
    rates = (counts[list(NAMESAKES)] + 100 * AT_FIRST) / (counts.sum() + 100)
    return np.minimum(rates, AT_MOST)


def _smoothed(counts: Floats, first: Floats, strength: float = 10) -> Floats:
    counts = counts.copy()
    counts[0] = 0
    first = first.copy()
    first[0] = 0
    first /= first.sum()
    return (counts + strength * first) / (counts.sum() + strength)


def _strangers(group: str, seen: Floats, drawn: Floats, pairs: float) -> Floats:
    drawn, seen = drawn.copy(), seen.copy()
    known = max(1.0, drawn[1:].sum())
    share = known / max(1.0, drawn.sum())
    drawn[0] = 0
    rates = np.where(drawn >= 3, drawn / known, 0.0)
    # Of pairs drawn at random that share an identifier most are one person: only candidates tell.
    if group in MET and group != "address":
        rates[list(MET[group])] = 0.0
    # seen/pairs is a rate over all pairs; among those that know both values it is higher.
    rates = np.maximum(rates, (seen + 0.5) / (pairs * share))
    floor = np.full(len(drawn), 0.3 / known)
    if group in MET:
        floor[list(MET[group])] = 0.0
    rates = np.maximum(rates, floor)
    rates[0] = 0
    return rates / rates.sum() + SMALLEST
