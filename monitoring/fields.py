"""Odd fields: emptied, of values nobody knew, of shifted shares, of another size. Pure.

What a night leaves of each field is counts by value and a median, among its profiles; never a
record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from core.ledger import NightProfile
from core.ledger.alert import Finding, Severity
from core.redaction import redact
from monitoring.band import ENOUGH
from monitoring.wording import counted, title

ROWS = 50
"""Fewer rows have no shares worth the name."""

EMPTIED = 0.2
NEW_SHARE, NEW_ROWS = 0.01, 5
SHIFTED = 0.3
OTHER_SIZE = 10.0

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of one table of one source, as a night left it.

    Attributes:
        values: Value -> rows that hold it; "" is none at all.
        middle: The median, of amounts; None for words.
    """

    rows: int
    values: Mapping[str, int]
    middle: float | None = None

    def share(self, value: str) -> float:
        """Return the share of rows that hold ``value``, from 0 to 1."""
        return self.values.get(value, 0) / self.rows if self.rows else 0.0


def find_odd_fields(profiled: Sequence[NightProfile]) -> list[Finding]:
    """Return which fields the last night left as no night did before.

    Args:
        profiled: What was counted on each night, oldest first.
    """
    nights = [night for one in profiled if (night := _fields(one))]
    if len(nights) <= ENOUGH:
        return []
    *before, last = nights
    found = []
    for key, now in last.items():
        history = [night[key] for night in before if key in night]
        if len(history) >= ENOUGH and now.rows >= ROWS:
            found += [f for rule in _RULES if (f := rule(key, now, history))]
    return found


def _fields(night: NightProfile) -> dict[Key, Field]:
    return {
        (one.source, one.table, one.field): Field(one.rows, one.values or {}, one.middle)
        for one in night.profiles
        if one.values or one.middle is not None
    }


def _emptied(key: Key, now: Field, history: Sequence[Field]) -> Finding | None:
    usual = median(one.share("") for one in history)
    most = max(one.share("") for one in history)
    if now.share("") < max(usual + EMPTIED, most):
        return None
    return _odd(
        key,
        "emptied",
        f"A field of {title(key[0])} is filled far less",
        f"was empty in {usual:.0%} of the rows, and is in {now.share(''):.0%}",
    )


def _unknown(key: Key, now: Field, history: Sequence[Field]) -> Finding | None:
    known = {value for one in history for value in one.values}
    least = max(NEW_ROWS, NEW_SHARE * now.rows)
    new = sorted(v for v, rows in now.values.items() if v not in known and rows >= least)
    if not new or not known:
        return None
    shown = ", ".join(f"`{redact(value)[:40]}`" for value in new[:3])
    rows = counted(sum(now.values[value] for value in new), "row")
    return _odd(
        key,
        "new value",
        f"A field of {title(key[0])} has a value nobody knew",
        f"is {shown} in {rows}; reports by it may leave them out",
    )


def _shifted(key: Key, now: Field, history: Sequence[Field]) -> Finding | None:
    """Half the sum of differences of shares: how many rows would have to be another to agree."""
    values = {value for one in [now, *history] for value in one.values} - {""}
    if not values:
        return None
    usual = {value: median(one.share(value) for one in history) for value in values}
    moved = {value: now.share(value) - usual[value] for value in values}
    if sum(map(abs, moved.values())) / 2 < SHIFTED:
        return None
    most = max(moved, key=lambda value: abs(moved[value]))
    return _odd(
        key,
        "shifted",
        f"The values of a field of {title(key[0])} have shifted",
        f"was `{redact(most)[:40]}` in {usual[most]:.0%} of the rows, and is in "
        f"{now.share(most):.0%}",
    )


def _another_size(key: Key, now: Field, history: Sequence[Field]) -> Finding | None:
    known = [one.middle for one in history if one.middle]
    if not now.middle or len(known) < ENOUGH:
        return None
    ratio = now.middle / median(known)
    if 1 / OTHER_SIZE < ratio < OTHER_SIZE:
        return None
    return _odd(
        key,
        "size",
        f"The amounts of {title(key[0])} are of another size",
        f"is {ratio:,.2g} times what it was in the middle; cents for units, or another currency",
        Severity.ERROR,
    )


_RULES: tuple[Callable[[Key, Field, Sequence[Field]], Finding | None], ...] = (
    _emptied,
    _unknown,
    _shifted,
    _another_size,
)


def field_cause(source: str, table: str, field: str) -> str:
    """Return the cause of whatever is odd about a field, or moves in it.

    One change of a form at a vendor empties, renames and shifts at once.
    """
    return f"field {table}.{field} of {source}"


def _odd(
    key: Key, reason: str, heading: str, said: str, severity: Severity = Severity.WARNING
) -> Finding:
    source, table, field = key
    return Finding(
        kind="odd",
        subject=source,
        cause=field_cause(*key),
        reason=reason,
        severity=severity,
        title=heading,
        detail=f"`{field}` of {table.replace('_', ' ')} {said}.",
        next_step=f"Ask who changed `{field}` in {title(source)}; reports by it are wrong.",
        family=f"{reason} {table}.{field}"[:60],
        runbook="A field has changed",
    )
