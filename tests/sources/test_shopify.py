"""What our Shopify connector promises, told against a shop in miniature."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from graphql import build_schema, parse, validate

from core.connector import Count
from core.errors import VendorBusyError, VendorRefusedError
from core.pull import Pull
from core.records import TableLog
from core.settings import load
from sandbox.happenings import (
    CustomerEdited,
    CustomerJoined,
    CustomersMerged,
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
from sandbox.http import Response
from sandbox.serve import Sandbox, serve
from sandbox.shopify.shop import Shopify
from sources.shopify import ShopifySettings, connector, queries, rows
from sources.shopify.api import fitting, refusal
from sources.shopify.counts import days, midnight
from sources.shopify.walks import advanced, updated
from tests.patience import Patience
from tests.sources.shaped import ShapedShelf as Shelf

Opened = Callable[[Shopify], Sandbox]
SCHEMA = Path(__file__).parents[3] / "shared" / "specs" / "shopify.admin.graphql"


class Stingy(Shopify):
    """A shop that finds more than ten records at once too dear."""

    def _answer(self, text: str, variables: Mapping[str, Any], name: str | None) -> Response:
        if variables.get("first", 0) > 10:
            code = {"code": "MAX_COST_EXCEEDED"}
            return Response(200, {"errors": [{"message": "too dear", "extensions": code}]})
        return super()._answer(text, variables, name)


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Open the doors of a shop; they close when the story ends."""
    with ExitStack() as doors:
        yield lambda vendor: doors.enter_context(serve([vendor]))


@pytest.fixture
def shop(opened: Opened) -> Sandbox:
    return opened(Shopify())


def pull(
    shelf: Shelf,
    shop: Sandbox,
    *,
    full: bool = False,
    since: datetime | None = None,
    until: datetime | None = None,
) -> dict[str, TableLog]:
    settings = load(ShopifySettings, shop.vendors["shopify"].credentials())
    return shelf.pull(connector, settings, shop.clock, full=full, since=since, until=until)


def order(
    key: str,
    at: datetime,
    *,
    customer: str | None = None,
    email: str = "",
    lines: tuple[Line, ...] = (),
) -> OrderPlaced:
    lines = lines or (Line(key=f"{key}-1", title="Lamp", price=2_900),)
    return OrderPlaced(key=key, at=at, number=key, customer=customer, email=email, lines=lines)


def ago(shop: Sandbox, **past: float) -> datetime:
    return shop.clock.now() - timedelta(**past)


def orders(shop: Sandbox, count: int) -> None:
    shop.happen(*(order(f"o{n}", ago(shop, days=2, minutes=-n)) for n in range(count)))


def asked(shop: Sandbox, word: str) -> list[dict[str, Any]]:
    """Variables of the queries received whose text contains ``word``."""
    entries = shop.journal.read("shopify", "graphql")
    return [json.loads(e.body)["variables"] for e in entries if word in e.body]


def befall(shop: Sandbox, body: str, do: str, *, after: int = 0, **fault: object) -> None:
    shop.faults.add({"vendor": "shopify", "body": body, "do": do, "after": after, **fault})


def meanwhile(shop: Sandbox, body: str, *happenings: Happening, after: int = 0) -> None:
    befall(shop, body, "happen", after=after, happenings=[to_json(h) for h in happenings])


def names(shelf: Shelf) -> set[str]:
    return {row["name"] for row in shelf.live("orders").values()}


def test_every_order_of_every_page_arrives(shelf: Shelf, shop: Sandbox) -> None:
    orders(shop, 300)
    pull(shelf, shop)
    assert names(shelf) == {f"#o{n}" for n in range(300)}
    assert len(asked(shop, "query Changed")) > 3


