"""The CRM: hears of contacts and companies, and keeps them in its file."""

from contextlib import closing
from dataclasses import replace
from datetime import datetime
from sqlite3 import Connection, connect
from typing import ClassVar

import orjson

from sandbox.clock import Clock, millis
from sandbox.database.parts import (
    COMPANIES,
    COMPANY_COLUMNS,
    CONTACT_COLUMNS,
    CONTACTS,
    MAPPING,
    Body,
    company,
    contact,
    ident,
    stamp,
    told,
)
from sandbox.exporting import Exporting
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
)
from sandbox.store import Row
from sandbox.vendor import hears


class Database(Exporting):
    """The CRM and its file."""

    name: ClassVar[str] = "database"
    system: ClassVar[str] = "database"
    spoils: ClassVar[frozenset[str]] = frozenset({"keyless", "types", "reordered", "empty"})

    def __init__(self, clock: Clock | None = None, *, one_in: int = 4) -> None:
        super().__init__(clock, one_in=one_in)
        self.people = self.store.collection("people")
        self.companies = self.store.collection("companies")

    def credentials(self) -> dict[str, str]:
        """Give the URL of the file and what explains it."""
        self.settle()
        mapping = self.folder / "mapping.yaml"
        mapping.write_text(MAPPING)
        return {
            "DATABASE_SOURCE_URL": f"sqlite:///{self.folder / 'crm.sqlite'}",
            "DATABASE_SOURCE_MAPPING": str(mapping),
        }

    @hears(ContactJoined)
    def contact_joined(self, fact: ContactJoined) -> None:
        """Take a contact in."""
        if self.knows(fact.key):
            self._put("people", fact.key, {**contact(fact), "merged_into": None}, fact.at)

    @hears(ContactEdited)
    def contact_edited(self, fact: ContactEdited) -> None:
        """Change a contact."""
        made = contact(ContactJoined(key=fact.key, at=fact.at, **fact.changes))
        self._edit("people", fact.key, told(made, fact.changes, CONTACT_COLUMNS), fact.at)

    @hears(ContactArchived, ContactErased)
    def contact_archived(self, fact: ContactArchived | ContactErased) -> None:
        """Flag a contact."""
        self._edit("people", fact.key, {}, fact.at, gone=True)

    @hears(ContactRestored)
    def contact_restored(self, fact: ContactRestored) -> None:
        """Take the flag off again."""
        self._edit("people", fact.key, {}, fact.at, gone=False)

    @hears(ContactsMerged)
    def contacts_merged(self, fact: ContactsMerged) -> None:
        """Flag the loser; the winner may be somebody this CRM does not know."""
        winner = self.people.get(ident("people", fact.key))
        into = winner and str(winner.id).partition(":")[2]
        self._edit("people", fact.loser, {"merged_into": into}, fact.at, gone=True)

    @hears(CompanyJoined)
    def company_joined(self, fact: CompanyJoined) -> None:
        """Take a company in."""
        self._put("companies", fact.key, company(fact), fact.at)

    @hears(CompanyEdited)
    def company_edited(self, fact: CompanyEdited) -> None:
        """Change a company."""
        made = company(CompanyJoined(**{"key": "", "at": fact.at, "name": "", **fact.changes}))
        self._edit("companies", fact.key, told(made, fact.changes, COMPANY_COLUMNS), fact.at)

    @hears(CompanyArchived)
    def company_archived(self, fact: CompanyArchived) -> None:
        """Remove a company."""
        self._edit("companies", fact.key, {}, fact.at, gone=True)

    def write(self) -> None:
        """Write the file anew and put it in its place; who reads the old one goes on with it."""
        passing = self.folder / "next.sqlite"
        with closing(connect(passing)) as file, file:
            contacts = [
                {**row.json(), "dead": int(row.deleted_at is not None)} for row in self.people.all()
            ]
            companies = [row.json() for row in self.companies.rows("deleted_at is null")]
            if "keyless" in self._spoilt:
                sorted(contacts, key=lambda row: row["dead"])[0]["id"] = None
            if "types" in self._spoilt:
                companies = [{**row, "staff": "a few"} for row in companies]
            if "empty" in self._spoilt:
                companies = []
            turned = COMPANIES[::-1] if "reordered" in self._spoilt else COMPANIES
            _fill(file, "contacts", CONTACTS, contacts)
            _fill(file, "companies", turned, companies)
        passing.replace(self.folder / "crm.sqlite")

    def _put(self, table: str, key: str, body: Body, at: datetime) -> None:
        known = ident(table, key)
        named = {"id": int(known.partition(":")[2]), **body, "changed": stamp(millis(at))}
        text = orjson.dumps(named).decode()
        self.store.collections[table].put(Row(known, text, millis(at), millis(at), key))

    def _edit(
        self, table: str, key: str, changes: Body, at: datetime, *, gone: bool | None = None
    ) -> None:
        row = self.store.collections[table].get(ident(table, key))
        if row is None:
            return
        changed = max(millis(at), row.updated_at)
        body = orjson.dumps({**row.json(), **changes, "changed": stamp(changed)}).decode()
        deleted = row.deleted_at if gone is None else changed if gone else None
        new = replace(row, body=body, updated_at=changed, deleted_at=deleted)
        self.store.collections[table].put(new)


def _fill(file: Connection, table: str, columns: tuple[str, ...], rows: list[Body]) -> None:
    """Write a table anew."""
    file.execute(f"drop table if exists {table}")
    file.execute(f"create table {table} ({', '.join(columns)})")
    marks = ", ".join("?" for _ in columns)
    file.executemany(
        f"insert into {table} values ({marks})",  # noqa: S608 - names are ours
        [[row[name] for name in columns] for row in rows],
    )
