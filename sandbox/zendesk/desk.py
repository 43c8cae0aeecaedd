"""A support desk: hears what happens in support and keeps the records of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import orjson

from sandbox.clock import Clock, iso, millis, moment
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
from sandbox.zendesk import people, tickets
from sandbox.zendesk.parts import AGENT_ID, Body, ident

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "users": ("generated", "organization", "others"),
    "organizations": ("generated",),
    "tickets": ("generated", "requester", "closed_at", "status_before"),
    "ticket_events": ("generated",),
    "ticket_metric_events": ("generated",),
    "satisfaction_ratings": ("score",),
}


class Desk(Vendor):
    """The records of one desk. ``generated`` is the second an export orders them by."""

    system: ClassVar[str] = "support"
    share: ClassVar[int] = 3

    def __init__(self, clock: Clock | None = None) -> None:
        super().__init__(clock)
        self.kept = {name: self.store.collection(name, extra) for name, extra in COLUMNS.items()}
        self._told = 0

    def reset(self) -> None:
        """Forget every record."""
        super().reset()
        self._told = 0

    def apply(self, happening: Happening) -> None:
        """Hear what happened; nobody reads in the middle of it."""
        with self.store.lock:
            super().apply(happening)

    @hears(UserJoined)
    def user_joined(self, fact: UserJoined) -> None:
        """Make a user."""
        others = orjson.dumps(fact.other_emails).decode() if fact.other_emails else None
        self._put("users", people.user(fact), millis(fact.at), fact.key, others=others)

    @hears(UserEdited)
    def user_edited(self, fact: UserEdited) -> None:
        """Change a user."""
        made = UserJoined(key=fact.key, at=fact.at, **fact.changes)
        changes = _named(people.user_fields(made), fact.changes, people.USER_NAMES)
        columns: Body = {}
        if "other_emails" in fact.changes:
            columns["others"] = orjson.dumps(made.other_emails).decode()
        self._edit("users", ident("user", fact.key), changes, millis(fact.at), **columns)

    @hears(UserDeleted)
    def user_deleted(self, fact: UserDeleted) -> None:
        """Deactivate a user."""
        at = millis(fact.at)
        self._edit("users", ident("user", fact.key), {"active": False}, at, deleted_at=at)

    @hears(UsersMerged)
    def users_merged(self, fact: UsersMerged) -> None:
        """Let the winner have the loser's address and tickets; the loser vanishes."""
        winner, loser = ident("user", fact.key), ident("user", fact.loser)
        at = millis(fact.at)
        won, lost = self.kept["users"].get(winner), self.kept["users"].get(loser)
        if won is None or lost is None:
            return
        known = [*further_emails(won), lost.json()["email"], *further_emails(lost)]
        others = orjson.dumps([one for one in dict.fromkeys(known) if one]).decode()
        self._edit("users", winner, {}, at, others=others)
        for row in self.kept["tickets"].rows("requester = ?", (loser,)):
            self._touch("tickets", row, {"requester_id": winner}, at)
        gone = {"deleted_at": at, "merged_into": winner}
        self._edit("users", loser, {"active": False}, at, **gone)

    @hears(OrganisationJoined)
    def organisation_joined(self, fact: OrganisationJoined) -> None:
        """Make an organization."""
        self._put("organizations", people.organization(fact), millis(fact.at), fact.key)

    @hears(OrganisationEdited)
    def organisation_edited(self, fact: OrganisationEdited) -> None:
        """Change an organization."""
        made = OrganisationJoined(**{"key": fact.key, "at": fact.at, "name": "", **fact.changes})
        fields = people.organization_fields(made)
        changes = _named(fields, fact.changes, people.ORGANIZATION_NAMES)
        self._edit("organizations", ident("organization", fact.key), changes, millis(fact.at))

    @hears(OrganisationDeleted)
    def organisation_deleted(self, fact: OrganisationDeleted) -> None:
        """Take an organization away, and from its users."""
        found, at = ident("organization", fact.key), millis(fact.at)
        self._edit("organizations", found, {}, at, deleted_at=at)
        for row in self.kept["users"].rows("organization = ?", (found,)):
            self._touch("users", row, {"organization_id": None}, at)

    @hears(TicketOpened)
    def ticket_opened(self, fact: TicketOpened) -> None:
        """Make a ticket."""
        asked, at = self.kept["users"].get(ident("user", fact.requester)), millis(fact.at)
        body = tickets.ticket(fact, asked.extra["organization"] if asked else None)
        self._put("tickets", body, at, fact.key)
        made = {"event_type": "Create", "status": body["status"], "subject": body["subject"]}
        self._tell(body, at, body["requester_id"], [made, _comment()])
        self._measure(body, at, "activate")

    @hears(TicketUpdated)
    def ticket_updated(self, fact: TicketUpdated) -> None:
        """Change a ticket; with nothing to change and nothing to say, the system touches it."""
        found, at = ident("ticket", fact.key), millis(fact.at)
        if not fact.changes and not fact.comment:
            row = self.kept["tickets"].get(found)
            if row is not None:
                self._touch("tickets", row, {}, at)
            return
        made = TicketOpened(**{"key": fact.key, "at": fact.at, "requester": "", **fact.changes})
        changes = _named(tickets.ticket_fields(made), fact.changes, tickets.TICKET_NAMES)
        by = ident("user", fact.author) if fact.author else AGENT_ID
        self._update(found, changes, at, by, [_comment()] if fact.comment else [])
        if fact.comment:
            self._replied(found, at, by)

    @hears(TicketSolved)
    def ticket_solved(self, fact: TicketSolved) -> None:
        """Solve a ticket."""
        by = ident("user", fact.assignee) if fact.assignee else AGENT_ID
        changes = {"status": "solved", "assignee_id": by}
        self._update(ident("ticket", fact.key), changes, millis(fact.at), by, [])

    @hears(TicketDeleted)
    def ticket_deleted(self, fact: TicketDeleted) -> None:
        """Delete a ticket softly: the export goes on showing it, as deleted."""
        found, at = ident("ticket", fact.key), millis(fact.at)
        row = self.kept["tickets"].get(found)
        if row is None or row.deleted_at is not None:
            return
        before = row.json()["status"]
        gone = {"deleted_at": at, "status_before": before}
        self._edit("tickets", found, {"status": "deleted"}, at, **gone)

    @hears(TicketRestored)
    def ticket_restored(self, fact: TicketRestored) -> None:
        """Bring a deleted ticket back with the status it had."""
        found = ident("ticket", fact.key)
        row = self.kept["tickets"].get(found)
        if row is None or row.deleted_at is None:
            return
        status = row.extra["status_before"]
        self._edit("tickets", found, {"status": status}, millis(fact.at), deleted_at=None)

    @hears(Rated)
    def rated(self, fact: Rated) -> None:
        """Take a verdict down, on its ticket too; told again it is another verdict."""
        row = self.kept["tickets"].get(ident("ticket", fact.ticket)) if fact.ticket else None
        body, at = tickets.rating(fact, row.json() if row else None), millis(fact.at)
        if self.kept["satisfaction_ratings"].get(body["id"]) is None:
            self._put("satisfaction_ratings", body, at, fact.key)
        else:
            changes = {name: body[name] for name in ("score", "comment", "reason")}
            self._edit("satisfaction_ratings", body["id"], changes, at)
        if row is not None:
            shown = {"comment": body["comment"], "id": body["id"], "score": body["score"]}
            self._edit("tickets", row.id, {"satisfaction_rating": shown}, at)

    def _replied(self, found: int, at: int, by: int) -> None:
        """Stop the clock of the first reply, once, when it is not the requester who writes."""
        row = self.kept["tickets"].get(found)
        if row is None or row.extra["requester"] == by:
            return
        told = ident("metric", f"{found}:reply_time")
        if self.kept["ticket_metric_events"].get(told) is None:
            event = tickets.metric_event(told, "fulfill", row.json(), iso(moment(at)))
            self._put("ticket_metric_events", {**event, "metric": "reply_time"}, at)

    def _update(self, found: int, changes: Body, at: int, by: int, said: list[Body]) -> None:
        row = self.kept["tickets"].get(found)
        if row is None:
            return
        before = row.json()
        body = self._edit("tickets", found, changes, at)
        told = [
            {"event_type": "Change", name: value, "previous_value": before[name]}
            for name, value in changes.items()
            if before[name] != value
        ]
        self._tell(body, at, by, [*told, *said])
        if changes.get("status") == "solved":
            self._measure(body, at, "fulfill")

    def _tell(self, body: Body, at: int, by: int, changes: list[Body]) -> None:
        self._told += 1
        found = ident("event", f"{body['id']}:{at}:{self._told}")
        told = tickets.event(found, body, by, at // 1000, changes)
        self._put("ticket_events", told, at)

    def _measure(self, body: Body, at: int, kind: str) -> None:
        found = ident("metric", f"{body['id']}:{at}:{kind}")
        told = tickets.metric_event(found, kind, body, body["updated_at"])
        self._put("ticket_metric_events", told, at)

    def _put(self, table: str, body: Body, at: int, key: str = "", **columns: Any) -> None:  # noqa: ANN401 - columns of the store
        extra = {"generated": at // 1000, **_columns(table, body, at), **columns}
        text = orjson.dumps(body).decode()
        self.kept[table].put(Row(body["id"], text, at, at, key, extra=extra))

    def _edit(self, table: str, found: Any, changes: Body, at: int, **columns: Any) -> Body:  # noqa: ANN401 - columns of the store
        """Change a record: both its times move. Gives the body, an empty one if there is none."""
        row = self.kept[table].get(found)
        if row is None:
            return {}
        moved = replace(row, updated_at=at)
        return self._touch(table, moved, {**changes, "updated_at": iso(moment(at))}, at, **columns)

    def _touch(self, table: str, row: Row, changes: Body, at: int, **columns: Any) -> Body:  # noqa: ANN401 - columns of the store
        """Change a record as the system does: ``updated_at`` stays, only exports see it anew."""
        body: Body = row.json()
        body |= changes
        if "generated_timestamp" in body:
            body["generated_timestamp"] = at // 1000
        own = {name: columns.pop(name) for name in ("deleted_at", "merged_into") if name in columns}
        new = {**row.extra, "generated": at // 1000, **_columns(table, body, at), **columns}
        self.kept[table].put(replace(row, body=orjson.dumps(body).decode(), extra=new, **own))
        return body


def _columns(table: str, body: Body, at: int) -> dict[str, Any]:
    if table == "users":
        return {"organization": body["organization_id"]}
    if table == "tickets":
        is_closed = body["status"] == "closed"
        return {"requester": body["requester_id"], "closed_at": at if is_closed else None}
    return {"score": body["score"]} if table == "satisfaction_ratings" else {}


def _named(
    fields: Body, told: Mapping[str, Any], names: Mapping[str, tuple[str, ...]]
) -> dict[str, Any]:
    """Give of all fields those that were told of, under Zendesk's names."""
    return {name: fields[name] for one in told for name in names.get(one, (one,))}


def further_emails(row: Row) -> list[str]:
    """Give the addresses of a user besides the first."""
    found: list[str] = orjson.loads(row.extra["others"] or "[]")
    return found


def _comment() -> Body:
    return {"comment_present": True, "comment_public": True, "event_type": "Comment"}
