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
# Groups whose tables are looked up as one: looking up is what takes time.
TOGETHER = (
    ("given", "family"),
    ("mail", "phone"),
    ("address",),
    ("dob", "ext", "company"),
    ("job", "locale", "generation"),
)


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
    for groups in TOGETHER:
        place = np.zeros(size, dtype=np.intp)
        table = np.zeros((len(model.priors), 1))
        for group in groups:
            more = model.tables[group]
            place *= more.shape[1]
            place += compared.levels[group]
            table = (table[:, :, None] + more[:, None, :]).reshape(len(table), -1)
        for number, part in enumerate(table):
            out[number] += part[place]
    for group, rarity in compared.rarity.items():
        out[STRANGER] += rarity
        if group in OWN:
            out[RELATED] += rarity
    return out


def weights(model: Model, compared: Comparison) -> npt.NDArray[np.float32]:
    """Return for each pair the log odds of being one person.

    Pairs of whom nothing but names speaks for one person are in doubt.
    """
    person, related, stranger = likelihoods(model, compared)
    odds = (person - np.logaddexp(related, stranger)).astype(np.float32)
    likely = np.flatnonzero(odds > DOUBT)
    odds[likely[~_more_than_names(model, compared, likely)]] = DOUBT
    return odds


def _more_than_names(
    model: Model, compared: Comparison, which: npt.NDArray[np.intp]
) -> npt.NDArray[np.bool_]:
    """Tell of some pairs whether anything beside names speaks for one person."""
    levels = {group: level[which] for group, level in compared.levels.items()}
    given, family = levels["given"], levels["family"]
    named = np.isin(given, AGREED) & np.isin(family, AGREED)
    someone = (given > 0) | (family > 0)
    out = np.zeros(len(which), dtype=bool)
    for group, table in model.tables.items():
        if group in NAMES:
            continue
        level = levels[group]
        gain = (table[PERSON] - table[STRANGER])[level]
        if group in compared.rarity:
            gain -= compared.rarity[group][which]
        counts = (level > 0) & (gain > ENOUGH)
        if group in SHARED:
            counts &= named | ~np.isin(level, SHARED[group])
        # A company that tells no person is called so: its name is no more than a name.
        if group == "company":
            counts &= someone
        # Namesakes of one town in different streets have no more than a name in common.
        if group == "address":
            counts &= level >> 4 != OTHER_STREET
        out |= counts
    return out


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
