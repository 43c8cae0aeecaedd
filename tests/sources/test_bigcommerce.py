"""What the BigCommerce connector promises, told against the sandbox's BigCommerce."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.errors import ConfigError
from core.pull import Pull
from core.records import TableLog
from core.settings import load
from sandbox.bigcommerce.api import BigCommerce
from sandbox.bigcommerce.records import ident
from sandbox.clock import Clock
from sandbox.happenings import (
    Address,
    CustomerDeleted,
    CustomerJoined,
    Happening,
    Line,
    OrderDeleted,
    OrderEdited,
    OrderPlaced,
    OrderRefunded,
    ProductDeleted,
    ProductListed,
    to_json,
)
from sandbox.serve import Sandbox, serve
from sources.bigcommerce import BigCommerceSettings, connector, counts
from sources.bigcommerce.rows import line_items, taken_off
from sources.bigcommerce.times import advanced, ceiling, dated, moment
from tests.patience import Patience
from tests.sources.shaped import ShapedShelf as Shelf

NIGHT = datetime(2026, 1, 5, 2, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
CUP = Line(key="cup", title="Cup", quantity=2, price=1050)
POT = Line(key="pot", title="Pot", price=4900)
BERLIN = Address(line1="Allee 1", city="Berlin", region="BE", postcode="10115", country="DE")
QUIET = 7  # customers, orders and products: changed and total; refunds


class Night:
    """One store, one shelf, and our hour."""

    def __init__(self, box: Sandbox, home: Path) -> None:
        self.box, self.shelf = box, Shelf(home)
        self.store = box.vendors["bigcommerce"]
        self.settings = load(BigCommerceSettings, box.environment)

    def happen(self, *facts: Happening) -> None:
        self.box.happen(*facts)

    def meanwhile(self, after: int, *facts: Happening, path: str) -> None:
        told = [to_json(fact) for fact in facts]
        self.box.faults.add({"do": "happen", "after": after, "path": path, "happenings": told})

    def pull(self, **options: Any) -> dict[str, TableLog]:
        self.box.journal.clear()
        logs = self.shelf.pull(connector, self.settings, self.box.clock, **options)
        assert self.shelf.failures == {}
        return logs

    def later(self, by: timedelta = DAY) -> datetime:
        self.box.clock.advance(by.total_seconds())
        return self.box.clock.now()

    def asked(self, path: str = "") -> list[str]:
        return [one.path for one in self.box.journal.read("bigcommerce", path)]

    def held(self, table: str) -> set[str]:
        """Ids of the live rows; of a line, the line's own."""
        return {key[-1] for key in self.shelf.keys(table)}

    def alive(self, table: str) -> set[str]:
        """Ids that the store has alive."""
        rows = self.store.truth(table)[table]
        return {str(one) for one, row in rows.items() if not row["deleted"]}

    def row(self, table: str, number: int) -> dict[str, Any]:
        (found,) = [r for key, r in self.shelf.tables[table].items() if key[-1] == str(number)]
        return found


Open = Callable[..., Night]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as stack:

        def start(**store: Any) -> Night:
            clock = Clock(NIGHT, frozen=True)
            box = stack.enter_context(serve([BigCommerce(clock, **store)], clock=clock))
            return Night(box, tmp_path)

        yield start


@pytest.fixture
def night(opened: Open) -> Night:
    return opened()


def customers(count: int, step: timedelta = SECOND) -> list[CustomerJoined]:
    return [
        CustomerJoined(key=f"c{n}", at=NIGHT - DAY + n * step, email=f"c{n}@x.example")
        for n in range(count)
    ]


def order(key: str, at: datetime = NIGHT - DAY, **fields: Any) -> OrderPlaced:
    return OrderPlaced(key=key, at=at, **{"number": "1", "lines": (CUP, POT), **fields})


def orders(count: int, step: timedelta = SECOND) -> list[OrderPlaced]:
    return [order(f"o{n}", NIGHT - DAY + n * step, lines=(CUP,)) for n in range(count)]


def refund(key: str, of: str, at: datetime) -> OrderRefunded:
    return OrderRefunded(key=key, at=at, order=of, amount=1050, currency="EUR")


def test_a_missing_variable_is_named() -> None:
    with pytest.raises(ConfigError, match="BIGCOMMERCE_ACCESS_TOKEN"):
        load(BigCommerceSettings, {"BIGCOMMERCE_STORE_HASH": "x"})


def test_an_empty_store_is_read_without_a_complaint(night: Night) -> None:
    night.pull()
    assert night.shelf.changed == 0


def test_a_spent_window_is_waited_out_and_never_overdrawn(opened: Open) -> None:
    night = opened(quota=4)
    night.happen(*customers(3), *orders(3))
    night.pull()
    assert night.held("orders") == night.alive("orders")
    assert 429 not in {one.status for one in night.box.journal.read("bigcommerce")}
    assert 0 < night.shelf.meter.throttled_seconds < 90


