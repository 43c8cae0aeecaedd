"""Vendors we read from. One module a vendor; the module's name is the vendor's name."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from core.connector import Connector
from core.errors import ConfigError


def names() -> list[str]:
    """Return every vendor name, sorted: the modules beside this file."""
    return sorted(m.name for m in iter_modules(__path__) if not m.name.startswith("_"))


def load(name: str) -> Connector[Any]:
    """Return the connector called ``name``.

    Raises:
        ConfigError: there is no such source; the message lists those there are.
    """
    if name not in names():
        raise ConfigError(f"{name}: no such source; there are {', '.join(names())}")
    connector: Connector[Any] = import_module(f"{__name__}.{name}").connector
    return connector
