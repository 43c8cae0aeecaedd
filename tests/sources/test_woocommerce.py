"""What the WooCommerce connector promises, told against the sandbox's WooCommerce."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.connector import Count
from core.errors import ConfigError
from core.pull import Pull
from core.records import TableLog
from core.settings import load
from sandbox.clock import Clock
from sandbox.happenings import (
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
from sandbox.woocommerce.api import WooCommerce
from sandbox.woocommerce.records import ident
from sources.woocommerce import WooCommerceSettings, connector, counts
from sources.woocommerce.api import Batch
from sources.woocommerce.rows import first_name, refunded
from sources.woocommerce.times import advanced, span, zoned
from tests.patience import Patience
from tests.sources.shaped import ShapedShelf as Shelf

NIGHT = datetime(2026, 1, 5, 2, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
CUP = Line(key="cup", title="Cup", quantity=2, price=1050)
POT = Line(key="pot", title="Pot", price=4900)
QUIET = 9  # customers 1; orders, products: changed, trash, total; refunds: changed, total


class Night:
    """One shop, one shelf, and our hour."""

    def __init__(self, box: Sandbox, home: Path) -> None:
        self.box, self.shelf = box, Shelf(home)
        shop = box.vendors["woocommerce"]
        assert isinstance(shop, WooCommerce)
        self.shop = shop
        self.extra: dict[str, str] = {}

    @property
    def settings(self) -> WooCommerceSettings:
        return load(WooCommerceSettings, {**self.box.environment, **self.extra})

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

    def asked(self, path: str = "") -> list[dict[str, str]]:
        entries = self.box.journal.read("woocommerce", path)
        return [{name: values[-1] for name, values in one.query.items()} for one in entries]

    def held(self, table: str) -> set[str]:
        """Ids of the live rows; of a line, the line's own."""
        return {key[-1] for key in self.shelf.keys(table)}

    def alive(self, table: str) -> set[str]:
        """Ids that the shop has alive."""
        rows = self.shop.truth(table)[table]
        return {str(one) for one, row in rows.items() if not row["deleted"]}

    def row(self, table: str, number: int) -> dict[str, Any]:
        (found,) = [r for key, r in self.shelf.tables[table].items() if key[-1] == str(number)]
        return found


Open = Callable[..., Night]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as stack:

        def start(**shop: Any) -> Night:
            clock = Clock(NIGHT, frozen=True)
            box = stack.enter_context(serve([WooCommerce(clock, **shop)], clock=clock))
            return Night(box, tmp_path)

        yield start


@pytest.fixture
def night(opened: Open) -> Night:
    return opened()


def customers(count: int, at: datetime = NIGHT - DAY) -> list[CustomerJoined]:
    return [CustomerJoined(key=f"c{n}", at=at, email=f"c{n}@x.example") for n in range(count)]


def order(key: str, at: datetime = NIGHT - DAY, **fields: Any) -> OrderPlaced:
    return OrderPlaced(key=key, at=at, **{"number": "1", "lines": (CUP, POT), **fields})


def orders(count: int, at: datetime = NIGHT - DAY, step: timedelta = SECOND) -> list[OrderPlaced]:
    return [order(f"o{n}", at + n * step) for n in range(count)]


def refund(key: str, of: str, at: datetime) -> OrderRefunded:
    return OrderRefunded(key=key, at=at, order=of, amount=1050, currency="EUR")


def test_a_retry_is_signed_anew_because_a_nonce_counts_once(night: Night) -> None:
    night.happen(*customers(2))
    night.box.faults.add({"do": "cut", "path": "/customers", "times": 3})
    night.pull()
    assert night.held("customers") == night.alive("customers")


def test_a_machine_whose_clock_is_wrong_signs_by_the_shops(night: Night) -> None:
    night.happen(*customers(2))
    hand = Pull(home=night.shelf.home, clock=Patience(night.box.clock, ahead=HOUR))
    streams = connector.build(night.settings, hand)
    rows = [row for stream in streams for page in stream.pages() for row in getattr(page, "page")]  # noqa: B009 - For or a list
    assert len(rows) == 2
    refused = [one for one in night.box.journal.read("woocommerce") if one.status == 401]
    assert len(refused) == 1


@pytest.mark.parametrize("how", ["basic", "query"])
def test_over_https_the_keys_go_along_in_a_header_or_in_the_address(how: str, opened: Open) -> None:
    night = opened(https=True)
    night.extra = {"WOOCOMMERCE_SIGN": how}
    night.happen(*customers(2))
    night.pull()
    assert len(night.held("customers")) == 2
    assert ("consumer_secret" in night.asked()[0]) == (how == "query")


def test_a_missing_variable_is_named() -> None:
    with pytest.raises(ConfigError, match="WOOCOMMERCE_CONSUMER_SECRET"):
        load(WooCommerceSettings, {"WOOCOMMERCE_URL": "https://x.example"})


