"""Audiences and their members: what happens to them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

import orjson

from sandbox.clock import Clock, millis
from sandbox.happenings import (
    ContactArchived,
    ContactEdited,
    ContactErased,
    ContactJoined,
    ContactRestored,
    ContactsMerged,
    Happening,
    ListCreated,
    ListJoined,
    ListLeft,
)
from sandbox.mailchimp.parts import (
    Body,
    addressed,
    audience,
    contact_id,
    hexed,
    member,
    merge_fields,
    stamp,
    subscriber_hash,
)
from sandbox.names import number
from sandbox.store import Row
from sandbox.vendor import Vendor, hears

HOUSE = "everybody"
LIVE = "deleted_at is null"
COLUMNS = ("list", "contact", "hash", "status", "before")
"""``before`` is the status a member will have again once it leaves the archive."""


class Audiences(Vendor):
    """The audiences of one account. Everybody is in the house's own.

    Args:
        clock: The sandbox's.
        audiences: Whether each list of the world is an audience of its own; else it is a tag.
        tags_touch: Whether a tag moves ``last_changed``.
    """

    system: ClassVar[str] = "mail"

    def __init__(
        self, clock: Clock | None = None, *, audiences: bool = False, tags_touch: bool = True
    ) -> None:
        super().__init__(clock)
        self.audiences = self.store.collection("audiences")
        self.members = self.store.collection("members", COLUMNS)
        self._people = self.store.collection("people", ("contact",))
        self._addresses = self.store.collection("addresses", ("contact",))
        self._tags = self.store.collection("tags")
        self._many, self._tags_touch = audiences, tags_touch

    def apply(self, happening: Happening) -> None:
        """Hear what happened; nobody reads in the middle of it."""
        with self.store.lock:
            super().apply(happening)

    def house(self) -> str:
        """Give the id of the audience everybody is in."""
        return hexed("list", HOUSE)

    def delete_audience(self, key: str, at: datetime) -> None:
        """Take an audience away, and with it for good all who were in it."""
        found = hexed("list", key)
        self.audiences.delete(found, millis(at))
        for row in self.members.rows(f"list = ? and {LIVE}", (found,)):
            self.delete(row, at)

    @hears(ContactJoined)
    def contact_joined(self, fact: ContactJoined) -> None:
        """Subscribe somebody; without an address there is nothing to subscribe."""
        if "@" not in fact.email:
            return
        self._opened(HOUSE, "Everybody", fact.at)
        twin = self._at_address(self.house(), fact.email)
        if twin is not None:
            # One address is one member: whoever comes second overwrites the first.
            self._known_as(fact.key, str(twin.extra["contact"]), fact.at)
            self._edit(twin, lambda body: body["merge_fields"].update(_names(fact)), fact.at)
            return
        self._known_as(fact.key, contact_id(fact.key), fact.at)
        self._put(member(fact, self.house()), fact.at, fact.key)

    @hears(ContactEdited)
    def contact_edited(self, fact: ContactEdited) -> None:
        """Change somebody in every audience."""
        for row in self._everywhere(fact.key):
            self._edit(row, lambda body: self._change(body, fact), fact.at)
            if "opted_out" in fact.changes:
                self.opt(fact.key, fact.at, is_out=bool(fact.changes["opted_out"]))

    @hears(ContactArchived)
    def contact_archived(self, fact: ContactArchived) -> None:
        """Archive somebody: all that was known stays, there is no consent any more."""
        for row in self._everywhere(fact.key):
            self.archive(row, fact.at)

    @hears(ContactRestored)
    def contact_restored(self, fact: ContactRestored) -> None:
        """Take somebody out of the archive again, as subscribed as they were."""
        for row in self._everywhere(fact.key):
            if row.extra["status"] == "archived":
                self._edit(row, _set(status=row.extra.get("before") or "subscribed"), fact.at)

    @hears(ContactErased)
    def contact_erased(self, fact: ContactErased) -> None:
        """Delete somebody for good."""
        for row in self._everywhere(fact.key):
            self.delete(row, fact.at)

    @hears(ContactsMerged)
    def contacts_merged(self, fact: ContactsMerged) -> None:
        """Delete the loser for good, unless the two have long been one member."""
        won, lost = self._contact(fact.key), self._contact(fact.loser)
        if won is None or lost is None or won == lost:
            return
        for row in self._everywhere(fact.loser):
            self.delete(row, fact.at)

    @hears(ListCreated)
    def list_created(self, fact: ListCreated) -> None:
        """Open an audience, or name a tag."""
        if self._many:
            self._opened(fact.key, fact.name, fact.at)
        else:
            self._tags.put(Row(fact.key, fact.name, millis(fact.at), millis(fact.at)))

    @hears(ListJoined)
    def list_joined(self, fact: ListJoined) -> None:
        """Subscribe somebody to an audience, or tag them."""
        if not self._many:
            self._tag(fact, is_on=True)
            return
        listed, contact = hexed("list", fact.key), self._contact(fact.contact)
        row = self._member(listed, contact)
        house = self._member(self.house(), contact)
        if row is not None:
            self._edit(row, _set(status="subscribed"), fact.at)
        elif house is not None and self.audiences.get(listed) is not None:
            body = {**house.json(), "list_id": listed, "last_changed": stamp(fact.at)}
            self._put(body, fact.at, house.key)

    @hears(ListLeft)
    def list_left(self, fact: ListLeft) -> None:
        """Unsubscribe somebody from an audience, or take the tag away."""
        if not self._many:
            self._tag(fact, is_on=False)
            return
        row = self._member(hexed("list", fact.key), self._contact(fact.contact))
        if row is not None:
            self._edit(row, _set(status="unsubscribed"), fact.at)

    def delete(self, row: Row, at: datetime) -> None:
        """Delete a member for good: its address is free again."""
        self._addresses.erase(f"{row.extra['list']}:{row.extra['hash']}")
        self.members.delete(row.id, millis(at))

    def archive(self, row: Row, at: datetime) -> None:
        """Put a member away, and remember as what it may come back."""
        if row.extra["status"] != "archived":
            columns = {"before": row.extra["status"]}
            self._edit(row, _set(status="archived"), at, columns=columns)

    def opt(self, key: str, at: datetime, *, is_out: bool, reason: str = "") -> None:
        """Let somebody consent or not, everywhere; the archive waits with it."""
        wanted = "unsubscribed" if is_out else "subscribed"
        for row in self._everywhere(key):
            if row.extra["status"] == "archived":
                self._edit(row, _set(), at, columns={"before": wanted})
            elif row.extra["status"] != "cleaned":
                self._edit(row, lambda body: _consent(body, wanted, reason), at)

    def clean(self, key: str, at: datetime) -> None:
        """Give an address up that bounces."""
        for row in self._everywhere(key):
            if row.extra["status"] in {"subscribed", "unsubscribed"}:
                self._edit(row, _set(status="cleaned"), at)

    def _tag(self, fact: ListJoined | ListLeft, *, is_on: bool) -> None:
        named = self._tags.get(fact.key)
        row = self._member(self.house(), self._contact(fact.contact))
        if named is None or row is None:
            return
        tag = {"id": number("tag", fact.key, 7), "name": named.body}

        def change(body: Body) -> None:
            body["tags"] = [one for one in body["tags"] if one != tag] + [tag] * is_on
            body["tags_count"] = len(body["tags"])

        self._edit(row, change, fact.at, touch=self._tags_touch)

    def _change(self, body: Body, fact: ContactEdited) -> None:
        told = fact.changes
        body["merge_fields"].update(merge_fields(told))
        names = body["merge_fields"]
        body["full_name"] = f"{names.get('FNAME', '')} {names.get('LNAME', '')}".strip()
        email = str(told.get("email") or "").strip()
        if "@" in email and self._at_address(body["list_id"], email) is None:
            self._addresses.erase(f"{body['list_id']}:{body['id']}")
            body.update(addressed(email))
            self._moved_in(body, fact.at)

    def _moved_in(self, body: Body, at: datetime) -> None:
        found, extra = f"{body['list_id']}:{body['id']}", {"contact": body["contact_id"]}
        self._addresses.put(Row(found, "{}", millis(at), millis(at), extra=extra))

    def _everywhere(self, key: str) -> Iterator[Row]:
        """Give a contact's place in each audience."""
        contact = self._contact(key)
        for listed in self.audiences.rows(LIVE):
            row = self._member(str(listed.id), contact)
            if row is not None:
                yield row

    def _contact(self, key: str) -> str | None:
        row = self._people.get(key)
        return None if row is None else str(row.extra["contact"])

    def _known_as(self, key: str, contact: str, at: datetime) -> None:
        extra = {"contact": contact}
        self._people.put(Row(key, "{}", millis(at), millis(at), extra=extra))

    def _member(self, listed: str, contact: str | None) -> Row | None:
        row = self.members.get(f"{listed}:{contact}") if contact else None
        return row if row is not None and row.deleted_at is None else None

    def _at_address(self, listed: str, email: str) -> Row | None:
        known = self._addresses.get(f"{listed}:{subscriber_hash(email.strip())}")
        return None if known is None else self._member(listed, str(known.extra["contact"]))

    def _opened(self, key: str, name: str, at: datetime) -> None:
        found = hexed("list", key)
        if self.audiences.get(found) is None:
            text = orjson.dumps(audience(found, name, at)).decode()
            self.audiences.put(Row(found, text, millis(at), millis(at), key))

    def _put(self, body: Body, at: datetime, key: str) -> None:
        self._moved_in(body, at)
        found = f"{body['list_id']}:{body['contact_id']}"
        text = orjson.dumps(body).decode()
        self.members.put(Row(found, text, millis(at), millis(at), key, extra=_columns(body)))

    def _edit(
        self,
        row: Row,
        change: Callable[[Body], Any],
        at: datetime,
        *,
        touch: bool = True,
        columns: Body | None = None,
    ) -> None:
        """Change a member; ``last_changed`` moves unless there is no ``touch``."""
        body: Body = row.json()
        change(body)
        if touch:
            body["last_changed"] = stamp(at)
        moved = millis(at) if touch else row.updated_at
        extra = {"before": row.extra.get("before"), **_columns(body), **(columns or {})}
        text = orjson.dumps(body).decode()
        self.members.put(replace(row, body=text, updated_at=moved, extra=extra))


def _columns(body: Body) -> Body:
    return {
        "list": body["list_id"],
        "contact": body["contact_id"],
        "hash": body["id"],
        "status": body["status"],
    }


def _set(**fields: str) -> Callable[[Body], None]:
    return lambda body: body.update(fields)


def _consent(body: Body, status: str, reason: str) -> None:
    body["status"] = status
    body.pop("unsubscribe_reason", None)
    if reason:
        body["unsubscribe_reason"] = reason
    for permission in body["marketing_permissions"]:
        permission["enabled"] = status == "subscribed"


def _names(fact: ContactJoined) -> Body:
    fields = {"first_name": fact.first_name, "last_name": fact.last_name}
    return merge_fields({name: value for name, value in fields.items() if value})
