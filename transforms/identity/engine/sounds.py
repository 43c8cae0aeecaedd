"""Words -> how they sound, roughly, so that two spellings of one name meet.

The classes are those of Soundex (Russell, US patent 1,261,167, 1918), with first letters of names
put together that other languages spell otherwise.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

CLASSES = (
    ("[bfpv]+", "1"), ("[cgjkqsxz]+", "2"), ("[dt]+", "3"), ("l+", "4"), ("[mn]+", "5"),
    ("r+", "6"),
)  # fmt: skip
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


def _classed(text: pa.Array) -> pa.Array:
    for letters, sound in CLASSES:
        text = pc.replace_substring_regex(text, letters, sound)
    return text
