"""Text in any script -> plain lower-case letters and digits."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
from anyascii import anyascii

LONGEST = 120
# As they are written without their accents; a library would write ö as o too, but ß as ss.
PLAIN = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "ø": "o", "å": "a", "\u2019": "'"})


def latin(values: pa.Array) -> pa.Array:
    """Transliterate values that are not ASCII; e.g. a name in Cyrillic becomes a Latin one."""
    values = values.cast(pa.string())
    foreign = pc.invert(pc.string_is_ascii(values)).fill_null(fill_value=False)
    if not pc.any(foreign).as_py():
        return values
    written = [_latin(v) for v in values.filter(foreign).to_pylist()]
    return pc.replace_with_mask(values, foreign, pa.array(written, pa.string()))


def _latin(value: str) -> str:
    text = value[:LONGEST].lower().translate(PLAIN)
    return text if text.isascii() else anyascii(text)


def fold(values: pa.Array, *, spaces: bool = True) -> pa.Array:
    """Return words of a-z and 0-9 parted by single spaces (or by none); apostrophes vanish."""
    text = pc.utf8_slice_codeunits(pc.ascii_lower(latin(values)), 0, LONGEST)
    text = pc.replace_substring_regex(text, "['`]", "")
    return pc.ascii_trim_whitespace(
        pc.replace_substring_regex(text, "[^a-z0-9]+", " " if spaces else "")
    )
