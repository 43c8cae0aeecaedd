"""Whether a record that looks as it did when we read it must still be as it was."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.pull import Record

# Longer than a read can take from its request to its row, and than two clocks may be apart.
MARGIN = timedelta(minutes=15)


def settled(held: Record, changed_at: datetime | None) -> bool:
    """Say whether an unmoved stamp proves that nothing happened since we read ``held``.

    Stamps know whole seconds: a record that we read in the second of its last change may have
    changed again within that second, and its stamp would not tell.

    Args:
        held: The row we hold, with ``_pulled_at``.
        changed_at: The stamp it has now; None proves nothing.
    """
    pulled_at = held.get("_pulled_at")
    if changed_at is None or not isinstance(pulled_at, datetime):
        return False
    return changed_at < pulled_at - MARGIN
