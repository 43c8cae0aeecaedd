"""An inbox: hears what happens in support and keeps the records of it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import orjson

from sandbox.clock import Clock, millis
from sandbox.happenings import (
    Happening,
    OrganisationDeleted,
    OrganisationEdited,
    OrganisationJoined,
    Rated,
    TicketDeleted,
    TicketOpened,
    TicketSolved,
    TicketUpdated,
    UserDeleted,
    UserEdited,
    UserJoined,
    UsersMerged,
)
from sandbox.intercom import bodies
from sandbox.intercom.bodies import Body, long_id, named, short_id
from sandbox.store import Row
from sandbox.vendor import Vendor, hears

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "contacts": (),
    "companies": (),
    "conversations": ("contact",),
    "conversation_parts": ("conversation",),
    "tags": (),
    "admins": (),
}


class Desk(Vendor):
    """The records of one workspace, served by `sandbox.intercom.api`."""

    system: ClassVar[str] = "support"

    def __init__(self, clock: Clock | None = None) -> None:
        super().__init__(clock)
        self.kept = {name: self.store.collection(name, extra) for name, extra in COLUMNS.items()}

    def apply(self, happening: Happening) -> None:
        """Hear what happened; nobody reads in the middle of it."""
        with self.store.lock:
            super().apply(happening)

    @hears(UserJoined)
    def user_joined(self, fact: UserJoined) -> None:
        """Make a contact, or an admin."""
        self._tag(fact.tags, millis(fact.at))
        if fact.role == "end-user":
            self._put("contacts", bodies.contact(fact), millis(fact.at), fact.key)
        else:
            body: dict[str, Any] = {"type": "admin", "id": str(bodies.admin_id(fact.key))}
            body |= {"name": fact.name, "email": fact.email, "has_inbox_seat": True}
            self._put("admins", body, millis(fact.at), fact.key)

    @hears(UserEdited)
    def user_edited(self, fact: UserEdited) -> None:
        """Change a contact."""
        made = UserJoined(key=fact.key, at=fact.at, **fact.changes)
        changes = named(bodies.contact_fields(made), fact.changes, bodies.CONTACT_NAMES)
        self._tag(made.tags, millis(fact.at))
        self._edit("contacts", long_id("user", fact.key), changes, millis(fact.at))

    @hears(UserDeleted)
    def user_deleted(self, fact: UserDeleted) -> None:
        """Take a contact away; the conversations stay."""
        self._lose("contacts", long_id("user", fact.key), millis(fact.at))

    @hears(UsersMerged)
    def users_merged(self, fact: UsersMerged) -> None:
        """Let the winner have the loser's conversations; the loser is no more."""
        winner, loser = long_id("user", fact.key), long_id("user", fact.loser)
        at, won = millis(fact.at), self.kept["contacts"].get(winner)
        if won is None or self.kept["contacts"].get(loser) is None:
            return
        self._edit("contacts", winner, {}, at)
        theirs = {"type": "contact.list", "contacts": [bodies.reference(won.json())]}
        for row in self.kept["conversations"].rows("contact = ?", (loser,)):
            self._edit("conversations", row.id, {"contacts": theirs}, at)
        self._lose("contacts", loser, at, merged_into=winner)

    @hears(OrganisationJoined)
    def organisation_joined(self, fact: OrganisationJoined) -> None:
        """Make a company."""
        self._tag(fact.tags, millis(fact.at))
        self._put("companies", bodies.company(fact), millis(fact.at), fact.key)

    @hears(OrganisationEdited)
    def organisation_edited(self, fact: OrganisationEdited) -> None:
        """Change a company."""
        made = OrganisationJoined(**{"key": fact.key, "at": fact.at, "name": "", **fact.changes})
        changes = named(bodies.company_fields(made), fact.changes, bodies.COMPANY_NAMES)
        self._tag(made.tags, millis(fact.at))
        self._edit("companies", long_id("organisation", fact.key), changes, millis(fact.at))

    @hears(OrganisationDeleted)
    def organisation_deleted(self, fact: OrganisationDeleted) -> None:
        """Take a company away."""
        self._lose("companies", long_id("organisation", fact.key), millis(fact.at))

    @hears(TicketOpened)
    def ticket_opened(self, fact: TicketOpened) -> None:
        """Start a conversation."""
        self._tag(fact.tags, millis(fact.at))
        body = bodies.conversation(fact, self._contact(fact.requester))
        self._put("conversations", body, millis(fact.at), fact.key)

    @hears(TicketUpdated)
    def ticket_updated(self, fact: TicketUpdated) -> None:
        """Change a conversation, and say something in it."""
        requester = fact.changes.get("requester", "")
        made = TicketOpened(
            **{"key": fact.key, "at": fact.at, "requester": requester, **fact.changes}
        )
        fields = bodies.conversation_fields(made, self._contact(requester))
        self._tag(made.tags, millis(fact.at))
        changes = named(fields, fact.changes, bodies.CONVERSATION_NAMES)
        kind = "comment" if fact.comment else "assign_and_reopen"
        self._go_on(fact.key, fact, changes, kind, fact.comment, self._contact(fact.author))

    @hears(TicketSolved)
    def ticket_solved(self, fact: TicketSolved) -> None:
        """Close a conversation."""
        self._go_on(fact.key, fact, {"state": "closed", "open": False}, "close", "", None)

    @hears(TicketDeleted)
    def ticket_deleted(self, fact: TicketDeleted) -> None:
        """Take a conversation away. It does not come back: Intercom has no bin."""
        self._lose("conversations", short_id("conversation", fact.key), millis(fact.at))

    @hears(Rated)
    def rated(self, fact: Rated) -> None:
        """Take a verdict down on its conversation; one on nothing was never asked for here."""
        found = short_id("conversation", fact.ticket or "")
        row = self.kept["conversations"].get(found)
        if row is not None:
            told = {"conversation_rating": bodies.rating(fact, row.json())}
            self._edit("conversations", found, told, millis(fact.at))

    def _go_on(
        self, key: str, fact: Happening, changes: Body, kind: str, said: str, by: Body | None
    ) -> None:
        found, at = short_id("conversation", key), millis(fact.at)
        row = self.kept["conversations"].get(found)
        if row is None or row.deleted_at is not None:
            return
        self._edit("conversations", found, changes, at)
        count = self.kept["conversation_parts"].count("conversation = ?", (found,))
        told = bodies.part(f"{key}:{count}", fact.at, kind, said, by)
        self._put("conversation_parts", told, at, f"{key}:{count}", conversation=found)

    def _contact(self, key: str | None) -> Body | None:
        row = self.kept["contacts"].get(long_id("user", key)) if key else None
        return row.json() if row else None

    def _tag(self, names: Iterable[str], at: int) -> None:
        for name in names:
            if self.kept["tags"].get(short_id("tag", name)) is None:
                self._put("tags", bodies.tag(name), at, name)

    def _lose(self, table: str, found: str, at: int, **columns: Any) -> None:  # noqa: ANN401 - columns of the store
        row = self.kept[table].get(found)
        if row is not None and row.deleted_at is None:
            self._edit(table, found, {}, at, deleted_at=at, **columns)

    def _put(self, table: str, body: Body, at: int, key: str = "", **columns: Any) -> None:  # noqa: ANN401 - columns of the store
        text = orjson.dumps(body).decode()
        extra = {**_columns(table, body), **columns}
        self.kept[table].put(Row(body["id"], text, at, at, key, extra=extra))

    def _edit(self, table: str, found: Any, changes: Body, at: int, **columns: Any) -> None:  # noqa: ANN401 - columns of the store
        row = self.kept[table].get(found)
        if row is None:
            return
        body = {**row.json(), **changes, "updated_at": at // 1000}
        own = {name: columns.pop(name) for name in ("deleted_at", "merged_into") if name in columns}
        extra = {**row.extra, **_columns(table, body), **columns}
        text = orjson.dumps(body).decode()
        self.kept[table].put(replace(row, body=text, updated_at=at, extra=extra, **own))


def _columns(table: str, body: Body) -> dict[str, Any]:
    if table != "conversations":
        return {}
    there = body["contacts"]["contacts"]
    return {"contact": there[0]["id"] if there else None}
