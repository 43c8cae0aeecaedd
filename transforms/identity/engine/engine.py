"""Records in, persons out: read, learn, compare, decide."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from transforms.identity.engine import commonness, hashes, phones, training, units
from transforms.identity.engine.abreast import abreast
from transforms.identity.engine.candidates import Held, candidates
from transforms.identity.engine.clusters import (
    CERTAIN,
    Chances,
    Rulings,
    bounded,
    chances,
    clusters,
    components,
    groups,
    ruled,
    tied,
    within,
)
from transforms.identity.engine.columns import Codes, Ints
from transforms.identity.engine.comparisons import Comparer
from transforms.identity.engine.frame import Frame, column_of, standardise
from transforms.identity.engine.hashes import Hashes
from transforms.identity.engine.inference import inferred
from transforms.identity.engine.knowledge import Knowledge
from transforms.identity.engine.locales import regions_of
from transforms.identity.engine.model import Model, group_weights, weights
from transforms.identity.engine.patterns import patterns
from transforms.identity.engine.profiles import Sharing, profile

SAMPLE = 150_000
DRAWN = 1_000_000
CHUNK = 400_000
# Whatever else two records share, these tell persons apart, and by how many log odds.
CONTRADICTING = ("given", "family", "dob", "generation")
CONTRADICTION = 2.0
# And by how many they part those whom a third holds together who tells no name.
PARTED = 4.0
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Beyond:
    """What is known of records that are not looked at: who holds which value."""

    held: Held
    sharing: Sharing


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided of units.

    Attributes:
        persons: Each unit's person, numbered anyhow.
        components: Each unit's component: what hung together before it was parted.
        sure: Whether two records that say what the unit says are one person.
        one: Edges: pairs of units whose log odds are above nought.
        two: The other end.
        odds: Log odds that they are one person.
    """

    persons: Ints
    components: Ints
    sure: npt.NDArray[np.bool_]
    one: Codes
    two: Codes
    odds: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Read:
    """Records read: ``frame`` of distinct units, ``content`` of each, ``unit`` of each record."""

    frame: Frame
    content: Hashes
    unit: Ints


def read(records: pa.Table, home: str | None, apart: Hashes | None = None) -> Read:
    """Read records and collapse those that say the same.

    Args:
        records: The columns of ``identify``'s layout; those that are not there are null.
        home: The country of phone numbers whose record tells none.
        apart: For each record a number, 0 for most; those with another are a unit of their own.
    """
    frame = standardise(records, home)
    content = units.contents(frame)
    if apart is not None:
        content = np.where(apart > 0, hashes.mixed(content, apart), content)
    distinct, first, unit = units.distinct(content)
    return Read(units.taken(frame, first), distinct, unit)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Units ready to be compared, and the pairs of them that share a key."""

    comparer: Comparer
    one: Codes
    two: Codes


def met(found: Read, common: commonness.Commonness, beyond: Beyond | None = None) -> Candidates:
    """Find which units are worth comparing."""
    frame = inferred(found.frame, commonness.fields(found.frame), common)
    return Candidates(
        comparer_of(frame, common, beyond), *candidates(frame, beyond.held if beyond else None)
    )


def learn(found: Read, home: str | None) -> tuple[Knowledge, Candidates]:
    """Learn from units how common values are and what agreement on them is worth."""
    common = commonness.learn(commonness.fields(found.frame))
    pairs = met(found, common)
    return Knowledge(home, common, learned(pairs)), pairs


@dataclass(frozen=True, slots=True)
class Compared:
    """Units compared: pairs whose log odds are above nought, and who is sure of themselves."""

    comparer: Comparer
    one: Codes
    two: Codes
    odds: npt.NDArray[np.float32]
    sure: npt.NDArray[np.bool_]


def compare(pairs: Candidates, knowledge: Knowledge) -> Compared:
    """Compare units and keep the pairs that may be one person."""
    comparer, one, two = pairs.comparer, pairs.one, pairs.two
    odds = scored(comparer, knowledge, one, two)
    sure = _sure_of_themselves(comparer, knowledge)
    likely = (odds > 0) & sure[one] & sure[two]
    return Compared(comparer, one[likely], two[likely], odds[likely], sure)


def decide(
    found: Read,
    knowledge: Knowledge,
    pairs: Candidates,
    rulings: Rulings | None = None,
) -> Decided:
    """Decide which units are one person.

    Args:
        found: The records.
        knowledge: What was learned.
        pairs: Which of them are worth comparing.
        rulings: What evidence does not decide; None is nothing.
    """
    if rulings is None:
        rulings = Rulings(np.full(found.frame.count, -1, np.int64), np.zeros(0, np.int64))
    return _decided(compare(pairs, knowledge), knowledge, found.content, rulings)


def _decided(pairs: Compared, knowledge: Knowledge, order: Hashes, rulings: Rulings) -> Decided:
    comparer, one, two, odds = pairs.comparer, pairs.one, pairs.two, pairs.odds
    count = comparer.frame.count
    chain = rulings.chain()
    tied_too = np.concatenate([one, chain[0]]), np.concatenate([two, chain[1]])
    certain = np.concatenate([odds, np.full(len(chain[0]), CERTAIN, np.float32)])
    labels = components(count, *tied_too)
    found = groups(bounded(labels, *tied_too, certain), order)
    persons = np.arange(count, dtype=np.int64)
    if len(found.members):
        a, b, starts = within(found)
        likely = _likely(comparer, knowledge, a, b)
        opposed = partial(_opposed, comparer, knowledge)
        likely = ruled(likely, (a, b), rulings, opposed)
        persons = clusters(count, found, starts, likely)
    return Decided(tied(persons, rulings), labels, pairs.sure, one, two, odds)


def persons_of(found: Read, decided: Decided) -> Ints:
    """Return each record's person; records of a unit that is not sure of itself stand alone."""
    out = decided.persons[found.unit]
    lonely = ~decided.sure[found.unit] & (np.bincount(found.unit)[found.unit] > 1)
    out[lonely] = len(decided.persons) + np.flatnonzero(lonely)
    return out


