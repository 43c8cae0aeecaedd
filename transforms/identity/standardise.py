"""Read every name, e-mail, phone and birth that is new, once, and keep what was read in tables."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import phonenumbers
import pyarrow as pa

from transforms.bench import Bench, Changes
from transforms.identity import words
from transforms.identity.births import read_birth
from transforms.identity.emails import read_email
from transforms.identity.names import read_name
from transforms.identity.phones import read_phone
from transforms.memory import Memory

HERE = Path(__file__).parent
READERS = ("births.py", "emails.py", "names.py", "phones.py")


@dataclass(frozen=True, slots=True)
class Reading:
    """A table of values as read: one row per (raw, country), text columns only."""

    table: str
    kind: str
    columns: tuple[str, ...]
    read: Callable[[str, str], tuple[str | None, ...]]


def _email(raw: str, _: str) -> tuple[str | None, ...]:
    email = read_email(raw)
    return email.address, email.mailbox, email.status, email.reason


def _phone(raw: str, country: str) -> tuple[str | None, ...]:
    phone = read_phone(raw, country)
    return phone.number, phone.status, phone.reason


def _name(raw: str, _: str) -> tuple[str | None, ...]:
    first, last, full = (*raw.split("|", 2), "", "")[:3]
    name = read_name(first, last, full)
    return name.given, name.family


def _birth(raw: str, _: str) -> tuple[str | None, ...]:
    return (read_birth(raw),)


READINGS = (
    Reading("identity_emails", "email", ("address", "mailbox", "status", "reason"), _email),
    Reading("identity_phones", "phone", ("number", "status", "reason"), _phone),
    Reading("identity_names", "name", ("given", "family"), _name),
    Reading("identity_births", "birth", ("born",), _birth),
)


def standardise(bench: Bench, memory: Memory) -> None:
    """Bring the readings up to date with ``identity_values``, and drop those nobody holds."""
    fingerprint = reading_fingerprint()
    anew = memory.is_stale("identity_readings", fingerprint)
    for reading in READINGS:
        if anew or not bench.exists(reading.table):
            bench.create(reading.table, dict.fromkeys(("raw", "country", *reading.columns), "text"))
            bench.changes[reading.table] = Changes(reading.table, 0, whole=True)
        if anew or bench.changed("identity_values"):
            _read(bench, reading, everything=anew or bench.changed("identity_values").whole)
    memory.remember("identity_readings", fingerprint)


def reading_fingerprint() -> str:
    """Return what changes when the same value would be read differently."""
    parts = [(HERE / name).read_bytes() for name in READERS]
    parts += [words.fingerprint().encode(), phonenumbers.__version__.encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _read(bench: Bench, reading: Reading, *, everything: bool) -> None:
    """Read the values that are new among the changed ones, and forget those held no longer.

    In small steps with a table each: a planner that has to guess how many values are new takes
    the slowest way there is.
    """
    ours = f"select raw, country from {reading.table}"
    values = f"select distinct raw, country from {{}} where kind = '{reading.kind}'"
    held, touched = values.format("identity_values"), ours
    if not everything:
        changed = bench.changed("identity_values").relation
        touched = (
            f"select raw, country from {bench.keep(f'{reading.kind}s', values.format(changed))}"
        )
        held = f"{held} and (raw, country) in ({touched})"
        ours = f"{ours} where (raw, country) in ({touched})"
    held = f"select raw, country from {bench.keep(f'{reading.kind}s_held', held)}"
    gone = bench.keep(f"{reading.kind}s_gone", f"{touched} except {held}")
    bench.execute(
        f"delete from {reading.table} where (raw, country) in (select raw, country from {gone})"
    )
    _learn(bench, reading, bench.query(f"{held} except {ours}"))


def _learn(bench: Bench, reading: Reading, rows: pa.Table) -> None:
    if rows.num_rows:
        values = [(row["raw"], row["country"]) for row in rows.to_pylist()]
        read = _table(reading, ((raw, c, *reading.read(raw, c)) for raw, c in values))
        table = bench.load(reading.table, read)
        bench.execute(f"insert into {reading.table} select * from {table}")
        bench.settle(reading.table)


def _table(reading: Reading, rows: Iterable[tuple[Any, ...]]) -> pa.Table:
    names = ("raw", "country", *reading.columns)
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return pa.table({n: pa.array(c, pa.string()) for n, c in zip(names, columns, strict=True)})
