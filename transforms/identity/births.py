"""Dates of birth in any form -> ISO, as far as they say it."""

from __future__ import annotations

import re
from datetime import date, datetime

EARLIEST = date(1900, 1, 2)
"""The first day of 1900 is what forms and imports write for a date that nobody told."""
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d\d:.*)?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
EITHER = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})")
YEAR = re.compile(r"\d{4}")
IN_WORDS = ("%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y")


def read_birth(raw: str) -> str | None:
    """Read a date of birth.

    Args:
        raw: As a person typed it, or a system keeps it.

    Returns:
        ``1985-03-14``; ``1985`` where no more is told, or where 04/03/1985 may be March or April;
        None for what is no date, or none on which somebody alive was born. Whether it lies in the
        future is not asked here: that depends on the day.
    """
    text = raw.strip()
    if YEAR.fullmatch(text):
        return text if int(text) >= EARLIEST.year else None
    if found := EITHER.fullmatch(text):
        return _of_two(int(found[3]), int(found[1]), int(found[2]))
    if found := ISO.fullmatch(text) or COMPACT.fullmatch(text):
        return _whole(int(found[1]), int(found[2]), int(found[3]))
    if found := DOTTED.fullmatch(text):
        return _whole(int(found[3]), int(found[2]), int(found[1]))
    return _in_words(text)


def _of_two(year: int, first: int, second: int) -> str | None:
    """Read two numbers before a year: Americans write the month first, others the day."""
    days = {_whole(year, first, second), _whole(year, second, first)} - {None}
    if len(days) > 1:
        return str(year)
    return days.pop() if days else None


def _whole(year: int, month: int, day: int) -> str | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found.isoformat() if found >= EARLIEST else None


def _in_words(text: str) -> str | None:
    words = " ".join(text.replace(",", " ").split())
    for form in IN_WORDS:
        try:
            found = datetime.strptime(words, form)  # noqa: DTZ007 - a day, not a moment
        except ValueError:
            continue
        return _whole(found.year, found.month, found.day)
    return None
