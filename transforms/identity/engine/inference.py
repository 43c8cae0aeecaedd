"""Names that a record does not tell but its e-mail address does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from transforms.identity.engine.columns import Codes, Hashes
from transforms.identity.engine.commonness import Commonness, Counts, Fields
from transforms.identity.engine.frame import Frame

ENOUGH = 3


def inferred(frame: Frame, found: Fields, common: Commonness) -> Frame:
    """Fill missing names from words of the e-mail address that are known as such names."""
    names = frame.names
    if not len(names.words) or not len(names.hints):
        return frame
    half = (names.given < 0) | (names.family < 0)
    rows = np.flatnonzero(half & (names.hints[:, 0] >= 0))
    one, two = names.hints[rows].T
    place = found.place[rows]
    first, last = (
        [_known(found, common[field], place, hint) for hint in (one, two)]
        for field in ("given", "family")
    )
    # John.Smith or Smith.John: whichever reading its words are better known for.
    straight = (first[0] > 0) & (last[1] > 0)
    turned = (
        (first[1] > 0) & (last[0] > 0) & ~(straight & (first[0] * last[1] >= first[1] * last[0]))
    )
    straight &= ~turned
    given = np.where(straight, one, np.where(turned, two, -1))
    family = np.where(straight, two, np.where(turned, one, -1))
    mine, ours = names.given[rows], names.family[rows]
    lost = (mine < 0) & (ours < 0) & ~frame.role[rows]
    part = (mine < 0) & (ours >= 0) & (family == ours)
    rest = (ours < 0) & (mine >= 0) & (given == mine)
    all_given, all_family = names.given.copy(), names.family.copy()
    all_given[rows] = np.where(lost | part, given, mine)
    all_family[rows] = np.where(lost | rest, family, ours)
    return replace(frame, names=replace(names, given=all_given, family=all_family))


def _known(found: Fields, counts: Counts, place: Hashes, codes: Codes) -> npt.NDArray[np.float64]:
    held = counts.held(place, found.words[codes])
    return np.where(held >= ENOUGH, held, 0).astype(np.float64)
