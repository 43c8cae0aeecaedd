"""Which edition of a connector is at work: what decides how a record becomes a row.

A record that was set aside is worth another try when that has changed, and only then.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

from core import columns, json_text, pull, records
from core.connector import Connector

SHAPING = (records, columns, json_text, pull)
"""Our own part in it."""


def edition_of(connector: Connector[Any], settings: Any) -> str:  # noqa: ANN401 - each connector has its own settings
    """Return a fingerprint of all that shapes the connector's records.

    That is the code of its package and of what the sources share, our own shaping, the tables it
    declares, and what the connector names besides: the mapping that a person wrote. It reads some
    20 small files. An edition that differs for no good reason costs one more try, no more.
    """
    seal = blake2b(digest_size=8)
    for path in sorted(_code(connector)):
        seal.update(path.name.encode() + b"\0" + path.read_bytes())
    seal.update(repr(sorted(connector.tables.items())).encode())
    seal.update(connector.mapping(settings).encode())
    return seal.hexdigest()


def _code(connector: Connector[Any]) -> Iterator[Path]:
    """Yield the files; of an installation without sources, those there are."""
    for module in SHAPING:
        yield from _there(module.__file__)
    own = sys.modules.get(connector.settings.__module__)
    if own is None:
        return
    yield from _there(own.__file__)
    if hasattr(own, "__path__"):
        package = Path(own.__path__[0])
        yield from package.rglob("*.py")
        # What several sources share is named with an underscore beside their packages.
        yield from package.parent.glob("_[!_]*.py")


def _there(file: str | None) -> Iterator[Path]:
    if file is not None and Path(file).is_file():
        yield Path(file)
