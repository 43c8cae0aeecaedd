"""Which holders of one value it joins: the guard that keeps strangers apart.

The verdict on a value depends on its holders and on nothing else. That closes the set of records
a night has to decide anew; see docs/adr/0004-keys-that-join.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from transforms.identity.names import NAMELESS, Name, agree


class GuardSettings(BaseSettings):
    """How widely one value may be shared and still tell a person. Prefix ``IDENTITY_``.

    Attributes:
        most_names: A value under more different names than this joins nobody.
        most_records: A value on more records than this joins nobody, whatever their names.
    """

    model_config = SettingsConfigDict(env_prefix="IDENTITY_", env_file=".env", extra="ignore")

    most_names: int = Field(default=10, ge=1)
    most_records: int = Field(default=1000, ge=2)


@dataclass(frozen=True, slots=True)
class Holder:
    """A record that holds a value.

    Attributes:
        node: The record's number.
        name: Its folded name.
        strength: ``sure``, ``claimed`` or ``weak``; see identity_keys.
    """

    node: int
    name: Name
    strength: str


def groups(holders: Sequence[Holder], settings: GuardSettings) -> Iterator[list[int]]:
    """Yield the groups of records that one value joins; records in no group stand alone.

    A value that all names agree on joins everybody but the weak without a name. One that names
    contradict joins only those who agree with each other: neither the nameless nor strangers.
    """
    sure = [h.node for h in holders if h.strength == "sure"]
    yield sure
    names = sorted(
        {h.name for h in holders if h.name != NAMELESS}, key=lambda n: (n.given, n.family or "")
    )
    if len(names) > settings.most_names or len(holders) > settings.most_records:
        return
    strictly = any(h.strength == "weak" for h in holders)
    circles = list(_circles(names, strictly=strictly))
    if len(circles) <= 1:
        yield from _agreed(holders)
        return
    for circle in circles:
        yield [h.node for h in holders if h.name in circle]


def _agreed(holders: Sequence[Holder]) -> Iterator[list[int]]:
    strong = [h for h in holders if h.strength != "weak"]
    weak = [h.node for h in holders if h.strength == "weak" and h.name != NAMELESS]
    vouched = not strong or any(h.name != NAMELESS for h in strong)
    yield [h.node for h in strong] + (weak if vouched else [])
    if not vouched:
        yield weak


def _circles(names: Sequence[Name], *, strictly: bool) -> Iterator[set[Name]]:
    """Part the names into circles in which everybody agrees with everybody.

    Where agreement only chains (Ada, A., Anton) the chain is cut into single names, for nobody
    can tell which of them the one in the middle is.
    """
    left = list(names)
    while left:
        circle, edge = {left[0]}, [left.pop(0)]
        while edge:
            near = [n for n in left if agree(edge[-1], n, strictly=strictly)]
            edge.pop()
            edge.extend(near)
            circle.update(near)
            left = [n for n in left if n not in circle]
        ordered = sorted(circle, key=lambda n: (n.given or "", n.family or ""))
        if all(
            agree(one, two, strictly=strictly)
            for i, one in enumerate(ordered)
            for two in ordered[i + 1 :]
        ):
            yield circle
        else:
            yield from ({name} for name in ordered)