def test_an_order_with_more_lines_than_a_page_keeps_them_all(shelf: Shelf, shop: Sandbox) -> None:
    lines = tuple(Line(key=f"l{n}", title=f"Thing {n}", price=100) for n in range(37))
    shop.happen(order("big", ago(shop, days=1), lines=lines))
    pull(shelf, shop)
    titles = {row["title"] for row in shelf.live("order_lines").values()}
    assert titles == {f"Thing {n}" for n in range(37)}


def test_the_second_pull_asks_only_for_what_changed(shelf: Shelf, shop: Sandbox) -> None:
    orders(shop, 300)
    pull(shelf, shop)
    shop.journal.clear()
    shop.happen(order("late", shop.clock.now()))
    log = pull(shelf, shop)
    assert "#late" in names(shelf)
    assert log["orders"].read < 20
    assert not asked(shop, "query Listing")


def test_pulling_twice_changes_nothing(shelf: Shelf, shop: Sandbox) -> None:
    shop.happen(CustomerJoined(key="ada", at=ago(shop, days=1), email="ada@example.com"))
    orders(shop, 5)
    pull(shelf, shop)
    pull(shelf, shop)
    assert shelf.changed == 0


def test_orders_of_the_cursors_own_second_are_not_lost(shelf: Shelf, shop: Sandbox) -> None:
    at = ago(shop, minutes=5).replace(microsecond=0)
    shop.happen(order("first", at))
    pull(shelf, shop)
    shop.happen(order("tie", at))
    pull(shelf, shop)
    assert names(shelf) == {"#first", "#tie"}


def test_a_guest_order_has_a_person_but_no_customer(shelf: Shelf, shop: Sandbox) -> None:
    shop.happen(order("guest", ago(shop, days=1), email="g@example.com"))
    pull(shelf, shop)
    (row,) = shelf.live("orders").values()
    assert (row["customer_id"], row["email"]) == (None, "g@example.com")


def test_ids_are_the_numbers_people_write_down_elsewhere(shelf: Shelf, shop: Sandbox) -> None:
    shop.happen(
        CustomerJoined(key="ada", at=ago(shop, days=1), email="ada@example.com"),
        order("o", ago(shop, days=1), customer="ada"),
        OrderRefunded(key="r", at=ago(shop, hours=1), order="o", amount=900),
    )
    pull(shelf, shop)
    (customer,), (bought,) = shelf.live("customers").values(), shelf.live("orders").values()
    (refund,) = shelf.live("refunds").values()
    assert customer["id"].isdecimal()
    assert customer["admin_graphql_api_id"] == f"gid://shopify/Customer/{customer['id']}"
    assert bought["customer_id"] == customer["id"]
    assert (refund["order_id"], refund["amount"], refund["currency"]) == (
        bought["id"],
        "9.0",
        "EUR",
    )


def test_an_order_edited_while_pages_are_read_arrives_as_edited(
    shelf: Shelf, shop: Sandbox
) -> None:
    orders(shop, 300)
    edit = OrderEdited(key="o0", at=shop.clock.now(), changes={"note": "gift"})
    meanwhile(shop, "orders(first", edit, after=1)
    pull(shelf, shop)
    assert len(shelf.live("orders")) == 300
    assert "gift" in {row["note"] for row in shelf.live("orders").values()}


def test_an_order_deleted_while_pages_are_read_is_deleted_by_morning(
    shelf: Shelf, shop: Sandbox
) -> None:
    orders(shop, 300)
    meanwhile(shop, "orders(first", OrderDeleted(key="o0", at=shop.clock.now()), after=1)
    pull(shelf, shop)
    assert names(shelf) == {f"#o{n}" for n in range(1, 300)}


def test_a_deleted_order_takes_its_lines_and_refunds_along(shelf: Shelf, shop: Sandbox) -> None:
    refund = OrderRefunded(key="r", at=ago(shop, hours=1), order="o0", amount=100)
    orders(shop, 2)
    shop.happen(refund)
    pull(shelf, shop)
    shop.happen(OrderDeleted(key="o0", at=shop.clock.now()))
    pull(shelf, shop)
    (gone,) = shelf.gone("orders").values()
    assert gone["name"] == "#o0"
    assert {row["order_id"] for row in shelf.gone("order_lines").values()} == {gone["id"]}
    assert {row["order_id"] for row in shelf.gone("refunds").values()} == {gone["id"]}
    assert len(shelf.live("order_lines")) == 1