def identify(records: pa.Table) -> tuple[Ints, Knowledge]:
    """Decide which records are one person, from nothing but these records."""
    home = home_of(records)
    found = read(records, home)
    knowledge, pairs = learn(found, home)
    return persons_of(found, decide(found, knowledge, pairs)), knowledge


def release() -> None:
    """Give memory that Arrow does not use any more back, for NumPy to have."""
    pa.default_memory_pool().release_unused()


def home_of(records: pa.Table) -> str | None:
    """Return the country that phone numbers belong to whose record tells none."""
    codes, names = regions_of(column_of(records, "country"))
    counts = np.bincount(codes[codes >= 0], minlength=len(names)) if len(names) else np.zeros(0)
    told = [names[int(counts.argmax())]] if counts.any() else []
    return phones.home_region(column_of(records, "phone").values, told)


def comparer_of(
    frame: Frame, common: commonness.Commonness, beyond: Beyond | None = None
) -> Comparer:
    """Return what compares units of a frame."""
    found = commonness.fields(frame)
    known = profile(frame, found, common, beyond.sharing if beyond else None)
    return Comparer(frame, known, found, common)


def learned(pairs: Candidates) -> Model:
    """Learn weights from candidate pairs and pairs drawn at random, always the same ones."""
    comparer, one, two = pairs.comparer, pairs.one, pairs.two
    count = comparer.frame.count
    draw = np.random.default_rng(11)
    which = (
        np.sort(draw.choice(len(one), SAMPLE, replace=False)) if len(one) > SAMPLE else slice(None)
    )
    a, b = (draw.integers(0, max(count, 1), DRAWN).astype(np.int32) for _ in range(2))
    place = comparer.frame.locale.codes
    known = (place[a] >= 0) & (place[b] >= 0)
    same = place[a] == place[b]
    share = float(same[known].mean()) if known.any() else 1.0
    chosen = np.flatnonzero(same & (a != b))[:SAMPLE]
    sample, random = abreast(
        lambda pair: patterns(comparer.compare(*pair)),
        [(one[which], two[which]), (a[chosen], b[chosen])],
    )
    scale = len(one) / max(1, len(sample.pattern))
    every = max(1.0, count * (count - 1) / 2)
    return training.train(training.Evidence(sample, scale, random, every, share))


def scored(
    comparer: Comparer, knowledge: Knowledge, one: Codes, two: Codes
) -> npt.NDArray[np.float32]:
    """Return the log odds of pairs."""

    def odds(start: int) -> npt.NDArray[np.float32]:
        part = slice(start, start + CHUNK)
        return weights(knowledge.model, comparer.compare(one[part], two[part]))

    found = abreast(odds, range(0, len(one), CHUNK))
    return np.concatenate(found) if found else np.zeros(0, dtype=np.float32)


def _likely(comparer: Comparer, knowledge: Knowledge, one: Codes, two: Codes) -> Chances:
    """Return how likely pairs of one component are one person.

    Little in common is neutral; other names or births are not.
    """
    odds, prior = scored(comparer, knowledge, one, two), float(np.log(knowledge.model.priors[0]))
    likely = chances(odds, prior)
    low = np.flatnonzero((odds < 0) & (odds >= prior))
    low = low[_said_against(comparer, knowledge, one[low], two[low]) > PARTED]
    likely[low] = 1 / (1 + np.exp(-odds[low]))
    return likely


def _opposed(comparer: Comparer, knowledge: Knowledge, one: Codes, two: Codes) -> Flags:
    """Tell of which pairs names or births speak against one person."""
    return np.asarray(_said_against(comparer, knowledge, one, two) > CONTRADICTION)


def _said_against(
    comparer: Comparer, knowledge: Knowledge, one: Codes, two: Codes
) -> npt.NDArray[np.float32]:
    """Return by how many log odds names and births speak against pairs being one person."""
    if not len(one):
        return np.zeros(0, dtype=np.float32)
    found = group_weights(knowledge.model, comparer.compare(one, two))
    said = np.sum([np.minimum(found[group], 0) for group in CONTRADICTING], axis=0)
    return np.asarray(-said, dtype=np.float32)


def _sure_of_themselves(comparer: Comparer, knowledge: Knowledge) -> npt.NDArray[np.bool_]:
    """Tell which units say enough for two records that say it to be one person."""
    own = np.arange(comparer.frame.count, dtype=np.int32)
    return scored(comparer, knowledge, own, own) > 0
