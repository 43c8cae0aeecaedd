"""JSON that takes anything a vendor may send."""

from __future__ import annotations

from typing import Any

import orjson


def dumps(value: Any) -> str:  # noqa: ANN401 - anything a vendor may send
    """Return ``value`` as JSON with sorted keys; what JSON cannot hold is kept as its text."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS, default=str).decode()
    except TypeError:
        return orjson.dumps(_plain(value), option=orjson.OPT_SORT_KEYS, default=str).decode()


def _plain(value: Any) -> Any:  # noqa: ANN401 - anything a vendor may send
    """Replace what orjson refuses: integers beyond 64 bits, lone surrogates, odd keys."""
    if isinstance(value, dict):
        return {str(_plain(k)): _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