def test_a_window_that_others_spent_is_waited_out_by_its_milliseconds(night: Night) -> None:
    night.happen(*customers(3))
    window = night.box.vendors["bigcommerce"].limits["store"]
    while window.take().allowed:
        pass
    night.pull()
    assert [one.status for one in night.box.journal.read("bigcommerce")][:2] == [429, 200]
    assert 0 < night.shelf.meter.throttled_seconds <= 31


def test_more_than_a_page_in_one_second_all_arrive(night: Night) -> None:
    night.happen(*customers(520, step=timedelta(0)), *orders(260, step=timedelta(0)))
    night.pull()
    assert night.held("customers") == night.alive("customers")
    assert night.held("orders") == night.alive("orders")


def test_records_edited_and_deleted_while_pages_are_read_hide_nobody(night: Night) -> None:
    night.happen(*customers(520))
    facts = [CustomerDeleted(key="c1", at=NIGHT), CustomerDeleted(key="c2", at=NIGHT)]
    night.meanwhile(1, *facts, path="/customers")
    night.pull()
    assert night.alive("customers") <= night.held("customers")
    night.later()
    night.pull()
    assert night.held("customers") == night.alive("customers")


def test_a_quiet_night_costs_a_call_or_two_a_table(night: Night) -> None:
    night.happen(*customers(3), *orders(3), refund("r", "o1", NIGHT - HOUR))
    night.pull()
    night.later()
    night.pull()
    assert len(night.asked()) == QUIET
    assert night.shelf.changed == 0


def test_lines_come_with_their_orders_and_not_one_call_each(night: Night) -> None:
    night.happen(*orders(40))
    night.pull()
    assert night.held("order_lines") == night.alive("order_lines")
    assert len(night.asked("v2/orders")) == 2


def test_the_lines_of_a_long_order_are_all_read(opened: Open) -> None:
    night = opened(lines_shown=3)
    lines = tuple(Line(key=f"{n}", title="Cup", price=100) for n in range(7))
    night.happen(order("long", lines=lines), order("short"))
    night.pull()
    assert night.held("order_lines") == night.alive("order_lines")
    number = ident("order", "long")
    assert len(night.asked(f"v2/orders/{number}/products")) == 1
    assert len(night.asked("v2/orders")) == 3


def test_an_archived_order_is_deleted_when_it_was_archived(night: Night) -> None:
    night.happen(order("o"), order("p"))
    night.pull()
    at = night.later()
    night.happen(OrderDeleted(key="o", at=at))
    night.later(HOUR)
    night.pull()
    row = night.row("orders", ident("order", "o"))
    assert (row["deleted_at"], row["total_inc_tax"]) == (at, "70.0000")
    assert night.held("order_lines") == night.alive("order_lines")
    night.later()
    night.pull()
    assert len(night.asked()) == QUIET


@pytest.mark.parametrize("counted", [True, False])
def test_archived_orders_cost_no_sweep_a_night_however_they_are_counted(
    opened: Open, *, counted: bool
) -> None:
    night = opened(counts_archived=counted)
    night.happen(order("o"), order("p"), OrderDeleted(key="o", at=NIGHT))
    for _ in range(2):
        night.pull()
        night.later()
        assert night.held("orders") == night.alive("orders")
    assert len(night.asked()) == QUIET


def test_an_order_that_comes_back_from_the_archive_is_alive_with_its_lines(night: Night) -> None:
    night.happen(order("o"), OrderDeleted(key="o", at=NIGHT))
    night.pull()
    assert night.held("orders") == set()
    store = night.store
    assert isinstance(store, BigCommerce)
    at = night.later()
    changes = {"archived": False, "updated": at.isoformat()}
    store.orders.edit(ident("order", "o"), changes, int(at.timestamp() * 1000))
    night.pull()
    assert night.held("orders") == night.alive("orders") != set()
    assert night.held("order_lines") == night.alive("order_lines")


def test_an_order_that_is_gone_for_good_is_missed_with_its_lines(opened: Open) -> None:
    night = opened(archives=False)
    night.happen(*orders(3))
    night.pull()
    at = night.later()
    night.happen(OrderDeleted(key="o1", at=at), order("new", at))
    night.pull()
    assert night.held("orders") == night.alive("orders")
    assert night.held("order_lines") == night.alive("order_lines")


def test_deleted_customers_and_products_are_missed(night: Night) -> None:
    night.happen(*customers(3), ProductListed(key="p", at=NIGHT - DAY, title="Cup"))
    night.happen(ProductListed(key="q", at=NIGHT - DAY, title="Pot"))
    night.pull()
    at = night.later()
    night.happen(CustomerDeleted(key="c1", at=at), ProductDeleted(key="p", at=at))
    night.pull()
    assert night.held("customers") == night.alive("customers")
    assert night.held("products") == night.alive("products")
    assert night.row("customers", ident("customer", "c1"))["email"] == "c1@x.example"


