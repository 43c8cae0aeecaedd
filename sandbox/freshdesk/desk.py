"""A help desk: hears what happens in support and keeps the records of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import orjson

from sandbox.clock import Clock, millis
from sandbox.freshdesk import bodies, stats
from sandbox.freshdesk.bodies import Body, ident, named, stamp
from sandbox.happenings import (
    Happening,
    OrganisationDeleted,
    OrganisationEdited,
    OrganisationJoined,
    Rated,
    TicketDeleted,
    TicketOpened,
    TicketRestored,
    TicketSolved,
    TicketUpdated,
    UserDeleted,
    UserEdited,
    UserJoined,
    UsersMerged,
)
from sandbox.store import Row
from sandbox.vendor import Vendor, hears

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "tickets": ("requester", "spam"),
    "conversations": ("ticket",),
    "contacts": ("company", "blocked"),
    "companies": (),
    "satisfaction_ratings": (),
    "agents": (),
    "ticket_stats": (),
}


@dataclass(frozen=True, slots=True)
class Habits:
    """What no document of Freshdesk's tells.

    ``touching``: deleting and restoring move ``updated_at``. ``merged_listed``: who lost a merge
    is among the deleted contacts. ``inclusive``: ``updated_since`` means that second, too.
    """

    touching: bool = True
    merged_listed: bool = True
    inclusive: bool = True


AS_GUESSED = Habits()


class Desk(Vendor):
    """The records of one desk, served by `sandbox.freshdesk.api`."""

    system: ClassVar[str] = "support"

    def __init__(self, clock: Clock | None = None, habits: Habits = AS_GUESSED) -> None:
        super().__init__(clock)
        self.kept = {name: self.store.collection(name, extra) for name, extra in COLUMNS.items()}
        self.habits = habits

    def truth(self, table: str | None = None) -> dict[str, dict[Any, dict[str, Any]]]:
        """Give what a perfect pull would hold: what is counted of a ticket is part of it."""
        return {n: rows for n, rows in super().truth(table).items() if n != "ticket_stats"}

    def apply(self, happening: Happening) -> None:
        """Hear what happened; nobody reads in the middle of it."""
        with self.store.lock:
            super().apply(happening)

    @hears(UserJoined)
    def user_joined(self, fact: UserJoined) -> None:
        """Make a contact, or an agent."""
        if fact.role == "end-user":
            blocked = bool(fact.fields.get("suspended"))
            self._put("contacts", bodies.contact(fact), millis(fact.at), fact.key, blocked=blocked)
        else:
            self._put("agents", bodies.agent(fact), millis(fact.at), fact.key)

    @hears(UserEdited)
    def user_edited(self, fact: UserEdited) -> None:
        """Change a contact."""
        made = UserJoined(key=fact.key, at=fact.at, **fact.changes)
        fields, told = bodies.contact_fields(made), set(fact.changes) - {"role"}
        columns = {"blocked": bool(made.fields.get("suspended"))} if "fields" in told else {}
        changes = named(fields, dict.fromkeys(told), bodies.CONTACT_NAMES)
        self._edit("contacts", ident("user", fact.key), changes, millis(fact.at), **columns)

    @hears(UserDeleted)
    def user_deleted(self, fact: UserDeleted) -> None:
        """Delete a contact softly."""
        self._bin("contacts", ident("user", fact.key), millis(fact.at))

    @hears(UsersMerged)
    def users_merged(self, fact: UsersMerged) -> None:
        """Let the winner have the loser's addresses and tickets."""
        winner, loser, at = ident("user", fact.key), ident("user", fact.loser), millis(fact.at)
        won, lost = self.kept["contacts"].get(winner), self.kept["contacts"].get(loser)
        if won is None or lost is None:
            return
        mine, theirs = won.json(), lost.json()
        emails = [*mine["other_emails"], theirs["email"], *theirs["other_emails"]]
        others = {"other_emails": [one for one in dict.fromkeys(emails) if one]}
        self._edit("contacts", winner, others, at)
        for row in self.kept["tickets"].rows("requester = ?", (loser,)):
            self._edit("tickets", row.id, {"requester_id": winner}, at)
        self._bin("contacts", loser, at, merged_into=winner)

    @hears(OrganisationJoined)
    def organisation_joined(self, fact: OrganisationJoined) -> None:
        """Make a company."""
        self._put("companies", bodies.company(fact), millis(fact.at), fact.key)

    @hears(OrganisationEdited)
    def organisation_edited(self, fact: OrganisationEdited) -> None:
        """Change a company."""
        made = OrganisationJoined(**{"key": fact.key, "at": fact.at, "name": "", **fact.changes})
        changes = named(bodies.company_fields(made), fact.changes, bodies.COMPANY_NAMES)
        self._edit("companies", ident("organisation", fact.key), changes, millis(fact.at))

    @hears(OrganisationDeleted)
    def organisation_deleted(self, fact: OrganisationDeleted) -> None:
        """Take a company away, and from its contacts."""
        found, at = ident("organisation", fact.key), millis(fact.at)
        self._edit("companies", found, {}, at, deleted_at=at)
        for row in self.kept["contacts"].rows("company = ?", (found,)):
            self._edit("contacts", row.id, {"company_id": None}, at)

    @hears(TicketOpened)
    def ticket_opened(self, fact: TicketOpened) -> None:
        """Make a ticket."""
        asked = self.kept["contacts"].get(ident("user", fact.requester))
        body = bodies.ticket(fact, asked.extra["company"] if asked else None)
        self._put("tickets", body, millis(fact.at), fact.key)
        self._count(body["id"], body["status"], millis(fact.at))

    @hears(TicketUpdated)
    def ticket_updated(self, fact: TicketUpdated) -> None:
        """Change a ticket, and say something on it."""
        found = ident("ticket", fact.key)
        if self.kept["tickets"].get(found) is None:
            return
        made = TicketOpened(**{"key": fact.key, "at": fact.at, "requester": "", **fact.changes})
        changes = named(bodies.ticket_fields(made), fact.changes, bodies.TICKET_NAMES)
        self._edit("tickets", found, changes, millis(fact.at))
        is_reply = bool(fact.comment) and fact.author is None
        self._count(found, changes.get("status"), millis(fact.at), is_reply=is_reply)
        if fact.comment:
            said = self.kept["conversations"].count("ticket = ?", (found,))
            told = bodies.conversation(fact, found, said)
            self._put("conversations", told, millis(fact.at), f"{fact.key}:{said}", ticket=found)

    @hears(TicketSolved)
    def ticket_solved(self, fact: TicketSolved) -> None:
        """Solve a ticket."""
        by = ident("user", fact.assignee) if fact.assignee else bodies.AGENT
        changes = {"status": bodies.STATUS["solved"], "responder_id": by}
        self._edit("tickets", ident("ticket", fact.key), changes, millis(fact.at))
        self._count(ident("ticket", fact.key), bodies.STATUS["solved"], millis(fact.at))

    @hears(TicketDeleted)
    def ticket_deleted(self, fact: TicketDeleted) -> None:
        """Put a ticket in the bin."""
        self._bin("tickets", ident("ticket", fact.key), millis(fact.at))

    @hears(TicketRestored)
    def ticket_restored(self, fact: TicketRestored) -> None:
        """Take a ticket out of the bin."""
        row = self.kept["tickets"].get(ident("ticket", fact.key))
        if row is not None and row.deleted_at is not None:
            at = millis(fact.at) if self.habits.touching else row.updated_at
            self._edit("tickets", row.id, {"deleted": None}, at, deleted_at=None)

    @hears(Rated)
    def rated(self, fact: Rated) -> None:
        """Take a verdict down; one that is about no ticket was never asked for here."""
        row = self.kept["tickets"].get(ident("ticket", fact.ticket)) if fact.ticket else None
        if row is None:
            return
        body, at = bodies.rating(fact, row.json()), millis(fact.at)
        if self.kept["satisfaction_ratings"].get(body["id"]) is None:
            self._put("satisfaction_ratings", body, at, fact.key)
        else:
            self._edit("satisfaction_ratings", body["id"], bodies.rating_fields(fact), at)

    def stats_of(self, ticket: int) -> Body:
        """Give when a ticket was answered, solved and closed."""
        row = self.kept["ticket_stats"].get(ticket)
        return row.json() if row else stats.NOTHING

    def _count(self, ticket: int, status: int | None, at: int, *, is_reply: bool = False) -> None:
        if self.kept["tickets"].get(ticket) is not None:
            found = stats.after(self.stats_of(ticket), status, stamp(at), is_reply=is_reply)
            row = Row(ticket, orjson.dumps(found).decode(), at, at, "")
            self.kept["ticket_stats"].put(row)

    def _bin(self, table: str, found: int, at: int, **columns: Any) -> None:  # noqa: ANN401 - columns of the store
        row = self.kept[table].get(found)
        if row is None or row.deleted_at is not None:
            return
        touched = at if self.habits.touching else row.updated_at
        self._edit(table, found, {"deleted": True}, touched, deleted_at=at, **columns)

    def _put(self, table: str, body: Body, at: int, key: str = "", **columns: Any) -> None:  # noqa: ANN401 - columns of the store
        text = orjson.dumps(body).decode()
        extra = {**_columns(table, body), **columns}
        self.kept[table].put(Row(body["id"], text, at, at, key, extra=extra))

    def _edit(self, table: str, found: Any, changes: Body, at: int, **columns: Any) -> None:  # noqa: ANN401 - columns of the store
        """Change a record; a field changed to None where it says ``deleted`` is taken away."""
        row = self.kept[table].get(found)
        if row is None:
            return
        body = {**row.json(), **changes, "updated_at": stamp(at)}
        if body.get("deleted", True) is None:
            del body["deleted"]
        own = {name: columns.pop(name) for name in ("deleted_at", "merged_into") if name in columns}
        extra = {**row.extra, **_columns(table, body), **columns}
        text = orjson.dumps(body).decode()
        self.kept[table].put(replace(row, body=text, updated_at=at, extra=extra, **own))


def _columns(table: str, body: Body) -> dict[str, Any]:
    if table == "contacts":
        return {"company": body["company_id"]}
    if table == "tickets":
        return {"requester": body["requester_id"], "spam": body["spam"]}
    return {}
