"""A world of nights for every test of the watch."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.ledger import Ledger
from tests.monitoring.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A new house with an empty ledger, at two in the morning."""
    return World(Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}"))
