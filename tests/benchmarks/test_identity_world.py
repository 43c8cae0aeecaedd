"""The made-up customers are the same for one seed, and every trap is among them."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import islice
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest

from benchmarks.identity import changes, world
from benchmarks.identity.people import People, people
from benchmarks.identity.score import score
from benchmarks.identity.systems import JUNK_MAILS, JUNK_PHONES, Record
from benchmarks.identity.traps import CHAIN, WALK_INS


@pytest.fixture(scope="module")
def told() -> list[Record]:
    return world.of_block(1, 0)


@pytest.fixture(scope="module")
def cast() -> People:
    return people(1, 0)


def entities(told: list[Record], column: str) -> dict[str, set[str]]:
    found = defaultdict(set)
    for record in told:
        value = getattr(record, column)
        if value:
            found[value].add(record.entity)
    return found


def test_one_seed_tells_one_world_and_another_seed_another(told: list[Record]) -> None:
    assert world.of_block(1, 0) == told
    assert world.of_block(2, 0) != told
    assert world.of_block(1, 1) != told


def test_a_block_knows_nothing_of_the_blocks_before_it(told: list[Record]) -> None:
    stream = list(islice(world.records(1), len(told) + 5))
    assert stream[: len(told)] == told
    assert stream[len(told) :] == world.of_block(1, 1)[:5]


def test_nobody_shares_a_private_mailbox_or_a_mobile_number_unless_it_was_recycled() -> None:
    first, second = people(1, 0), people(1, 1)
    for mail in ("mail", "second_mail", "work_mail"):
        both = [*getattr(first, mail), *getattr(second, mail)]
        assert max(Counter(filter(None, both)).values()) == 1
    numbers = Counter(zip(first.country, first.mobile, strict=True))
    assert max(numbers.values()) == 1


def test_families_share_landline_and_mailbox(cast: People) -> None:
    for shared in ("landline", "family_mail"):
        boxes = [value for value in getattr(cast, shared) if value]
        assert max(Counter(boxes).values()) > 2


def test_numbers_are_recycled(cast: People) -> None:
    given_up = {number for number in cast.old_mobile if number}
    assert given_up & {*cast.mobile}


def test_fathers_and_sons_bear_one_name_and_twins_one_birthday(cast: People) -> None:
    sons = np.flatnonzero(cast.junior)
    assert len(sons)
    assert (cast.first[sons] == cast.first[sons - 2]).all()
    assert (cast.household[sons] == cast.household[sons - 2]).all()
    born = Counter(zip(cast.household.tolist(), cast.born.tolist(), strict=True))
    assert max(born.values()) == 2


def test_namesakes_live_in_one_city(cast: People) -> None:
    names = zip(*(a.tolist() for a in (cast.first, cast.last, cast.home.city)), strict=True)
    homes = defaultdict(set)
    for name, household in zip(names, cast.household.tolist(), strict=True):
        homes[name].add(household)
    assert sum(len(households) > 1 for households in homes.values()) > 20


def test_mailboxes_of_tills_roles_and_junk_are_shared_by_many(told: list[Record]) -> None:
    shared = entities(told, "email")
    assert max(len(who) for mail, who in shared.items() if mail.startswith("till@")) > 50
    assert len(shared[CHAIN]) > 5
    assert any(
        len(who) > 2 for mail, who in shared.items() if mail.startswith(("info@", "office@"))
    )
    assert all(len(shared[mail]) > 2 for mail in JUNK_MAILS)
    assert any(len(entities(told, "phone")[number]) > 2 for number in JUNK_PHONES)
    assert {record.full_name for record in told} >= {*WALK_INS}


def test_numbers_of_two_systems_collide() -> None:
    crm: set[tuple[str, str]] = set()
    shop: set[tuple[str, str]] = set()
    for record in islice(world.records(1), 60_000):
        if record.ext_id:
            (crm if record.source == "crm" else shop).add((record.ext_id, record.entity))
    ours = dict(shop)
    assert any(number in ours and ours[number] != entity for number, entity in crm)


def test_a_record_is_repeated_and_a_merge_leaves_something_over(told: list[Record]) -> None:
    assert max(Counter(told).values()) > 8
    left = Counter(record.ext_id for record in told if record.source == "crm" and record.ext_id)
    assert max(left.values()) > 1


def test_people_are_of_many_countries_and_scripts(told: list[Record]) -> None:
    said = "".join(record.full_name or record.last_name or "" for record in told)
    assert {*"éłü田م"} <= {*said}
    names = {record.full_name for record in told if record.full_name}
    assert any("van d" in name for name in names)
    assert any(name.endswith(("ович", "евич")) for name in names)


def test_a_file_holds_as_many_records_as_asked_for_and_the_truth_of_each(tmp_path: Path) -> None:
    truth = world.write(tmp_path / "world.parquet", 3_000, 7)
    rows = pq.read_table(tmp_path / "world.parquet")
    assert rows.column_names == ["record_id", *world.COLUMNS]
    ids = [str(one) for one in rows["record_id"].to_pylist()]
    assert len({*ids}) == len(ids) == 3_000
    assert ids == pq.read_table(truth)["record_id"].to_pylist() == sorted(ids)
    world.write(tmp_path / "again.parquet", 3_000, 7)
    assert pq.read_table(tmp_path / "again.parquet") == rows


def test_a_day_of_changes_leads_from_one_truth_to_the_next(tmp_path: Path) -> None:
    file = tmp_path / "world.parquet"
    world.write(file, 3_000, 7)
    day = changes.write(file, 0.1, 3)
    kinds = Counter(pq.read_table(day.changes)["change"].to_pylist())
    assert day.many == kinds.total() > 200
    assert kinds["delete"] > 20
    with duckdb.connect() as session:
        links = tmp_path / "links.parquet"
        session.execute(
            f"copy (select record_id, entity_id as customer_id from '{day.truth}') to '{links}'"
        )
    perfect = score(links, day.truth)
    assert perfect.records == pq.read_metadata(day.after).num_rows
    assert perfect.unlinked == perfect.strangers == 0