def test_an_order_placed_while_we_count_is_no_reason_to_sweep(shelf: Shelf, shop: Sandbox) -> None:
    orders(shop, 3)
    meanwhile(shop, "ordersCount", order("late", shop.clock.now()))
    pull(shelf, shop)
    assert "#late" in names(shelf)
    assert not asked(shop, "query Listing")


def test_a_query_that_costs_too_much_is_asked_in_smaller_pages(
    shelf: Shelf, opened: Opened
) -> None:
    shop = opened(Stingy())
    orders(shop, 40)
    pull(shelf, shop)
    assert shelf.failures == {}
    assert len(shelf.live("orders")) == 40
    assert len(asked(shop, "orders(first")) < 12


@pytest.mark.parametrize("quiet", [True, False])
def test_a_merged_customer_is_gone_and_the_orders_follow_the_winner(
    shelf: Shelf, opened: Opened, *, quiet: bool
) -> None:
    shop = opened(Shopify(quiet_relinks=quiet))
    shop.happen(
        CustomerJoined(key="ada", at=ago(shop, days=9), email="ada@example.com"),
        CustomerJoined(key="adas", at=ago(shop, days=9), email="ada@example.org"),
        order("o", ago(shop, days=8), customer="adas"),
        order("later", ago(shop, days=2)),
    )
    pull(shelf, shop)
    shop.happen(CustomersMerged(key="ada", loser="adas", at=shop.clock.now()))
    pull(shelf, shop)
    (winner,) = shelf.live("customers")
    (loser,) = shelf.gone("customers").values()
    assert loser["default_email_address__email_address"] == "ada@example.org"
    assert {row["customer_id"] for row in shelf.live("orders").values()} == {winner, None}


def test_a_deleted_product_is_read_from_the_record_of_deletions(
    shelf: Shelf, shop: Sandbox
) -> None:
    shop.happen(*(ProductListed(key=k, at=ago(shop, days=3), title=k) for k in ("lamp", "pot")))
    pull(shelf, shop)
    shop.journal.clear()
    at = shop.clock.now()
    shop.happen(ProductDeleted(key="pot", at=at))
    pull(shelf, shop)
    (gone,) = shelf.gone("products").values()
    assert gone["title"] == "pot"
    assert gone["deleted_at"] == at.replace(microsecond=0)
    assert not asked(shop, "query Listing")
    pull(shelf, shop)
    assert shelf.changed == 0


def test_a_full_pull_finds_every_deletion(shelf: Shelf, shop: Sandbox) -> None:
    shop.happen(*(ProductListed(key=k, at=ago(shop, days=3), title=k) for k in ("lamp", "pot")))
    orders(shop, 3)
    pull(shelf, shop)
    shop.happen(ProductDeleted(key="pot", at=shop.clock.now()))
    shop.happen(OrderDeleted(key="o1", at=shop.clock.now()))
    pull(shelf, shop, full=True)
    assert {row["title"] for row in shelf.live("products").values()} == {"lamp"}
    assert names(shelf) == {"#o0", "#o2"}


def test_a_full_pull_compares_every_id_and_does_not_trust_the_count(
    shelf: Shelf, shop: Sandbox
) -> None:
    orders(shop, 3)
    pull(shelf, shop, full=True)
    assert len(asked(shop, "query Listing")) == 2


