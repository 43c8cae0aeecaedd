"""The part of the ledger that remembers what stewards decided of who is who."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import select

from core.errors import ConfigError
from core.ledger.database import Database
from core.ledger.decision import Decision, Word
from core.ledger.models import DecisionRow


class DecisionBook:
    """Decisions are written here and taken back here; none is ever erased."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def in_force(self) -> list[Decision]:
        """Return what holds, oldest first."""
        return [decision for decision in self.every() if decision.undone_at is None]

    def every(self) -> list[Decision]:
        """Return all that was ever decided, oldest first."""
        with self._database.read() as session:
            rows = session.scalars(select(DecisionRow).order_by(DecisionRow.id))
            return [_remembered(row) for row in rows]

    def decide(
        self, verdict: Word, sides: tuple[Sequence[str], Sequence[str]], said: str, by: str,
        at: datetime,
    ) -> Decision:  # fmt: skip
        """Write down a decision about the records of two sides."""
        row = DecisionRow(
            verdict=verdict,
            one=list(sides[0]),
            two=list(sides[1]),
            said=said,
            decided_by=by[:64],
            decided_at=at,
        )
        with self._database.write() as session:
            session.add(row)
            session.flush()
            return _remembered(row)

    def undo(self, number: int, by: str, at: datetime) -> Decision:
        """Take a decision back.

        Raises:
            ConfigError: there is none of that number, or it was taken back before.
        """
        with self._database.write() as session:
            row = session.get(DecisionRow, number)
            if row is None:
                raise ConfigError(
                    f"there is no decision {number}",
                    next_step="`daybreak decide list` shows their numbers.",
                )
            if row.undone_at is not None:
                raise ConfigError(f"decision {number} was undone before, by {row.undone_by}")
            row.undone_at, row.undone_by = at, by[:64]
            return _remembered(row)


def _remembered(row: DecisionRow) -> Decision:
    return Decision(
        number=row.id,
        verdict=cast("Word", row.verdict),
        one=tuple(row.one),
        two=tuple(row.two),
        said=row.said,
        by=row.decided_by,
        at=row.decided_at,
        undone_at=row.undone_at,
        undone_by=row.undone_by,
    )
