"""A value of the wrong type breaks no night and is not lost."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.columns import fit

TWO_O_CLOCK = datetime(2026, 1, 5, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "value", "becomes"),
    [
        ("timestamp", "2026-01-05T02:00:00Z", TWO_O_CLOCK),
        ("timestamp", "2026-01-05T04:00:00+02:00", TWO_O_CLOCK),
        ("timestamp", "2026-01-05T02:00:00", TWO_O_CLOCK),
        ("timestamp_s", 1767578400, TWO_O_CLOCK),
        ("timestamp_ms", "1767578400000", TWO_O_CLOCK),
        ("bigint", "12", 12),
        ("bigint", 12.0, 12),
        ("double", "12.5", 12.5),
        ("bool", "false", False),
        ("text", 12, "12"),
        ("text", {"a": [1]}, '{"a":[1]}'),
        ("text", "a\0b", "ab"),
        ("text", "مرحبا 👋", "مرحبا 👋"),
    ],
)
def test_a_value_that_can_be_read_as_the_column_is(kind: str, value: Any, becomes: Any) -> None:
    fitted, misfits = fit([None, value], kind)
    assert fitted.to_pylist() == [None, becomes]
    assert misfits is None


@pytest.mark.parametrize(
    ("kind", "value", "kept_as"),
    [
        ("bigint", "many", "many"),
        ("bigint", 12.5, "12.5"),
        ("bigint", 2**70, str(2**70)),
        ("double", "n/a", "n/a"),
        ("bool", "perhaps", "perhaps"),
        ("timestamp", "yesterday", "yesterday"),
        ("timestamp_s", "soon", "soon"),
    ],
)
def test_a_value_that_does_not_fit_is_kept_beside_the_column(
    kind: str, value: Any, kept_as: str
) -> None:
    fitted, misfits = fit([value, None], kind)
    assert fitted.to_pylist() == [None, None]
    assert misfits is not None
    assert misfits.to_pylist() == [kept_as, None]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
KINDS = ["text", "json", "bigint", "double", "bool", "timestamp", "timestamp_s", "timestamp_ms"]


@given(st.lists(ANYTHING, max_size=5), st.sampled_from(KINDS))
def test_no_value_is_ever_lost(values: list[Any], kind: str) -> None:
    fitted, misfits = fit(values, kind)
    beside = misfits.to_pylist() if misfits is not None else [None] * len(values)
    for value, there, kept in zip(values, fitted.to_pylist(), beside, strict=True):
        assert value is None or value == "" or there is not None or kept is not None
