"""Values as people's own systems write them, made into ours; what cannot be read stays as it was.

A value that stays as it was does not fit its column and is kept beside it, as text: nothing is
guessed and nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

TRUE = frozenset({"1", "true", "t", "yes", "y", "x", "on", "j", "ja", "oui", "si", "sim"})
FALSE = frozenset({"0", "false", "f", "no", "n", "off", "nein", "non", ""})
EPOCHS = {"epoch": 1, "epoch_ms": 1000}


@dataclass(frozen=True, slots=True)
class Style:
    """How one column of one source writes its values.

    Attributes:
        decimal: The decimal mark, ``.`` or ``,``; the other one parts thousands.
        dates: ``strptime`` forms to try in order, or ``epoch``, ``epoch_ms``; ISO 8601 always goes.
        zone: Where a moment without a zone was noted.
        times: What an amount is multiplied by: 0.01 for one in cents.
    """

    decimal: str = "."
    dates: tuple[str, ...] = ()
    zone: tzinfo = UTC
    times: Decimal | None = None


def text(value: Any, style: Style = Style()) -> Any:  # noqa: ANN401, ARG001 - anything a source may hold; one signature for all
    """Return ``value`` as text; a whole number of a column of doubles has no ``.0``."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).hex()
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value) if isinstance(value, (int, float, UUID)) else value


def amount(value: Any, style: Style) -> Any:  # noqa: ANN401 - see text
    """Return a decimal number as text with a point: ``1.234,50-`` is ``-1234.50``."""
    number = _decimal(value, style.decimal)
    if number is None:
        return value
    return format(number if style.times is None else number * style.times, "f")


def _decimal(value: Any, mark: str) -> Decimal | None:  # noqa: ANN401 - see text
    if isinstance(value, (bool, dict, list)):
        return None
    written = str(value) if not isinstance(value, str) else _pointed(value, mark)
    try:
        number = Decimal(written)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _pointed(value: str, mark: str) -> str:
    """Take thousands marks out and put a point for ``mark``; as it was, if it is no such number.

    Thousands count only in groups of three: ``12.50`` where the mark is a comma is not 1250.
    """
    number = re.sub(r"[\s\u00a0\u202f']", "", value)
    if number.endswith("-"):
        number = f"-{number[:-1]}"
    other = re.escape("," if mark == "." else ".")
    if not re.fullmatch(rf"[+-]?(\d+|\d{{1,3}}({other}\d{{3}})+)?({re.escape(mark)}\d*)?", number):
        return value
    return re.sub(other, "", number).replace(mark, ".")


def number(value: Any, style: Style) -> Any:  # noqa: ANN401 - see text
    """Return a whole number."""
    if isinstance(value, bool):
        return value
    found = _decimal(value, style.decimal)
    if found is None or found != found.to_integral_value():
        return value
    return int(found)


def flag(value: Any, style: Style = Style()) -> Any:  # noqa: ANN401, ARG001 - see text
    """Return a truth value."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    return True if word in TRUE else False if word in FALSE else value


def moment(value: Any, style: Style) -> Any:  # noqa: ANN401 - see text
    """Return a moment as ISO 8601 in UTC."""
    found = stamp(value, style)
    return value if found is None else found.isoformat()


def stamp(value: Any, style: Style) -> datetime | None:  # noqa: ANN401 - see text
    """Return a moment, aware, in UTC; None where ``value`` is none."""
    try:
        found = _read(value, style)
        if found is None:
            return None
        aware = found if found.tzinfo else found.replace(tzinfo=style.zone)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _read(value: Any, style: Style) -> datetime | None:  # noqa: ANN401 - see text
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    for form in style.dates:
        if form in EPOCHS:
            return datetime.fromtimestamp(float(value) / EPOCHS[form], UTC)
        try:
            return datetime.strptime(str(value).strip(), form)  # noqa: DTZ007 - the zone is the style's
        except ValueError:
            continue
    return datetime.fromisoformat(value.strip()) if isinstance(value, str) else None


READERS: dict[str, Callable[[Any, Style], Any]] = {
    "text": text,
    "reference": text,
    "amount": amount,
    "moment": moment,
    "flag": flag,
    "number": number,
}
"""Meaning of a column -> how its values are read."""
