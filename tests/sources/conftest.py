"""What the stories of the connectors share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.shaped import ShapedShelf


@pytest.fixture
def shelf(tmp_path: Path) -> ShapedShelf:
    return ShapedShelf(tmp_path)
