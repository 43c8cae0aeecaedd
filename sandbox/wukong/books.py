"""What happens in sales, written into WuKong's records."""

from datetime import datetime
from typing import Any, ClassVar

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
    DealArchived,
    DealMoved,
    DealOpened,
    Happening,
    LeadConverted,
    LeadDeleted,
    LeadEdited,
    LeadJoined,
    TaskPlanned,
    TaskUpdated,
)
from sandbox.store import Row
from sandbox.vendor import Vendor, hears
from sandbox.wukong import records
from sandbox.wukong.records import MODULES, Body, local, record_id

OWNER: Body = {"ownerUserId": 14773, "ownerUserName": "晨曦"}
MAKER: Body = {"createUserId": 14773, "createUserName": "晨曦"}
POOL = 1
FOUNDS: dict[type[Happening], str] = {
    ContactJoined: "contacts",
    CompanyJoined: "customers",
    LeadJoined: "leads",
    DealOpened: "business",
}
EDITS: dict[type[Happening], str] = {
    ContactEdited: "contacts",
    CompanyEdited: "customers",
    LeadEdited: "leads",
    DealMoved: "business",
}
DELETES: dict[type[Happening], str] = {
    ContactArchived: "contacts",
    ContactErased: "contacts",
    LeadDeleted: "leads",
    DealArchived: "business",
}


