"""Records in, persons out: read, learn, compare, decide."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from transforms.identity.engine import commonness, phones, training, units
from transforms.identity.engine.candidates import candidates
from transforms.identity.engine.clusters import chances, clusters, components, groups, within
from transforms.identity.engine.columns import Codes, Ints
from transforms.identity.engine.comparisons import Comparer, Comparison
from transforms.identity.engine.frame import Frame, column_of, standardise
from transforms.identity.engine.hashes import Hashes
from transforms.identity.engine.inference import inferred
from transforms.identity.engine.knowledge import Knowledge
from transforms.identity.engine.locales import regions_of
from transforms.identity.engine.model import weights
from transforms.identity.engine.profiles import profile

SAMPLE = 150_000
DRAWN = 1_000_000
CHUNK = 1_000_000


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided.

    Attributes:
        labels: Each record's person, numbered anyhow.
        one: Edges: pairs of units whose log odds are above nought, by a record of each.
        two: The other.
        odds: Log odds that they are one person.
    """

    labels: Ints
    one: Ints
    two: Ints
    odds: npt.NDArray[np.float32]
    knowledge: Knowledge


def identify(records: pa.Table, knowledge: Knowledge | None = None) -> Decided:
    """Decide which records are one person.

    Args:
        records: The columns of ``identify``'s layout; those that are not there are null.
        knowledge: What was learned before; None learns from these records.
    """
    home = knowledge.home if knowledge else home_of(records)
    frame = standardise(records, home)
    content = units.contents(frame)
    _, first, unit = np.unique(content, return_index=True, return_inverse=True)
    frame = units.taken(frame, first)
    common = knowledge.common if knowledge else _counted(frame)
    frame = inferred(frame, commonness.fields(frame), common)
    comparer = comparer_of(frame, common)
    one, two = candidates(frame)
    if knowledge is None:
        knowledge = Knowledge(home, common, learned(comparer, one, two))
    odds = scored(comparer, knowledge, one, two)
    likely = odds > 0
    one, two, odds = one[likely], two[likely], odds[likely]
    labels = decided(comparer, knowledge, one, two, content[first])
    sure = _sure_of_themselves(comparer, knowledge)
    out = labels[unit]
    lonely = ~sure[unit]
    out[lonely] = len(labels) + np.flatnonzero(lonely)
    return Decided(out, first[one], first[two], odds, knowledge)


def home_of(records: pa.Table) -> str | None:
    codes, names = regions_of(column_of(records, "country"))
    counts = np.bincount(codes[codes >= 0], minlength=len(names)) if len(names) else np.zeros(0)
    told = [names[int(counts.argmax())]] if counts.any() else []
    return phones.home_region(column_of(records, "phone").values, told)


def _counted(frame: Frame) -> commonness.Commonness:
    names = frame.names
    words = np.concatenate([names.given[:, None], names.family[:, None], names.extras], axis=1)
    return commonness.learn(commonness.fields(frame), words)


def comparer_of(frame: Frame, common: commonness.Commonness) -> Comparer:
    found = commonness.fields(frame)
    return Comparer(frame, profile(frame, found, common), found, common)


def learned(comparer: Comparer, one: Codes, two: Codes) -> training.Model:
    """Learn weights from candidate pairs and pairs drawn at random, always the same ones."""
    count = comparer.frame.count
    draw = np.random.default_rng(11)
    which = np.sort(draw.choice(len(one), SAMPLE, replace=False)) if len(one) > SAMPLE else slice(None)
    sample = comparer.compare(one[which], two[which])
    a, b = (draw.integers(0, max(count, 1), DRAWN).astype(np.int32) for _ in range(2))
    place = comparer.frame.locale.codes
    known = (place[a] >= 0) & (place[b] >= 0)
    same = place[a] == place[b]
    share = float(same[known].mean()) if known.any() else 1.0
    chosen = np.flatnonzero(same & (a != b))[: SAMPLE]
    random = comparer.compare(a[chosen], b[chosen])
    locale = np.log(np.array([1.0, max(share, 1e-3), max(1 - share, 1e-3)]))
    scale = len(one) / max(1, len(sample.levels["given"]))
    return training.train(sample, scale, random, max(1.0, count * (count - 1) / 2), share, locale)


def scored(comparer: Comparer, knowledge: Knowledge, one: Codes, two: Codes) -> npt.NDArray[np.float32]:
    """Return the log odds of pairs."""
    out = np.empty(len(one), dtype=np.float32)
    for start in range(0, len(one), CHUNK):
        part = slice(start, start + CHUNK)
        out[part] = weights(knowledge.model, comparer.compare(one[part], two[part]))
    return out


def decided(
    comparer: Comparer, knowledge: Knowledge, one: Codes, two: Codes, order: Hashes
) -> Ints:
    """Return each unit's person."""
    count = comparer.frame.count
    found = groups(components(count, one, two), order)
    if not len(found.members):
        return np.arange(count, dtype=np.int64)
    a, b, starts = within(found)
    prior = float(np.log(knowledge.model.priors[0]))
    likely = chances(scored(comparer, knowledge, a, b), prior)
    return clusters(count, found, starts, likely)


def _sure_of_themselves(comparer: Comparer, knowledge: Knowledge) -> npt.NDArray[np.bool_]:
    """Tell which units say enough for two records that say it to be one person."""
    own = np.arange(comparer.frame.count, dtype=np.int32)
    return scored(comparer, knowledge, own, own) > 0


__all__ = ["Comparison", "Decided", "identify"]
