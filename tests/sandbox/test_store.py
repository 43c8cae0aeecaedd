"""The vendors' records."""

from collections.abc import Iterator

import pytest

from sandbox.store import Collection, Row, Store


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store()
    yield store
    store.close()


@pytest.fixture
def orders(store: Store) -> Collection:
    return store.collection("orders", ("customer",))


def row(record: int, at: int = 0, customer: str = "ada") -> Row:
    return Row(record, f'{{"id":{record}}}', at, at, f"key-{record}", extra={"customer": customer})


def test_a_record_reads_back_as_it_was_written_before_and_after_it_reaches_the_disk(
    orders: Collection,
) -> None:
    orders.put(row(1, at=5))
    waiting = orders.get(1)
    orders.count()
    assert waiting == orders.get(1)
    assert waiting is not None
    assert (waiting.json(), waiting.key, waiting.extra) == ({"id": 1}, "key-1", {"customer": "ada"})


def test_keyset_pages_meet_every_record_once_when_many_share_a_moment(orders: Collection) -> None:
    orders.fill(row(n, at=n // 10) for n in range(95))
    seen: list[object] = []
    at, last = -1, -1
    while page := orders.rows(
        "(updated_at, id) > (?, ?)", (at, last), order="updated_at, id", limit=7
    ):
        seen += [found.id for found in page]
        at, last = page[-1].updated_at, int(page[-1].id)
    assert seen == list(range(95))


def test_every_write_takes_the_next_place_in_the_sequence_of_changes(orders: Collection) -> None:
    orders.fill([row(1), row(2)])
    orders.edit(1, {"total": 3}, at=9)
    found = orders.rows(order="seq")
    assert [r.id for r in found] == [2, 1]
    assert (found[1].json(), found[1].updated_at, found[1].created_at) == (
        {"id": 1, "total": 3},
        9,
        0,
    )


def test_a_deleted_record_leaves_the_count_and_comes_back_when_restored(orders: Collection) -> None:
    orders.fill([row(1), row(2)])
    assert orders.delete(1, at=3)
    assert orders.count() == 1
    gone = orders.get(1)
    assert gone is not None
    assert gone.deleted_at == 3
    assert orders.restore(1, at=4)
    assert orders.count() == 2
    assert not orders.delete(99, at=3)


def test_an_erased_record_is_nowhere(orders: Collection) -> None:
    orders.fill([row(1), row(2)])
    orders.count()
    orders.put(row(1))
    orders.erase(1)
    assert [found.id for found in orders.all()] == [2]
    assert orders.get(1) is None


def test_records_are_found_by_their_indexed_columns(orders: Collection) -> None:
    orders.fill([row(1), row(2, customer="bob"), row(3)])
    orders.edit(3, {}, at=1, customer="bob")
    assert [found.id for found in orders.rows("customer = ?", ("bob",))] == [2, 3]


def test_all_walks_over_more_records_than_a_batch(orders: Collection) -> None:
    orders.fill(row(n) for n in range(23))
    assert [found.id for found in orders.all(batch=5)] == list(range(23))


def test_ids_keep_being_the_number_or_the_text_they_were(store: Store) -> None:
    charges = store.collection("charges")
    charges.put(Row("007", "{}", 0, 0))
    charges.put(Row(7, "{}", 0, 0))
    assert [found.id for found in charges.all()] == [7, "007"]
