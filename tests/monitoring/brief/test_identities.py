"""The brief says how sure it is who is who, and never more than is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

from monitoring.brief import chart, markdown
from monitoring.brief.compose import compose
from tests.monitoring.brief.nights import BUSY

QUALITY: dict[str, Any] = {
    "verdict": "kept",
    "measures": {"joined": 40, "largest": 24},
    "belief": {"low": 0.9012, "middle": 0.9745, "high": 0.9996},
    "beyond": [],
}


def told(**changes: Any) -> str:
    return markdown.render(compose(replace(BUSY, quality={**QUALITY, **changes})))


def test_an_estimate_is_told_as_one_with_its_range() -> None:
    said = "about **97.5%** of the pairs that were joined are one person (90.1% to over 99.9%;"
    assert said in told()
    assert "nobody has looked" in told()
    assert "the largest customer has 24 records." in told()


def test_where_nothing_was_joined_by_evidence_only_sizes_are_told() -> None:
    assert "The largest customer has 24 records." in told(belief=None)
    assert "By the evidence" not in told(belief=None)
    assert "largest customer" not in told(measures={"joined": 0, "largest": 1})


def test_what_somebody_published_beyond_its_limits_is_told_so() -> None:
    assert "because somebody said so" in told(verdict="anyway")


def test_the_tail_of_sizes_is_drawn_with_its_words() -> None:
    drawn = ET.fromstring(chart.bars([("1", 9000), ("2", 120), ("6 to 10", 3)], "Sizes"))  # noqa: S314 - our own drawing
    words = " ".join(drawn.itertext())
    assert "Sizes" in words
    assert all(one in words for one in ("1: 9,000", "2: 120", "6 to 10: 3"))
    assert chart.bars([], "Sizes") == ""
