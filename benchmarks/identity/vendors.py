"""The sandbox's world as records with the truth: truly pulled from every vendor, staged, and told.

``python -m benchmarks.identity.vendors FILE.parquet PEOPLE [SEED]`` writes FILE.parquet in the
layout of ``daybreak identify``, FILE.truth.parquet, and FILE.night.parquet: whose customer each
record is for the night that pulled it. A record that was deleted is in none of them. To which
company the night gave a record, if to any, is in FILE.accounts.parquet, and the truth of that in
FILE.accounts.truth.parquet; ``python -m benchmarks.identity.score LINKS TRUTH`` scores either.

Nobody in person is behind junk: each such record is an entity of its own. Of a firm's mailbox that
nobody in person reads one record is kept, since it cannot be said whether two of them are one.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import SecretStr

import sources
from core.settings import DaybreakSettings
from core.simulation import Simulation
from flows.house import House
from flows.night import SIDE_BY_SIDE
from flows.work import Span, bring, prepare, rebuild
from sandbox.happenings import Charged, OrderPlaced
from sandbox.serve import Sandbox, serve
from sandbox.world import Person, World, make

WIDE = 1_000_000.0
"""How many times wider than the vendors' the limits are: nobody measures the pull here."""

# What `links` names first is another system's id of the person; without one there is only the own.
STAGED = """
select
    source || '/' || records.source_id as record_id, source, records.source_id,
    coalesce(nullif(split_part(split_part(links, ' ', 1), ':', 2), ''), records.source_id)
        as ext_id,
    first_name, last_name, full_name, email, phone, records.date_of_birth as dob,
    street, city, state, postcode, country, company, job_title,
    strftime(updated_at, '%Y-%m-%dT%H:%M:%SZ') as updated_at, identities.customer_id, account_id
from all_source_records as records
left join identities using (source, source_id)
left join (select source, source_id, account_id from account_members) using (source, source_id)
where deleted_at is null and valid_to is null
order by md5(record_id)
"""


def write(file: Path, people: int, seed: int = 1) -> Path:
    """Live one night over the sandbox; return where the truth is."""
    world = make("seeded", seed=seed, people=people)
    with tempfile.TemporaryDirectory(dir=file.parent) as home, serve(None, world) as box:
        for vendor in box.vendors.values():
            for limit in vendor.limits.values():
                limit.scale = WIDE
        staged = _night(Path(home), box.url)
        behind = _entities(box)
    rows = [row for row in staged.to_pylist() if _place(row) in behind]
    told = [(row["record_id"], *behind[_place(row)]) for row in rows]
    kept = set(_judged(told))
    truth = file.with_suffix(".truth.parquet")
    _save(truth, [row for row in told if row[0] in kept], ("record_id", "entity_id", "company_id"))
    pairs = [(row["record_id"], row["customer_id"]) for row in rows if row["record_id"] in kept]
    _save(file.with_suffix(".night.parquet"), pairs, ("record_id", "customer_id"))
    _save_accounts(
        file, [row for row in rows if row["account_id"]], {row[0]: row[2] for row in told}
    )
    known = pa.compute.is_in(staged["record_id"], pa.array(sorted(kept), pa.string()))
    pq.write_table(
        staged.filter(known).drop_columns(["source_id", "customer_id", "account_id"]), file
    )
    return truth


def _save_accounts(file: Path, rows: list[dict[str, Any]], companies: dict[str, Any]) -> None:
    """Save who is of which company: somebody of none is an entity of their own."""
    ids = [row["record_id"] for row in rows]
    found = [(row["record_id"], row["account_id"]) for row in rows]
    _save(file.with_suffix(".accounts.parquet"), found, ("record_id", "customer_id"))
    told = [(one, companies[one] or one) for one in ids]
    _save(file.with_suffix(".accounts.truth.parquet"), told, ("record_id", "entity_id"))


def _night(home: Path, url: str) -> pa.Table:
    """Pull every source side by side, reconcile, and return what was staged."""
    warehouse = SecretStr(f"duckdb:///{home / 'warehouse'}")
    simulation = Simulation.at(url)
    settings = DaybreakSettings(home=home, warehouse=warehouse)
    house = House(settings, simulation.clock(), simulation)
    prepare(names := house.in_use())
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        list(pool.map(lambda name: bring(house, name, Span()), names))
    rebuild(house)
    with house.warehouse.session(sources.names(), read_only=True) as session:
        return session.query(STAGED)


def _entities(box: Sandbox) -> dict[tuple[str, str], tuple[str, str | None]]:
    """Return, by vendor and its id, the entity behind a record and the company."""
    known = {person.key: person for person in box.world.people()}
    known |= dict(_payers_of_guests(box.world, known))
    return {
        (name, str(own).replace("/", ":")): (
            _entity(known[key], f"{name}/{own}"),
            known[key].company,
        )
        for name, vendor in box.vendors.items()
        for rows in vendor.truth().values()
        for own, row in rows.items()
        if (key := row["key"].removeprefix("guest:")) in known
    }


def _payers_of_guests(world: World, known: dict[str, Person]) -> Iterator[tuple[str, Person]]:
    """Tell who ordered and who paid where only an order or a charge says so."""
    told = world.again()
    orders = {}
    for fact in told.until(world.now):
        if isinstance(fact, OrderPlaced):
            behind = known.get(fact.key) or known.get(fact.customer or "")
            if behind:
                orders[fact.key] = behind
                yield fact.key, behind
        elif isinstance(fact, Charged) and fact.payer is None and fact.order in orders:
            yield fact.key, orders[fact.order]


def _entity(person: Person, record: str) -> str:
    """Name the entity: a person, a firm's shared mailbox, or nobody."""
    if person.person:
        return person.person
    return f"mailbox of {person.company}" if person.company else f"nobody, {record}"


def _place(row: dict[str, Any]) -> tuple[str, str]:
    """Return where the vendor keeps a record: guests are known by an order or a charge."""
    vendor, own = row["source"], row["source_id"].replace("/", ":")
    bare = own if vendor == "mailchimp" else own.rpartition(":")[2]
    return vendor, bare


def _judged(told: list[tuple[str, str, str | None]]) -> Iterator[str]:
    mailboxes = set()
    for record, entity, _ in told:
        if entity not in mailboxes:
            yield record
        if entity.startswith("mailbox"):
            mailboxes.add(entity)


def _save(file: Path, rows: list[tuple[Any, ...]], names: tuple[str, ...]) -> None:
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    arrays = [pa.array(column, pa.string()) for column in columns]
    pq.write_table(pa.table(arrays, names=list(names)), file)


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if sys.argv[3:] else 1))
