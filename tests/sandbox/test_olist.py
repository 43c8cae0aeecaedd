"""The real data, told as a world: every count of its mapping table is reachable."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.happenings import (
    Charged,
    ContactJoined,
    DealOpened,
    Happening,
    OrderPlaced,
    Rated,
    TicketOpened,
    UserJoined,
)
from sandbox.world import World, make

DATA = Path(__file__).parents[3] / "shared" / "data" / "olist"
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the Olist tables are not there (../shared/data/olist)"
)


def count(story: Iterable[Happening]) -> Counter[str]:
    found: Counter[str] = Counter()
    for fact in story:
        found[type(fact).__name__] += 1
        if isinstance(fact, OrderPlaced):
            found["lines"] += len(fact.lines)
        if isinstance(fact, Charged):
            found["cents"] += fact.amount
    return found


def profiles(world: World) -> int:
    return len({person.person for person in world.people()})


@pytest.fixture(scope="module")
def whole() -> World:
    return make(f"olist:{DATA}")


@pytest.fixture(scope="module")
def story(whole: World) -> list[Happening]:
    return list(whole.until(whole.start))


@pytest.mark.proof
def test_the_whole_of_it_has_the_published_counts(whole: World, story: list[Happening]) -> None:
    assert count(story) == {
        "CustomerJoined": 99_441,
        "OrderPlaced": 99_441,
        "lines": 112_650,
        "ProductListed": 32_951,
        "PayerJoined": 99_440,
        "Charged": 103_886,
        "cents": 1_600_887_212,
        "UserJoined": 98_673,
        "TicketOpened": 42_706,
        "Rated": 99_224,
        "ContactJoined": 8_000,
        "DealOpened": 842,
    }
    assert profiles(whole) == 104_096


@pytest.mark.proof
def test_keys_are_unique_within_each_kind(story: list[Happening]) -> None:
    keys = Counter((type(fact), fact.key) for fact in story)
    assert max(keys.values()) == 1


@pytest.mark.proof
def test_goods_and_freight_add_up_to_the_cent(story: list[Happening]) -> None:
    orders = [fact for fact in story if isinstance(fact, OrderPlaced)]
    assert sum(line.price for order in orders for line in order.lines) == 1_359_164_370
    assert sum(order.shipping for order in orders) == 225_190_954
    assert sum(not order.lines for order in orders) == 775


@pytest.mark.proof
def test_bad_tickets_zero_charges_and_other_corners_are_kept(story: list[Happening]) -> None:
    bad = {fact.key for fact in story if isinstance(fact, Rated) and fact.points in {1, 2}}
    tickets = {fact.key for fact in story if isinstance(fact, TicketOpened)}
    charges = [fact.amount for fact in story if isinstance(fact, Charged)]
    assert len(bad & tickets) == 10_994
    assert sum(amount > 0 for amount in charges) == 103_877


@pytest.mark.proof
def test_a_person_has_one_address_however_many_records(whole: World) -> None:
    records = Counter(p.person for p in whole.people() if p.kind == "customer")
    assert records["8d50f5eadf50201ccdcedfb9e2ac8455"] == 17
    assert len(records) == 96_096


@pytest.mark.proof
def test_everything_is_told_in_order_and_nobody_is_named_before_they_come(
    story: list[Happening],
) -> None:
    times = [fact.at for fact in story]
    assert times == sorted(times)
    there: set[str] = set()
    bought = {fact.key: fact.at for fact in story if isinstance(fact, OrderPlaced)}
    for fact in story:
        if isinstance(fact, (UserJoined, ContactJoined)):
            there.add(fact.key)
        if isinstance(fact, DealOpened):
            assert set(fact.contacts) <= there
        if isinstance(fact, Rated):
            assert fact.requester in there
            assert fact.at >= bought[fact.key.partition("+")[2]]


@pytest.mark.proof
def test_a_cut_shows_what_was_bought_before_and_the_rest_happens_after() -> None:
    world = make(f"olist:{DATA}@2018-01-01")
    before = list(world.until(world.start))
    first = count(before)
    shoppers = profiles(world) - first["ContactJoined"]
    after = list(world.until(datetime(2018, 12, 1, tzinfo=UTC)))
    second = count(after)

    def pick(found: Counter[str]) -> list[int]:
        names = ("OrderPlaced", "lines", "Charged", "cents", "Rated", "ContactJoined", "DealOpened")
        return [found[name] for name in names]

    assert pick(first) == [45_430, 51_234, 47_871, 730_910_907, 45_370, 2_002, 3]
    assert pick(second) == [54_011, 61_416, 56_015, 869_976_305, 53_854, 5_998, 839]
    assert shoppers == 44_034
    assert profiles(world) == 104_096
    assert max(fact.at for fact in before) < world.start <= min(fact.at for fact in after)


def test_the_first_year_can_be_told_and_told_again() -> None:
    world = make(f"olist:{DATA}@2017-01-01")
    told = list(world.until(world.start))
    found = count(told)
    assert (found["OrderPlaced"], found["CustomerJoined"]) == (329, 329)
    assert max(fact.at for fact in told) < world.start
    again = world.again()
    assert list(again.until(again.start)) == told


def test_a_folder_without_the_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"customers\.parquet"):
        make(f"olist:{tmp_path}")