def test_a_customer_changed_late_in_a_day_already_read_is_not_lost(
    shelf: Shelf, shop: Sandbox
) -> None:
    shop.clock.set(datetime(2026, 1, 5, 2, tzinfo=UTC))
    shop.happen(CustomerJoined(key="ada", at=ago(shop, days=2), first_name="Ada"))
    shop.happen(CustomerJoined(key="bob", at=ago(shop, minutes=1), first_name="Bob"))
    pull(shelf, shop)
    edit = CustomerEdited(key="ada", at=ago(shop, hours=20), changes={"first_name": "Augusta"})
    shop.happen(edit)
    pull(shelf, shop)
    assert {row["first_name"] for row in shelf.live("customers").values()} == {"Augusta", "Bob"}


def test_a_token_that_dies_on_page_two_is_renewed_and_kept_privately(
    shelf: Shelf, opened: Opened
) -> None:
    shop = opened(Shopify(expiring=True))
    orders(shop, 300)
    befall(shop, "orders(first", "expire_tokens", after=1)
    pull(shelf, shop)
    assert shelf.failures == {}
    assert len(shelf.live("orders")) == 300
    kept = shelf.home / "tokens" / "shopify.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_refused_token_is_told_by_the_name_of_its_variable(shelf: Shelf, shop: Sandbox) -> None:
    befall(shop, "", "status", status=401, times=0)
    pull(shelf, shop)
    error = shelf.failures["orders"]
    assert isinstance(error, VendorRefusedError)
    assert "SHOPIFY_ACCESS_TOKEN" in error.next_step


def test_a_missing_scope_stops_its_table_alone(shelf: Shelf, opened: Opened) -> None:
    shop = opened(Shopify(scopes=frozenset({"read_orders", "read_all_orders", "read_products"})))
    orders(shop, 3)
    pull(shelf, shop)
    assert isinstance(shelf.failures["customers"], VendorRefusedError)
    assert "scope" in shelf.failures["customers"].next_step
    assert len(shelf.live("orders")) == 3


@pytest.mark.parametrize("status", [200, 429])
def test_a_spent_budget_is_waited_for(shelf: Shelf, opened: Opened, status: int) -> None:
    shop = opened(Shopify(throttled_status=status, burst=10))
    orders(shop, 300)
    bucket = shop.vendors["shopify"].limits["graphql"]
    bucket.take(950)
    pull(shelf, shop)
    assert shelf.failures == {}
    assert len(shelf.live("orders")) == 300
    assert shelf.meter.throttled_seconds > 0


@pytest.mark.parametrize("retry_after", [7, None])
def test_a_429_is_waited_out_as_long_as_asked(
    shelf: Shelf, shop: Sandbox, retry_after: float | None
) -> None:
    orders(shop, 3)
    befall(shop, "orders(first", "status", status=429, retry_after=retry_after, times=2)
    pull(shelf, shop)
    assert len(shelf.live("orders")) == 3
    assert shelf.meter.retries == 2
    if retry_after:
        assert shelf.meter.throttled_seconds == pytest.approx(2 * retry_after)


@pytest.mark.parametrize("harm", ["html", "empty", "cut", "invalid", "reset"])
def test_a_broken_answer_is_asked_for_again(shelf: Shelf, shop: Sandbox, harm: str) -> None:
    orders(shop, 3)
    befall(shop, "orders(first", harm)
    pull(shelf, shop)
    assert shelf.failures == {}
    assert len(shelf.live("orders")) == 3


def test_a_pull_that_died_midway_goes_on_where_it_stopped(shelf: Shelf, shop: Sandbox) -> None:
    orders(shop, 400)
    befall(shop, "orders(first", "status", status=503, after=2, times=6)
    pull(shelf, shop)
    assert isinstance(shelf.failures["orders"], VendorBusyError)
    assert 0 < len(shelf.live("orders")) < 400
    shop.journal.clear()
    log = pull(shelf, shop)
    assert len(shelf.live("orders")) == 400
    assert log["orders"].read < 400
    assert all(each["query"] for each in asked(shop, "orders(first") if "query" in each)