def test_a_customer_deleted_while_pages_are_read_hides_nobody(night: Night) -> None:
    night.happen(*customers(250))
    first = [row.key for row in night.shop.customers.all()][:5]
    gone = [CustomerDeleted(key=key, at=NIGHT) for key in first]
    night.meanwhile(1, *gone, path="/customers")
    night.pull()
    assert night.alive("customers") <= night.held("customers")


def test_customers_that_are_gone_are_looked_up_before_they_are_told_gone(night: Night) -> None:
    night.happen(*customers(3))
    night.pull()
    at = night.later()
    night.happen(CustomerDeleted(key="c1", at=at))
    night.box.faults.add(
        {"do": "drop_row", "table": "customers", "having": f"{ident('customer', 'c2')}"}
    )
    night.pull()
    assert night.held("customers") == night.alive("customers")


def test_a_page_cut_short_by_what_may_not_be_read_is_not_the_last(night: Night) -> None:
    night.happen(*orders(150))
    night.box.faults.add({"do": "drop_row", "table": "orders", "row": 3, "times": 1})
    night.pull()
    assert len(night.held("orders")) >= 149


def test_a_record_the_key_may_not_read_costs_one_sweep_and_not_one_a_night(night: Night) -> None:
    night.happen(*orders(3))
    hidden = str(ident("order", "o1"))
    night.box.faults.add({"do": "drop_row", "table": "orders", "having": hidden, "times": 0})
    night.pull()
    assert night.held("orders") == night.alive("orders") - {hidden}
    night.later()
    night.pull()
    assert len(night.asked()) == QUIET


def test_more_orders_than_a_page_in_one_second_all_arrive(night: Night) -> None:
    night.happen(*orders(230, step=timedelta(0)))
    night.pull()
    assert night.held("orders") == night.alive("orders")
    paged = [one for one in night.asked("/orders") if "offset" in one]
    assert paged
    assert all("modified_after" in one for one in paged)


def test_an_order_deleted_while_pages_are_read_hides_none(night: Night) -> None:
    night.happen(*orders(250))
    night.meanwhile(1, OrderDeleted(key="o3", at=NIGHT), path="/orders")
    night.pull()
    assert night.alive("orders") <= night.held("orders")


def test_orders_edited_while_pages_are_read_arrive_as_they_are(night: Night) -> None:
    night.happen(*orders(150))
    edit = OrderEdited(key="o140", at=NIGHT - SECOND, changes={"note": "ring twice"})
    night.meanwhile(1, edit, path="/orders")
    night.pull()
    assert night.held("orders") == night.alive("orders")
    assert night.row("orders", ident("order", "o140"))["customer_note"] == "ring twice"


def test_a_quiet_night_costs_a_call_or_two_a_table(night: Night) -> None:
    night.happen(*customers(3), *orders(3), refund("r", "o1", NIGHT - HOUR))
    night.pull()
    night.later()
    night.pull()
    assert len(night.asked()) == QUIET
    assert night.shelf.changed == 0


def test_what_is_thrown_away_is_deleted_when_it_was_thrown_away(night: Night) -> None:
    night.happen(*orders(2), ProductListed(key="p", at=NIGHT - DAY, title="Cup"))
    night.pull()
    at = night.later()
    night.happen(OrderDeleted(key="o1", at=at), ProductDeleted(key="p", at=at))
    night.later(HOUR)
    night.pull()
    row = night.row("orders", ident("order", "o1"))
    assert (row["deleted_at"], row["total"]) == (at, "70.00")
    assert night.row("products", ident("product", "p"))["deleted_at"] == at
    assert night.held("order_lines") == night.alive("order_lines")


@pytest.mark.parametrize("totals", [True, False])
def test_what_was_deleted_for_good_is_missed_with_its_lines_and_refunds(
    opened: Open, *, totals: bool
) -> None:
    night = opened(trash=False, totals=totals)
    night.happen(*orders(3), refund("r", "o1", NIGHT - HOUR))
    night.pull()
    at = night.later()
    night.happen(OrderDeleted(key="o1", at=at), order("new", at))
    night.pull()
    for table in ("orders", "order_lines", "refunds"):
        assert night.held(table) == night.alive(table)
    assert night.row("orders", ident("order", "o1"))["customer_id"] == "0"


def test_a_line_taken_out_of_an_order_is_deleted(night: Night) -> None:
    night.happen(order("o"))
    night.pull()
    at = night.later()
    night.happen(OrderEdited(key="o", at=at, changes={"lines": (POT,)}))
    night.pull()
    assert night.held("order_lines") == {str(ident("line", "o:pot"))}
    assert night.row("order_lines", ident("line", "o:cup"))["deleted_at"] == at


def test_a_line_taken_out_between_two_readings_of_one_pull_is_deleted(night: Night) -> None:
    night.happen(*orders(150))
    edit = OrderEdited(key="o1", at=NIGHT - SECOND, changes={"lines": (POT,)})
    night.meanwhile(1, edit, path="/orders")
    night.pull()
    assert night.held("order_lines") == night.alive("order_lines")


