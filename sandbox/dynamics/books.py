"""What happens in sales, written into the environment's rows."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson

from sandbox.clock import Clock, iso, millis, moment
from sandbox.dynamics import records
from sandbox.dynamics.records import KEYS, MERGEABLE, Body, guid
from sandbox.happenings import (
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
from sandbox.store import Row
from sandbox.vendor import Vendor, hears

REPARENTED = {
    "incidents": ("_customerid_value", "_primarycontactid_value"),
    "tasks": ("_regardingobjectid_value",),
    "opportunities": ("_parentcontactid_value",),
}
"""The lookups that follow a contact into the one it is merged into."""


class Books(Vendor):
    """The environment's rows. A merged one is still there; an erased or deleted one is not."""

    system = "crm"

    def __init__(self, clock: Clock | None = None) -> None:
        super().__init__(clock)
        self.kept = {name: self.store.collection(name, ("person",)) for name in KEYS}
        self._cases = 0

    def reset(self) -> None:
        """Forget every row."""
        super().reset()
        self._cases = 0

    def apply(self, happening: Happening) -> None:
        """Hear what happened; nobody reads in the middle of it."""
        with self.store.lock:
            super().apply(happening)

    @hears(ContactJoined)
    def contact_joined(self, fact: ContactJoined) -> None:
        """Note a contact."""
        body = records.new(records.CONTACT, fact)
        body |= {**records.full_name(body), "_parentcustomerid_value": self._account(fact.company)}
        self._create("contacts", fact, body)

    @hears(ContactEdited)
    def contact_edited(self, fact: ContactEdited) -> None:
        """Change a contact."""
        changes = records.values(records.CONTACT, fact.changes)
        if "company" in fact.changes:
            changes["_parentcustomerid_value"] = self._account(fact.changes["company"])
        self.change("contacts", guid("contacts", fact.key), changes, fact.at)

    @hears(ContactArchived, ContactErased)
    def contact_gone(self, fact: Happening) -> None:
        """Delete a contact."""
        self._delete("contacts", fact)

    @hears(ContactRestored)
    def contact_restored(self, fact: ContactRestored) -> None:
        """Bring a deleted contact back, under the id it had."""
        self._restore("contacts", fact)

    @hears(ContactsMerged)
    def contacts_merged(self, fact: ContactsMerged) -> None:
        """Make two contacts one: the loser stays, inactive; what hung on it moves over."""
        winner, loser = guid("contacts", fact.key), guid("contacts", fact.loser)
        first, second = self._live("contacts", winner), self._live("contacts", loser)
        if first is None or second is None or winner == loser:
            return
        own, other = first.json(), second.json()
        gaps = {n: v for n, v in other.items() if v is not None and own.get(n) is None}
        self.change("contacts", winner, gaps, fact.at)
        for table, lookups in REPARENTED.items():
            for row in self.kept[table].rows("person = ?", (loser,)):
                moved = {n: winner for n in lookups if row.json().get(n) == loser}
                self.change(table, str(row.id), moved, fact.at, person=winner)
        end = {"merged": True, "_masterid_value": winner, "statecode": 1, "statuscode": 2}
        self.change("contacts", loser, end, fact.at, deleted_at=millis(fact.at), merged_into=winner)

    @hears(CompanyJoined)
    def company_joined(self, fact: CompanyJoined) -> None:
        """Note an account."""
        self._create("accounts", fact, records.new(records.ACCOUNT, fact))

    @hears(CompanyEdited)
    def company_edited(self, fact: CompanyEdited) -> None:
        """Change an account."""
        changes = records.values(records.ACCOUNT, fact.changes)
        self.change("accounts", guid("accounts", fact.key), changes, fact.at)

    @hears(CompanyArchived)
    def company_archived(self, fact: CompanyArchived) -> None:
        """Delete an account."""
        self._delete("accounts", fact)

    @hears(DealOpened)
    def deal_opened(self, fact: DealOpened) -> None:
        """Note an opportunity; it is with one contact here, the first."""
        body, person = records.new(records.DEAL, fact), self._person(*fact.contacts)
        body |= {
            "estimatedvalue": records.amount(fact.amount, fact.currency),
            "_transactioncurrencyid_value": self._currency(fact.currency, fact.at),
            "_parentcontactid_value": person,
            "_parentaccountid_value": self._account(fact.company),
        }
        self._create("opportunities", fact, body, person)

    @hears(DealMoved)
    def deal_moved(self, fact: DealMoved) -> None:
        """Change an opportunity."""
        own = guid("opportunities", fact.key)
        row = self._live("opportunities", own)
        if row is None:
            return
        changes = records.values(records.DEAL, fact.changes) | self._owned(fact)
        if "currency" in fact.changes:
            changes["_transactioncurrencyid_value"] = self._currency(
                fact.changes["currency"], fact.at
            )
        if "amount" in fact.changes:
            body = {**row.json(), **changes}
            currency = self.kept["transactioncurrencies"].get(body["_transactioncurrencyid_value"])
            code = currency.json()["isocurrencycode"] if currency else ""
            changes["estimatedvalue"] = records.amount(fact.changes["amount"], code)
        if changes.get("statecode"):
            changes["actualclosedate"] = records.day(fact.at)
        person = row.extra["person"]
        if "contacts" in fact.changes:
            person = changes["_parentcontactid_value"] = self._person(*fact.changes["contacts"])
        self.change("opportunities", own, changes, fact.at, person=person)

    @hears(DealArchived)
    def deal_archived(self, fact: DealArchived) -> None:
        """Delete an opportunity."""
        self._delete("opportunities", fact)

    @hears(LeadJoined)
    def lead_joined(self, fact: LeadJoined) -> None:
        """Note a lead."""
        body = records.new(records.LEAD, fact)
        body |= {**records.full_name(body), "subject": f"Lead {fact.key}"}
        self._create("leads", fact, body)

    @hears(LeadEdited)
    def lead_edited(self, fact: LeadEdited) -> None:
        """Change a lead."""
        changes = records.values(records.LEAD, fact.changes) | self._owned(fact)
        self.change("leads", guid("leads", fact.key), changes, fact.at)

    @hears(LeadConverted)
    def lead_converted(self, fact: LeadConverted) -> None:
        """Qualify a lead, if the contact it became is one of this environment."""
        own, contact = guid("leads", fact.key), self._person(fact.contact)
        if contact is None or self._live("leads", own) is None:
            return
        deal = guid("opportunities", fact.deal) if fact.deal else None
        changes = {
            "statecode": 1,
            "statuscode": 3,
            "_parentcontactid_value": contact,
            "_parentaccountid_value": self._account(fact.company),
            "_qualifyingopportunityid_value": deal,
        }
        self.change("leads", own, changes, fact.at)
        self.change("contacts", contact, {"_originatingleadid_value": own}, fact.at)

    @hears(LeadDeleted)
    def lead_deleted(self, fact: LeadDeleted) -> None:
        """Delete a lead."""
        self._delete("leads", fact)

    @hears(LeadRestored)
    def lead_restored(self, fact: LeadRestored) -> None:
        """Bring a deleted lead back."""
        self._restore("leads", fact)

    @hears(CaseOpened)
    def case_opened(self, fact: CaseOpened) -> None:
        """Open a case; its customer is a contact or an account."""
        self._cases += 1
        body, person = records.new(records.CASE, fact), self._person(fact.contact)
        body |= {
            "ticketnumber": f"CAS-{self._cases:05d}-D4Y8R3",
            "_customerid_value": person or self._account(fact.company),
            "_primarycontactid_value": person,
        }
        self._create("incidents", fact, body, person)

    @hears(CaseUpdated)
    def case_updated(self, fact: CaseUpdated) -> None:
        """Change a case."""
        changes = records.values(records.CASE, fact.changes) | self._owned(fact)
        self.change("incidents", guid("incidents", fact.key), changes, fact.at)

    @hears(CaseDeleted)
    def case_deleted(self, fact: CaseDeleted) -> None:
        """Delete a case."""
        self._delete("incidents", fact)

    @hears(TaskPlanned)
    def task_planned(self, fact: TaskPlanned) -> None:
        """Plan a task."""
        person = self._person(fact.contact)
        about = person or self._account(fact.company)
        body = {**records.new(records.TASK, fact), "_regardingobjectid_value": about}
        self._create("tasks", fact, body, person)

    @hears(TaskUpdated)
    def task_updated(self, fact: TaskUpdated) -> None:
        """Change a task."""
        changes = records.values(records.TASK, fact.changes) | self._owned(fact)
        self.change("tasks", guid("tasks", fact.key), changes, fact.at)

    @hears(TaskDeleted)
    def task_deleted(self, fact: TaskDeleted) -> None:
        """Delete a task."""
        self._delete("tasks", fact)

    def backdated(self, table: str, own: str, changes: Body) -> None:
        """Change a row as an import does that keeps the ``modifiedon`` of where it comes from."""
        row = self._live(table, own)
        if row is not None:
            self._put(table, row, changes, row.updated_at)

    def change(
        self,
        table: str,
        own: str,
        changes: Mapping[str, Any],
        at: datetime,
        **columns: Any,  # noqa: ANN401 - columns of the store
    ) -> None:
        """Change a row that is there."""
        row = self._live(table, own)
        if row is not None:
            self._put(table, row, changes, millis(at) // 1000 * 1000, **columns)

    def _put(
        self,
        table: str,
        row: Row,
        changes: Mapping[str, Any],
        at: int,
        **columns: Any,  # noqa: ANN401 - columns of the store
    ) -> None:
        body = {**row.json(), **changes, "modifiedon": iso(moment(at))}
        if "firstname" in changes or "lastname" in changes:
            body |= records.full_name(body)
        own = {name: columns.pop(name) for name in ("deleted_at", "merged_into") if name in columns}
        text, extra = orjson.dumps(body).decode(), {**row.extra, **columns}
        self.kept[table].put(replace(row, body=text, updated_at=at, extra=extra, **own))

    def _create(self, table: str, fact: Happening, body: Body, person: str | None = None) -> None:
        own, second = guid(table, fact.key), millis(fact.at) // 1000 * 1000
        written = iso(moment(second))
        owner = self._user(getattr(fact, "owner", ""), fact.at)
        blank: Body = {
            "_ownerid_value": owner,
            KEYS[table]: own,
            "statecode": 0,
            "statuscode": 1,
            **records.BLANK[table],
        }
        if table in MERGEABLE:
            blank |= {"merged": False, "_masterid_value": None}
        body = {**blank, **body, "createdon": written, "modifiedon": written}
        text = orjson.dumps(body).decode()
        self.kept[table].put(Row(own, text, second, second, fact.key, extra={"person": person}))

    def _delete(self, table: str, fact: Happening) -> None:
        row = self._live(table, guid(table, fact.key))
        if row is not None:
            self._put(table, row, {}, row.updated_at, deleted_at=millis(fact.at))

    def _restore(self, table: str, fact: Happening) -> None:
        row = self.kept[table].get(guid(table, fact.key))
        if row is not None and row.deleted_at is not None and row.merged_into is None:
            self._put(table, row, {}, millis(fact.at) // 1000 * 1000, deleted_at=None)

    def _live(self, table: str, own: str) -> Row | None:
        row = self.kept[table].get(own)
        return row if row is not None and row.deleted_at is None else None

    def _person(self, *keys: str | None) -> str | None:
        """Give the first contact of these that is here; a merged one is its winner."""
        for key in filter(None, keys):
            row = self.kept["contacts"].get(guid("contacts", key))
            while row is not None and row.merged_into is not None:
                row = self.kept["contacts"].get(row.merged_into)
            if row is not None and row.deleted_at is None:
                return str(row.id)
        return None

    def _account(self, key: str | None) -> str | None:
        row = self._live("accounts", guid("accounts", key)) if key else None
        return str(row.id) if row else None

    def _owned(self, fact: DealMoved | LeadEdited | CaseUpdated | TaskUpdated) -> Body:
        """Give what a change of owner changes."""
        owner = fact.changes.get("owner")
        return {"_ownerid_value": self._user(owner, fact.at)} if owner else {}

    def _user(self, email: str, at: datetime) -> str:
        """Give the id of a user; who has no owner in person is the administrator's."""
        email = email or records.NOBODY_IN_PERSON
        own, second = guid("systemusers", email), millis(at) // 1000 * 1000
        if self.kept["systemusers"].get(own) is None:
            name = email.partition("@")[0].replace(".", " ").title()
            body = {"systemuserid": own, "fullname": name, "internalemailaddress": email}
            row = Row(own, orjson.dumps(body).decode(), second, second, email)
            self.kept["systemusers"].put(row)
        return own

    def _currency(self, code: str, at: datetime) -> str:
        own = guid("transactioncurrencies", code)
        if self.kept["transactioncurrencies"].get(own) is None:
            body = {
                "transactioncurrencyid": own,
                "isocurrencycode": code,
                "currencyname": code,
                "createdon": iso(at),
                "modifiedon": iso(at),
            }
            second = millis(at) // 1000 * 1000
            row = Row(own, orjson.dumps(body).decode(), second, second, code)
            self.kept["transactioncurrencies"].put(row)
        return own
