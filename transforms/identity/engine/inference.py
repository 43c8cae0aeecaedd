"""Names that a record does not tell but its e-mail address does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from transforms.identity.engine.commonness import Commonness, Fields
from transforms.identity.engine.frame import Frame

ENOUGH = 3


def inferred(frame: Frame, found: Fields, common: Commonness) -> Frame:
    """Fill missing names from words of the e-mail address that are known as such names."""
    names = frame.names
    if not len(names.words) or not len(names.hints):
        return frame
    one, two = names.hints.T
    first = _known(found, common, "given", one), _known(found, common, "given", two)
    last = _known(found, common, "family", one), _known(found, common, "family", two)
    # John.Smith or Smith.John: whichever reading its words are better known for.
    straight = (first[0] > 0) & (last[1] > 0)
    turned = (
        (first[1] > 0) & (last[0] > 0) & ~(straight & (first[0] * last[1] >= first[1] * last[0]))
    )
    straight &= ~turned
    given = np.where(straight, one, np.where(turned, two, -1))
    family = np.where(straight, two, np.where(turned, one, -1))
    lost = (names.given < 0) & (names.family < 0) & ~frame.role
    part = (names.given < 0) & (names.family >= 0) & (family == names.family)
    rest = (names.family < 0) & (names.given >= 0) & (given == names.given)
    filled = replace(
        names,
        given=np.where(lost | part, given, names.given).astype(np.int32),
        family=np.where(lost | rest, family, names.family).astype(np.int32),
    )
    return replace(frame, names=filled)


def _known(found: Fields, common: Commonness, field: str, codes: np.ndarray) -> np.ndarray:
    words = np.where(codes >= 0, found.words[np.maximum(codes, 0)], np.uint64(0))
    held = common[field].held(found.place, words)
    return np.where((codes >= 0) & (held >= ENOUGH), held, 0).astype(np.float64)
