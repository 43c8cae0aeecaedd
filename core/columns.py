"""Column kinds, and values made to fit them; what does not fit is set aside, never dropped."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from core.json_text import dumps

TIME = pa.timestamp("us", tz="UTC")
EPOCH_UNITS = {"timestamp_s": 1.0, "timestamp_ms": 1000.0}
LARGEST = 2**63

_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "json": pa.string(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "bool": pa.bool_(),
    "timestamp": TIME,
    "timestamp_s": TIME,
    "timestamp_ms": TIME,
}


# Arrow would take 12.5 for the integer 12, and 1 for the truth.
_EXACT: dict[str, set[type]] = {
    "bigint": {int, type(None)},
    "bool": {bool, type(None)},
    "double": {float, int, type(None)},
    "timestamp_s": {int, type(None)},
    "timestamp_ms": {int, type(None)},
}


def arrow_type(kind: str) -> pa.DataType:
    """Return the Arrow type of a column kind."""
    return _TYPES[kind]


def infer(value: Any) -> str:  # noqa: ANN401 - anything a vendor may send
    """Return the kind of a column first seen with ``value``."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "bigint" if -LARGEST <= value < LARGEST else "text"
    if isinstance(value, float):
        return "double"
    return "timestamp" if isinstance(value, datetime) else "text"


def fit(values: list[Any], kind: str) -> tuple[pa.Array[Any], pa.Array[Any] | None]:
    """Return ``values`` as one array of ``kind``, and as text those that do not fit.

    Returns:
        The array, null where a value did not fit; and None if all fitted, else an array of the
        misfits' text, null where a value fitted.
    """
    try:
        return _at_once(values, kind), None
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        pass
    except (OverflowError, UnicodeEncodeError, TypeError, ValueError):
        pass
    fitted, misfits = [], []
    for value in values:
        made = _ONE[kind](value) if value is not None else None
        fitted.append(made)
        misfits.append(None if value is None or value == "" or made is not None else _text(value))
    array = _clean(pa.array(fitted, arrow_type(kind)))
    return array, (_clean(pa.array(misfits, pa.string())) if any(misfits) else None)


def _at_once(values: list[Any], kind: str) -> pa.Array[Any]:
    """Convert a whole column without looking at each value; raise if any does not fit."""
    if kind in _EXACT and not set(map(type, values)) <= _EXACT[kind]:
        raise TypeError(kind)
    if kind in EPOCH_UNITS:
        unit = "s" if kind == "timestamp_s" else "ms"
        return pa.array(values, pa.int64()).cast(pa.timestamp(unit, tz="UTC")).cast(TIME)
    if kind == "timestamp":
        return pa.array(values, pa.string()).cast(TIME)
    return _clean(pa.array(values, arrow_type(kind)))


def _clean(array: pa.Array[Any]) -> pa.Array[Any]:
    """Take NUL characters out of text: Postgres cannot hold them, and nobody can read them."""
    if not pa.types.is_string(array.type):
        return array
    text = array.buffers()[2]
    if text is None or b"\0" not in text.to_pybytes():
        return array
    return pc.replace_substring(array, "\0", "")


def _text(value: Any) -> str:  # noqa: ANN401 - anything a vendor may send
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, (bool, float, dict, list)):
        return dumps(value)
    return str(value)


def _integer(value: Any) -> int | None:  # noqa: ANN401 - see _text
    if isinstance(value, bool):
        return None
    try:
        number = (
            int(value)
            if not isinstance(value, float)
            else int(value)
            if value.is_integer()
            else None
        )
    except (TypeError, ValueError, OverflowError):
        return None
    return number if number is not None and -LARGEST <= number < LARGEST else None


def _number(value: Any) -> float | None:  # noqa: ANN401 - see _text
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _boolean(value: Any) -> bool | None:  # noqa: ANN401 - see _text
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False, "1": True, "0": False}.get(str(value).lower())


def _moment(value: Any) -> datetime | None:  # noqa: ANN401 - see _text
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        moment = datetime.fromisoformat(str(value).strip()) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


def _epoch(unit: float) -> Callable[[Any], datetime | None]:
    def moment(value: Any) -> datetime | None:  # noqa: ANN401 - see _text
        number = _number(value)
        if number is None:
            return _moment(value)
        try:
            return datetime.fromtimestamp(number / unit, UTC)
        except (OverflowError, OSError, ValueError):
            return None

    return moment


_ONE: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "json": _text,
    "bigint": _integer,
    "double": _number,
    "bool": _boolean,
    "timestamp": _moment,
    "timestamp_s": _epoch(EPOCH_UNITS["timestamp_s"]),
    "timestamp_ms": _epoch(EPOCH_UNITS["timestamp_ms"]),
}
