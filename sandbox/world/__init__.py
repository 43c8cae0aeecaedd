"""The people, companies and days that the vendors have records of.

A world is named by a spec: ``seeded`` (the default), ``seeded:orders=50000``,
``seeded:moods=1`` (people lose heart, show it, and leave), ``olist:PATH``,
``olist:PATH@2018-01-01`` (what came before that day), ``empty``.
"""

from sandbox.world.base import Empty, Person, World
from sandbox.world.olist import olist
from sandbox.world.seeded import Seeded

__all__ = ["Empty", "Person", "World", "make"]


def make(spec: str = "seeded", *, seed: int = 1, people: int = 400, nights: int = 0) -> World:
    """Make the world a spec names; raises ``ValueError`` where there is none of that name."""
    kind, _, rest = spec.partition(":")
    match kind:
        case "empty" if not rest:
            return Empty()
        case "seeded":
            return Seeded(seed, people, nights, **_options(rest))
        case "olist" if rest:
            return olist(rest)
    raise ValueError(f"no world is called {kind!r}; there are seeded, olist:PATH and empty")


def _options(text: str) -> dict[str, int]:
    options = dict(pair.split("=", 1) for pair in text.split(",") if pair)
    if options.keys() - {"orders", "moods"}:
        raise ValueError(f"a seeded world takes orders=N and moods=1, not {text!r}")
    return {name: int(value) for name, value in options.items()}
