"""What happens in marketing, written into the portal's records."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson

from sandbox.clock import Clock, millis
from sandbox.happenings import (
    CompanyArchived,
    CompanyEdited,
    CompanyJoined,
    ContactArchived,
    ContactEdited,
    ContactErased,
    ContactJoined,
    ContactRestored,
    ContactsMerged,
    DealArchived,
    DealMoved,
    DealOpened,
)
from sandbox.hubspot import records
from sandbox.hubspot.links import Links
from sandbox.hubspot.members import Members
from sandbox.hubspot.properties import MODIFIED, TYPES, Definition
from sandbox.hubspot.records import Values, company_id, contact_id, deal_id, owner_id
from sandbox.names import number
from sandbox.store import Collection, Row
from sandbox.vendor import Vendor, hears

LIVE = "deleted_at is null"
MERGED, ERASED = "merged", "erased"


class Books(Vendor):
    """The portal's records.

    Contacts, companies and deals keep their property values; ``gone`` says of a record that is
    neither live nor in the bin why: it was merged into another, or erased.
    """

    system = "marketing"

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        merges_renumber: bool = False,
        loud_restores: bool = False,
    ) -> None:
        """Open the books.

        Args:
            clock: The sandbox's.
            merges_renumber: True gives a merged record an id of its own, as newer portals are
                said to; otherwise the winner keeps its.
            loud_restores: True when a record that comes back from the bin has a new time of
                change. Nobody has written down what the portal does.
        """
        super().__init__(clock)
        self._renumber = merges_renumber
        self._loud = loud_restores
        self.records = {kind: self.store.collection(kind, ("gone", "email")) for kind in TYPES}
        self.owners = self.store.collection("owners")
        self.stages = self.store.collection("stage_history", ("deal",))
        self.links = Links(self.store.collection("associations", ("origin", "target")))
        self.members = Members(self.store.collection("list_memberships", ("list", "contact")))
        self.properties: dict[str, dict[str, Definition]] = {}
        self._name_properties()

    def reset(self) -> None:
        """Forget every record and every property that came with them."""
        super().reset()
        self._name_properties()

    @hears(ContactJoined)
    def contact_joined(self, fact: ContactJoined) -> None:
        """Note a contact."""
        own = self._create("contacts", contact_id(fact.key), records.contact(fact), fact)
        if fact.company is not None:
            self.links.tie("contacts", own, "companies", company_id(fact.company), millis(fact.at))

    @hears(ContactEdited)
    def contact_edited(self, fact: ContactEdited) -> None:
        """Change a contact."""
        own = self.live_id("contacts", contact_id(fact.key))
        self._change("contacts", own, records.values(records.CONTACT, fact.changes), fact.at)
        if "company" in fact.changes:
            company, at = fact.changes["company"], millis(fact.at)
            self.links.untie("contacts", own, "companies", at)
            if company is not None:
                self.links.tie("contacts", own, "companies", company_id(company), at)

    @hears(ContactArchived)
    def contact_archived(self, fact: ContactArchived) -> None:
        """Put a contact in the bin."""
        self.archive("contacts", self.live_id("contacts", contact_id(fact.key)), fact.at)

    @hears(ContactRestored)
    def contact_restored(self, fact: ContactRestored) -> None:
        """Take a contact out of the bin."""
        own, at = self.live_id("contacts", contact_id(fact.key)), millis(fact.at)
        row = self.records["contacts"].get(own)
        if row is None or row.extra["gone"] or row.deleted_at is None:
            return
        if self._loud:
            self._change("contacts", own, {}, fact.at, deleted_at=None)
        else:
            self.records["contacts"].edit(own, {}, row.updated_at, deleted_at=None)
        self.links.restore("contacts", own, row.deleted_at, at)
        self.members.restore(own, row.deleted_at, at)

    @hears(ContactErased)
    def contact_erased(self, fact: ContactErased) -> None:
        """Erase a contact: the books know that it was, nobody is told. Its mail events stay."""
        own, at = self.live_id("contacts", contact_id(fact.key)), millis(fact.at)
        row = self.records["contacts"].get(own)
        if row is None:
            return
        self.archive("contacts", own, fact.at)
        extra = {"gone": ERASED}
        empty = Row(own, "{}", row.created_at, at, row.key, deleted_at=at, extra=extra)
        self.records["contacts"].put(empty)

    @hears(ContactsMerged)
    def contacts_merged(self, fact: ContactsMerged) -> None:
        """Make two contacts one."""
        winner, loser = contact_id(fact.key), contact_id(fact.loser)
        self.merge("contacts", winner, loser, fact.at)

    @hears(CompanyJoined)
    def company_joined(self, fact: CompanyJoined) -> None:
        """Note a company."""
        self._create("companies", company_id(fact.key), records.company(fact), fact)

    @hears(CompanyEdited)
    def company_edited(self, fact: CompanyEdited) -> None:
        """Change a company."""
        changes = records.values(records.COMPANY, fact.changes)
        own = self.live_id("companies", company_id(fact.key))
        self._change("companies", own, changes, fact.at)

    @hears(CompanyArchived)
    def company_archived(self, fact: CompanyArchived) -> None:
        """Put a company in the bin."""
        self.archive("companies", self.live_id("companies", company_id(fact.key)), fact.at)

    @hears(DealOpened)
    def deal_opened(self, fact: DealOpened) -> None:
        """Note a deal, its owner and whom it is with."""
        found = records.deal(fact)
        found["amount"] = records.money(fact.amount, fact.currency)
        own, at = self._create("deals", deal_id(fact.key), found, fact), millis(fact.at)
        self._staged(own, fact.stage, at)
        self._own(fact.owner, at)
        for key in fact.contacts:
            self.links.tie("deals", own, "contacts", contact_id(key), at)
        if fact.company is not None:
            self.links.tie("deals", own, "companies", company_id(fact.company), at)

    @hears(DealMoved)
    def deal_moved(self, fact: DealMoved) -> None:
        """Change a deal."""
        own, at = self.live_id("deals", deal_id(fact.key)), millis(fact.at)
        row = self.records["deals"].get(own)
        if row is None:
            return
        found = records.values(records.DEAL, fact.changes)
        if "amount" in fact.changes:
            currency = found.get("deal_currency_code") or row.json().get("deal_currency_code")
            found["amount"] = records.money(fact.changes["amount"], currency or "")
        if "stage" in fact.changes and fact.changes["stage"] != row.json().get("dealstage"):
            self._staged(own, fact.changes["stage"], at)
        self._change("deals", own, found, fact.at)
        self._own(fact.changes.get("owner", ""), at)
        for name, kind, record in (
            ("contacts", "contacts", contact_id),
            ("company", "companies", company_id),
        ):
            if name in fact.changes:
                self.links.untie("deals", own, kind, at)
                keys = fact.changes[name]
                for key in keys if name == "contacts" else filter(None, [keys]):
                    self.links.tie("deals", own, kind, record(key), at)

    @hears(DealArchived)
    def deal_archived(self, fact: DealArchived) -> None:
        """Put a deal in the bin."""
        self.archive("deals", self.live_id("deals", deal_id(fact.key)), fact.at)

    def stages_of(self, deal: str) -> list[Any]:
        """Give every stage a deal was put into, the newest first."""
        rows = self.stages.rows("deal = ?", (int(deal),), order="created_at desc, seq desc")
        return [row.json() for row in rows]

    def _staged(self, deal: int, stage: str, at: int) -> None:
        told = {
            "value": stage,
            "timestamp": records.stamp(at),
            "sourceType": "CRM_UI",
            "sourceId": "userId:1",
            "updatedByUserId": 1,
        }
        own, text = f"{deal}/{records.stamp(at)}/{stage}", orjson.dumps(told).decode()
        self.stages.put(Row(own, text, at, at, "", extra={"deal": deal}))

    def live_id(self, kind: str, record: int) -> int:
        """Give the id under which a record is known by now: itself, or what it was merged into."""
        row = self.records[kind].get(record)
        while row is not None and row.merged_into is not None:
            record = int(row.merged_into)
            row = self.records[kind].get(record)
        return record

    def archive(self, kind: str, record: int, when: datetime) -> bool:
        """Put a record in the bin, and what ties it to others out of sight."""
        row, at = self.records[kind].get(record), millis(when)
        if row is None or row.deleted_at is not None:
            return False
        self.records[kind].edit(record, {}, row.updated_at, deleted_at=at)
        self.links.hide(kind, record, at)
        if kind == "contacts":
            self.members.hide(record, at)
        return True

    def merge(self, kind: str, winner: int, loser: int, when: datetime) -> int | None:
        """Make two records one; gives the id of what is left, None when one is not there.

        The winner's values win; the loser's fill what was empty, its address stays as a further
        one, its associations and memberships move over.
        """
        winner, loser = self.live_id(kind, winner), self.live_id(kind, loser)
        first, second = self.records[kind].get(winner), self.records[kind].get(loser)
        if first is None or second is None or winner == loser:
            return None
        if first.deleted_at is not None or second.deleted_at is not None:
            return None
        at, merged = millis(when), _merged(first, second, renumber=self._renumber)
        left = number("merged", f"{winner}:{loser}") if self._renumber else winner
        body = self._stamped(kind, merged, left, first.created_at, at)
        for old in {winner, loser} - {left}:
            self._hand_over(kind, old, left, at)
        extra = {"gone": None, "email": merged.get("email")}
        self.records[kind].put(Row(left, body, first.created_at, at, first.key, extra=extra))
        return left

    def _hand_over(self, kind: str, old: int, new: int, at: int) -> None:
        self.links.move(kind, old, new, at)
        if kind == "contacts":
            self.members.move(old, new, at)
        self.records[kind].edit(old, {}, at, deleted_at=at, merged_into=new, gone=MERGED)

    def _create(self, kind: str, record: int, found: Values, fact: Any) -> int:  # noqa: ANN401 - any first happening
        at = millis(fact.at)
        self._learn(kind, found)
        body = self._stamped(kind, records.full(found), record, at, at)
        extra = {"gone": None, "email": found.get("email")}
        self.records[kind].put(Row(record, body, at, at, fact.key, extra=extra))
        return record

    def _change(
        self, kind: str, record: int, changes: Values, when: datetime, **columns: int | None
    ) -> None:
        at = millis(when)
        self._learn(kind, changes)

        def change(own: Values) -> None:
            merged = records.full({**own, **changes})
            own.clear()
            own.update(merged)
            own[MODIFIED[kind]] = records.stamp(at)

        if "email" in changes:
            _edit(self.records[kind], record, change, at, {**columns, "email": changes["email"]})
        else:
            _edit(self.records[kind], record, change, at, columns)

    def _stamped(self, kind: str, found: Values, record: int, created: int, at: int) -> str:
        own = {
            "hs_object_id": str(record),
            "createdate": records.stamp(created),
            MODIFIED[kind]: records.stamp(at),
        }
        return orjson.dumps({**found, **own}).decode()

    def _own(self, email: str, at: int) -> None:
        if not email or self.owners.get(owner_id(email)) is not None:
            return
        first = email.partition("@")[0].partition(".")[0].title()
        body = {
            "id": str(owner_id(email)),
            "email": email,
            "type": "PERSON",
            "firstName": first,
            "lastName": "",
            "userId": owner_id(email) % 1_000_000,
            "createdAt": records.stamp(at),
            "updatedAt": records.stamp(at),
            "archived": False,
        }
        self.owners.put(Row(owner_id(email), orjson.dumps(body).decode(), at, at, email))

    def _learn(self, kind: str, found: Values) -> None:
        """Take note of properties nobody had defined: somebody just made them."""
        for name in found.keys() - self.properties[kind].keys():
            self.properties[kind][name] = (name.replace("_", " ").title(), "string", "text")

    def _name_properties(self) -> None:
        self.properties = {kind: dict(own) for kind, own in TYPES.items()}


def _edit(
    collection: Collection,
    record: int,
    change: Callable[[Values], None],
    at: int,
    columns: dict[str, Any],
) -> None:
    collection.edit(record, change, at, **columns)


def _merged(first: Row, second: Row, *, renumber: bool) -> Values:
    own, other = first.json(), second.json()
    found: Values = {**other, **own}
    old = [str(second.id)] + ([str(first.id)] if renumber else [])
    for row in (own, other):
        old += (row.get("hs_merged_object_ids") or "").split(";")
    found["hs_merged_object_ids"] = ";".join(sorted(filter(None, old)))
    emails = [other.get("email"), *(own.get("hs_additional_emails") or "").split(";")]
    emails += (other.get("hs_additional_emails") or "").split(";")
    more = [email for email in dict.fromkeys(filter(None, emails)) if email != found.get("email")]
    if more:
        found["hs_additional_emails"] = ";".join(more)
    return found
