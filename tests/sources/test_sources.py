"""A source is there because its file is."""

from __future__ import annotations

import pytest

import sources
from core.errors import ConfigError


def test_every_vendor_is_found_by_its_file() -> None:
    assert {"hubspot", "shopify"} <= set(sources.names())
    assert not [name for name in sources.names() if name.startswith("_")]


@pytest.mark.parametrize("name", sources.names())
def test_a_connector_is_called_like_its_file(name: str) -> None:
    assert sources.load(name).name == name


def test_an_unknown_source_is_answered_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match=r"no such source; there are .*hubspot.*, shopify"):
        sources.load("shoplift")
