"""What lands in DuckDB lands in Postgres: a vendor that nests every day, all for the proof."""

from __future__ import annotations

from pathlib import Path

import pytest

import sources
from destinations.warehouses import open_warehouse
from sandbox.serve import Sandbox
from tests.contracts.landing import lands_once
from tests.installation import Installation

EVERY_DAY = {"shopify"}
NAMES = [
    pytest.param(name, marks=() if name in EVERY_DAY else pytest.mark.proof)
    for name in sources.names()
]


@pytest.mark.parametrize("name", NAMES)
def test_a_source_lands_in_postgres_as_it_does_in_duckdb(
    name: str, box: Sandbox, tmp_path: Path, postgres_url: str
) -> None:
    lands_once(Installation(tmp_path, open_warehouse(postgres_url), box), name)