@pytest.mark.parametrize("quiet", [True, False])
def test_the_orders_of_a_deleted_customer_become_a_guests(opened: Open, *, quiet: bool) -> None:
    night = opened(quiet_relinks=quiet)
    night.happen(*customers(2), order("o", customer="c1"))
    night.pull()
    night.happen(CustomerDeleted(key="c1", at=night.later()))
    night.pull()
    assert night.row("orders", ident("order", "o"))["customer_id"] == "0"


def test_a_line_taken_out_of_an_order_is_deleted(night: Night) -> None:
    night.happen(order("o"))
    night.pull()
    at = night.later()
    night.happen(OrderEdited(key="o", at=at, changes={"lines": (POT,)}))
    night.pull()
    assert night.held("order_lines") == {str(ident("line", "o:pot"))}
    assert night.row("order_lines", ident("line", "o:cup"))["deleted_at"] == at


def test_a_refund_has_the_currency_of_its_order(night: Night) -> None:
    night.happen(order("o", currency="CHF"), refund("r", "o", NIGHT - HOUR))
    night.pull()
    row = night.row("refunds", ident("refund", "r"))
    assert (row["currency"], row["total_amount"]) == ("CHF", "10.5")
    assert night.asked("v2/orders/") == [f"/stores/{night.settings.store_hash}/v2/orders/count"]


def test_a_record_stamped_before_the_cursor_still_arrives(night: Night) -> None:
    night.happen(order("o", NIGHT), *customers(2))
    night.pull()
    night.happen(order("late", NIGHT - timedelta(minutes=8)), order("old", NIGHT - 99 * DAY))
    night.later()
    night.pull()
    assert night.held("orders") == night.alive("orders")


def test_the_stores_count_is_what_we_hold_in_all_and_in_a_window(night: Night) -> None:
    night.happen(*customers(40), *orders(5), OrderDeleted(key="o1", at=NIGHT))
    night.happen(
        *(ProductListed(key=f"p{n}", at=NIGHT + n * SECOND, title="Cup") for n in range(9))
    )
    night.pull()
    hand = Pull(home=night.shelf.home, clock=Patience(night.box.clock), known=night.shelf)
    told = counts(night.settings, hand)
    for table, count in told.items():
        assert count.ask(None, None) == len(night.held(table))
    since = NIGHT - DAY + 10 * SECOND
    assert told["customers"].ask(since, since + 10 * SECOND) == 10
    assert told["products"].ask(NIGHT + SECOND, NIGHT + 4 * SECOND) == 3


def test_a_window_reads_itself_and_leaves_the_cursors_alone(night: Night) -> None:
    night.happen(*customers(30, step=HOUR / 2), *orders(30, step=HOUR / 2))
    night.pull()
    kept = dict(night.shelf.state)
    since = NIGHT - DAY + 5 * HOUR
    logs = night.pull(since=since, until=since + HOUR)
    assert night.shelf.state == kept
    assert (logs["customers"].read, logs["orders"].read) in {(2, 2), (3, 3)}


def test_the_first_address_is_the_customers(night: Night) -> None:
    night.happen(CustomerJoined(key="ada", at=NIGHT, email="ada@x.example", address=BERLIN))
    night.pull()
    row = night.row("customers", ident("customer", "ada"))
    assert (row["address__city"], row["address__country_code"]) == ("Berlin", "DE")


def test_times_of_both_versions_are_read_and_empty_ones_were_never() -> None:
    assert moment("Mon, 05 Jan 2026 03:00:00 +0100") == NIGHT
    assert moment("2026-01-05T02:00:00Z") == NIGHT
    assert [moment(odd) for odd in ("", "soon", None, 7)] == [None] * 4
    row = {"date_created": "Mon, 05 Jan 2026 02:00:00 +0000", "date_shipped": "", "date_x": "soon"}
    assert dated(row) == {
        "date_created": "2026-01-05T02:00:00Z",
        "date_shipped": None,
        "date_x": "soon",
    }


def test_a_window_begins_with_the_first_whole_second_in_it() -> None:
    assert ceiling(NIGHT) == NIGHT
    assert ceiling(NIGHT + timedelta(milliseconds=1)) == NIGHT + SECOND


def test_a_cursor_never_goes_back_nor_into_the_future() -> None:
    now = NIGHT.isoformat()
    assert advanced(None, [NIGHT + DAY], NIGHT) == now
    assert advanced(now, [NIGHT - DAY], NIGHT) == now
    assert advanced(None, [], NIGHT) is None


def test_lines_are_found_wherever_in_an_order_they_are() -> None:
    shipped, fetched = {"id": 1}, {"id": 2}
    parts = {"shipping": [{"line_items": [shipped]}], "pickups": [{"line_items": [fetched]}]}
    assert list(line_items(parts)) == [shipped, fetched]
    assert list(line_items([parts])) == [shipped, fetched]
    assert list(line_items({"email": {}, "downloads": None})) == []


def test_what_was_taken_off_a_line_is_added_up_unless_it_cannot_be_read() -> None:
    assert taken_off([{"amount": "1.5000"}, {"amount": 2}]) == "3.5000"
    assert taken_off([]) == taken_off(None) == "0"
    assert taken_off([{"amount": "some"}]) is None