@pytest.mark.parametrize("quiet", [True, False])
def test_the_orders_of_a_deleted_customer_become_a_guests(opened: Open, *, quiet: bool) -> None:
    night = opened(quiet_relinks=quiet)
    night.happen(*customers(2), order("o", customer="c1"))
    night.pull()
    at = night.later()
    night.happen(CustomerDeleted(key="c1", at=at))
    night.pull()
    assert night.row("orders", ident("order", "o"))["customer_id"] == "0"


def test_an_order_dated_in_the_future_hides_nothing(night: Night) -> None:
    night.happen(order("future", NIGHT + 9 * DAY))
    night.pull()
    night.happen(order("now", night.later()))
    night.pull()
    assert night.held("orders") == night.alive("orders")


def test_an_order_stamped_before_the_cursor_still_arrives(night: Night) -> None:
    night.happen(order("o", NIGHT))
    night.pull()
    night.happen(order("late", NIGHT - timedelta(minutes=10)), order("imported", NIGHT - 99 * DAY))
    night.later()
    night.pull()
    assert night.held("orders") == night.alive("orders")


def test_a_refund_has_the_currency_of_its_order(night: Night) -> None:
    night.happen(order("o", currency="CHF"), refund("r", "o", NIGHT - HOUR))
    night.pull()
    assert night.row("refunds", ident("refund", "r"))["currency"] == "CHF"
    assert night.row("orders", ident("order", "o"))["refunded_total"] == "10.50"
    night.happen(refund("late", "o", NIGHT - 50 * DAY))
    night.later()
    night.pull()
    assert night.row("refunds", ident("refund", "late"))["currency"] == "CHF"


def test_the_shops_count_is_what_we_hold_in_all_and_in_a_window(night: Night) -> None:
    night.happen(*customers(4), *orders(50), refund("r", "o1", NIGHT - HOUR))
    night.happen(OrderDeleted(key="o9", at=NIGHT))
    night.pull()
    told = counts(night.settings, Pull(home=night.shelf.home, clock=Patience(night.box.clock)))
    for table, count in told.items():
        assert count.ask(None, None) == len(night.held(table))
    since, until = NIGHT - DAY + 10 * SECOND, NIGHT - DAY + 20 * SECOND
    assert told["orders"].ask(since, until) == _within(night, told["orders"], since, until) == 10
    half = timedelta(milliseconds=500)
    assert told["orders"].ask(since + half, until + half) == 10


def _within(night: Night, count: Count, since: datetime, until: datetime) -> int:
    live = night.shelf.live("orders").values()
    return sum(since <= row[count.column or ""] < until for row in live)


def test_a_window_reads_itself_and_leaves_the_cursors_alone(night: Night) -> None:
    night.happen(*orders(30, step=HOUR / 2))
    night.pull()
    kept = dict(night.shelf.state)
    since = NIGHT - DAY + 5 * HOUR
    night.pull(since=since, until=since + HOUR)
    assert night.shelf.state == kept
    assert {one.get("modified_after") for one in night.asked("/orders")} == {"2026-01-04T06:59:59"}


def test_a_list_ends_where_its_total_says_and_not_with_a_short_page() -> None:
    assert Batch([{}] * 99, 150).goes_on()
    assert not Batch([{}] * 51, 150).goes_on(offset=99)
    assert Batch([{}] * 100, None).goes_on()
    assert not Batch([{}] * 99, None).goes_on()


def test_gmt_times_are_utc_and_the_sites_own_stay_text() -> None:
    row = {"date_created": "2026-01-05T03:00:00", "date_created_gmt": "2026-01-05T02:00:00"}
    assert zoned(dict(row)) == {**row, "date_created_gmt": "2026-01-05T02:00:00Z"}
    assert zoned({"date_paid_gmt": None}) == {"date_paid_gmt": None}


def test_a_window_is_asked_for_so_that_neither_edge_is_left_out() -> None:
    assert span(NIGHT, NIGHT + SECOND) == {
        "modified_after": "2026-01-05T01:59:59",
        "modified_before": "2026-01-05T02:00:01",
        "dates_are_gmt": "true",
    }
    assert span(None, None) == {}


def test_a_cursor_never_goes_back_nor_into_the_future() -> None:
    now = NIGHT.isoformat()
    assert advanced(None, [NIGHT + DAY], NIGHT) == now
    assert advanced(now, [NIGHT - DAY], NIGHT) == now
    assert advanced(None, [], NIGHT) is None


def test_refunds_of_an_order_are_added_up_unless_one_cannot_be_read() -> None:
    assert refunded([{"total": "-10.50"}, {"total": "-1.25"}]) == "11.75"
    assert refunded([]) == "0"
    assert refunded([{"total": "much"}]) is None
    assert refunded([{}]) is None


def test_the_first_category_stands_for_all() -> None:
    assert first_name([{"name": "Kitchen"}, {"name": "Home"}]) == "Kitchen"
    assert [first_name(odd) for odd in (None, [], ["Kitchen"], [{"name": 7}], "Kitchen")] == [
        None
    ] * 5
