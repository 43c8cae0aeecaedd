"""Words -> how they sound, roughly, so that two spellings of one name meet.

The classes are those of Soundex (Russell, US patent 1,261,167, 1918), with first letters of names
put together that other languages spell otherwise.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

CLASSES = (
    ("[bfpv]+", "1"), ("[cgjkqsxz]+", "2"), ("[dt]+", "3"), ("l+", "4"), ("[mn]+", "5"),
    ("r+", "6"),
)  # fmt: skip
# Letters that stand for one consonant in another script, or in another language of this one.
ALIKE = tuple(
    (f"[{letters}]+", str(number))
    for number, letters in enumerate(("bp", "f", "cgjkqx", "dt", "l", "m", "n", "r", "sz"), start=1)
)
FIRST = (("^(ts|cz|tsch|tch|ch|sch|sh)", "s"), ("^(c|q)", "k"), ("^(w)", "v"), ("^(j|i)", "y"))


def phonetic(words: pa.Array) -> pa.Array:
    """Return the first letter and the classes of the next three consonants."""
    text = pc.replace_substring_regex(words, "ph", "f")
    for letters, letter in FIRST:
        text = pc.replace_substring_regex(text, letters, letter)
    first = pc.utf8_slice_codeunits(text, 0, 1)
    rest = pc.replace_substring_regex(pc.utf8_slice_codeunits(text, 1, 30), "[aeiouyhw]+", "")
    return pc.binary_join_element_wise(first, pc.utf8_slice_codeunits(_classed(rest), 0, 3), "")


def consonants(words: pa.Array) -> pa.Array:
    """Return the classes of all consonants; scripts that write no vowels are spelled so.

    What is a vowel in one script and a consonant in another (w, v, y, h) does not count.
    """
    text = pc.replace_substring_regex(words, "ph", "f")
    return _classed(pc.replace_substring_regex(text, "[aeiouyhwv]+", ""))


def beginnings(words: pa.Array) -> npt.NDArray[np.int64]:
    """Return the first two consonants of each word, as a number below 100; an initial is -1.

    A word of nothing but vowels is 0.
    """
    text = pc.utf8_slice_codeunits(pc.replace_substring_regex(words, "ph", "f"), 0, 30)
    text = _classed(pc.replace_substring_regex(text, "[aeiouyhwv]+", ""), ALIKE)
    two = pc.utf8_slice_codeunits(pc.binary_join_element_wise("0", text, ""), 0, 3)
    number = pc.cast(pc.if_else(pc.greater(pc.binary_length(words), 1), two, "-1"), pa.int64())
    return np.asarray(number.to_numpy(zero_copy_only=False))


def _classed(text: pa.Array, classes: tuple[tuple[str, str], ...] = CLASSES) -> pa.Array:
    for letters, sound in classes:
        text = pc.replace_substring_regex(text, letters, sound)
    return text