def test_an_order_dated_in_the_future_does_not_hide_the_next_ones(
    shelf: Shelf, shop: Sandbox
) -> None:
    shop.happen(order("future", shop.clock.now() + timedelta(days=400)))
    pull(shelf, shop)
    shop.clock.advance(3_600)
    shop.happen(order("now", shop.clock.now()))
    pull(shelf, shop)
    assert names(shelf) == {"#future", "#now"}


def test_an_order_that_aged_out_of_sight_is_not_deleted(shelf: Shelf, opened: Opened) -> None:
    shop = opened(Shopify(scopes=frozenset({"read_orders", "read_customers", "read_products"})))
    shop.happen(order("old", ago(shop, days=59)), order("new", ago(shop, days=2)))
    shop.happen(order("newer", ago(shop, days=1)))
    pull(shelf, shop)
    shop.clock.advance(timedelta(days=5).total_seconds())
    shop.happen(OrderDeleted(key="newer", at=shop.clock.now()))
    pull(shelf, shop)
    assert names(shelf) == {"#old", "#new"}
    assert [len(each["ids"]) for each in asked(shop, "query Named")] == [1]


def test_a_window_is_read_again_and_leaves_the_cursors_alone(shelf: Shelf, shop: Sandbox) -> None:
    orders(shop, 4)
    shop.happen(order("old", ago(shop, days=90)))
    pull(shelf, shop)
    before = dict(shelf.state)
    shop.happen(OrderDeleted(key="o0", at=shop.clock.now()))
    start = ago(shop, days=91)
    log = pull(shelf, shop, since=start, until=start + timedelta(days=3))
    assert log["orders"].read == 1
    assert shelf.state == before
    assert len(shelf.live("orders")) == 5


def test_an_order_without_an_id_gets_none_made_up() -> None:
    node: dict[str, Any] = {
        "id": None,
        "lineItems": {"nodes": [{"id": "gid://shopify/LineItem/1"}]},
    }
    parts = rows.orders([node], lambda _order, _after: [])
    assert parts.orders[0]["id"] is None
    assert parts.lines[0]["order_id"] is None


@pytest.mark.parametrize(
    ("gid", "number"),
    [
        ("gid://shopify/Order/123", "123"),
        ("gid://shopify/MailingAddress/9?model_name=CustomerAddress", "9"),
    ],
)
def test_a_long_id_ends_in_its_number(gid: str, number: str) -> None:
    assert rows.number(gid) == number


def test_a_cursor_never_goes_back_nor_past_the_vendors_hour() -> None:
    now = datetime(2026, 1, 5, 2, tzinfo=UTC)
    assert advanced(None, ["2026-01-04T00:00:00Z"], now) == "2026-01-04T00:00:00Z"
    assert advanced("2026-01-04T00:00:00Z", ["2026-01-03T00:00:00Z"], now) == "2026-01-04T00:00:00Z"
    assert advanced(None, ["2027-01-01T00:00:00Z", None, 7], now) == "2026-01-05T02:00:00Z"
    assert advanced(None, [], now) is None


def test_the_customers_filter_is_written_in_whole_days() -> None:
    since, until = datetime(2026, 1, 4, 9, tzinfo=UTC), datetime(2026, 1, 5, tzinfo=UTC)
    assert updated(since, None, whole_days=True) == "updated_at:>='2026-01-04T00:00:00Z'"
    assert updated(None, until, whole_days=True) == "updated_at:<'2026-01-06T00:00:00Z'"
    assert updated(since, None, whole_days=False) == "updated_at:>='2026-01-04T09:00:00Z'"
    assert updated(None, None, whole_days=False) is None


def test_a_page_grows_to_what_a_query_may_cost() -> None:
    assert fitting(25, 100) == 225
    assert fitting(25, 10) == 250
    assert fitting(10, 20_000) == 1
    assert fitting(40, 0) == 40


