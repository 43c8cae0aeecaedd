"""Stripe in miniature: what it shows, hides, refuses and tells late."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from sandbox.clock import Clock
from sandbox.happenings import (
    Address,
    Charged,
    ChargeRefunded,
    Disputed,
    Happening,
    Invoiced,
    PayerDeleted,
    PayerEdited,
    PayerJoined,
    SubscriptionCancelled,
    SubscriptionChanged,
    SubscriptionStarted,
)
from sandbox.http import Request, Response
from sandbox.names import shop_customer, shop_order
from sandbox.serve import serve
from sandbox.stripe import VENDOR as STRIPE
from sandbox.stripe.api import KEY, Stripe
from sandbox.stripe.lists import RESOURCES
from sandbox.stripe.parts import after, epoch, ident
from tests.sandbox.specs import wrong

NOW = datetime(2026, 1, 5, 2, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
SPEC, OLD_SPEC = "stripe.json", "stripe-2023-08-16.json"


def made(**options: Any) -> Stripe:
    return Stripe(Clock(NOW, frozen=True), per_second=1e6, per_endpoint=1e6, **options)


def joined(key: str, at: datetime = NOW - DAY, **fields: Any) -> PayerJoined:
    return PayerJoined(key=key, at=at, name="Ada", email=f"{key}@ada.example", **fields)


def subscribed(
    key: str = "s", at: datetime = NOW - DAY, trial_until: datetime | None = None
) -> SubscriptionStarted:
    return SubscriptionStarted(
        key=key, at=at, payer="ada", plan="Pro", amount=900, trial_until=trial_until
    )


def ask(stripe: Stripe, url: str, **headers: str) -> Response:
    auth = {"Authorization": f"Bearer {KEY}", "Stripe-Version": "2026-10-28.endive"}
    return stripe(Request.to("GET", url, headers={**auth, **headers}))


def got(stripe: Stripe, url: str, **headers: str) -> Any:
    response = ask(stripe, url, **headers)
    assert response.status == 200, response.body
    return Request("GET", "", body=response.payload()).json()


def ids(stripe: Stripe, url: str) -> list[str]:
    return [one["id"] for one in got(stripe, url)["data"]]


def against_the_old(body: dict[str, Any]) -> list[str]:
    """Fields that came between the two versions may be there; what was moved may not."""
    told = wrong(OLD_SPEC, body["object"], body)
    known = ("automatic_tax: ", "recurring: ", "items.data: no field plan")
    return [one for one in told if not any(name in one for name in known)]


def everything() -> list[Happening]:
    """One of everything that happens in billing."""
    home = Address(line1="Weg 1", city="Kiel", postcode="24103", country="DE")
    start = NOW - 3 * DAY
    return [
        joined(
            "ada",
            start,
            address=home,
            metadata={"shop_customer_id": str(shop_customer("c1")), "tier": "gold"},
        ),
        PayerJoined(key="bare", at=start, currency=""),
        PayerEdited(key="ada", at=start + MINUTE, changes={"email": "new@ada.example"}),
        Charged(key="yen", at=start, amount=1200, currency="JPY", payer="ada", order="o1"),
        Charged(key="dinar", at=start, amount=12345, currency="KWD", email="guest@x.example"),
        Charged(key="nothing", at=start, amount=0, currency="BRL", payer="ada", method="voucher"),
        Charged(key="no", at=start, amount=500, payer="ada", status="failed"),
        ChargeRefunded(key="r", at=start + MINUTE, charge="yen", amount=200),
        Disputed(key="d", at=start + MINUTE, charge="dinar", amount=12345),
        SubscriptionStarted(key="s", at=start, payer="ada", plan="Pro", amount=900, quantity=2),
        subscribed("trial", trial_until=NOW + 9 * DAY),
        Invoiced(key="i", at=start, payer="ada", amount=900, quantity=2, subscription="s"),
        Charged(key="paid", at=start, amount=1800, payer="ada", invoice="i"),
        Invoiced(key="i", at=start + MINUTE, payer="ada", amount=900, quantity=2, status="paid"),
        Invoiced(key="by hand", at=start, payer="ada", amount=70, status="void", number="A-1"),
        SubscriptionChanged(
            key="s", at=start + 2 * MINUTE, changes={"plan": "Max", "amount": 1900}
        ),
        SubscriptionCancelled(key="trial", at=NOW - MINUTE, reason="too dear"),
    ]


@pytest.fixture
def stripe() -> Stripe:
    vendor = made()
    vendor.apply_many(everything())
    return vendor


@pytest.mark.parametrize("resource", RESOURCES)
def test_every_object_is_what_stripes_schema_says_and_has_no_field_of_our_own(
    stripe: Stripe, resource: str
) -> None:
    found = got(stripe, f"/v1/{resource}?limit=100" + "&status=all" * (resource == "subscriptions"))
    assert found["object"] == "list"
    assert found["url"] == f"/v1/{resource}"
    assert found["data"]
    for one in found["data"]:
        assert wrong(SPEC, RESOURCES[resource].kind, one) == []
        assert got(stripe, f"/v1/{resource}/{one['id']}") == one


def test_what_events_carry_is_what_stripes_schema_says(stripe: Stripe) -> None:
    for event in got(stripe, "/v1/events?limit=100")["data"]:
        carried = event["data"]["object"]
        assert wrong(SPEC, carried["object"], carried) == []


def test_money_stays_in_the_smallest_unit_of_its_currency(stripe: Stripe) -> None:
    found = {c["currency"]: c["amount"] for c in got(stripe, "/v1/charges?limit=100")["data"]}
    assert (found["jpy"], found["kwd"], found["brl"]) == (1200, 12345, 0)
    assert got(stripe, f"/v1/charges/{ident('ch', 'nothing')}")["status"] == "succeeded"


def test_links_to_the_shop_are_the_shops_own_numbers(stripe: Stripe) -> None:
    customer = got(stripe, f"/v1/customers/{ident('cus', 'ada')}")
    charge = got(stripe, f"/v1/charges/{ident('ch', 'yen')}")
    assert customer["metadata"] == {"tier": "gold", "shopify_customer_id": str(shop_customer("c1"))}
    assert charge["metadata"] == {"order_id": str(shop_order("o1"))}


def test_a_guests_charge_has_no_customer(stripe: Stripe) -> None:
    charge = got(stripe, f"/v1/charges/{ident('ch', 'dinar')}")
    assert charge["customer"] is None
    assert charge["billing_details"]["email"] == "guest@x.example"
    assert charge["disputed"]


def test_an_invoice_leads_to_its_charge_and_its_subscription(stripe: Stripe) -> None:
    invoice = got(stripe, f"/v1/invoices/{ident('in', 'i')}")
    payment = invoice["payments"]["data"][0]
    charge = got(stripe, f"/v1/charges/{ident('ch', 'paid')}")
    assert not {"charge", "subscription", "payment_intent", "paid"} & invoice.keys()
    assert invoice["parent"]["subscription_details"]["subscription"] == ident("sub", "s")
    assert payment["payment"]["payment_intent"] == charge["payment_intent"]
    assert got(stripe, f"/v1/invoice_payments?invoice={invoice['id']}")["data"] == [payment]
    assert (invoice["status"], invoice["amount_paid"], invoice["amount_remaining"]) == (
        "paid",
        1800,
        0,
    )


def test_a_payment_told_before_its_invoice_is_not_lost() -> None:
    stripe = made()
    stripe.apply(Charged(key="c", at=NOW, amount=900, payer="ada", invoice="i"))
    stripe.apply(Invoiced(key="i", at=NOW, payer="ada", amount=900, status="paid"))
    assert ids(stripe, "/v1/invoice_payments") == ["inpay_" + ident("ch", "c")[3:]]


def test_payments_of_an_invoice_may_have_to_be_asked_for() -> None:
    stripe = made(payments_inline=False)
    stripe.apply_many(everything())
    url = f"/v1/invoices/{ident('in', 'i')}"
    assert "payments" not in got(stripe, url)
    assert got(stripe, f"{url}?expand[]=payments")["payments"]["data"]
    assert "payments" in got(stripe, "/v1/invoices?expand[]=data.payments")["data"][0]


def test_the_period_is_on_the_item_and_moves_with_the_invoice() -> None:
    stripe = made()
    start = NOW - 40 * DAY
    stripe.apply(subscribed(at=start))
    url = f"/v1/subscriptions/{ident('sub', 's')}"
    item = got(stripe, url)["items"]["data"][0]
    end = after(start, "month")
    assert "current_period_end" not in got(stripe, url)
    assert (item["current_period_start"], item["current_period_end"]) == (start.timestamp(), end)
    begun, over = start + 31 * DAY, start + 62 * DAY
    stripe.apply(
        Invoiced(
            key="i",
            at=NOW,
            payer="ada",
            amount=900,
            subscription="s",
            period_start=begun,
            period_end=over,
        )
    )
    item = got(stripe, url)["items"]["data"][0]
    assert item["current_period_end"] == over.timestamp()
    assert got(stripe, f"/v1/subscription_items/{item['id']}") == item


def test_a_period_from_the_31st_ends_with_the_shorter_month() -> None:
    end = after(datetime(2026, 1, 31, tzinfo=UTC), "month")
    assert datetime.fromtimestamp(end, UTC) == datetime(2026, 2, 28, tzinfo=UTC)
    end = after(datetime(2024, 2, 29, tzinfo=UTC), "year")
    assert datetime.fromtimestamp(end, UTC) == datetime(2025, 2, 28, tzinfo=UTC)


def test_pages_go_from_new_to_old_and_back_with_nothing_lost_among_equal_seconds() -> None:
    stripe = made()
    stripe.apply_many(joined(f"p{n}", NOW - (n // 3) * DAY) for n in range(10))
    seen: list[str] = []
    more, cursor = True, ""
    while more:
        page = got(stripe, f"/v1/customers?limit=4{cursor}")
        seen += [one["id"] for one in page["data"]]
        more, cursor = page["has_more"], f"&starting_after={seen[-1]}"
    assert sorted(seen) == sorted(ident("cus", f"p{n}") for n in range(10))
    created = [got(stripe, f"/v1/customers/{one}")["created"] for one in seen]
    assert created == sorted(created, reverse=True)
    back = got(stripe, f"/v1/customers?limit=4&ending_before={seen[6]}")
    assert [one["id"] for one in back["data"]] == seen[2:6]
    assert back["has_more"]
    first = got(stripe, f"/v1/customers?limit=4&ending_before={seen[2]}")
    assert [one["id"] for one in first["data"]] == seen[:2]
    assert not first["has_more"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("created[gte]={0}", ["noon", "later"]),
        ("created[gt]={0}", ["later"]),
        ("created[lte]={0}", ["early", "noon"]),
        ("created[lt]={0}", ["early"]),
        ("created={0}", ["noon"]),
        ("created[gt]={0}&email=nobody@x.example", []),
    ],
)
def test_created_compares_whole_seconds(query: str, expected: list[str]) -> None:
    stripe = made()
    half = timedelta(milliseconds=500)
    noon = NOW - DAY
    stripe.apply_many([joined("early", noon - MINUTE), joined("later", noon + MINUTE)])
    stripe.apply(joined("noon", noon + half))
    found = ids(stripe, "/v1/customers?" + query.format(int(noon.timestamp())))
    assert sorted(found) == sorted(ident("cus", key) for key in expected)


@pytest.mark.parametrize(
    ("query", "param", "code"),
    [
        ("limit=101", "limit", "parameter_invalid_integer"),
        ("limit=0", "limit", "parameter_invalid_integer"),
        ("limit=ten", "limit", "parameter_invalid_integer"),
        ("updated[gte]=1", "updated[gte]", "parameter_unknown"),
        ("starting_after=cus_nobody", "starting_after", "resource_missing"),
        ("created[since]=1", "created[since]", "parameter_unknown"),
        ("created[gte]=2026-01-01", "created[gte]", "parameter_invalid_integer"),
        ("starting_after=a&ending_before=b", "ending_before", "parameter_invalid"),
    ],
)
def test_what_stripe_cannot_filter_by_is_refused(query: str, param: str, code: str) -> None:
    response = ask(made(), f"/v1/customers?{query}")
    assert response.status == 400
    assert (response.body["error"]["param"], response.body["error"]["code"]) == (param, code)
    assert wrong(SPEC, "error", response.body) == []


def test_canceled_subscriptions_are_hidden_unless_asked_for(stripe: Stripe) -> None:
    live, ended = ident("sub", "s"), ident("sub", "trial")
    assert ids(stripe, "/v1/subscriptions") == [live]
    assert set(ids(stripe, "/v1/subscriptions?status=all")) == {live, ended}
    assert ids(stripe, "/v1/subscriptions?status=canceled") == [ended]
    assert ids(stripe, "/v1/subscriptions?status=ended") == [ended]
    assert ids(stripe, "/v1/subscriptions?status=past_due") == []


def test_a_changed_plan_keeps_the_item_and_sells_another_price(stripe: Stripe) -> None:
    item = got(stripe, f"/v1/subscription_items?subscription={ident('sub', 's')}")["data"][0]
    product = got(stripe, f"/v1/products/{item['price']['product']}")
    assert (item["price"]["unit_amount"], item["quantity"], product["name"]) == (1900, 2, "Max")


def test_a_subscription_that_is_to_end_with_its_period_ends_by_the_clock() -> None:
    stripe = made()
    start = NOW - 29 * DAY
    stripe.apply(subscribed(at=start))
    stripe.apply(SubscriptionCancelled(key="s", at=NOW - DAY, at_period_end=True))
    url = f"/v1/subscriptions/{ident('sub', 's')}"
    before = got(stripe, url)
    assert (before["status"], before["cancel_at_period_end"]) == ("active", True)
    stripe.clock.advance(3 * 86_400)
    ended = got(stripe, url)
    assert (ended["status"], ended["ended_at"]) == ("canceled", before["cancel_at"])
    assert got(stripe, "/v1/events")["data"][0]["type"] == "customer.subscription.deleted"


def test_a_deleted_customer_is_a_stub_and_in_no_list(stripe: Stripe) -> None:
    found = ident("cus", "ada")
    stripe.apply(PayerDeleted(key="ada", at=NOW - MINUTE))
    stub = got(stripe, f"/v1/customers/{found}")
    assert stub == {"id": found, "object": "customer", "deleted": True}
    assert wrong(SPEC, "deleted_customer", stub) == []
    assert ids(stripe, "/v1/customers") == [ident("cus", "bare")]
    assert ids(stripe, "/v1/subscriptions") == []
    assert ids(stripe, f"/v1/charges?customer={found}")
    assert [e["type"] for e in got(stripe, "/v1/events?limit=2")["data"]] == [
        "customer.deleted",
        "customer.subscription.deleted",
    ]
    assert stripe.truth("customers")["customers"][found]["deleted"]


def test_events_tell_what_was_other_before(stripe: Stripe) -> None:
    event = got(stripe, "/v1/events?type=customer.updated")["data"][0]
    assert event["data"]["object"]["email"] == "new@ada.example"
    assert event["data"]["previous_attributes"] == {"email": "ada@ada.example"}


def test_events_come_newest_first_and_can_be_chosen_by_type(stripe: Stripe) -> None:
    events = got(stripe, "/v1/events?limit=100")["data"]
    created = [e["created"] for e in events]
    billed = [e["type"] for e in events if e["data"]["object"]["id"] == ident("in", "i")]
    assert created == sorted(created, reverse=True)
    assert billed == ["invoice.paid", "invoice.finalized", "invoice.created"]
    chosen = got(stripe, "/v1/events?types[]=refund.created&types[]=charge.refunded")["data"]
    assert {e["type"] for e in chosen} == {"refund.created", "charge.refunded"}
    grouped = got(stripe, "/v1/events?type=customer.subscription.*")["data"]
    assert {e["type"].split(".")[1] for e in grouped} == {"subscription"}
    assert ask(stripe, "/v1/events?" + "&".join(["types[]=x"] * 21)).status == 400


def test_events_reach_back_thirty_days_and_no_further() -> None:
    stripe = made()
    stripe.apply(joined("old", NOW - 31 * DAY))
    stripe.apply(joined("new", NOW - 29 * DAY))
    events = got(stripe, "/v1/events")["data"]
    assert [e["data"]["object"]["id"] for e in events] == [ident("cus", "new")]
    stripe.clock.advance(2 * 86_400)
    assert got(stripe, "/v1/events")["data"] == []
    assert ask(stripe, f"/v1/events/{events[0]['id']}").status == 404
    assert len(ids(stripe, "/v1/customers")) == 2


def test_an_event_may_be_seen_only_some_seconds_after_it_happened() -> None:
    stripe = made(event_delay=60)
    stripe.apply_many(joined(f"p{n}", NOW) for n in range(50))
    at_once = len(ids(stripe, "/v1/events?limit=100"))
    stripe.clock.advance(61)
    assert at_once < 25
    assert len(ids(stripe, "/v1/events?limit=100")) == 50


def test_events_are_rendered_in_the_version_of_the_account_whatever_is_asked_for() -> None:
    stripe = made(account_version="2023-08-16")
    stripe.apply_many(everything())
    carried = [e["data"]["object"] for e in got(stripe, "/v1/events?limit=100")["data"]]
    old = [one for one in carried if one["object"] in {"invoice", "subscription"}]
    assert any(one.get("charge") == ident("ch", "paid") for one in old)
    assert all("current_period_end" in one for one in old if one["object"] == "subscription")
    assert [told for one in old for told in against_the_old(one)] == []
    found = got(stripe, f"/v1/invoices/{ident('in', 'i')}")
    assert wrong(SPEC, "invoice", found) == []


def test_who_names_no_version_gets_the_accounts() -> None:
    stripe = made(account_version="2023-08-16")
    stripe.apply_many(everything())
    url = f"/v1/invoices/{ident('in', 'i')}"
    bare = stripe(Request.to("GET", url, headers={"Authorization": f"Bearer {KEY}"}))
    old = Request("GET", "", body=bare.payload()).json()
    assert old["subscription"] == ident("sub", "s")
    assert against_the_old(old) == []
    assert bare.headers["Stripe-Version"] == "2023-08-16"
    assert ask(stripe, url, **{"Stripe-Version": "tomorrow"}).status == 400


def test_a_reference_can_be_expanded(stripe: Stripe) -> None:
    charges = got(stripe, "/v1/charges?limit=100&expand[]=data.customer")["data"]
    assert {c["customer"]["object"] for c in charges if c["customer"]} == {"customer"}
    assert ask(stripe, "/v1/charges?expand[]=data.amount").status == 400


@pytest.mark.parametrize("given", ["", "Bearer sk_live_wrong_0123456789", "Basic ???"])
def test_a_wrong_key_is_refused_and_not_repeated(given: str) -> None:
    response = made()(Request.to("GET", "/v1/charges", headers={"Authorization": given}))
    assert response.status == 401
    assert wrong(SPEC, "error", response.body) == []
    assert "wrong_0123" not in response.body["error"]["message"]


def test_the_key_may_come_as_a_basic_user() -> None:
    basic = b64encode(f"{KEY}:".encode()).decode()
    assert ask(made(), "/v1/charges", Authorization=f"Basic {basic}").status == 200


def test_too_many_requests_are_told_which_limit_they_met() -> None:
    stripe = Stripe(Clock(NOW, frozen=True), per_second=4, per_endpoint=3)
    answers = [ask(stripe, "/v1/charges") for _ in range(4)]
    assert [a.status for a in answers] == [200, 200, 200, 429]
    assert answers[-1].body["error"]["code"] == "rate_limit"
    assert answers[-1].headers["Stripe-Rate-Limited-Reason"] == "endpoint-rate"
    refused = ask(stripe, "/v1/refunds")
    assert refused.headers["Stripe-Rate-Limited-Reason"] == "global-rate"
    stripe.clock.advance(1.1)
    assert ask(stripe, "/v1/charges").status == 200


def test_what_is_not_there_is_told_so() -> None:
    stripe = made()
    lost, unheard = ask(stripe, "/v1/charges/ch_1"), ask(stripe, "/v1/nothing")
    assert (lost.status, lost.body["error"]["code"]) == (404, "resource_missing")
    assert (unheard.status, unheard.body["error"]["type"]) == (404, "invalid_request_error")
    assert ask(stripe, f"/v1/invoices/{ident('in', 'i')}/lines").status == 404


def test_the_same_story_is_the_same_to_the_last_byte() -> None:
    one, other = made(), made()
    for stripe in (one, other):
        stripe.apply_many(everything())
    one.reset()
    one.apply_many(everything())
    for resource in RESOURCES:
        url = f"/v1/{resource}?limit=100"
        assert ask(one, url).body == ask(other, url).body


def test_truth_knows_every_object_by_its_key(stripe: Stripe) -> None:
    truth = stripe.truth()
    assert "events" not in truth
    assert {row["key"] for row in truth["charges"].values()} >= {"yen", "dinar", "nothing", "no"}
    assert len(truth["invoices"]) == 2


def test_rows_can_be_dropped_from_a_page_and_the_credentials_lead_here() -> None:
    with serve([STRIPE]) as box:
        box.happen(*(joined(f"p{n}", NOW - DAY) for n in range(3)))
        assert box.environment == {
            "STRIPE_API_KEY": KEY,
            "STRIPE_BASE_URL": box.vendors["stripe"].url,
        }
        box.faults.add({"do": "drop_row", "vendor": "stripe", "table": "customers"})
        request = Request.to("GET", "/v1/customers", headers={"Authorization": f"Bearer {KEY}"})
        short = box.answer(box.vendors["stripe"], request)
        whole = box.answer(box.vendors["stripe"], request)
        assert (short.body.count('"cus_'), whole.body.count('"cus_')) == (2, 3)


def found(stripe: Stripe, query: str, resource: str = "customers", **more: str) -> Any:
    asked = "&".join(f"{name}={value}" for name, value in more.items())
    return got(stripe, f"/v1/{resource}/search?query={quote(query)}&{asked}")


def test_a_search_finds_what_was_created_in_a_window_newest_first() -> None:
    stripe = made()
    stripe.apply_many([joined(f"c{n}", NOW - n * DAY) for n in range(1, 5)])
    window = f"created>={epoch(NOW - 3 * DAY)} AND created<{epoch(NOW - DAY)}"
    page = found(stripe, window)
    assert page["object"] == "search_result"
    assert [one["id"] for one in page["data"]] == [ident("cus", "c2"), ident("cus", "c3")]
    assert (page["has_more"], "total_count" in page) == (False, False)


def test_a_search_tells_its_total_only_when_asked_and_only_up_to_a_limit() -> None:
    stripe = made(exact_up_to=3)
    stripe.apply_many([joined(f"c{n}") for n in range(5)])
    more = {"limit": "1", "expand[]": "total_count"}
    page = found(stripe, "created>0", **more)
    assert (len(page["data"]), page["total_count"], page["has_more"]) == (1, 3, True)
    assert found(stripe, "email:'c1@ada.example'", **more)["total_count"] == 1


def test_a_search_learns_of_a_new_object_late_and_forgets_a_deleted_one_at_once() -> None:
    stripe = made(search_lag=60)
    stripe.apply_many([joined("new", NOW - MINUTE / 2), joined("old")])
    assert [one["id"] for one in found(stripe, "created>0")["data"]] == [ident("cus", "old")]
    stripe.clock.advance(60)
    assert len(found(stripe, "created>0")["data"]) == 2
    stripe.apply(PayerDeleted(key="old", at=NOW))
    assert [one["id"] for one in found(stripe, "created>0")["data"]] == [ident("cus", "new")]


@pytest.mark.parametrize(
    "query", ["", "created", "colour:'red'", "created>1 AND created<2 OR created>3"]
)
def test_a_search_that_makes_no_sense_is_refused(query: str) -> None:
    assert ask(made(), f"/v1/customers/search?query={quote(query)}").status == 400


def test_refunds_and_events_have_no_search() -> None:
    for resource in ("refunds", "events", "disputes"):
        assert ask(made(), f"/v1/{resource}/search?query=created>0").status == 404


def test_searches_have_a_limit_of_their_own() -> None:
    stripe = made(searches=2)
    answers = [ask(stripe, "/v1/charges/search?query=created>0").status for _ in range(3)]
    assert answers == [200, 200, 429]
    assert ask(stripe, "/v1/charges").status == 200
