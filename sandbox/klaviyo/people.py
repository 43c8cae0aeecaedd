"""Profiles, and the lists and segments they are in: what happens to them."""

from collections.abc import Callable
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
from sandbox.klaviyo.parts import (
    Body,
    profile,
    profile_fields,
    properties,
    resource,
    short,
    stamp,
    ulid,
)
from sandbox.store import Collection, Row
from sandbox.vendor import Vendor, hears

LIVE = "deleted_at is null"
BY_HAND = "USER_SUPPRESSED"


class People(Vendor):
    """The people of one account.

    Args:
        clock: The sandbox's.
        consent_touches: Whether consent moves ``updated``.
    """

    system: ClassVar[str] = "mail"

    def __init__(self, clock: Clock | None = None, *, consent_touches: bool = True) -> None:
        super().__init__(clock)
        self._consent_touches = consent_touches
        self.profiles = self.store.collection("profiles")
        self.lists = self.store.collection("lists")
        self.segments = self.store.collection("segments")
        self.members: dict[str, Collection] = {
            kind: self.store.collection(f"{kind}_profiles", ("listed", "profile"))
            for kind in ("list", "segment")
        }
        self._people = self.store.collection("people", ("profile",))
        self._addresses = self.store.collection("addresses", ("profile",))

    def apply(self, happening: Happening) -> None:
        """Hear what happened; nobody reads in the middle of it."""
        with self.store.lock:
            super().apply(happening)

    @hears(ContactJoined)
    def contact_joined(self, fact: ContactJoined) -> None:
        """Make a profile; where the address has one, that is changed instead."""
        email = fact.email.strip().lower()
        known = self._addresses.get(email) if email else None
        if known is not None:
            found = str(known.extra["profile"])
            self._known_as(fact.key, found, fact.at)
            told = {"first_name": fact.first_name, "last_name": fact.last_name}
            changes = profile_fields({name: one for name, one in told.items() if one})
            self._edit(found, lambda body: body.update(changes), fact.at)
            return
        found, at = ulid("profile", fact.key), millis(fact.at)
        self._known_as(fact.key, found, fact.at)
        self._moved_in(email, found, fact.at)
        body = resource("profile", found, profile(fact), {})
        self.profiles.put(Row(found, orjson.dumps(body).decode(), at, at, fact.key))

    @hears(ContactEdited)
    def contact_edited(self, fact: ContactEdited) -> None:
        """Change a profile; an address that another has is refused."""
        row = self._of(fact.key)
        if row is None:
            return
        changes = profile_fields(fact.changes)
        if "email" in changes and not self._may_have(row, changes["email"], fact.at):
            del changes["email"]
        own = properties(fact.changes)

        def change(attributes: Body) -> None:
            attributes.update(changes)
            attributes["properties"].update(own)

        self._edit(str(row.id), change, fact.at)
        if "opted_out" in fact.changes:
            self.opt(fact.key, fact.at, is_out=bool(fact.changes["opted_out"]))

    @hears(ContactArchived)
    def contact_archived(self, fact: ContactArchived) -> None:
        """Suppress somebody by hand: there is no bin."""
        told = {"reason": BY_HAND, "timestamp": stamp(fact.at)}
        self._suppress(fact.key, fact.at, lambda held: [*held, told])

    @hears(ContactRestored)
    def contact_restored(self, fact: ContactRestored) -> None:
        """Take the suppression back."""
        self._suppress(
            fact.key, fact.at, lambda held: [one for one in held if one["reason"] != BY_HAND]
        )

    @hears(ContactErased)
    def contact_erased(self, fact: ContactErased) -> None:
        """Delete a profile: nothing is left of it, nor of where it was a member."""
        self._leave(self._of(fact.key), fact.at)

    @hears(ContactsMerged)
    def contacts_merged(self, fact: ContactsMerged) -> None:
        """Keep one id of two, with what only the other one knew and where it was a member."""
        winner, loser = self._of(fact.key), self._of(fact.loser)
        if winner is None or loser is None or winner.id == loser.id:
            return
        lost = loser.json()["attributes"]

        def fill(attributes: Body) -> None:
            for name, value in lost.items():
                if attributes.get(name) is None and not isinstance(value, dict):
                    attributes[name] = value

        for kind, members in self.members.items():
            for row in members.rows(f"profile = ? and {LIVE}", (loser.id,)):
                self._join(kind, str(row.extra["listed"]), str(winner.id), fact.at)
        self._leave(loser, fact.at, into=str(winner.id))
        self._edit(str(winner.id), fill, fact.at)

    @hears(ListCreated)
    def list_created(self, fact: ListCreated) -> None:
        """Make a list, or a segment where a rule says who is in it."""
        at, kind = millis(fact.at), "segment" if fact.dynamic else "list"
        attributes: Body = {
            "name": fact.name,
            "created": stamp(fact.at),
            "updated": stamp(fact.at),
        }
        if fact.dynamic:
            flags = {"is_active": True, "is_processing": False, "is_starred": False}
            attributes |= {"definition": {"condition_groups": []}, **flags}
        else:
            attributes["opt_in_process"] = "single_opt_in"
        found = short("list", fact.key)
        text = orjson.dumps(resource(kind, found, attributes, {})).decode()
        kept = self.segments if fact.dynamic else self.lists
        kept.put(Row(found, text, at, at, fact.key))

    @hears(ListJoined)
    def list_joined(self, fact: ListJoined) -> None:
        """Put a profile on a list. The profile itself does not change."""
        listed, row = short("list", fact.key), self._of(fact.contact)
        kind = self._kind(listed)
        if row is not None and kind:
            self._join(kind, listed, str(row.id), fact.at)

    @hears(ListLeft)
    def list_left(self, fact: ListLeft) -> None:
        """Take a profile off a list."""
        listed, row = short("list", fact.key), self._of(fact.contact)
        kind = self._kind(listed)
        if row is not None and kind:
            self.members[kind].delete(f"{listed}:{row.id}", millis(fact.at))

    def delete_list(self, key: str, at: datetime) -> None:
        """Delete a list or segment, and with it who was on it."""
        found = short("list", key)
        kind = self._kind(found)
        for kept in (self.lists, self.segments):
            kept.delete(found, millis(at))
        for row in self.members[kind].rows(f"listed = ? and {LIVE}", (found,)):
            self.members[kind].delete(row.id, millis(at))

    def opt(self, key: str, at: datetime, *, is_out: bool) -> None:
        """Let somebody consent or not."""
        row = self._of(key)
        if row is None:
            return

        def change(attributes: Body) -> None:
            held = attributes["subscriptions"]["email"]["marketing"]
            held["consent"] = "UNSUBSCRIBED" if is_out else "SUBSCRIBED"
            held |= {"consent_timestamp": stamp(at), "last_updated": stamp(at)}
            held["can_receive_email_marketing"] = not (is_out or held["suppression"])

        self._edit(str(row.id), change, at, touch=self._consent_touches)

    def _suppress(self, key: str, at: datetime, become: Callable[[list[Body]], list[Body]]) -> None:
        row = self._of(key)
        if row is None:
            return

        def change(attributes: Body) -> None:
            held = attributes["subscriptions"]["email"]["marketing"]
            held["suppression"] = become(held["suppression"])
            is_free = not held["suppression"] and held["consent"] == "SUBSCRIBED"
            held |= {"can_receive_email_marketing": is_free, "last_updated": stamp(at)}

        self._edit(str(row.id), change, at, touch=self._consent_touches)

    def _of(self, key: str) -> Row | None:
        """Give the live profile of somebody."""
        known = self._people.get(key)
        row = None if known is None else self.profiles.get(known.extra["profile"])
        return row if row is not None and row.deleted_at is None else None

    def _known_as(self, key: str, found: str, at: datetime) -> None:
        extra = {"profile": found}
        self._people.put(Row(key, "{}", millis(at), millis(at), extra=extra))

    def _moved_in(self, email: str, found: str, at: datetime) -> None:
        if email:
            extra = {"profile": found}
            self._addresses.put(Row(email, "{}", millis(at), millis(at), extra=extra))

    def _may_have(self, row: Row, email: str | None, at: datetime) -> bool:
        """Say whether a profile may have an address, and if so note it."""
        if email and self._addresses.get(email) is not None:
            return False
        before = row.json()["attributes"].get("email")
        if before:
            self._addresses.erase(before)
        self._moved_in(email or "", str(row.id), at)
        return True

    def _kind(self, listed: str) -> str:
        if self.lists.get(listed) is not None:
            return "list"
        return "segment" if self.segments.get(listed) is not None else ""

    def _join(self, kind: str, listed: str, found: str, at: datetime) -> None:
        kept, own = self.members[kind], f"{listed}:{found}"
        held = kept.get(own)
        if held is None or held.deleted_at is not None:
            extra = {"listed": listed, "profile": found}
            kept.put(Row(own, "{}", millis(at), millis(at), extra=extra))

    def _leave(self, row: Row | None, at: datetime, into: str | None = None) -> None:
        if row is None:
            return
        email = row.json()["attributes"].get("email")
        if email:
            self._addresses.erase(email)
        for members in self.members.values():
            for one in members.rows(f"profile = ? and {LIVE}", (row.id,)):
                members.delete(one.id, millis(at))
        self.profiles.put(replace(row, deleted_at=millis(at), merged_into=into))

    def _edit(
        self, found: str, change: Callable[[Body], Any], at: datetime, *, touch: bool = True
    ) -> None:
        """Change a profile's attributes; ``updated`` moves unless there is no ``touch``."""
        row = self.profiles.get(found)
        if row is None:
            return
        body: Body = row.json()
        change(body["attributes"])
        if touch:
            body["attributes"]["updated"] = stamp(at)
        moved = millis(at) if touch else row.updated_at
        self.profiles.put(replace(row, body=orjson.dumps(body).decode(), updated_at=moved))
