"""Text in any script -> plain lower-case letters and digits, a whole column of bytes at a time."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from anyascii import anyascii

from transforms.identity.engine.strings import Bytes, parts, whole, without

LONGEST = 120
# As they are written without their accents; a library would write ö as o too, but ß as ss.
PLAIN = {"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "ø": "o", "å": "a", "\u2019": "'"}
SPACE, VANISHES = 32, 0


class _Letters(dict[int, str]):
    """What stands for each character; asked once for each that is met."""

    def __missing__(self, letter: int) -> str:
        plain = chr(letter) if letter < 128 else anyascii(chr(letter)).replace("\n", " ")
        self[letter] = plain
        return plain


LETTERS = _Letters({ord(letter): plain for letter, plain in PLAIN.items()})


def _table(*, digits: bool) -> Bytes:
    kept = np.full(256, SPACE, dtype=np.uint8)
    for first, last in ("az", "09") if digits else ("az",):
        kept[ord(first) : ord(last) + 1] = np.arange(ord(first), ord(last) + 1)
    kept[ord("A") : ord("Z") + 1] = kept[ord("a") : ord("z") + 1]
    kept[[ord("'"), ord("`")]] = VANISHES
    return kept


TABLES = {digits: _table(digits=digits) for digits in (True, False)}


def latin(values: pa.Array) -> pa.Array:
    """Transliterate values that are not ASCII; e.g. a name in Cyrillic becomes a Latin one."""
    values = values.cast(pa.string())
    foreign = pc.invert(pc.string_is_ascii(values)).fill_null(fill_value=False)
    if not pc.any(foreign).as_py():
        return values
    texts = [v[:LONGEST].replace("\n", " ") for v in values.filter(foreign).to_pylist()]
    written = "\n".join(texts).lower().translate(LETTERS).split("\n")
    return pc.replace_with_mask(values, foreign, pa.array(written, pa.string()))


def fold(values: pa.Array, *, spaces: bool = True, digits: bool = True) -> pa.Array:
    """Return words of a-z and 0-9 parted by single spaces (or by none); apostrophes vanish.

    Args:
        values: Texts; null becomes empty.
        spaces: Whether words stay apart.
        digits: Whether digits count; if not they part words.
    """
    plain = latin(values)
    if (pc.max(pc.binary_length(plain)).as_py() or 0) > LONGEST:
        plain = pc.utf8_slice_codeunits(plain, 0, LONGEST)
    offsets, data = parts(plain.fill_null(""))
    data = TABLES[digits][data]
    offsets, data = without(offsets, data, np.flatnonzero(data == VANISHES))
    is_space = data == SPACE
    if not spaces:
        return whole(*without(offsets, data, np.flatnonzero(is_space)))
    surplus = is_space.copy()
    surplus[1:] &= is_space[:-1]
    at = offsets[:-1][offsets[:-1] < offsets[1:]]
    surplus[at] = is_space[at]
    offsets, data = without(offsets, data, np.flatnonzero(surplus))
    # Of spaces at the end one is left.
    ends = offsets[1:][offsets[1:] > offsets[:-1]] - 1
    return whole(*without(offsets, data, ends[data[ends] == SPACE]))
