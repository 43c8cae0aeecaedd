"""Weights: how likely each level of evidence is for one person, for relatives and for strangers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transforms.identity.engine.comparisons import Comparison

Floats = npt.NDArray[np.float64]
PERSON, RELATED, STRANGER = range(3)
# What relatives, flatmates and colleagues do not share: it is as with strangers.
NAMES = frozenset({"given", "family", "locale", "generation"})
# Mailboxes and numbers that more than two names share, or a role: they need a name that agrees.
OTHER_STREET = 4
AGREED = (1, 2, 3, 4, 7)
SHARED = {"mail": (3, 4, 5), "phone": (3, 4)}
# What else must speak for one person beside the names, and the log odds if nothing does.
ENOUGH = 0.7
DOUBT = -0.05
OWN = frozenset({"given", "dob", "ext", "job"})


@dataclass(frozen=True, slots=True)
class Model:
    """Learned weights.

    Attributes:
        priors: Of any two records: one person, related, strangers.
        tables: For each group, [class, level] logarithms of likelihoods; level 0 weighs nothing.
    """

    priors: Floats
    tables: dict[str, Floats]


def likelihoods(model: Model, compared: Comparison) -> Floats:
    """Return [class, pair] logarithms of prior times likelihood."""
    size = len(next(iter(compared.levels.values())))
    out = np.repeat(np.log(model.priors)[:, None], size, axis=1)
    for group, table in model.tables.items():
        level = compared.levels[group]
        out += table[:, level]
        rarity = compared.rarity.get(group)
        if rarity is not None:
            out[STRANGER] += rarity
            if group in OWN:
                out[RELATED] += rarity
    return out


def weights(model: Model, compared: Comparison) -> npt.NDArray[np.float32]:
    """Return for each pair the log odds of being one person."""
    return combined(likelihoods(model, compared), model, compared)


def combined(found: Floats, model: Model, compared: Comparison) -> npt.NDArray[np.float32]:
    """Return log odds, but doubt for pairs of whom nothing but names speaks for one person."""
    person, related, stranger = found
    odds = (person - np.logaddexp(related, stranger)).astype(np.float32)
    named = np.isin(compared.levels["given"], AGREED) & np.isin(compared.levels["family"], AGREED)
    someone = (compared.levels["given"] > 0) | (compared.levels["family"] > 0)
    beyond = np.full(len(odds), -np.inf)
    for group, table in model.tables.items():
        if group not in NAMES:
            level = compared.levels[group]
            gain = table[PERSON][level] - table[STRANGER][level]
            gain = gain - compared.rarity[group] if group in compared.rarity else gain
            counts = (level > 0) & (~np.isin(level, SHARED.get(group, ())) | named)
            # A company that tells no person is called so: its name is no more than a name.
            counts &= (group != "company") | someone
            # Namesakes of one town in different streets have no more than a name in common.
            counts &= (group != "address") | (level >> 4 != OTHER_STREET)
            beyond = np.maximum(beyond, np.where(counts, gain, -np.inf))
    return np.where(beyond > ENOUGH, odds, np.minimum(odds, DOUBT)).astype(np.float32)


def group_weights(model: Model, compared: Comparison) -> dict[str, npt.NDArray[np.float32]]:
    """Return each group's own weight: one person against whoever else explains the pair."""
    found = likelihoods(model, compared)
    total = np.logaddexp(found[RELATED], found[STRANGER])
    share = np.exp(found[RELATED] - total)
    out = {}
    for group, table in model.tables.items():
        level = compared.levels[group]
        rarity = compared.rarity.get(group, np.zeros(len(level), np.float32))
        related = table[RELATED][level] + (rarity if group in OWN else 0)
        stranger = table[STRANGER][level] + rarity
        out[group] = (table[PERSON][level] - share * related - (1 - share) * stranger).astype(
            np.float32
        )
    return out
