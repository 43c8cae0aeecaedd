"""Where rows land: one kind of warehouse a file."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from core.errors import ConfigError
from core.warehouse import Warehouse

MODULES = {"duckdb": "duckdb", "postgresql": "postgres", "postgres": "postgres"}
FORMS = "duckdb:///FOLDER or postgresql://USER:PASSWORD@HOST:PORT/DATABASE"


def open_warehouse(url: str) -> Warehouse:
    """Return the warehouse at ``url``; nothing is opened or created until it is used.

    Raises:
        ConfigError: the URL is of no known form. The message never has the URL, which may hold
            a password.
    """
    scheme = url.partition("://")[0].lower()
    if "://" not in url or scheme not in MODULES:
        raise ConfigError(
            "DAYBREAK_WAREHOUSE: not a warehouse's URL", next_step=f"Set it to {FORMS}."
        )
    module = import_module(f"{__name__}.{MODULES[scheme]}")
    return cast("Warehouse", module.open_url(url))