class Books(Vendor):
    """The records of one installation.

    Args:
        clock: The sandbox's.
        quiet_transfers: Whether converting a lead leaves its time of change alone.
    """

    name: ClassVar[str] = "wukong"
    system: ClassVar[str] = "crm"

    def __init__(self, clock: Clock | None = None, *, quiet_transfers: bool = True) -> None:
        super().__init__(clock)
        self._quiet = quiet_transfers
        self.kept = {
            name: self.store.collection(name, ("converted", "pool", "customer")) for name in MODULES
        }
        self.activities = self.store.collection("activities", ("about", "day"))
        self._plans = self.store.collection("plans")
        self.fields: dict[str, dict[str, int]] = {}
        self._name_fields()

    def reset(self) -> None:
        """Forget every record, and every field that came with them."""
        super().reset()
        self._name_fields()

    def truth(self, table: str | None = None) -> dict[str, dict[Any, dict[str, Any]]]:
        """As `Vendor.truth`; what is only planned is nobody's business yet."""
        return {name: rows for name, rows in super().truth(table).items() if name != "plans"}

    @hears(*FOUNDS)
    def founded(self, fact: Happening) -> None:
        """Note a new record."""
        table, at = FOUNDS[type(fact)], _second(fact.at)
        own = record_id(table, fact.key)
        body: Body = dict.fromkeys(self.fields[table], "")
        body |= {"createTime": local(fact.at), "lastTime": "", **OWNER, **MAKER}
        body |= records.written(table, records.told(fact), {})
        if isinstance(fact, DealOpened):
            money = records.money(fact.amount, fact.currency)
            body |= {
                "money": money,
                "typeId": 1,
                "typeName": "系统默认",
                "_currency": fact.currency,
            }
        self._learn(table, body)
        body |= {"id": own, "batchId": f"{own:032x}", "updateTime": local(fact.at)}
        self._name_customer(body)
        extra = {"converted": 0, "pool": None, "customer": body.get("customerId")}
        text = orjson.dumps(body).decode()
        self.kept[table].put(Row(own, text, at, at, fact.key, extra=extra))

    @hears(*EDITS)
    def edited(self, fact: Any) -> None:  # noqa: ANN401 - any of them
        """Change a record."""
        table = EDITS[type(fact)]
        own = record_id(table, fact.key)
        row = self.kept[table].get(own)
        if row is None or row.deleted_at is not None:
            return
        before = row.json()
        names = {"first_name": before.get("_first", ""), "last_name": before.get("_last", "")}
        changes = records.written(table, fact.changes, names)
        if "amount" in fact.changes:
            changes["money"] = records.money(fact.changes["amount"], before["_currency"])
        self._change(table, own, changes, fact.at)

    @hears(*DELETES)
    def deleted(self, fact: Happening) -> None:
        """Delete a record, and what was done with it: they are nowhere any more."""
        table = DELETES[type(fact)]
        own, at = record_id(table, fact.key), _second(fact.at)
        row = self.kept[table].get(own)
        if row is None or row.deleted_at is not None:
            return
        self.kept[table].delete(own, at)
        about = f"{MODULES[table].label}:{own}"
        for activity in self.activities.rows("about = ? and deleted_at is null", (about,)):
            self.activities.delete(activity.id, at)

    @hears(CompanyArchived)
    def company_deleted(self, fact: CompanyArchived) -> None:
        """Delete a customer, unless somebody or something still belongs to it (2017)."""
        own = record_id("customers", fact.key)
        belongs = "customer = ? and deleted_at is null"
        if any(self.kept[table].count(belongs, (own,)) for table in ("contacts", "business")):
            return
        self.kept["customers"].delete(own, _second(fact.at))

    @hears(LeadConverted)
    def converted(self, fact: LeadConverted) -> None:
        """Turn a lead into a customer; it leaves the ordinary list."""
        own = record_id("leads", fact.key)
        row = self.kept["leads"].get(own)
        if row is None or row.deleted_at is not None:
            return
        customer = record_id("customers", fact.company) if fact.company else None
        changes = {"_customer": customer}
        if self._quiet:
            self.kept["leads"].edit(own, changes, row.updated_at, converted=1)
        else:
            self._change("leads", own, changes, fact.at, converted=1)

    @hears(TaskPlanned)
    def planned(self, fact: TaskPlanned) -> None:
        """Remember what is to be done; WuKong's CRM has only what was done."""
        at = _second(fact.at)
        plan = {"contact": fact.contact, "kind": fact.kind, "subject": fact.subject}
        self._plans.put(Row(fact.key, orjson.dumps(plan).decode(), at, at, fact.key))

    @hears(TaskUpdated)
    def done(self, fact: TaskUpdated) -> None:
        """Write down that a contact was followed up, and stamp the contact."""
        plan = self._plans.get(fact.key)
        if plan is None or fact.changes.get("status") != "done" or not plan.json()["contact"]:
            return
        about = record_id("contacts", plan.json()["contact"])
        row = self.kept["contacts"].get(about)
        if row is None or row.deleted_at is not None:
            return
        self._follow_up(fact, plan.json(), about)
        self._change("contacts", about, {"lastTime": local(fact.at)}, fact.at)

    def release(self, key: str, at: datetime) -> None:
        """Take a customer from its owner: it is in the pool now, and in no ordinary list."""
        nobody = dict.fromkeys(OWNER)
        self._change("customers", record_id("customers", key), nobody, at, pool=POOL)

    def _follow_up(self, fact: Happening, plan: Body, about: int) -> None:
        own, at, module = record_id("activities", fact.key), _second(fact.at), MODULES["contacts"]
        body = {
            "id": own,
            "type": 1,
            "category": records.CATEGORIES.get(plan["kind"], plan["kind"]),
            "activityType": module.label,
            "activityTypeId": about,
            "content": plan["subject"],
            "businessIds": "",
            "contactsIds": "",
            "nextTime": None,
            "status": 1,
            "createTime": local(fact.at),
            "createUserId": MAKER["createUserId"],
            "realname": MAKER["createUserName"],
            "batchId": f"{own:032x}",
        }
        text, day = orjson.dumps(body).decode(), local(fact.at)[:10]
        extra = {"about": f"{module.label}:{about}", "day": day}
        self.activities.put(Row(own, text, at, at, fact.key, extra=extra))

    def _change(self, table: str, own: int, changes: Body, when: datetime, **columns: Any) -> None:  # noqa: ANN401 - indexed values
        self._learn(table, changes)
        if "customerId" in changes:
            columns["customer"] = changes["customerId"]

        def change(body: Body) -> None:
            body.update(changes)
            body["updateTime"] = local(when)
            self._name_customer(body)

        self.kept[table].edit(own, change, _second(when), **columns)

    def _name_customer(self, body: Body) -> None:
        if "customerId" in body:
            row = self.kept["customers"].get(body["customerId"]) if body["customerId"] else None
            body["customerName"] = row.json()["customerName"] if row else ""

    def _learn(self, table: str, found: Body) -> None:
        """Take note of custom fields nobody had made before."""
        for name in found:
            if name.startswith("flied_"):
                self.fields[table].setdefault(name, records.TEXT)

    def _name_fields(self) -> None:
        self.fields = {name: dict(module.fields) for name, module in MODULES.items()}


def _second(at: datetime) -> int:
    """Give the whole second of a moment, in milliseconds: WuKong keeps no finer time."""
    return millis(at) // 1000 * 1000
