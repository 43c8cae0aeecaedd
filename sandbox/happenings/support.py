"""What happens in support: users, organisations, tickets, ratings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sandbox.happenings.base import Happening


@dataclass(frozen=True, slots=True, kw_only=True)
class UserJoined(Happening):
    """Somebody who writes to support, or answers. ``role``: end-user, agent or admin.

    ``external_id`` is the id of the same person elsewhere, where somebody set it.
    ``other_emails``: further addresses of the same user.
    """

    system: ClassVar[str] = "support"
    dealt_by: ClassVar[str] = "key"
    name: str = ""
    email: str = ""
    phone: str = ""
    external_id: str | None = None
    organisation: str | None = None
    role: str = "end-user"
    locale: str = ""
    time_zone: str = ""
    other_emails: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    notes: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class UserEdited(Happening):
    """``changes`` by the field names of `UserJoined`."""

    system: ClassVar[str] = "support"
    edits: ClassVar[type[Happening] | None] = UserJoined
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDeleted(Happening):
    """The user is deactivated; the tickets stay."""

    system: ClassVar[str] = "support"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersMerged(Happening):
    """``key`` is the winner; the loser's tickets become the winner's, the loser is inactive."""

    system: ClassVar[str] = "support"
    loser: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationJoined(Happening):
    """A company as support knows it."""

    system: ClassVar[str] = "support"
    name: str
    domains: tuple[str, ...] = ()
    external_id: str | None = None
    tags: tuple[str, ...] = ()
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationEdited(Happening):
    """``changes`` by the field names of `OrganisationJoined`."""

    system: ClassVar[str] = "support"
    edits: ClassVar[type[Happening] | None] = OrganisationJoined
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationDeleted(Happening):
    """The organisation is gone; its users stay without one."""

    system: ClassVar[str] = "support"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketOpened(Happening):
    """Somebody asks.

    ``priority``: low, normal, high, urgent or None. ``channel``: email, web or chat.
    ``kind``: question, incident, problem, task or None.
    """

    system: ClassVar[str] = "support"
    dealt_by: ClassVar[str] = "requester"
    requester: str
    subject: str = ""
    description: str = ""
    priority: str | None = None
    kind: str | None = None
    channel: str = "email"
    status: str = "new"
    assignee: str | None = None
    order: str | None = None
    external_id: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketUpdated(Happening):
    """``changes`` by the field names of `TicketOpened`; ``comment`` adds one, by ``author``.

    ``status``: new, open, pending, hold, solved, closed; a solved one may be open again.
    """

    system: ClassVar[str] = "support"
    edits: ClassVar[type[Happening] | None] = TicketOpened
    changes: Mapping[str, Any] = field(default_factory=dict)
    comment: str = ""
    author: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSolved(Happening):
    """An agent solved it."""

    system: ClassVar[str] = "support"
    assignee: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketDeleted(Happening):
    """Soft-deleted: it may come back."""

    system: ClassVar[str] = "support"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRestored(Happening):
    """Back from deletion."""

    system: ClassVar[str] = "support"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated(Happening):
    """A verdict on a ticket, or on nothing we know. ``score``: good or bad.

    ``points``: the score in the survey's own scale (1-5), where there is one.
    """

    system: ClassVar[str] = "support"
    dealt_by: ClassVar[str] = "requester"
    requester: str
    score: str
    ticket: str | None = None
    points: int | None = None
    reason: str = ""
    comment: str = ""