def test_an_error_in_an_answer_of_200_names_what_to_do() -> None:
    error = refusal([{"message": "no", "extensions": {"code": "ACCESS_DENIED"}}])
    assert "scope" in error.next_step
    assert "ACCESS_DENIED" in str(error)
    assert str(refusal("Not Found")) == "shopify: refused: Not Found"


@pytest.mark.skipif(not SCHEMA.exists(), reason="../shared/specs is not beside this repository")
def test_every_query_is_one_that_shopifys_own_schema_takes() -> None:
    schema = build_schema(SCHEMA.read_text(), assume_valid=True, assume_valid_sdl=True)
    texts = [queries.MORE_LINES, queries.DELETIONS, queries.count("orders")]
    for table in queries.FIELDS:
        texts += [queries.changed(table), queries.named(table), queries.listing(table)]
    assert [validate(schema, parse(text)) for text in texts] == [[]] * len(texts)


def counts(shelf: Shelf, shop: Sandbox) -> Mapping[str, Count]:
    settings = load(ShopifySettings, shop.vendors["shopify"].credentials())
    hand = Pull(home=shelf.home, clock=Patience(shop.clock), known=shelf)
    return connector.counts(settings, hand)


def test_a_window_of_orders_is_counted_to_the_second(shelf: Shelf, shop: Sandbox) -> None:
    orders(shop, 30)
    start = ago(shop, days=2)
    ask = counts(shelf, shop)["orders"].ask
    assert ask(start, start + timedelta(minutes=10)) == 10
    assert ask(start + timedelta(minutes=25), None) == 5
    assert ask(None, None) == 30


def test_customers_are_counted_by_days_of_the_shop(shelf: Shelf, shop: Sandbox) -> None:
    noon = datetime(2026, 1, 3, 12, tzinfo=UTC)
    shop.happen(*(CustomerJoined(key=f"c{n}", at=noon + timedelta(hours=n)) for n in (0, 6, 13)))
    count = counts(shelf, shop)["customers"]
    midnight = count.floor(noon)
    assert midnight == noon.replace(hour=0)
    assert count.ask(midnight, midnight + timedelta(days=1)) == 2


@pytest.mark.parametrize(
    ("zone", "hour", "began"),
    [("Etc/UTC", 0, 3), ("Asia/Tokyo", 15, 2), ("America/New_York", 5, 3)],
)
def test_a_shops_day_begins_by_its_own_clock(zone: str, hour: int, began: int) -> None:
    there = ZoneInfo(zone)
    start = midnight(lambda: there, datetime(2026, 1, 3, 12, 30, tzinfo=UTC))
    assert start == datetime(2026, 1, began, hour, tzinfo=UTC)
    assert days(start, start + timedelta(days=1), there) == (
        "updated_at:>='2026-01-03' AND updated_at:<'2026-01-04'"
    )


def test_a_count_that_shopify_does_not_know_exactly_is_none(shelf: Shelf, opened: Opened) -> None:
    class Capped(Shopify):
        """A shop that counts up to ten thousand whatever it is asked."""

        def _answer(self, text: str, variables: Mapping[str, Any], name: str | None) -> Response:
            if "ordersCount" in text:
                capped = {"count": 10_000, "precision": "AT_LEAST"}
                return Response(200, {"data": {"total": capped}})
            return super()._answer(text, variables, name)

    assert counts(shelf, opened(Capped()))["orders"].ask(None, None) is None


def test_a_token_that_lost_sight_of_old_orders_counts_none(shelf: Shelf, opened: Opened) -> None:
    vendor = Shopify(scopes=frozenset({"read_customers", "read_orders", "read_products"}))
    shop = opened(vendor)
    shop.happen(order("old", ago(shop, days=50)), order("new", ago(shop, days=1)))
    pull(shelf, shop)
    assert counts(shelf, shop)["orders"].ask(None, None) == 2
    shop.clock.advance(timedelta(days=20).total_seconds())
    assert counts(shelf, shop)["orders"].ask(None, None) is None
