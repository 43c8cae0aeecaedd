"""When each flow runs, and when its silence becomes an alert. One cadence a file."""

from __future__ import annotations

from importlib import import_module
from inspect import getdoc
from pkgutil import iter_modules
from typing import Any

from core.cadence import Cadence


def every() -> list[Cadence]:
    """Return all cadences, ordered by name."""
    return sorted((module.cadence for module in _modules()), key=lambda cadence: cadence.name)


def reasons() -> dict[str, str]:
    """Return cadence name -> why it runs when it does, as its file tells."""
    return {module.cadence.name: getdoc(module) or "" for module in _modules()}


def tags_of(source: str) -> tuple[str, ...]:
    """Return what people filter the runs of ``source`` by."""
    return next((c.tags for c in every() if c.source == source), (source,))


def _modules() -> list[Any]:
    return [import_module(f"{__name__}.{m.name}") for m in iter_modules(__path__)]
