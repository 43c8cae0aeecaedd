"""Names as systems keep them -> what two spellings of one name share."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from transforms.identity.words import circles, words

# Letters that NFKD leaves whole; written as their speakers write them without the letter.
LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "\u0131": "i"}
)
APOSTROPHES = str.maketrans("", "", "'`\u2019")
TITLES = words("titles")
SUFFIXES = words("suffixes")
PLACEHOLDERS = words("placeholders")
LEGAL = words("legal_forms")
NICKNAMES = circles("nicknames")
NONE: frozenset[int] = frozenset()
SHORTEST_TYPO = 4


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name, folded: lower case, without accents, titles and punctuation.

    Attributes:
        given: The first given name, or its initial; None for a nameless record.
        family: Everything after it; None if unknown.
    """

    given: str | None
    family: str | None


NAMELESS = Name(None, None)


def read_name(first: str, last: str, full: str) -> Name:
    """Read a name from its parts; an empty part is unknown.

    A company's name, an address, and what people type to get past a form, is no person's name.
    """
    if "@" in f"{first}{last}{full}":
        return NAMELESS
    if not first and not last and full.count(",") == 1:
        last, _, first = (part.strip() for part in full.partition(","))
    if not first and not last:
        first, _, last = " ".join(_words(full)).partition(" ")
    given, family = _words(first), _words(last)
    everything = given + family
    if not set(everything) - PLACEHOLDERS or everything[-1] in LEGAL:
        return NAMELESS
    if not given:
        return NAMELESS if not family[1:] else Name(family[0], " ".join(family[1:]))
    return Name(given[0], " ".join(family or given[1:]) or None)


def agree(one: Name, other: Name, *, strictly: bool = False) -> bool:
    """Tell whether two names may be one person's.

    Args:
        one: A name.
        other: Another.
        strictly: The family names must agree too: what they share is no personal identifier.
    """
    if one.given is None or other.given is None:
        return True
    if _are_swapped(one, other):
        return True
    if not _given_agree(one.given, other.given):
        return False
    return not strictly or _family_agree(one.family, other.family)


def _are_swapped(one: Name, other: Name) -> bool:
    """Tell whether somebody put the family name first."""
    if _joined(one) == _joined(Name(other.family, other.given)):
        return True
    if not (one.given and one.family and other.given and other.family):
        return False
    return one.given == other.family and _given_agree(one.family, other.given)


def _given_agree(one: str, other: str) -> bool:
    if one.startswith(other) or other.startswith(one):
        return True
    return _is_typo(one, other) or not NICKNAMES.get(one, NONE).isdisjoint(
        NICKNAMES.get(other, NONE)
    )


def _family_agree(one: str | None, other: str | None) -> bool:
    if one is None or other is None or one == other:
        return True
    short, long = sorted((one.split(), other.split()), key=len)
    if set(short) <= set(long):
        return True
    return _is_typo(one, other)


def _is_typo(one: str, other: str) -> bool:
    """Tell whether one slip of the finger lies between: a letter more, less, wrong, or swapped."""
    if min(len(one), len(other)) < SHORTEST_TYPO or abs(len(one) - len(other)) > 1:
        return False
    i = 0
    while i < min(len(one), len(other)) and one[i] == other[i]:
        i += 1
    rests = {(one[i + 1 :], other[i + 1 :]), (one[i:], other[i + 1 :]), (one[i + 1 :], other[i:])}
    if any(a == b for a, b in rests):
        return True
    swapped = one[i : i + 2] == other[i : i + 2][::-1]
    return swapped and one[i + 2 :] == other[i + 2 :]


def _joined(name: Name) -> str:
    return f"{name.given or ''}{name.family or ''}".replace(" ", "")


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", text.casefold().translate(LETTERS))
    bare = "".join(c for c in folded if not unicodedata.combining(c))
    words = re.sub(r"[^\w\s]|_|\d", " ", bare.translate(APOSTROPHES)).split()
    trimmed = [word for word in words if word not in TITLES]
    while trimmed and trimmed[-1] in SUFFIXES:
        trimmed.pop()
    return trimmed
