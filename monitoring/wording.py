"""How daybreak says things to people: names, amounts, times and spans."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

_NAMES = {
    "bigcommerce": "BigCommerce",
    "hubspot": "HubSpot",
    "night": "The night",
    "reconcile": "The customer table",
    "woocommerce": "WooCommerce",
    "wukong": "WuKong",
}
_NAMES |= {"watch": "The watch"}
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def title(subject: str) -> str:
    """Return a source or flow as a person writes it."""
    return _NAMES.get(subject, subject.replace("_", " ").title())


def listed(names: Sequence[str]) -> str:
    """Join names as a sentence does: ``A, B and C``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun: ``1 record``, ``1,204 records``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def span(duration: timedelta) -> str:
    """Return a duration in its one or two largest units: ``3 minutes 12 seconds``."""
    seconds = max(0, round(duration.total_seconds()))
    parts: list[str] = []
    for unit, size in _UNITS:
        number, seconds = divmod(seconds, size)
        if number or parts:
            parts.append(counted(number, unit) if number else "")
    said = " ".join(part for part in parts[:2] if part)
    return said or "less than a second"


def day(moment: datetime) -> str:
    """Return the date as people write it: ``Tuesday 6 January 2026``."""
    return f"{moment:%A} {moment.day} {moment:%B %Y}"


def hour(moment: datetime) -> str:
    """Return a moment to the minute, with its date: ``6 January 02:14 UTC``."""
    return f"{moment.day} {moment:%B %H:%M} UTC"


def sentence(text: str) -> str:
    """Return ``text`` as a sentence: a capital first, a full stop last."""
    text = text.strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?" else ".")
