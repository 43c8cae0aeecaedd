"""Compared pairs by the levels they reached: there are many pairs and few patterns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transforms.identity.engine.columns import Ints
from transforms.identity.engine.comparisons import SIZES, Comparison
from transforms.identity.engine.likeness import Levels
from transforms.identity.engine.model import OWN, RELATED, STRANGER, Floats, Model


@dataclass(frozen=True, slots=True)
class Patterns:
    """Pairs as patterns.

    Attributes:
        levels: For each group, each pattern's level.
        pattern: Each pair's pattern.
        rarity: [class, pair] what common values add to the logarithm of a likelihood.
    """

    levels: dict[str, Levels]
    pattern: Ints
    rarity: Floats

    @property
    def counts(self) -> Floats:
        """How many pairs are of each pattern."""
        return self.sums(np.ones(len(self.pattern)))

    def sums(self, weights: Floats) -> Floats:
        """Add up a weight of each pair by pattern."""
        count = len(self.levels["given"])
        return np.bincount(self.pattern, weights=weights, minlength=count).astype(np.float64)

    def chances(self, model: Model) -> Floats:
        """Return [class, pattern] sums of the chances that pairs are of each class."""
        logs = np.log(model.priors)[:, None] + sum(
            table[:, self.levels[group]] for group, table in model.tables.items()
        )
        logs = logs[:, self.pattern] + self.rarity
        logs -= logs.max(axis=0)
        chances = np.exp(logs, out=logs)
        chances /= chances.sum(axis=0)
        return np.stack([self.sums(chance) for chance in chances])


def patterns(compared: Comparison) -> Patterns:
    """Find the patterns of compared pairs."""
    key = np.zeros(len(compared.levels["given"]), dtype=np.int64)
    for group, size in SIZES.items():
        key = key * size + compared.levels[group]
    _, first, pattern = np.unique(key, return_index=True, return_inverse=True)
    rarity = np.zeros((3, len(key)))
    for group, each in compared.rarity.items():
        rarity[STRANGER] += each
        if group in OWN:
            rarity[RELATED] += each
    levels = {group: level[first] for group, level in compared.levels.items()}
    return Patterns(levels, pattern, rarity)
