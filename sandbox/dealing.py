"""Who hears of what, where a merchant keeps two shops, or three desks.

A fact that founds a record goes to one vendor of each system, always the same one for the same
person; everything that is told of the record later goes to all, and those who do not have it let
it pass. One vendor alone hears everything.
"""

from collections.abc import Iterable
from hashlib import blake2b

from sandbox.happenings import Happening
from sandbox.vendor import Vendor


class Dealer:
    """Deals the facts of one world among the vendors of one sandbox."""

    def __init__(self, vendors: Iterable[Vendor]) -> None:
        self._vendors = list(vendors)
        self._by_kind: dict[type[Happening], list[list[Vendor]]] = {}

    def audience(self, fact: Happening) -> list[Vendor]:
        """Return the vendors that hear of a fact."""
        decks = self._among(type(fact))
        if not fact.dealt_by:
            return [vendor for deck in decks for vendor in dict.fromkeys(deck)]
        name = _whom(fact)
        if fact.in_one_system and len(decks) > 1:
            decks = [decks[_number(f"{name}?") % len(decks)]]
        return [deck[_number(name) % len(deck)] for deck in decks]

    def _among(self, kind: type[Happening]) -> list[list[Vendor]]:
        """Return those who can hear of a kind, by system, each as often as its share."""
        if kind not in self._by_kind:
            decks: dict[str, list[Vendor]] = {}
            for vendor in self._vendors:
                if vendor.hears_of(kind):
                    decks.setdefault(vendor.system, []).extend([vendor] * vendor.share)
            self._by_kind[kind] = list(decks.values())
        return self._by_kind[kind]


def _whom(fact: Happening) -> str:
    """Return the key that a fact goes by; its own where it goes by nobody's."""
    value = getattr(fact, fact.dealt_by)
    if isinstance(value, tuple):
        value = value[0] if value else None
    return value or fact.key


def _number(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=6).digest())
