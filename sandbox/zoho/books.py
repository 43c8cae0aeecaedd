"""What happens in sales, written into Zoho's records."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, ClassVar

import orjson

from sandbox.clock import Clock, millis, moment
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
from sandbox.zoho import records
from sandbox.zoho.records import Body, record_id

BIN, FOR_GOOD = "recycle", "permanent"
FOUNDS: dict[type[Happening], str] = {
    ContactJoined: "contacts",
    CompanyJoined: "accounts",
    LeadJoined: "leads",
    DealOpened: "deals",
    CaseOpened: "cases",
    TaskPlanned: "tasks",
}
EDITS: dict[type[Happening], str] = {
    ContactEdited: "contacts",
    CompanyEdited: "accounts",
    LeadEdited: "leads",
    DealMoved: "deals",
    CaseUpdated: "cases",
    TaskUpdated: "tasks",
}
BINS: dict[type[Happening], str] = {
    ContactArchived: "contacts",
    CompanyArchived: "accounts",
    LeadDeleted: "leads",
    DealArchived: "deals",
    CaseDeleted: "cases",
    TaskDeleted: "tasks",
}
RESTORES: dict[type[Happening], str] = {ContactRestored: "contacts", LeadRestored: "leads"}
POINTERS = {"deals": "Contact_Name", "cases": "Related_To", "tasks": "Who_Id"}


class Books(Vendor):
    """The records of one account.

    Args:
        clock: The sandbox's.
        zone: Hours east of UTC in which the account writes its times.
        quiet_restores: Whether a record keeps its time of change when it leaves the bin.
    """

    name: ClassVar[str] = "zoho"
    system: ClassVar[str] = "crm"

    def __init__(
        self, clock: Clock | None = None, *, zone: float = 5.5, quiet_restores: bool = True
    ) -> None:
        super().__init__(clock)
        self._zone, self._quiet = timezone(timedelta(hours=zone)), quiet_restores
        self.kept = {
            name: self.store.collection(name, ("gone", "converted", "contact"))
            for name in records.MODULES
        }
        self.fields: dict[str, dict[str, str]] = {}
        self._name_fields()

    def reset(self) -> None:
        """Forget every record, and every field that came with them."""
        super().reset()
        self._name_fields()

    @hears(*FOUNDS)
    def founded(self, fact: Happening) -> None:
        """Note a new record."""
        table, at = FOUNDS[type(fact)], _second(fact.at)
        own, by = record_id(table, fact.key), records.owner("")
        body: Body = dict.fromkeys(self.fields[table]) | {"Owner": by}
        body |= records.written(table, records.told(fact))
        self._learn(table, body)
        body |= {"id": own, "Created_Time": self.stamp(at), "Modified_Time": self.stamp(at)}
        body |= {"Created_By": by, "Modified_By": by, "Tag": []}
        if isinstance(fact, DealOpened):
            body["Amount"] = records.money(fact.amount, fact.currency)
        if isinstance(fact, LeadJoined):
            body["Converted__s"] = False
        if isinstance(fact, CaseOpened):
            body["Case_Number"] = str(self.kept[table].count("1") + 1)
        self._complete(table, body)
        extra = {"gone": None, "converted": 0, "contact": _contact(table, body)}
        text = orjson.dumps(body).decode()
        self.kept[table].put(Row(own, text, at, at, fact.key, extra=extra))

    @hears(*EDITS)
    def edited(self, fact: Any) -> None:  # noqa: ANN401 - any of them
        """Change a record."""
        table = EDITS[type(fact)]
        changes = records.written(table, fact.changes)
        row = self.kept[table].get(record_id(table, fact.key))
        if row is not None and "amount" in fact.changes:
            currency = changes.get("Currency") or row.json().get("Currency") or ""
            changes["Amount"] = records.money(fact.changes["amount"], currency)
        if table == "tasks" and changes.get("Status") == "Completed":
            changes["Closed_Time"] = self.stamp(_second(fact.at))
        self._change(table, record_id(table, fact.key), changes, _second(fact.at))

    @hears(*BINS)
    def binned(self, fact: Happening) -> None:
        """Put a record in the bin."""
        table = BINS[type(fact)]
        self._remove(table, record_id(table, fact.key), _second(fact.at), BIN)

    @hears(*RESTORES)
    def restored(self, fact: Happening) -> None:
        """Take a record out of the bin."""
        table, at = RESTORES[type(fact)], _second(fact.at)
        row = self.kept[table].get(record_id(table, fact.key))
        if row is None or row.extra["gone"] != BIN:
            return
        if self._quiet:
            self.kept[table].edit(row.id, {}, row.updated_at, deleted_at=None, gone=None)
        else:
            self._change(table, str(row.id), {}, at, deleted_at=None, gone=None)

    @hears(ContactErased)
    def erased(self, fact: ContactErased) -> None:
        """Erase a contact: its id stays among the deleted."""
        self._remove("contacts", record_id("contacts", fact.key), _second(fact.at), FOR_GOOD)

    @hears(ContactsMerged)
    def merged(self, fact: ContactsMerged) -> None:
        """Make two contacts one: the winner's values win, what pointed to the loser moves."""
        winner, loser = (record_id("contacts", key) for key in (fact.key, fact.loser))
        first, second = self.kept["contacts"].get(winner), self.kept["contacts"].get(loser)
        if first is None or second is None or winner == loser:
            return
        if first.deleted_at is not None or second.deleted_at is not None:
            return
        at = _second(fact.at)
        empty = [name for name, value in first.json().items() if value is None]
        lost = second.json()
        self._change("contacts", winner, {name: lost.get(name) for name in empty}, at)
        gone = {"deleted_at": at, "merged_into": winner, "gone": FOR_GOOD}
        self.kept["contacts"].edit(loser, {}, at, **gone)
        for table, pointer in POINTERS.items():
            for row in self.kept[table].rows("contact = ? and deleted_at is null", (loser,)):
                point = {pointer: {"name": first.json()["Full_Name"], "id": winner}}
                self._change(table, str(row.id), point, at, contact=winner)

    @hears(LeadConverted)
    def converted(self, fact: LeadConverted) -> None:
        """Turn a lead into what it became; it stays, out of the ordinary list."""
        changes = {
            "Converted__s": True,
            "Converted_Date_Time": self.stamp(_second(fact.at)),
            "Converted_Contact": records.lookup("contacts", fact.contact),
            "Converted_Account": records.lookup("accounts", fact.company),
            "Converted_Deal": records.lookup("deals", fact.deal),
        }
        at = _second(fact.at)
        self._change("leads", record_id("leads", fact.key), changes, at, converted=1)

    def stamp(self, at: int) -> str:
        """Write milliseconds since 1970 as the account does."""
        return records.stamp(moment(at).astimezone(self._zone))

    def _change(self, table: str, own: str, changes: Body, at: int, **columns: Any) -> None:  # noqa: ANN401 - indexed values
        self._learn(table, changes)

        def change(body: Body) -> None:
            body.update(changes)
            body["Modified_Time"] = self.stamp(at)
            self._complete(table, body)

        self.kept[table].edit(own, change, at, **columns)

    def _remove(self, table: str, own: str, at: int, how: str) -> None:
        row = self.kept[table].get(own)
        if row is None or row.extra["gone"] == FOR_GOOD or (how == BIN and row.extra["gone"]):
            return
        self.kept[table].edit(own, {}, row.updated_at, deleted_at=at, gone=how)

    def _complete(self, table: str, body: Body) -> None:
        """Fill in what Zoho works out itself: full names, and the names of what is pointed to."""
        if "Full_Name" in self.fields[table]:
            names = (body.get("First_Name"), body.get("Last_Name"))
            body["Full_Name"] = " ".join(filter(None, names)) or None
        for pointer, kind, name in (
            ("Account_Name", "accounts", "Account_Name"),
            ("Contact_Name", "contacts", "Full_Name"),
            ("Related_To", "contacts", "Full_Name"),
        ):
            found = body.get(pointer)
            if isinstance(found, dict):
                row = self.kept[kind].get(found["id"])
                found["name"] = row.json()[name] if row else None

    def _learn(self, table: str, found: Body) -> None:
        """Take note of fields nobody had defined: somebody just made them."""
        for name in found.keys() - self.fields[table].keys():
            self.fields[table][name] = "text"

    def _name_fields(self) -> None:
        self.fields = {name: records.known_fields(name) for name in records.MODULES}


def _contact(table: str, body: Body) -> str | None:
    pointer = body.get(POINTERS.get(table, ""))
    return pointer["id"] if isinstance(pointer, dict) else None


def _second(at: datetime) -> int:
    """Give the whole second of a moment, in milliseconds: Zoho keeps no finer time."""
    return millis(at.astimezone(UTC)) // 1000 * 1000
