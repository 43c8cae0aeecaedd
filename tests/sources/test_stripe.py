"""What the Stripe connector promises, told against the sandbox's Stripe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.errors import VendorBusyError, VendorRefusedError
from core.pull import For, Pull, Record
from core.settings import load
from sandbox.clock import Clock
from sandbox.happenings import (
    Charged,
    ChargeRefunded,
    Disputed,
    Invoiced,
    PayerDeleted,
    PayerEdited,
    PayerJoined,
    SubscriptionCancelled,
    SubscriptionChanged,
    SubscriptionStarted,
)
from sandbox.serve import Sandbox, serve
from sandbox.stripe.api import Stripe
from sandbox.stripe.parts import ident
from sandbox.world import make
from sources.stripe import StripeSettings, connector
from sources.stripe.api import exact
from sources.stripe.changes import between, slim, touches
from tests.patience import Patience
from tests.sources.shelf import Read, Shelf

NIGHT = datetime(2026, 1, 5, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Night:
    """One sandbox Stripe, one shelf, and our hour."""

    def __init__(self, box: Sandbox, home: Path) -> None:
        self.box, self.shelf, self.clock = box, Shelf(connector, home), Patience(box.clock)
        self.settings = load(StripeSettings, box.environment)

    @property
    def now(self) -> datetime:
        return self.box.clock.now()

    def pull(self, **options: Any) -> Read:
        self.box.journal.clear()
        return self.shelf.pull(self.settings, self.clock, **options)

    def asked(self, path: str = "") -> list[str]:
        found = []
        for entry in self.box.journal.read("stripe", path):
            query = "&".join(f"{k}={v[-1]}" for k, v in sorted(entry.query.items()))
            found.append(f"{entry.path}?{query}")
        return found

    def later(self, by: timedelta = DAY) -> datetime:
        self.box.clock.advance(by.total_seconds())
        return self.now


Open = Callable[..., Night]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as stack:

        def start(people: int = 0, **vendor: Any) -> Night:
            world = make("seeded", people=people) if people else None
            clock = Clock(world.start if world else NIGHT, frozen=True)
            box = stack.enter_context(serve([Stripe(clock, **vendor)], world, clock=clock))
            return Night(box, tmp_path)

        yield start


@pytest.fixture
def night(opened: Open) -> Night:
    return opened()


def payers(count: int, at: datetime, first: int = 0) -> list[PayerJoined]:
    return [
        PayerJoined(key=f"p{n}", at=at + timedelta(seconds=n), email=f"p{n}@x.example")
        for n in range(first, first + count)
    ]


def cus(key: str) -> str:
    return ident("cus", key)


def test_follows_every_page(night: Night) -> None:
    night.box.happen(*payers(250, NIGHT - DAY))
    read = night.pull()
    assert read.failures == {}
    assert len(night.shelf.live("customers")) == 250
    assert len(night.asked("/v1/customers")) == 3


def test_rows_that_share_one_second_at_a_page_edge_all_arrive(night: Night) -> None:
    night.box.happen(*(PayerJoined(key=f"p{n}", at=NIGHT - DAY) for n in range(230)))
    night.pull()
    assert len(night.shelf.live("customers")) == 230


def test_the_second_pull_asks_only_for_what_changed(night: Night) -> None:
    night.box.happen(*payers(250, NIGHT - DAY))
    night.pull()
    at = night.later()
    night.box.happen(
        PayerEdited(key="p7", at=at, changes={"email": "new@x.example"}),
        PayerJoined(key="new", at=at),
    )
    night.later(HOUR)
    read = night.pull()
    assert night.shelf.live("customers")[cus("p7")]["email"] == "new@x.example"
    assert cus("new") in night.shelf.live("customers")
    assert read.sizes["customers"] == 2
    since = int((NIGHT - timedelta(minutes=10)).timestamp())
    assert night.asked("/v1/customers") == [
        f"/v1/customers?created[gte]={since}&limit=100",
        f"/v1/customers/{cus('p7')}?",
    ]


def test_a_quiet_night_costs_one_call_a_resource(night: Night) -> None:
    night.box.happen(*payers(3, NIGHT - DAY))
    night.pull()
    night.later()
    assert night.pull().meter.calls == 7


def test_many_events_about_one_object_cost_one_look_up(night: Night) -> None:
    night.box.happen(*payers(1, NIGHT - DAY))
    night.pull()
    at = night.later()
    for n in range(30):
        moment = at + timedelta(seconds=n)
        night.box.happen(PayerEdited(key="p0", at=moment, changes={"name": f"Ada {n}"}))
    night.later(HOUR)
    night.pull()
    assert night.shelf.live("customers")[cus("p0")]["name"] == "Ada 29"
    assert len(night.asked(cus("p0"))) == 1


def test_what_happens_in_the_very_second_of_a_pull_is_not_lost(night: Night) -> None:
    night.box.happen(*payers(2, NIGHT - DAY))
    night.pull()
    night.box.happen(
        PayerJoined(key="same second", at=night.now),
        PayerEdited(key="p0", at=night.now, changes={"name": "Ada"}),
    )
    night.later()
    night.pull()
    assert cus("same second") in night.shelf.live("customers")
    assert night.shelf.live("customers")[cus("p0")]["name"] == "Ada"


def test_an_event_that_shows_up_late_is_heard_the_next_night(opened: Open) -> None:
    night = opened(event_delay=60)
    night.box.happen(*payers(200, NIGHT - DAY))
    night.pull()
    at = night.later()
    edits = [PayerEdited(key=f"p{n}", at=at, changes={"name": "Ada"}) for n in range(200)]
    night.box.happen(*edits)
    night.pull()
    named = [c for c in night.shelf.live("customers").values() if c["name"] == "Ada"]
    assert len(named) < 200
    night.later()
    night.pull()
    assert {c["name"] for c in night.shelf.live("customers").values()} == {"Ada"}


def test_a_deleted_customer_keeps_its_columns_and_says_when(night: Night) -> None:
    night.box.happen(*payers(3, NIGHT - DAY))
    night.pull()
    at = night.later()
    night.box.happen(PayerDeleted(key="p1", at=at))
    night.later(HOUR)
    night.pull()
    row = night.shelf.dead("customers")[cus("p1")]
    assert datetime.fromisoformat(row["deleted_at"]) == at
    assert row["email"] == "p1@x.example"
    assert len(night.shelf.live("customers")) == 2


def test_a_customer_deleted_while_pages_are_read_ends_as_deleted(night: Night) -> None:
    night.box.happen(*payers(150, NIGHT - DAY))
    last_of_page = "p50"
    night.box.faults.add(
        {
            "do": "happen",
            "path": "/v1/customers",
            "after": 1,
            "happenings": [{"what": "PayerDeleted", "key": last_of_page}],
        }
    )
    night.pull()
    night.later()
    night.pull()
    assert len(night.shelf.live("customers")) == 149
    assert cus(last_of_page) in night.shelf.dead("customers")


def test_a_list_goes_on_where_stripe_no_longer_knows_the_row_it_ended_on(night: Night) -> None:
    night.box.happen(*payers(150, NIGHT - DAY))
    night.box.faults.add(
        {"do": "status", "status": 400, "path": "/v1/customers", "query": "starting_after"}
    )
    assert night.pull().failures == {}
    assert len(night.shelf.live("customers")) == 150


def test_subscriptions_come_with_their_items_and_canceled_ones_stay(night: Night) -> None:
    start = NIGHT - 2 * DAY
    night.box.happen(
        *payers(1, start - DAY),
        SubscriptionStarted(key="s", at=start, payer="p0", plan="pro", amount=1900, quantity=2),
        SubscriptionStarted(key="t", at=start, payer="p0", plan="pro", amount=1900),
        SubscriptionCancelled(key="t", at=start + HOUR),
    )
    night.pull()
    status = {r["id"]: r["status"] for r in night.shelf.live("subscriptions").values()}
    assert status == {ident("sub", "s"): "active", ident("sub", "t"): "canceled"}
    item = night.shelf.live("subscription_items")[ident("si", "s")]
    assert (item["subscription"], item["quantity"]) == (ident("sub", "s"), 2)
    assert item["price"]["unit_amount"] == 1900
    assert item["current_period_end"] > item["current_period_start"]
    assert "items" not in night.shelf.live("subscriptions")[ident("sub", "s")]


def test_a_changed_subscription_changes_its_item_and_loses_the_one_it_gave_up(
    night: Night,
) -> None:
    start = NIGHT - 2 * DAY
    night.box.happen(
        *payers(1, start - DAY),
        SubscriptionStarted(key="s", at=start, payer="p0", plan="pro", amount=1900, quantity=2),
        SubscriptionStarted(key="t", at=start, payer="p0", plan="pro", amount=1900),
    )
    night.pull()
    at = night.later()
    night.box.happen(
        SubscriptionChanged(key="s", at=at, changes={"quantity": 5}),
        SubscriptionChanged(key="t", at=at, changes={"quantity": 3}),
    )
    replaced = [{"id": "si_new", "object": "subscription_item", "quantity": 3}]
    stored = night.box.vendors["stripe"].store.collections["subscriptions"]
    stored.edit(ident("sub", "t"), {"items": {"data": replaced}}, round(at.timestamp() * 1000))
    night.later(HOUR)
    night.pull()
    assert night.shelf.live("subscription_items")[ident("si", "s")]["quantity"] == 5
    assert set(night.shelf.live("subscription_items")) == {ident("si", "s"), "si_new"}
    assert set(night.shelf.dead("subscription_items")) == {ident("si", "t")}


@pytest.mark.parametrize("inline", [True, False])
def test_an_invoice_is_linked_to_its_subscription_and_to_what_paid_it(
    opened: Open, *, inline: bool
) -> None:
    night = opened(payments_inline=inline)
    start = NIGHT - 2 * DAY
    night.box.happen(
        *payers(1, start - DAY),
        SubscriptionStarted(key="s", at=start, payer="p0", plan="pro", amount=1900),
        Invoiced(key="i", at=start, payer="p0", amount=1900, subscription="s"),
    )
    night.pull()
    assert night.shelf.live("invoices")[ident("in", "i")]["status"] == "open"
    at = night.later()
    night.box.happen(
        Charged(key="c", at=at, payer="p0", amount=1900, invoice="i"),
        Invoiced(key="i", at=at, payer="p0", amount=1900, subscription="s", status="paid"),
    )
    night.later(HOUR)
    night.pull()
    invoice = night.shelf.live("invoices")[ident("in", "i")]
    assert invoice["status"] == "paid"
    assert invoice["parent"]["subscription_details"]["subscription"] == ident("sub", "s")
    assert not {"lines", "payments"} & set(invoice)
    (payment,) = night.shelf.live("invoice_payments").values()
    assert payment["invoice"] == ident("in", "i")
    charge = night.shelf.live("charges")[ident("ch", "c")]
    paid = payment["payment"]
    assert paid.get("charge") == charge["id"] or paid["payment_intent"] == charge["payment_intent"]


def test_refunds_and_disputes_change_their_charge_whether_stripe_says_so_or_not(
    night: Night,
) -> None:
    start = NIGHT - DAY
    night.box.happen(
        *payers(1, start - DAY),
        *(Charged(key=k, at=start, payer="p0", amount=5000, currency="JPY") for k in "abc"),
    )
    night.pull()
    at = night.later()
    night.box.happen(
        ChargeRefunded(key="r", at=at, charge="a", amount=1200),
        Disputed(key="d", at=at, charge="b", amount=5000),
    )
    night.later(HOUR)
    read = night.pull()
    charges = night.shelf.live("charges")
    assert charges[ident("ch", "a")]["amount_refunded"] == 1200
    assert charges[ident("ch", "b")]["disputed"] is True
    assert read.sizes["charges"] == 2
    (refund,) = night.shelf.live("refunds").values()
    assert (refund["amount"], refund["currency"]) == (1200, "jpy")
    (dispute,) = night.shelf.live("disputes").values()
    assert dispute["charge"] == ident("ch", "b")


def test_events_are_kept_without_the_people_inside_them(night: Night) -> None:
    night.box.happen(*payers(1, NIGHT - DAY))
    night.pull()
    (event,) = night.shelf.live("events").values()
    assert event["type"] == "customer.created"
    assert (event["object_type"], event["object_id"]) == ("customer", cus("p0"))
    assert "p0@x.example" not in str(event)


def test_the_state_inside_an_old_event_is_never_believed(opened: Open) -> None:
    night = opened(account_version="2023-08-16")
    start = NIGHT - DAY
    night.box.happen(
        *payers(1, start - DAY),
        SubscriptionStarted(key="s", at=start, payer="p0", plan="pro", amount=1900),
    )
    night.pull()
    night.box.happen(SubscriptionChanged(key="s", at=night.later(), changes={"quantity": 4}))
    night.later(HOUR)
    night.pull()
    (row,) = night.shelf.live("subscriptions").values()
    assert "current_period_end" not in row
    (item,) = night.shelf.live("subscription_items").values()
    assert item["quantity"] == 4
    assert item["current_period_end"] > 0


def test_after_more_nights_than_stripe_keeps_events_everything_is_read_again(
    night: Night,
) -> None:
    night.box.happen(*payers(120, NIGHT - DAY))
    night.pull()
    at = night.later()
    night.box.happen(
        PayerDeleted(key="p1", at=at),
        PayerEdited(key="p2", at=at, changes={"name": "Ada"}),
    )
    night.later(31 * DAY)
    night.pull()
    assert set(night.shelf.dead("customers")) == {cus("p1")}
    assert night.shelf.live("customers")[cus("p2")]["name"] == "Ada"
    assert night.asked("/v1/customers/") == [f"/v1/customers/{cus('p1')}?"]
    night.later()
    assert night.pull().meter.calls == 7


def test_a_full_pull_reads_everything_and_finds_who_is_gone(night: Night) -> None:
    night.box.happen(*payers(120, NIGHT - DAY))
    night.pull()
    night.box.happen(PayerDeleted(key="p1", at=night.later()))
    read = night.pull(full=True)
    assert read.sizes["customers"] == 120
    assert read.gone["customers"] == [(cus("p1"),)]


def test_a_row_that_slipped_out_of_a_list_is_looked_up_and_not_buried(night: Night) -> None:
    night.box.happen(*payers(120, NIGHT - DAY))
    night.pull()
    night.later()
    night.box.faults.add({"do": "drop_row", "table": "customers", "row": 3})
    read = night.pull(full=True)
    assert read.gone == {}
    assert len(night.shelf.live("customers")) == 120


def test_a_first_pull_that_breaks_off_is_finished_by_the_next(night: Night) -> None:
    night.box.happen(*payers(350, NIGHT - DAY))
    night.box.faults.add({"do": "status", "status": 403, "path": "/v1/customers", "after": 2})
    read = night.pull()
    assert set(read.failures) == {"customers"}
    assert len(night.shelf.live("customers")) == 200
    at = night.later()
    night.box.happen(
        PayerEdited(key="p349", at=at, changes={"name": "read before"}),
        PayerEdited(key="p3", at=at, changes={"name": "not yet read"}),
        PayerDeleted(key="p348", at=at),
        PayerJoined(key="new", at=at),
    )
    night.later(HOUR)
    assert night.pull().failures == {}
    live = night.shelf.live("customers")
    assert len(live) == 350
    assert live[cus("p349")]["name"] == "read before"
    assert live[cus("p3")]["name"] == "not yet read"
    assert set(night.shelf.dead("customers")) == {cus("p348")}
    night.later()
    assert night.pull().meter.calls == 7


def test_a_resource_that_is_refused_stops_no_other_and_is_healed_the_next_night(
    night: Night,
) -> None:
    night.box.happen(*payers(2, NIGHT - DAY), Charged(key="c", at=NIGHT - DAY, amount=0))
    night.pull()
    at = night.later()
    night.box.happen(
        PayerEdited(key="p0", at=at, changes={"name": "Ada"}),
        Charged(key="d", at=at, amount=700),
    )
    night.box.faults.add({"do": "status", "status": 403, "path": "/v1/customers", "times": 1})
    read = night.pull()
    assert isinstance(read.failures["customers"], VendorRefusedError)
    assert set(read.failures) == {"customers"}
    assert len(night.shelf.live("charges")) == 2
    night.later()
    night.pull()
    assert night.shelf.live("customers")[cus("p0")]["name"] == "Ada"


def test_events_that_cannot_be_read_stop_nothing_for_good(night: Night) -> None:
    night.box.happen(*payers(2, NIGHT - DAY))
    night.pull()
    night.box.happen(PayerEdited(key="p0", at=night.later(), changes={"name": "Ada"}))
    night.later(HOUR)
    night.box.faults.add({"do": "status", "status": 500, "path": "/v1/events", "times": 6})
    read = night.pull()
    assert isinstance(read.failures["events"], VendorBusyError)
    assert set(read.failures) == {"events"}
    assert night.shelf.live("customers")[cus("p0")]["name"] == "Ada"
    night.later()
    night.pull()
    assert "customer.updated" in {e["type"] for e in night.shelf.live("events").values()}


def test_a_window_reads_its_days_again_and_leaves_the_cursors_alone(night: Night) -> None:
    night.box.happen(*payers(5, NIGHT - 5 * DAY), *payers(5, NIGHT - 2 * DAY, first=5))
    night.pull()
    before = dict(night.shelf.state)
    night.later()
    read = night.pull(since=NIGHT - 3 * DAY, until=NIGHT - DAY)
    assert night.shelf.state == before
    assert read.sizes["customers"] == 5
    assert {k for q in night.asked() for k in ("[gte]", "[lt]") if k in q} == {"[gte]", "[lt]"}


def test_a_night_keeps_within_stripes_limits(night: Night) -> None:
    night.box.happen(*payers(900, NIGHT - DAY))
    night.pull()
    at = night.later()
    night.box.happen(*(PayerEdited(key=f"p{n}", at=at, changes={"name": "A"}) for n in range(60)))
    night.later(HOUR)
    read = night.pull()
    assert night.box.journal.counts()["stripe"] == {200: read.meter.calls}
    assert read.meter.retries == 0


@pytest.mark.parametrize("wait", [None, 2])
def test_a_throttle_is_waited_out(night: Night, wait: float | None) -> None:
    night.box.happen(*payers(150, NIGHT - DAY))
    night.box.faults.add(
        {"do": "status", "status": 429, "retry_after": wait, "path": "customers", "after": 1}
    )
    read = night.pull()
    assert read.meter.retries == 1
    assert len(night.shelf.live("customers")) == 150


def test_a_wrong_key_is_told_by_its_variable_and_never_shown(night: Night) -> None:
    night.settings = load(
        StripeSettings, {**night.box.environment, "STRIPE_API_KEY": "sk_live_wrong_and_long"}
    )
    failure = night.pull().failures["customers"]
    assert isinstance(failure, VendorRefusedError)
    assert "STRIPE_API_KEY" in failure.next_step
    assert "sk_live_wrong_and_long" not in str(failure)


def test_a_machine_whose_clock_is_ahead_loses_nothing(night: Night) -> None:
    night.clock = Patience(night.box.clock, ahead=timedelta(hours=6))
    night.box.happen(*payers(2, NIGHT - DAY))
    night.pull()
    at = night.later(HOUR)
    night.box.happen(
        PayerJoined(key="new", at=at),
        PayerEdited(key="p0", at=at, changes={"name": "Ada"}),
    )
    night.later(HOUR)
    night.pull()
    assert cus("new") in night.shelf.live("customers")
    assert night.shelf.live("customers")[cus("p0")]["name"] == "Ada"
    assert not night.asked(f"/v1/customers/{cus('new')}")


def test_a_record_without_its_id_at_a_page_edge_does_not_end_the_walk(night: Night) -> None:
    night.box.happen(*payers(150, NIGHT - DAY))
    night.box.faults.add(
        {"do": "drop_field", "path": "customers", "table": "customers", "row": 99, "field": "id"}
    )
    read = night.pull()
    assert len(read.keyless) == 1
    assert len(night.shelf.live("customers")) == 150


def test_night_after_night_the_shelf_holds_what_stripe_holds(opened: Open) -> None:
    night = opened(people=120)
    vendor = night.box.vendors["stripe"]
    for _ in range(8):
        assert night.pull().failures == {}
        truth = vendor.truth()
        for table in ("customers", "charges", "refunds", "invoices", "subscriptions", "disputes"):
            deleted = {key for key, fact in truth[table].items() if fact["deleted"]}
            assert set(night.shelf.live(table)) == set(truth[table]) - deleted
            assert set(night.shelf.dead(table)) <= deleted
            for key, row in night.shelf.live(table).items():
                stored = vendor.store.collections[table].get(key)
                assert stored is not None
                assert row == plain(stored.json())
        night.box.evolve()


def plain(body: Record) -> Record:
    dropped = {"lines", "payments"} | ({"items"} if body["object"] == "subscription" else set())
    return {name: value for name, value in body.items() if name not in dropped}


def test_an_event_names_what_to_look_up_and_survives_any_shape() -> None:
    dispute = {"data": {"object": {"object": "dispute", "id": "dp_1", "charge": "ch_1"}}}
    assert list(touches(dispute)) == [("dispute", "dp_1"), ("charge", "ch_1")]
    paid = {"data": {"object": {"object": "invoice_payment", "id": "inpay_1", "invoice": "in_1"}}}
    assert ("invoice", "in_1") in list(touches(paid))
    upcoming = {"data": {"object": {"object": "invoice", "customer": "cus_1"}}}
    assert list(touches(upcoming)) == []
    assert list(touches({"data": None})) == []
    assert slim({"id": "evt_1", "data": "?", "request": "req_1"}) == {
        "id": "evt_1",
        "object_id": None,
        "object_type": None,
        "request__id": "req_1",
    }


def test_a_window_includes_its_first_second_and_not_its_last() -> None:
    window = Pull(since=NIGHT, until=NIGHT + HOUR)
    first = int(NIGHT.timestamp())
    assert between(window) == {"created[gte]": first, "created[lt]": first + 3600}


def hand(night: Night) -> Pull:
    return Pull(home=night.shelf.home, clock=night.clock)


def test_a_total_that_is_not_exact_is_none(opened: Open) -> None:
    night = opened()
    night.box.happen(*(PayerJoined(key=f"c{n}", at=night.now - DAY) for n in range(3)))
    ask = connector.counts(night.settings, hand(night))["customers"].ask
    assert ask(None, None) == ask(night.now - 2 * DAY, night.now) == 3
    assert ask(None, night.now - 2 * DAY) == 0
    assert [exact(total) for total in (0, 9_999, 10_000, 12_345, None)] == [0, 9_999, *[None] * 3]


def test_a_charge_that_only_an_event_knows_is_read_by_its_name(opened: Open) -> None:
    night = opened()
    night.box.happen(Charged(key="a", at=night.now - DAY, amount=900, currency="EUR"))
    [stream] = connector.named(night.settings, hand(night), {"charges": [ident("ch", "a"), "ch_x"]})
    pages = [page for page in stream.pages() if not isinstance(page, For)]
    assert [(row["id"], "deleted_at" in row) for page in pages for row in page] == [
        ("ch_x", True),
        (ident("ch", "a"), False),
    ]
