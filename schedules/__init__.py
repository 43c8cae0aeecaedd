"""When each flow runs, and when its silence becomes an alert. One cadence a file."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from core.cadence import Cadence


def every() -> list[Cadence]:
    """Return all cadences, ordered by name."""
    found = (import_module(f"{__name__}.{m.name}").cadence for m in iter_modules(__path__))
    return sorted(found, key=lambda cadence: cadence.name)
