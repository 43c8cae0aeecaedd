"""What one pull may ask, remember and yield: the hand a connector is dealt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from core.clock import Clock, SystemClock
from core.meter import Meter
from core.window import Window

Record = dict[str, Any]
Page = Sequence[Record]


class Gone(dict[str, Any]):
    """A record the vendor no longer has: its key, ``deleted_at``, and perhaps ``merged_into``.

    The row that was pulled before keeps its other columns; only the deletion is added.
    """


class Misshapen(dict[str, Any]):
    """A record, as it came, that a connector cannot read: it is quarantined with ``reason``."""

    reason: str = ""


SHAPE_ERRORS = (LookupError, TypeError, ValueError, AttributeError)
"""What reading a record raises that has not the shape we know."""


ODD_SHAPE = "has a shape we do not know"
"""How the reason begins of a record that its connector could not read."""


def misshapen(record: Record, error: Exception) -> Misshapen:
    """Return ``record`` as one that ``error`` kept us from reading."""
    found = Misshapen(record)
    found.reason = f"{ODD_SHAPE}: {type(error).__name__}"
    return found


def each(make: Callable[[Record], Record], records: Iterable[Record]) -> list[Record]:
    """Make a row of each record; one that cannot be read stops no other."""
    rows: list[Record] = []
    for record in records:
        try:
            rows.append(make(dict(record)))
        except SHAPE_ERRORS as error:
            rows.append(misshapen(record, error))
    return rows


@dataclass(frozen=True, slots=True)
class For:
    """A page that belongs to another table than its stream's own: lines beside their orders."""

    table: str
    page: Page


@dataclass(frozen=True, slots=True)
class Stream:
    """One walk through a vendor's endpoint.

    Attributes:
        table: The raw table its pages belong to, unless a page says otherwise with ``For``.
        pages: Starts the walk. A VendorError inside stops this stream alone: what it yielded is
            kept, the other streams go on, and the run is told as incomplete. So a stream moves
            its cursor only past what it has yielded.
    """

    table: str
    pages: Callable[[], Iterable[Page | For]]


class Known(Protocol):
    """What the warehouse already holds of one source. Reads only; empty on the first night.

    Keys are tuples of text, in the order of the table's key columns.
    """

    def hashes(self, table: str, keys: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
        """Return ``_hash`` of those rows of ``table`` that exist."""
        ...

    def rows(self, table: str, keys: Sequence[tuple[str, ...]]) -> list[Record]:
        """Return those rows of ``table`` that exist, all columns."""
        ...

    def keys(self, table: str, *, deleted: bool = False) -> Iterator[tuple[str, ...]]:
        """Stream the keys of all live rows, or of all deleted ones."""
        ...

    def having(self, table: str, column: str, texts: Sequence[str], most: int) -> list[Record]:
        """Return rows of ``table`` that say one of ``texts`` in ``column``, all columns.

        Of each text none where more than ``most`` rows say it.
        """
        ...

    def count(self, table: str) -> int:
        """Return how many live rows there are."""
        ...

    def newest(self, table: str) -> int:
        """Return the highest ``_version`` there is; 0 if there are no rows."""
        ...

    def within(self, table: str, column: str, window: Window) -> int:
        """Return how many live rows have a moment of ``window`` in ``column``."""
        ...

    def quantile(self, table: str, column: str, window: Window, share: float) -> datetime | None:
        """Return the moment up to which ``share`` (0 to 1) of those rows reach; None of none."""
        ...

    def dangling(
        self, table: str, column: str, to: str, where: tuple[str, str] | None, most: int
    ) -> list[str]:
        """Return keys of ``to`` that live rows of ``table`` name and no row has, ``most`` at most.

        Args:
            table: Whose rows.
            column: Where they name the key.
            to: A table whose key is one column.
            where: A column and the value it must have.
            most: How many.
        """
        ...


class Nothing:
    """Known, before the first night."""

    def hashes(self, table: str, keys: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], int]:  # noqa: ARG002 - the protocol's
        """Return nothing."""
        return {}

    def rows(self, table: str, keys: Sequence[tuple[str, ...]]) -> list[Record]:  # noqa: ARG002 - the protocol's
        """Return nothing."""
        return []

    def keys(self, table: str, *, deleted: bool = False) -> Iterator[tuple[str, ...]]:  # noqa: ARG002 - the protocol's
        """Stream nothing."""
        return iter(())

    def having(self, table: str, column: str, texts: Sequence[str], most: int) -> list[Record]:  # noqa: ARG002 - the protocol's
        """Return nothing."""
        return []

    def count(self, table: str) -> int:  # noqa: ARG002 - the protocol's
        """Return zero."""
        return 0

    def newest(self, table: str) -> int:  # noqa: ARG002 - the protocol's
        """Return zero."""
        return 0

    def within(self, table: str, column: str, window: Window) -> int:  # noqa: ARG002 - the protocol's
        """Return zero."""
        return 0

    def quantile(self, table: str, column: str, window: Window, share: float) -> datetime | None:  # noqa: ARG002 - the protocol's
        """Return nothing."""
        return None

    def dangling(
        self,
        table: str,  # noqa: ARG002 - the protocol's
        column: str,  # noqa: ARG002 - the protocol's
        to: str,  # noqa: ARG002 - the protocol's
        where: tuple[str, str] | None,  # noqa: ARG002 - the protocol's
        most: int,  # noqa: ARG002 - the protocol's
    ) -> list[str]:
        """Return nothing."""
        return []


@dataclass(slots=True)
class Pull:
    """One pull of one source.

    Attributes:
        home: Folder for what must survive between pulls besides rows: rotated tokens.
        clock: The hour and the right to wait.
        meter: Counts calls and waiting for the ledger.
        known: What the warehouse already holds.
        since: Start of a window to read again (aware, UTC), or None.
        until: End of that window, exclusive, or None.
        full: Read everything again, as if for the first time.
        state: Cursors by name; kept with the rows, committed in the same load.
    """

    home: Path = Path(".daybreak")
    clock: Clock = field(default_factory=SystemClock)
    meter: Meter = field(default_factory=Meter)
    known: Known = field(default_factory=Nothing)
    since: datetime | None = None
    until: datetime | None = None
    full: bool = False
    state: dict[str, Any] = field(default_factory=dict)

    @property
    def window(self) -> bool:
        """Whether this pull reads a window again: it then leaves every cursor alone."""
        return self.since is not None or self.until is not None

    def cursor(self, name: str) -> Any:  # noqa: ANN401 - a cursor is whatever the connector keeps: text, number
        """Return where the last pull of ``name`` ended; None on the first, full or window pull."""
        return None if self.full or self.window else self.state.get(name)

    def advance(self, name: str, value: Any) -> None:  # noqa: ANN401 - see cursor
        """Remember where ``name`` ended, unless a window is being read."""
        if not self.window and value is not None:
            self.state[name] = value

    def now(self) -> datetime:
        """Return the vendor's own hour where its answers told it, else ours (aware, UTC).

        The vendor stamps its rows by its own clock, so what is "too new to be settled" or "in
        the future" is judged by that clock and not by a machine that may be minutes off.
        """
        return self.meter.vendor_now(self.clock.now())


def cursors(state: Mapping[str, Any]) -> dict[str, str]:
    """Return the cursors as text, for the ledger and for people."""
    return {name: str(value) for name, value in sorted(state.items())}
