"""What a world can do: tell what happens, in order of time, and who is who."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sandbox.happenings import Happening

NIGHT = timedelta(days=1)
MORNING = datetime(2026, 1, 5, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Person:
    """The truth about one record: whose it is. ``person`` or ``company`` may be None.

    ``kind``: customer, payer, user, contact, order (for guests), organisation or company.
    A junk or shared mailbox has neither.
    """

    system: str
    kind: str
    key: str
    person: str | None
    company: str | None = None


class World(Protocol):
    """A story told piece by piece. ``now`` is how far it has been told.

    ``vendors``: who has records of it, by name; everybody where it is empty.
    """

    spec: str
    now: datetime
    vendors: tuple[str, ...]

    def until(self, at: datetime) -> Iterator[Happening]:
        """Tell, in order of time, everything after ``now`` and before ``at``; ``now`` moves on.

        The first call tells all that came before ``start``, too.
        """
        ...

    @property
    def start(self) -> datetime:
        """When the sandbox opens its doors: the clock starts here, after the history."""
        ...

    def again(self) -> "World":
        """Give the same world from its beginning."""
        ...

    def people(self) -> Iterator[Person]:
        """Tell who is behind every record so far: what identity resolution ought to find."""
        ...


class Empty:
    """A world in which nothing happens."""

    spec = "empty"
    vendors: tuple[str, ...] = ()

    def __init__(self, start: datetime = MORNING) -> None:
        self.now = start
        self.start = start

    def until(self, at: datetime) -> Iterator[Happening]:
        """Let time pass."""
        self.now = max(self.now, at)
        return iter(())

    def again(self) -> "Empty":
        """Give the same world from its beginning."""
        return Empty(self.start)

    def people(self) -> Iterator[Person]:
        """There is nobody."""
        return iter(())
