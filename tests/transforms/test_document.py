"""The data model's page is what the models say."""

from __future__ import annotations

from transforms.document import DOCUMENT, render
from transforms.model import folder


def test_the_page_is_what_the_headers_say() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == render(), (
        "the data model's page is out of date; run `python -m transforms.document`"
    )


def test_every_mart_is_on_the_page_with_its_types() -> None:
    page = render()
    for model in folder("marts"):
        assert f"### {model.name}\n" in page
    assert "`net_minor` bigint" in page
    assert "`occurred_at` timestamptz" in page
    assert "hugeint" not in page
