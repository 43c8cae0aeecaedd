"""What happens in sales, written into the org's records."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

import orjson

from sandbox.clock import Clock, millis, moment
from sandbox.happenings import (
    CampaignMembered,
    CampaignStarted,
    CaseDeleted,
    CaseOpened,
    CaseUpdated,
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
    Happening,
    LeadConverted,
    LeadDeleted,
    LeadEdited,
    LeadJoined,
    LeadRestored,
    TaskDeleted,
    TaskPlanned,
    TaskUpdated,
)
from sandbox.salesforce import records
from sandbox.salesforce.fields import OBJECTS, TABLES
from sandbox.salesforce.records import Body, ident, stamp
from sandbox.store import Row
from sandbox.vendor import Vendor, hears

OWNER = "owner@daybreak.example"
TIED = ("opportunity_contact_roles", "campaign_members")
"""What goes to the bin with the record it ties, and comes back with it."""
PASSED = ("StageName", "Amount", "CloseDate")
"""What of an opportunity is written into its history whenever it changes."""
CHILDREN = ("cases", "tasks", *TIED)
EXTRA = ("person", "deal", "account")
KEYS = frozenset({"key", "loser", "contact", "contacts", "company", "deal", "lead", "campaign"})
"""The fields of happenings that name a thing of the world."""


class Books(Vendor):
    """The org's records, by the table a client keeps them in.

    ``person``, ``deal`` and ``account`` are the ids a record hangs on. A record erased for good
    has the body ``{}``.

    Args:
        clock: The sandbox's.
        late_seconds: How long after its own stamp every second write shows: some transactions
            commit late, and those that were stamped after them are seen before.
    """

    system = "crm"

    def __init__(self, clock: Clock | None = None, *, late_seconds: float = 0) -> None:
        super().__init__(clock)
        self.kept = {name: self.store.collection(name, EXTRA) for name in TABLES}
        self.fields = {one.name: dict(one.fields) for one in OBJECTS.values()}
        self._late = timedelta(seconds=late_seconds)
        self._uncommitted: list[Happening] = []
        self._heard = 0
        self._cases = 0

    def reset(self) -> None:
        """Forget every record and every field that came with them."""
        super().reset()
        self.fields = {one.name: dict(one.fields) for one in OBJECTS.values()}
        self._uncommitted.clear()
        self._cases = 0

    def apply(self, happening: Happening) -> None:
        """Hear what happened; it shows when its transaction is through."""
        with self.store.lock:
            self._heard += 1
            slow = self._heard % 2 == 0 or any(_meet(happening, w) for w in self._uncommitted)
            if self._late and slow:
                self._uncommitted.append(happening)
            else:
                super().apply(happening)

    def commit(self) -> None:
        """Let those writes show whose time has come, in their order."""
        with self.store.lock:
            waiting, self._uncommitted = self._uncommitted, []
            for fact in waiting:
                if fact.at + self._late <= self.clock.now():
                    super().apply(fact)
                else:
                    self._uncommitted.append(fact)

    def truth(self, table: str | None = None) -> dict[str, dict[Any, dict[str, Any]]]:
        """Give what a perfect pull would hold by now."""
        self.commit()
        return super().truth(table)

    @hears(ContactJoined)
    def contact_joined(self, fact: ContactJoined) -> None:
        """Note a contact."""
        body = records.new(records.CONTACT, fact)
        account = self._there("accounts", fact.company)
        body |= {**records.full_name(body), "AccountId": account, "DoNotCall": False}
        self._create("contacts", fact, body, account=account)

    @hears(ContactEdited)
    def contact_edited(self, fact: ContactEdited) -> None:
        """Change a contact."""
        changes = records.values(records.CONTACT, fact.changes)
        columns: Body = {}
        if "company" in fact.changes:
            account = self._there("accounts", fact.changes["company"])
            changes["AccountId"] = columns["account"] = account
        self._change("contacts", ident("contacts", fact.key), changes, fact.at, **columns)

    @hears(ContactArchived)
    def contact_archived(self, fact: ContactArchived) -> None:
        """Put a contact in the bin."""
        self._bin("contacts", fact)

    @hears(ContactRestored)
    def contact_restored(self, fact: ContactRestored) -> None:
        """Take a contact out of the bin."""
        self._restore("contacts", fact)

    @hears(ContactErased)
    def contact_erased(self, fact: ContactErased) -> None:
        """Erase a contact: no query shows it any more."""
        own = ident("contacts", fact.key)
        self._bin("contacts", fact)
        row = self.kept["contacts"].get(own)
        if row is not None:
            self.kept["contacts"].put(replace(row, body="{}"))

    @hears(ContactsMerged)
    def contacts_merged(self, fact: ContactsMerged) -> None:
        """Make two contacts one: the winner fills its gaps, the loser's children move over."""
        winner, loser = ident("contacts", fact.key), ident("contacts", fact.loser)
        first, second = self._live("contacts", winner), self._live("contacts", loser)
        if first is None or second is None or winner == loser:
            return
        own, other = first.json(), second.json()
        gaps = {n: v for n, v in other.items() if v is not None and own.get(n) is None}
        self._change("contacts", winner, gaps, fact.at)
        for table in CHILDREN:
            for row in self.kept[table].rows("person = ?", (loser,)):
                ties = {n: winner for n in ("ContactId", "WhoId") if n in row.json()}
                self._change(table, str(row.id), ties, fact.at, person=winner)
        gone: Body = {"deleted_at": millis(fact.at), "merged_into": winner}
        self._change("contacts", loser, {"MasterRecordId": winner}, fact.at, **gone)

    @hears(CompanyJoined)
    def company_joined(self, fact: CompanyJoined) -> None:
        """Note an account."""
        self._create("accounts", fact, records.new(records.ACCOUNT, fact))

    @hears(CompanyEdited)
    def company_edited(self, fact: CompanyEdited) -> None:
        """Change an account."""
        changes = records.values(records.ACCOUNT, fact.changes)
        self._change("accounts", ident("accounts", fact.key), changes, fact.at)

    @hears(CompanyArchived)
    def company_archived(self, fact: CompanyArchived) -> None:
        """Put an account in the bin; its contacts are of nobody then."""
        self._bin("accounts", fact)
        own = ident("accounts", fact.key)
        for row in self.kept["contacts"].rows("account = ?", (own,)):
            self._change("contacts", str(row.id), {"AccountId": None}, fact.at, account=None)

    @hears(DealOpened)
    def deal_opened(self, fact: DealOpened) -> None:
        """Note an opportunity and whom it is with."""
        body = records.new(records.DEAL, fact)
        account = self._there("accounts", fact.company)
        people = [own for own in (self._there("contacts", k) for k in fact.contacts) if own]
        body |= {"Amount": records.amount(fact.amount, fact.currency), "AccountId": account}
        body |= {"CloseDate": records.closes(fact), "ContactId": next(iter(people), None)}
        self._own(fact.owner, fact.at)
        own = self._create("opportunities", fact, body, account=account)
        self._tie(own, people, fact.at)
        self._passed(own, fact.at)

    @hears(DealMoved)
    def deal_moved(self, fact: DealMoved) -> None:
        """Change an opportunity."""
        own = ident("opportunities", fact.key)
        row = self._live("opportunities", own)
        if row is None:
            return
        changes = records.values(records.DEAL, fact.changes)
        columns: Body = {}
        if "amount" in fact.changes:
            currency = changes.get("CurrencyIsoCode") or row.json().get("CurrencyIsoCode") or ""
            changes["Amount"] = records.amount(fact.changes["amount"], currency)
        if "close_at" in fact.changes:
            changes["CloseDate"] = records.day(fact.changes["close_at"])
        if "company" in fact.changes:
            account = self._there("accounts", fact.changes["company"])
            changes["AccountId"] = columns["account"] = account
        self._own(fact.changes.get("owner", ""), fact.at)
        self._change("opportunities", own, changes, fact.at, **columns)
        if changes.keys() & set(PASSED):
            self._passed(own, fact.at)
        if "contacts" in fact.changes:
            self._untie("deal", own, fact.at)
            keys = fact.changes["contacts"]
            self._tie(own, [o for o in (self._there("contacts", k) for k in keys) if o], fact.at)

    @hears(DealArchived)
    def deal_archived(self, fact: DealArchived) -> None:
        """Put an opportunity in the bin, and its history with it."""
        self._bin("opportunities", fact)
        own = ident("opportunities", fact.key)
        for row in self.kept["opportunity_history"].rows("deal = ? and deleted_at is null", (own,)):
            at = millis(fact.at)
            self._change("opportunity_history", str(row.id), {}, fact.at, deleted_at=at)

    @hears(LeadJoined)
    def lead_joined(self, fact: LeadJoined) -> None:
        """Note a lead."""
        body = records.new(records.LEAD, fact)
        none = dict.fromkeys(("ConvertedAccountId", "ConvertedContactId"))
        body |= {**records.full_name(body), **none, "IsConverted": False, "DoNotCall": False}
        self._own(fact.owner, fact.at)
        self._create("leads", fact, body)

    @hears(LeadEdited)
    def lead_edited(self, fact: LeadEdited) -> None:
        """Change a lead."""
        self._own(fact.changes.get("owner", ""), fact.at)
        changes = records.values(records.LEAD, fact.changes)
        self._change("leads", ident("leads", fact.key), changes, fact.at)

    @hears(LeadConverted)
    def lead_converted(self, fact: LeadConverted) -> None:
        """Say of a lead which contact it is now, if the contact is one of this org."""
        contact = self._there("contacts", fact.contact)
        if contact is None:
            return
        changes = {
            "IsConverted": True,
            "Status": "Qualified",
            "ConvertedDate": records.day(fact.at),
            "ConvertedContactId": contact,
            "ConvertedAccountId": self._there("accounts", fact.company),
            "ConvertedOpportunityId": self._there("opportunities", fact.deal),
        }
        self._change("leads", ident("leads", fact.key), changes, fact.at)

    @hears(LeadDeleted)
    def lead_deleted(self, fact: LeadDeleted) -> None:
        """Put a lead in the bin."""
        self._bin("leads", fact)

    @hears(LeadRestored)
    def lead_restored(self, fact: LeadRestored) -> None:
        """Take a lead out of the bin."""
        self._restore("leads", fact)

    @hears(CaseOpened)
    def case_opened(self, fact: CaseOpened) -> None:
        """Open a case."""
        self._cases += 1
        person, account = self._hung(fact)
        body = records.new(records.CASE, fact)
        body |= {"CaseNumber": f"{self._cases:08d}", "ContactId": person, "AccountId": account}
        body["ClosedDate"] = stamp(fact.at) if body["IsClosed"] else None
        self._own(fact.owner, fact.at)
        self._create("cases", fact, body, person=person, account=account)

    @hears(CaseUpdated)
    def case_updated(self, fact: CaseUpdated) -> None:
        """Change a case."""
        changes = records.values(records.CASE, fact.changes)
        columns: Body = {}
        if "IsClosed" in changes:
            changes["ClosedDate"] = stamp(fact.at) if changes["IsClosed"] else None
        if "contact" in fact.changes:
            person = self._there("contacts", fact.changes["contact"])
            changes["ContactId"] = columns["person"] = person
        self._own(fact.changes.get("owner", ""), fact.at)
        self._change("cases", ident("cases", fact.key), changes, fact.at, **columns)

    @hears(CaseDeleted)
    def case_deleted(self, fact: CaseDeleted) -> None:
        """Put a case in the bin."""
        self._bin("cases", fact)

    @hears(TaskPlanned)
    def task_planned(self, fact: TaskPlanned) -> None:
        """Plan a task."""
        person, account = self._hung(fact)
        body = records.new(records.TASK, fact)
        deal = self._there("opportunities", fact.deal)
        body |= {"WhoId": person, "WhatId": deal or account}
        self._own(fact.owner, fact.at)
        self._create("tasks", fact, body, person=person, account=account)

    @hears(TaskUpdated)
    def task_updated(self, fact: TaskUpdated) -> None:
        """Change a task."""
        self._own(fact.changes.get("owner", ""), fact.at)
        changes = records.values(records.TASK, fact.changes)
        self._change("tasks", ident("tasks", fact.key), changes, fact.at)

    @hears(TaskDeleted)
    def task_deleted(self, fact: TaskDeleted) -> None:
        """Put a task in the bin."""
        self._bin("tasks", fact)

    @hears(CampaignStarted)
    def campaign_started(self, fact: CampaignStarted) -> None:
        """Start a campaign."""
        body = {"Name": fact.name, "Type": fact.kind.capitalize(), "Status": "In Progress"}
        self._create("campaigns", fact, body)

    @hears(CampaignMembered)
    def campaign_membered(self, fact: CampaignMembered) -> None:
        """Make a contact or a lead a member of a campaign; told again, its status moves."""
        body, own = records.new(records.MEMBER, fact), ident("campaign_members", fact.key)
        person = self._there("contacts", fact.contact) or self._there("leads", fact.lead)
        if person is None:
            return
        body["FirstRespondedDate"] = records.day(fact.at) if body["HasResponded"] else None
        if self.kept["campaign_members"].get(own) is None:
            self._create("campaign_members", fact, body, person=person)
        else:
            self._change("campaign_members", own, body, fact.at)

    def define(self, table: str, name: str, kind: str = "string") -> None:
        """Add a custom field to an object; a kind like ``string formula`` is worked out by it."""
        self.fields[TABLES[table].name][name] = kind

    def _hung(self, fact: CaseOpened | TaskPlanned) -> tuple[str | None, str | None]:
        return self._there("contacts", fact.contact), self._there("accounts", fact.company)

    def _there(self, table: str, key: str | None) -> str | None:
        """Give the id of a live record of the world; one that was merged is its winner."""
        own = ident(table, key) if key else ""
        row = self.kept[table].get(own) if own else None
        while row is not None and row.merged_into is not None:
            row = self.kept[table].get(row.merged_into)
        return str(row.id) if row is not None and row.deleted_at is None else None

    def _live(self, table: str, own: str) -> Row | None:
        row = self.kept[table].get(own)
        return row if row is not None and row.deleted_at is None else None

    def _tie(self, deal: str, people: Iterable[str], at: datetime) -> None:
        for number, person in enumerate(people):
            own = ident("opportunity_contact_roles", f"{deal}:{person}")
            body = {"OpportunityId": deal, "ContactId": person, "Role": None}
            row = self._row("opportunity_contact_roles", own, "", body, at)
            row = replace(row, extra={"person": person, "deal": deal})
            primary = {"IsPrimary": number == 0}
            text = orjson.dumps({**row.json(), **primary}).decode()
            self.kept["opportunity_contact_roles"].put(replace(row, body=text))

    def _passed(self, deal: str, at: datetime) -> None:
        """Write down what an opportunity says now: nobody can change that later."""
        row = self._live("opportunities", deal)
        if row is None:
            return
        said = {name: row.json().get(name) for name in PASSED}
        own = ident("opportunity_history", f"{deal}:{self.store.tick()}")
        past = self._row("opportunity_history", own, "", {**said, "OpportunityId": deal}, at)
        self.kept["opportunity_history"].put(replace(past, extra={"deal": deal}))

    def _untie(self, column: str, own: str, at: datetime) -> None:
        for table in TIED:
            for row in self.kept[table].rows(f"{column} = ? and deleted_at is null", (own,)):
                self._change(table, str(row.id), {}, at, deleted_at=millis(at))

    def _bin(self, table: str, fact: Happening) -> None:
        own = ident(table, fact.key)
        if self._live(table, own) is None:
            return
        self._change(table, own, {}, fact.at, deleted_at=millis(fact.at))
        self._untie("deal" if table == "opportunities" else "person", own, fact.at)

    def _restore(self, table: str, fact: Happening) -> None:
        row = self.kept[table].get(ident(table, fact.key))
        if row is None or row.deleted_at is None or row.merged_into or row.body == "{}":
            return
        for tied in TIED:
            ties = self.kept[tied].rows("person = ? and deleted_at = ?", (row.id, row.deleted_at))
            for tie in ties:
                self._change(tied, str(tie.id), {}, fact.at, revive=True)
        self._change(table, str(row.id), {}, fact.at, revive=True)

    def _own(self, email: str, at: datetime) -> None:
        if not email or self.kept["users"].get(ident("users", email)) is not None:
            return
        first = email.partition("@")[0].partition(".")[0].title()
        body: Body = {"Username": email, "Email": email, "LastName": "Daybreak"}
        body |= {"FirstName": first, "Name": f"{first} Daybreak", "IsActive": True}
        own = ident("users", email)
        self.kept["users"].put(self._row("users", own, email, body, at))

    def _create(self, table: str, fact: Happening, body: Body, **columns: str | None) -> str:
        if "OwnerId" in TABLES[table].fields:
            self._own(OWNER, fact.at)
            body.setdefault("OwnerId", ident("users", OWNER))
        own = ident(table, fact.key)
        self._learn(table, body)
        row = self._row(table, own, fact.key, body, fact.at)
        self.kept[table].put(replace(row, extra=columns))
        return own

    def _row(self, table: str, own: str, key: str, body: Body, at: datetime) -> Row:
        blank = {name: None for name, kind in TABLES[table].fields.items() if kind != "address"}
        written = stamp(at)
        times = {"CreatedDate": written, "LastModifiedDate": written, "SystemModstamp": written}
        whole = {**blank, "Id": own, "IsDeleted": False, **body, **times}
        whole = {n: v for n, v in whole.items() if n in TABLES[table].fields or n in body}
        second = millis(at) // 1000 * 1000
        return Row(own, orjson.dumps(whole).decode(), second, second, key)

    def _change(
        self,
        table: str,
        own: str,
        changes: Mapping[str, Any],
        at: datetime,
        *,
        revive: bool = False,
        **columns: Any,  # noqa: ANN401 - columns of the store
    ) -> None:
        """Change a live record, or one in the bin by ``revive``; the stamp moves in any case."""
        row = self.kept[table].get(own)
        if row is None or (row.deleted_at is not None and not revive):
            return
        body = row.json()
        self._learn(table, changes)
        body |= changes
        if "FirstName" in changes or "LastName" in changes:
            body |= records.full_name(body)
        second = millis(at) // 1000 * 1000
        written = stamp(moment(second))
        stamps = {"LastModifiedDate": written, "SystemModstamp": written}
        body |= {name: at for name, at in stamps.items() if name in body}
        gone = columns.pop("deleted_at", None)
        if "IsDeleted" in body:
            body["IsDeleted"] = gone is not None
        text, merged = orjson.dumps(body).decode(), columns.pop("merged_into", None)
        extra = {**row.extra, **columns}
        self.kept[table].put(
            replace(
                row, body=text, updated_at=second, deleted_at=gone, merged_into=merged, extra=extra
            )
        )

    def _learn(self, table: str, body: Mapping[str, Any]) -> None:
        """Take note of fields nobody had defined: somebody just made them."""
        known = self.fields[TABLES[table].name]
        for name in body.keys() - known.keys():
            if name.endswith("__c"):
                known[name] = "string"


def _meet(one: Happening, other: Happening) -> bool:
    """Say whether two facts are about one thing: then the first of them comes first."""
    return bool(_about(one) & _about(other))


def _about(fact: Happening) -> set[str]:
    values = [getattr(fact, each.name) for each in fields(fact) if each.name in KEYS]
    flat = [key for value in values for key in (value if isinstance(value, tuple) else [value])]
    return {key for key in flat if key}
