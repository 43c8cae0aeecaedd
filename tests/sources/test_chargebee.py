"""What the Chargebee connector promises, told against the sandbox's Chargebee."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.auth import HTTPBasicAuth

from core.errors import ConfigError, VendorBusyError, VendorRefusedError
from core.pull import Gone, Pull, Record
from core.records import TableLog
from core.settings import load
from sandbox.chargebee.api import Chargebee
from sandbox.chargebee.parts import ident
from sandbox.clock import Clock
from sandbox.happenings import (
    Charged,
    ChargeRefunded,
    Happening,
    PayerDeleted,
    PayerEdited,
    PayerJoined,
    SubscriptionCancelled,
    SubscriptionChanged,
    SubscriptionStarted,
)
from sandbox.serve import Sandbox, serve
from sources.chargebee import ChargebeeSettings, connector, rows
from sources.chargebee.api import _next
from sources.chargebee.items import Items
from tests.sources.shaped import ShapedShelf

NIGHT = datetime(2026, 1, 5, 2, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Night:
    """One sandbox Chargebee, one shelf, and our hour."""

    def __init__(self, box: Sandbox, home: Path) -> None:
        self.box, self.shelf = box, ShapedShelf(home)

    @property
    def now(self) -> datetime:
        return self.box.clock.now()

    def pull(self, settings: dict[str, str] | None = None, **options: Any) -> dict[str, TableLog]:
        self.box.journal.clear()
        given = load(ChargebeeSettings, {**self.box.environment, **(settings or {})})
        return self.shelf.pull(connector, given, self.box.clock, **options)

    def happen(self, *facts: Happening) -> None:
        self.box.happen(*facts)

    def asked(self, table: str = "customers") -> list[dict[str, str]]:
        entries = self.box.journal.read("chargebee", f"/{table}")
        return [{name: values[-1] for name, values in entry.query.items()} for entry in entries]

    def later(self, by: timedelta = DAY) -> datetime:
        self.box.clock.advance(by.total_seconds())
        return self.now

    def fault(self, **fault: Any) -> None:
        self.box.faults.add(fault)


Open = Callable[..., Night]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as stack:

        def start(**vendor: Any) -> Night:
            clock = Clock(NIGHT, frozen=True)
            box = stack.enter_context(serve([Chargebee(clock, **vendor)], clock=clock))
            return Night(box, tmp_path)

        yield start


@pytest.fixture
def night(opened: Open) -> Night:
    return opened()


def payers(count: int, at: datetime = NIGHT - DAY, *, every: float = 1) -> list[PayerJoined]:
    return [
        PayerJoined(key=f"p{n}", at=at + timedelta(seconds=n * every), email=f"p{n}@x.example")
        for n in range(count)
    ]


def renamed(count: int, at: datetime, name: str = "New") -> list[PayerEdited]:
    return [PayerEdited(key=f"p{n}", at=at, changes={"name": name}) for n in range(count)]


def subscribed(key: str = "s", at: datetime = NIGHT - DAY, **fields: Any) -> SubscriptionStarted:
    fields = {"payer": "p0", "plan": "Pro", "amount": 900, **fields}
    return SubscriptionStarted(key=key, at=at, **fields)


def cus(key: str) -> str:
    return ident("customer", key)


def second(at: datetime) -> int:
    return int(at.timestamp())


def names(night: Night) -> set[str]:
    return {row["first_name"] for row in night.shelf.live("customers").values()}


def items(night: Night, *, deleted: bool = False) -> set[str]:
    return {key[1] for key in night.shelf.keys("subscription_items", deleted=deleted)}


def test_follows_every_page(night: Night) -> None:
    night.happen(*payers(250))
    night.pull()
    assert night.shelf.failures == {}
    assert len(night.shelf.live("customers")) == 250


def test_more_changes_in_one_second_than_a_page_holds_all_arrive(night: Night) -> None:
    night.happen(*payers(230, every=0))
    night.pull()
    night.happen(*renamed(230, night.later()))
    night.later(HOUR)
    night.pull()
    assert names(night) == {"New"}


def test_the_second_pull_asks_for_what_changed_since_ten_minutes_before_the_last(
    night: Night,
) -> None:
    night.happen(*payers(150))
    night.pull()
    at = night.later()
    night.happen(PayerEdited(key="p7", at=at, changes={"email": "new@x.example"}))
    night.later(HOUR)
    log = night.pull()
    assert night.shelf.live("customers")[cus("p7")]["email"] == "new@x.example"
    assert log["customers"].read == 1
    [asked] = night.asked()
    assert asked["updated_at[after]"] == str(second(NIGHT - 10 * MINUTE) - 1)
    assert (asked["sort_by[asc]"], asked["include_deleted"]) == ("updated_at", "true")
    assert night.shelf.state["customers"] == second(at)


def test_a_quiet_night_costs_one_call_a_list(night: Night) -> None:
    night.happen(*payers(3))
    night.pull()
    night.later()
    before = night.shelf.meter.calls
    night.pull()
    assert night.shelf.meter.calls - before == 5
    assert night.shelf.changed == 0


def test_a_change_that_shows_up_five_minutes_late_is_found(opened: Open) -> None:
    night = opened(late_seconds=300)
    night.happen(*payers(60, NIGHT - DAY))
    night.pull()
    night.happen(*renamed(60, night.later()))
    night.later(2 * MINUTE)
    night.pull()
    assert names(night) != {"New"}
    night.later()
    night.pull()
    assert names(night) == {"New"}


def test_what_never_changed_arrives_though_no_filter_by_time_shows_it(opened: Open) -> None:
    night = opened(stamped_since=NIGHT - 5 * DAY)
    night.happen(*payers(3, NIGHT - 9 * DAY))
    night.pull()
    assert len(night.shelf.live("customers")) == 3
    night.happen(*renamed(1, night.later()))
    night.later(HOUR)
    night.pull()
    assert night.shelf.live("customers")[cus("p0")]["first_name"] == "New"


def test_a_stamp_from_the_future_does_not_carry_the_cursor_along(night: Night) -> None:
    night.happen(*payers(1))
    night.pull()
    night.happen(*renamed(1, night.later(), "Future"))
    ahead = second(NIGHT + 900 * DAY)
    night.fault(do="set_field", table="customers", field="updated_at", value=ahead)
    night.later(HOUR)
    night.pull()
    assert names(night) == {"Future"}
    night.happen(*renamed(1, night.later()))
    night.later(HOUR)
    night.pull()
    assert names(night) == {"New"}


def test_a_window_holds_its_first_second_and_not_its_last(night: Night) -> None:
    night.happen(*payers(9, NIGHT - DAY, every=60))
    night.pull()
    state = dict(night.shelf.state)
    start = NIGHT - DAY
    log = night.pull(since=start + 2 * MINUTE, until=start + 5 * MINUTE)
    assert log["customers"].read == 3
    assert night.shelf.state == state
    assert night.pull(until=start + MINUTE)["customers"].read == 1


def test_a_row_edited_while_pages_are_read_arrives_as_it_is_now(night: Night) -> None:
    night.happen(*payers(250))
    told = {"what": "PayerEdited", "key": "p249", "changes": {"name": "New"}}
    new = {"what": "PayerJoined", "key": "new", "name": "Newcomer"}
    night.fault(do="happen", path="/customers", after=1, happenings=[told, new])
    night.pull()
    assert night.shelf.live("customers")[cus("p249")]["first_name"] == "New"
    assert cus("new") in night.shelf.live("customers")


def test_a_first_walk_that_breaks_off_goes_on_where_it_was(night: Night) -> None:
    night.happen(*payers(250))
    night.fault(do="status", status=500, path="/customers", after=2, times=0)
    night.pull()
    assert isinstance(night.shelf.failures["customers"], VendorBusyError)
    assert len(night.shelf.live("customers")) == 200
    night.box.faults.clear()
    night.happen(*renamed(250, night.later()))
    night.later(HOUR)
    night.pull()
    assert night.shelf.failures == {}
    assert len(night.shelf.live("customers")) == 250
    assert names(night) == {"New"}
    first, then, *_ = night.asked()
    assert "offset" in first
    assert "updated_at[after]" in then
    assert int(then["updated_at[after]"]) < second(NIGHT)


def test_a_walk_whose_offset_expired_overnight_starts_over(opened: Open) -> None:
    night = opened(offset_seconds=60)
    night.happen(*payers(250))
    night.fault(do="status", status=500, path="/customers", after=2, times=0)
    night.pull()
    night.box.faults.clear()
    night.later()
    night.pull()
    assert night.shelf.failures == {}
    assert len(night.shelf.live("customers")) == 250
    assert night.shelf.state["customers_offset"] == ""


def test_an_offset_that_expires_between_two_pages_of_changes_costs_no_row(opened: Open) -> None:
    night = opened(offset_seconds=60)
    night.happen(*payers(250))
    night.pull()
    at = night.later()
    changed = [
        PayerEdited(key=f"p{n}", at=at + timedelta(seconds=n), changes={"name": "New"})
        for n in range(250)
    ]
    night.happen(*changed)
    night.later(HOUR)
    night.fault(do="status", status=429, retry_after=90, path="/customers", after=1)
    night.pull()
    assert night.shelf.failures == {}
    assert names(night) == {"New"}


def test_a_list_that_refuses_from_its_first_page_is_told(night: Night) -> None:
    night.fault(do="status", status=400, path="/customers", times=0)
    night.pull()
    assert isinstance(night.shelf.failures["customers"], VendorRefusedError)
    assert len(night.asked()) == 1


def test_a_full_pull_that_broke_off_is_finished_by_the_next(night: Night) -> None:
    night.happen(*payers(250))
    night.pull()
    night.later()
    night.fault(do="status", status=500, path="/customers", after=1, times=0)
    night.pull(full=True)
    night.box.faults.clear()
    night.later()
    log = night.pull()
    assert log["customers"].read == 150


def test_a_deleted_customer_keeps_its_row_and_says_when(night: Night) -> None:
    night.happen(*payers(3), subscribed())
    night.pull()
    at = night.later()
    night.happen(PayerDeleted(key="p0", at=at))
    night.later(HOUR)
    night.pull()
    gone = night.shelf.gone("customers")[cus("p0")]
    assert (gone["deleted_at"], gone["email"]) == (at, "p0@x.example")
    assert len(night.shelf.live("customers")) == 2
    [ended] = night.shelf.live("subscriptions").values()
    assert ended["status"] == "cancelled"


def test_a_deletion_without_a_stamp_is_dated_now() -> None:
    row = rows.marked({"id": "a", "deleted": True}, NIGHT)
    assert row["deleted_at"] == NIGHT.isoformat()
    assert "deleted_at" not in rows.marked({"id": "a", "deleted": False}, NIGHT)


def test_a_customer_whose_data_was_cleared_keeps_none_of_it_here(night: Night) -> None:
    night.happen(PayerJoined(key="p0", at=NIGHT - DAY, name="Ada B", email="ada@x.example"))
    night.pull()
    night.later()
    url = f"{night.box.vendors['chargebee'].url}/api/v2/customers/{cus('p0')}/clear_personal_data"
    key = night.box.environment["CHARGEBEE_API_KEY"]
    requests.post(url, auth=HTTPBasicAuth(key, ""), timeout=5).raise_for_status()
    night.later(HOUR)
    night.pull()
    row = night.shelf.live("customers")[cus("p0")]
    assert row["pii_cleared"] == "cleared"
    assert "ada" not in str(row).lower()


def test_an_answer_that_lags_does_not_undo_what_is_held(night: Night) -> None:
    night.happen(*payers(1))
    night.pull()
    night.happen(*renamed(1, night.later()))
    night.later(HOUR)
    night.pull()
    for name, value in (("resource_version", 1), ("first_name", "Old")):
        night.fault(do="set_field", table="customers", field=name, value=value, times=0)
    night.later(HOUR)
    night.pull()
    assert names(night) == {"New"}


@pytest.mark.parametrize(("version", "kept"), [(1, 0), (2, 1), (3, 1), (None, 1), ("x", 1)])
def test_what_is_older_by_its_version_is_left_out(version: object, kept: int) -> None:
    held = [{"id": "a", "resource_version": 2}]
    assert len(rows.current([{"id": "a", "resource_version": version}], held)) == kept


def test_items_are_rows_with_currency_and_period(night: Night) -> None:
    night.happen(*payers(1), subscribed(quantity=2, interval="year", currency="SEK"))
    night.pull()
    [item] = night.shelf.tables["subscription_items"].values()
    assert item["subscription_id"] == ident("subscription", "s")
    assert (item["amount"], item["currency_code"]) == (1800, "SEK")
    assert (item["billing_period"], item["billing_period_unit"]) == (1, "year")
    [row] = night.shelf.live("subscriptions").values()
    assert "subscription_items" not in row


def test_an_item_of_the_old_plan_is_gone_and_comes_back_with_the_plan(night: Night) -> None:
    night.happen(*payers(1), subscribed(), subscribed("other", plan="Else"))
    night.pull()
    night.happen(SubscriptionChanged(key="s", at=night.later(), changes={"plan": "Max"}))
    night.later(HOUR)
    night.pull()
    assert items(night) == {"Max-EUR-month", "Else-EUR-month"}
    assert items(night, deleted=True) == {"Pro-EUR-month"}
    night.happen(SubscriptionChanged(key="s", at=night.later(), changes={"plan": "Pro"}))
    night.later(HOUR)
    night.pull()
    assert items(night) == {"Pro-EUR-month", "Else-EUR-month"}


def test_a_lost_item_is_told_though_the_list_breaks_off(night: Night) -> None:
    night.happen(*payers(1), *(subscribed(f"s{n}") for n in range(120)))
    night.pull()
    at = night.later()
    for n in range(120):
        moment = at + n * MINUTE
        night.happen(SubscriptionChanged(key=f"s{n}", at=moment, changes={"plan": "Max"}))
    night.later(3 * HOUR)
    night.fault(do="status", status=500, path="/subscriptions", after=1, times=0)
    night.pull()
    night.box.faults.clear()
    night.later()
    night.pull()
    assert items(night) == {"Max-EUR-month"}
    assert len(list(night.shelf.keys("subscription_items"))) == 120


def test_an_item_met_and_lost_within_one_pull_is_gone() -> None:
    met = Items(Pull())
    for price in ("pro", "max"):
        met.note({"id": "s", "subscription_items": [{"item_price_id": price}]})
    [lost] = [row for page in met.vanished() for row in page.page]
    assert isinstance(lost, Gone)
    assert (lost["subscription_id"], lost["item_price_id"]) == ("s", "pro")


def test_an_old_catalog_sells_a_plan_and_addons(opened: Open) -> None:
    night = opened(catalog=1)
    night.happen(*payers(1), subscribed(quantity=3))
    night.pull()
    [item] = night.shelf.tables["subscription_items"].values()
    assert (item["item_price_id"], item["quantity"], item["amount"]) == ("Pro-EUR-month", 3, 2700)
    addons = [{"id": "seats", "quantity": 2, "unit_price": 50, "amount": 100}]
    found = rows.items({"id": "s", "plan_id": "pro", "addons": addons}) or []
    assert [(one["item_price_id"], one["item_type"]) for one in found] == [
        ("pro", "plan"),
        ("seats", "addon"),
    ]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"id": "s"}, None),
        ({"id": "s", "subscription_items": "?"}, None),
        ({"id": "s", "subscription_items": []}, []),
        ({"id": "s", "deleted": True, "subscription_items": [{"item_price_id": "a"}]}, []),
    ],
)
def test_items_are_lost_only_where_the_subscription_says_so(
    record: Record, expected: list[Record] | None
) -> None:
    assert rows.items(record) == expected


def test_a_cancelled_subscription_still_tells_what_it_sold(night: Night) -> None:
    night.happen(*payers(1), subscribed())
    night.pull()
    night.happen(SubscriptionCancelled(key="s", at=night.later()))
    night.later(HOUR)
    night.pull()
    assert items(night) == {"Pro-EUR-month"}


def test_a_payment_says_how_much_went_back_and_a_refund_why(night: Night) -> None:
    night.happen(*payers(1), Charged(key="c", at=NIGHT - DAY, payer="p0", amount=900))
    night.pull()
    for n, amount in enumerate((100, 250)):
        fact = ChargeRefunded(
            key=f"r{n}", at=night.later(), charge="c", amount=amount, reason="fraudulent"
        )
        night.happen(fact)
    night.later(HOUR)
    night.pull()
    found = night.shelf.live("transactions")
    payment = found[f"txn_{ident('payment', 'c')}"]
    refund = found[f"txn_{ident('refund', 'r1')}"]
    assert (payment["refunded_amount"], refund["refunded_amount"]) == (350, 0)
    assert (refund["amount"], refund["refunded_txn_id"]) == (250, payment["id"])
    assert refund["reason_code"] == "fraudulent"
    assert refund["credit_note_id"] in night.shelf.live("credit_notes")


def test_a_refund_that_failed_gave_nothing_back() -> None:
    tried = [{"txn_status": "failure", "txn_amount": 5}, {"txn_status": "success", "txn_amount": 3}]
    assert rows.transaction({"linked_refunds": [*tried, "?"]})["refunded_amount"] == 3
    assert rows.transaction({"linked_refunds": "?"})["refunded_amount"] == 0


@pytest.mark.parametrize("row", [{"card": {}}, "text", None])
def test_a_row_without_its_resource_is_set_aside_whole(row: object) -> None:
    assert rows.unwrapped("customer", row) == row


def test_the_plans_budget_is_kept_and_used_up(opened: Open) -> None:
    night = opened(per_minute=5)
    night.happen(*payers(2500))
    before = night.now
    night.pull({"CHARGEBEE_CALLS_PER_MINUTE": "5"})
    assert {entry.status for entry in night.box.journal.read("chargebee")} == {200}
    calls = night.shelf.meter.calls
    assert night.now - before <= timedelta(minutes=calls / 5)


def test_a_throttle_that_does_not_say_how_long_is_waited_out(opened: Open) -> None:
    night = opened(per_minute=5)
    night.happen(*payers(900))
    night.pull()
    assert night.shelf.failures == {}
    assert len(night.shelf.live("customers")) == 900
    assert 429 in {entry.status for entry in night.box.journal.read("chargebee")}


@pytest.mark.parametrize("answer", [[], {}, {"list": {}}, {"list": [], "next_offset": "a"}])
def test_a_list_that_is_none_or_never_ends_is_told_as_busy(answer: Any) -> None:
    with pytest.raises(VendorBusyError, match="chargebee: invoices"):
        _next("invoices", answer, "a")


@pytest.mark.parametrize(
    ("environment", "missing"),
    [
        ({"CHARGEBEE_API_KEY": "k"}, "CHARGEBEE_SITE"),
        ({"CHARGEBEE_SITE": "acme"}, "CHARGEBEE_API_KEY"),
    ],
)
def test_incomplete_settings_name_what_is_missing(
    environment: dict[str, str], missing: str
) -> None:
    with pytest.raises(ConfigError, match=missing):
        load(ChargebeeSettings, environment)


def test_the_site_makes_the_address() -> None:
    given = {"CHARGEBEE_SITE": "acme", "CHARGEBEE_API_KEY": "k"}
    assert load(ChargebeeSettings, given).url() == "https://acme.chargebee.com"
