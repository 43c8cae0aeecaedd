"""Small pictures of the last nights: one column a night, this one in the colour of the text."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10
from typing import Any
from xml.etree import ElementTree as ET

import leather

WIDTH, HEIGHT = 104, 34
BEFORE = "#9aa3ae"
"""A grey that can be seen on white and on black."""
TONIGHT = "currentColor"
FEWEST = 3
ROOM = 15
"""Nights there is room for; younger systems begin further to the right."""


class _Bare(leather.Axis):  # type: ignore[misc] # leather has no types
    """An axis that takes no room and draws nothing."""

    def estimate_label_margin(self, *_: object) -> int:
        return 0

    def to_svg(self, *_: object) -> ET.Element:
        return ET.Element("g")


def columns(nights: Sequence[int | None], label: str) -> str:
    """Return ``nights`` as an SVG that may stand in a page; empty where they are too few.

    Args:
        nights: Rows a night, oldest first, this one last; None leaves a gap.
        label: What it shows, for those who do not see it.
    """
    known = [rows for rows in nights if rows is not None]
    if len(nights) < FEWEST or not any(known):
        return ""
    chart = leather.Chart()
    chart.set_x_axis(_Bare())
    chart.set_y_axis(_Bare())
    chart.set_y_scale(leather.Linear(0, max(known)))
    # Without a column the scale would forget the night, so a gap is a column of no height.
    shown = [*[None] * (ROOM - len(nights)), *nights][-ROOM:]
    data, last = [(str(i), rows or 0) for i, rows in enumerate(shown)], str(ROOM - 1)
    chart.add_columns(data, fill_color=lambda one: TONIGHT if one.x == last else BEFORE)
    return _standing_alone(chart, label)


def bars(sizes: Sequence[tuple[str, int]], label: str) -> str:
    """Return how many there are of each size as an SVG with its words; empty without any.

    Counts are drawn by their logarithm, for there are a thousand times more small ones.
    """
    if not sizes:
        return ""
    chart = leather.Chart()
    chart.set_x_scale(leather.Linear(0, max(1.0, log10(1 + max(n for _, n in sizes)))))
    chart.set_x_axis(_Bare())
    rows = [(log10(1 + number), f"{size}: {number:,}") for size, number in sizes]
    chart.add_bars(rows[::-1], fill_color=BEFORE)
    width, height = 360, 40 + 22 * len(rows)
    box = {"viewBox": f"0 0 {width} {height}", "width": str(width), "height": str(height)}
    svg = ET.Element("svg", {**box, "xmlns": "http://www.w3.org/2000/svg", "role": "img"})
    ET.SubElement(svg, "title").text = label
    svg.append(chart.to_svg_group(width, height))
    return ET.tostring(svg, encoding="unicode")


def _standing_alone(chart: Any, label: str) -> str:  # noqa: ANN401 - leather has no types
    """Wrap the drawing without leather's own background, which is white in the dark, too."""
    group = chart.to_svg_group(WIDTH, HEIGHT)
    group.remove(group[0])
    margin = WIDTH * leather.theme.margin
    box = f"{margin} {margin} {WIDTH - 2 * margin} {HEIGHT - 2 * margin}"
    svg = ET.Element("svg", {"viewBox": box, "role": "img", "class": "nights"})
    ET.SubElement(svg, "title").text = label
    svg.append(group)
    return ET.tostring(svg, encoding="unicode")
