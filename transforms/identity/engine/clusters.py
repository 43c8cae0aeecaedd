"""Pairs -> persons: average evidence within what hangs together, so that no one edge decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transforms.identity.engine.columns import Codes, Ints

Chances = npt.NDArray[np.floating]
Pairs = tuple[Codes, Codes]
Opposed = Callable[[Codes, Codes], npt.NDArray[np.bool_]]
# A pair of whom nothing is known to speak against says little; it neither joins nor parts.
NEUTRAL = 0.45
CUT = 0.5
FORBIDDEN = -1e6
CERTAIN = 1e6
# The most units of one component that are compared with each other.
LARGEST = 1500
# How many chances are looked at together, to bound memory.
MATRIX = 2_000_000


# How likely somebody must be one with those of a tie to be one with all who are.
SURE = 0.9


@dataclass(frozen=True, slots=True)
class Rulings:
    """What is not for evidence to decide.

    Attributes:
        tie: Each unit's tie, numbered anyhow: those of one tie are one person. -1 is none.
        never: Pairs of units that are two persons, as ``low << 32 | high``.
    """

    tie: Ints
    never: Ints

    def chain(self) -> tuple[Codes, Codes]:
        """Return pairs of units that hold each tie together."""
        order = np.argsort(self.tie, kind="stable")
        order = order[self.tie[order] >= 0].astype(np.int32)
        same = self.tie[order[1:]] == self.tie[order[:-1]]
        return order[:-1][same], order[1:][same]


@dataclass(frozen=True, slots=True)
class Groups:
    """Sets of records that hang together.

    Attributes:
        members: Records, one group after the other.
        starts: Where each group begins, and where the last ends.
    """

    members: Ints
    starts: Ints


def components(count: int, one: Codes, two: Codes) -> Ints:
    """Return for each record the number of its component, in the order of their first members.

    By hand: it is half a second until SciPy's sparse graphs are imported, and a night has no more.
    """
    root = np.arange(count, dtype=np.int64)
    while len(one):
        a, b = root[one], root[two]
        apart = a != b
        one, two, a, b = one[apart], two[apart], a[apart], b[apart]
        np.minimum.at(root, np.maximum(a, b), np.minimum(a, b))
        while (root[root] != root).any():
            root = root[root]
    is_first = root == np.arange(count)
    return (np.cumsum(is_first) - 1)[root]


def bounded(labels: Ints, one: Codes, two: Codes, odds: npt.NDArray[np.float32]) -> Ints:
    """Part components that are too large to compare everybody with everybody: weakest edges go."""
    for least in (2, 4, 6, 8, 10, 12, 15, 20):
        sizes = np.bincount(labels)
        large = sizes[labels] > LARGEST
        if not large.any():
            return labels
        kept = large[one] & (odds > least)
        fresh = components(len(labels), one[kept], two[kept])
        labels = np.where(large, len(sizes) + fresh, labels)
        labels = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    alone = np.bincount(labels)[labels] > LARGEST
    labels = np.where(alone, labels.max() + 1 + np.arange(len(labels)), labels)
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def groups(labels: Ints, order: npt.NDArray[np.uint64]) -> Groups:
    """Return the components of two and more, members in the order of ``order``."""
    sizes = np.bincount(labels)
    inside = np.flatnonzero(sizes[labels] > 1)
    ranked = inside[np.lexsort((order[inside], labels[inside]))]
    grouped = labels[ranked]
    starts = (
        np.flatnonzero(np.concatenate(([True], grouped[1:] != grouped[:-1]))) if len(ranked) else []
    )
    return Groups(ranked, np.append(starts, len(ranked)).astype(np.int64))


def within(found: Groups) -> tuple[Codes, Codes, Ints]:
    """Return all pairs within groups and where each group's pairs begin, in scipy's order."""
    sizes = np.diff(found.starts)
    counts = sizes * (sizes - 1) // 2
    starts = np.concatenate(([0], np.cumsum(counts)))
    one = np.empty(starts[-1], dtype=np.int32)
    two = np.empty(starts[-1], dtype=np.int32)
    for size in np.unique(sizes):
        which = np.flatnonzero(sizes == size)
        a, b = np.triu_indices(size, 1)
        at = starts[which][:, None] + np.arange(len(a))
        one[at] = found.members[found.starts[which][:, None] + a]
        two[at] = found.members[found.starts[which][:, None] + b]
    return one, two, starts


def chances(odds: npt.NDArray[np.float32], prior: float) -> Chances:
    """Return how likely pairs are one person; those with nothing against them are neutral."""
    likely = 1 / (1 + np.exp(-np.clip(odds, -50, 50)))
    return np.where(odds >= prior, np.maximum(likely, NEUTRAL), likely)


def ruled(likely: Chances, pairs: Pairs, rulings: Rulings, opposed: Opposed) -> Chances:
    """Overrule chances: those who are one for certain, and those who never are.

    Those who are tied speak with one voice: of what stands between them and somebody else, pairs
    that say nothing do not count, so that a second address is as good as the first. And two who
    are surely of one tie are as surely one, unless their names or births contradict.

    Args:
        likely: Each pair's chance.
        pairs: The pairs.
        rulings: What is ruled.
        opposed: Tells of which pairs names or births contradict.
    """
    one, two = pairs
    likely = likely.astype(np.float64)
    count, tie = len(rulings.tie), rulings.tie
    who = np.where(tie >= 0, count + tie, np.arange(count))
    x, y = np.minimum(who[one], who[two]), np.maximum(who[one], who[two])
    many = np.flatnonzero((y >= count) & (x != y))
    if len(many):
        block = np.unique((x[many] << 32) | y[many], return_inverse=True)[1]
        likely[many] = _of_blocks(likely[many], opposed(one[many], two[many]), block)
        alone = many[x[many] < count]
        through = _through(x[alone], y[alone], likely[alone], count)
        a, b = (through[0][np.minimum(who, count - 1)] for who in (x, y))
        free = np.flatnonzero((y < count) & (a == b) & (a >= 0))
        free = free[~opposed(one[free], two[free])]
        sure = np.minimum(through[1][x[free]], through[1][y[free]])
        likely[free] = np.maximum(likely[free], sure)
    likely[x == y] = CERTAIN
    never = (np.minimum(one, two).astype(np.int64) << 32) | np.maximum(one, two)
    likely[np.isin(never, rulings.never)] = FORBIDDEN
    return likely


def _through(
    who: Ints, tie: Ints, likely: Chances, count: int
) -> tuple[Ints, npt.NDArray[np.float64]]:
    """Return of each unit the tie that it surely belongs to, or -1, and how surely."""
    order = np.lexsort((-tie, likely))
    order = order[likely[order] > SURE]
    best, chance = np.full(count, -1, dtype=np.int64), np.zeros(count)
    best[who[order]], chance[who[order]] = tie[order], likely[order]
    return best, chance


def _of_blocks(likely: Chances, against: npt.NDArray[np.bool_], block: Ints) -> Chances:
    """Return for each pair what the pairs of its block say together."""
    speaks = (likely > NEUTRAL) | against
    said = np.bincount(block, weights=likely * speaks)
    count = np.bincount(block, weights=speaks)
    silent = np.zeros(len(said))
    np.maximum.at(silent, block, likely)
    return np.where(count > 0, said / np.maximum(count, 1), silent)[block]


def tied(persons: Ints, rulings: Rulings) -> Ints:
    """Put those of one tie together; only ties too large to be compared are still apart."""
    one, two = rulings.chain()
    if not len(one) or (persons[one] == persons[two]).all():
        return persons
    joined = components(len(persons), one, two)
    first = np.full(joined.max() + 1, len(persons), dtype=np.int64)
    np.minimum.at(first, joined, persons)
    return np.where(rulings.tie >= 0, first[joined], persons)


def clusters(count: int, found: Groups, starts: Ints, likely: Chances) -> Ints:
    """Return each record's cluster, numbered anyhow; records of no group stand alone.

    Args:
        count: How many records there are.
        found: Groups, as of ``groups``.
        starts: Where each group's pairs begin in ``likely``, as of ``within``.
        likely: Each pair's chance, above 1 for a must, far below 0 for a never.
    """
    out = np.arange(count, dtype=np.int64)
    least = np.minimum.reduceat(likely, starts[:-1]) if len(likely) else likely
    whole = least > CUT
    sizes = np.diff(found.starts)
    leaders = np.repeat(found.members[found.starts[:-1]], sizes)
    together = np.repeat(whole, sizes)
    out[found.members[together]] = leaders[together]
    # Groups of one size are parted side by side: most are small and there are many.
    open_ = np.flatnonzero(~whole & (sizes > 2))
    for size in np.unique(sizes[open_]):
        which = open_[sizes[open_] == size]
        step = max(1, MATRIX // int(size) ** 2)
        for start in range(0, len(which), step):
            some = which[start : start + step]
            members = found.members[found.starts[some][:, None] + np.arange(size)]
            out[members] = np.take_along_axis(
                members, _parted(_square(likely, starts[some], size)), 1
            )
    return out


def _square(likely: Chances, starts: Ints, size: int) -> npt.NDArray[np.float64]:
    """Return [group, member, member] chances; nobody is compared with themselves."""
    a, b = np.triu_indices(size, 1)
    out = np.full((len(starts), size, size), -np.inf)
    out[:, a, b] = out[:, b, a] = likely[starts[:, None] + np.arange(len(a))]
    return out


def _parted(near: npt.NDArray[np.float64]) -> Ints:
    """Join in each group the two clusters of the highest average until none is above the cut.

    Returns [group, member]: the place of the first member of each member's cluster.
    """
    count, size, _ = near.shape
    weight = np.ones((count, size))
    label = np.tile(np.arange(size), (count, 1))
    active = np.arange(count)
    while len(active):
        flat = near[active].reshape(len(active), -1).argmax(axis=1)
        one, two = flat // size, flat % size
        best = near[active, one, two] > CUT
        active, one, two = active[best], one[best], two[best]
        if not len(active):
            break
        low, high = np.minimum(one, two), np.maximum(one, two)
        mine, other = weight[active, low][:, None], weight[active, high][:, None]
        mean = (near[active, low] * mine + near[active, high] * other) / (mine + other)
        near[active, low], near[active, :, low] = mean, mean
        near[active, high], near[active, :, high] = -np.inf, -np.inf
        near[active, low, low] = -np.inf
        weight[active, low] += weight[active, high]
        joined = label[active]
        label[active] = np.where(joined == high[:, None], low[:, None], joined)
    return label
