"""The people of any vendor, whatever it calls them: one story can be told of every source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox import happenings as h
from sandbox.happenings import Happening
from sandbox.vendor import Vendor

Kind = type[Happening]


@dataclass(frozen=True, slots=True)
class Cast:
    """How people come, change, go, become one and come back in one sort of system."""

    joined: Kind
    edited: Kind
    field: str
    deleted: Kind
    merged: Kind | None = None
    binned: Kind | None = None
    restored: Kind | None = None


CASTS = (
    Cast(h.CustomerJoined, h.CustomerEdited, "first_name", h.CustomerDeleted, h.CustomersMerged),
    Cast(h.PayerJoined, h.PayerEdited, "name", h.PayerDeleted),
    Cast(h.UserJoined, h.UserEdited, "name", h.UserDeleted, h.UsersMerged),
    Cast(
        h.ContactJoined,
        h.ContactEdited,
        "first_name",
        h.ContactErased,
        h.ContactsMerged,
        h.ContactArchived,
        h.ContactRestored,
    ),
)
TICKETS = Cast(
    h.TicketOpened,
    h.TicketUpdated,
    "subject",
    h.TicketDeleted,
    binned=h.TicketDeleted,
    restored=h.TicketRestored,
)


class Crowd:
    """People who come to one vendor, and what becomes of them."""

    def __init__(self, vendor: Vendor) -> None:
        self._cast = next(cast for cast in CASTS if vendor.hears_of(cast.joined))
        self._restoring = next(
            (c for c in (self._cast, TICKETS) if c.restored and vendor.hears_of(c.restored)), None
        )
        self.can_merge = self._cast.merged is not None and vendor.hears_of(self._cast.merged)
        self.can_restore = self._restoring is not None

    def joined(self, name: str, at: datetime, **more: Any) -> Happening:
        """Somebody comes."""
        said = {"email": f"{name}@crowd.example", self._cast.field: name.title()}
        return self._cast.joined(key=name, at=at, **{**said, **more})

    def many(self, label: str, count: int, at: datetime) -> list[Happening]:
        """So many come at one moment."""
        return [self.joined(f"{label}{number}", at) for number in range(count)]

    def edited(self, name: str, at: datetime, value: str = "Renamed") -> Happening:
        """Somebody is called otherwise from now on."""
        return self._make(self._cast.edited, name, at, changes={self._cast.field: value})

    def deleted(self, name: str, at: datetime) -> Happening:
        """Somebody is gone for good."""
        return self._cast.deleted(key=name, at=at)

    def merged(self, winner: str, loser: str, at: datetime) -> Happening:
        """Two are found to be one."""
        assert self._cast.merged is not None
        return self._make(self._cast.merged, winner, at, loser=loser)

    def binned(self, name: str, at: datetime) -> Sequence[Happening]:
        """Something that can come back is made, or a person it is, and goes into the bin."""
        assert self._restoring is not None
        assert self._restoring.binned is not None
        return [self._restoring.binned(key=self._thing(name), at=at)]

    def restorable(self, name: str, at: datetime) -> Sequence[Happening]:
        """Make what can go into a bin and come back: a person, or else a ticket of theirs."""
        here = self.joined(name, at)
        if self._restoring is self._cast:
            return [here]
        return [here, h.TicketOpened(key=self._thing(name), at=at, requester=name, subject="Hm")]

    def restored(self, name: str, at: datetime) -> Sequence[Happening]:
        """It comes back from the bin."""
        assert self._restoring is not None
        assert self._restoring.restored is not None
        return [self._restoring.restored(key=self._thing(name), at=at)]

    def _thing(self, name: str) -> str:
        return name if self._restoring is self._cast else f"ticket-of-{name}"

    @staticmethod
    def _make(kind: Kind, name: str, at: datetime, **more: Any) -> Happening:
        return kind(key=name, at=at, **more)
