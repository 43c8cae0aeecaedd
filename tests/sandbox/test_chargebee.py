"""The sandbox's Chargebee keeps to what Chargebee documents."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.chargebee.api import KEY, Chargebee
from sandbox.chargebee.parts import after, ident
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
from tests.sandbox.specs import wrong

NOW = datetime(2026, 1, 5, 2, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SPEC = "chargebee.json"
SCHEMAS = {
    "customers": ("customer", "Customer"),
    "subscriptions": ("subscription", "Subscription"),
    "invoices": ("invoice", "Invoice"),
    "credit_notes": ("credit_note", "CreditNote"),
    "transactions": ("transaction", "Transaction"),
}


def made(*facts: Happening, **options: Any) -> Chargebee:
    vendor = Chargebee(Clock(NOW, frozen=True), **{"per_minute": 1e6, **options})
    vendor.apply_many(facts)
    return vendor


def ask(vendor: Chargebee, url: str, method: str = "GET") -> Response:
    given = "Basic " + b64encode(f"{KEY}:".encode()).decode()
    request = Request.to(method, f"/api/v2{url}", headers={"Authorization": given})
    return vendor(request)


def got(vendor: Chargebee, url: str) -> Any:
    response = ask(vendor, url)
    assert response.status == 200, response.body
    return Request("GET", "", body=response.payload()).json()


def listed(vendor: Chargebee, table: str, query: str = "limit=100") -> list[Any]:
    return [row[SCHEMAS[table][0]] for row in got(vendor, f"/{table}?{query}")["list"]]


def ids(vendor: Chargebee, table: str, query: str = "limit=100") -> list[str]:
    return [one["id"] for one in listed(vendor, table, query)]


def joined(key: str, at: datetime = NOW - DAY, **fields: Any) -> PayerJoined:
    return PayerJoined(key=key, at=at, **{"email": f"{key}@x.example", **fields})


def subscribed(key: str = "s", at: datetime = NOW - DAY, **fields: Any) -> SubscriptionStarted:
    fields = {"payer": "ada", "plan": "Pro", "amount": 900, **fields}
    return SubscriptionStarted(key=key, at=at, **fields)


def paid(key: str, **fields: Any) -> Charged:
    return Charged(key=key, at=NOW - DAY, **{"amount": 900, "payer": "ada", **fields})


def cus(key: str) -> str:
    return ident("customer", key)


def second(at: datetime) -> int:
    return int(at.timestamp())


def everything() -> list[Happening]:
    start = NOW - DAY
    home = Address(line1="Main 1", city="Graz", region="6", postcode="8010", country="AT")
    notes = {"shop_customer_id": str(shop_customer("c1")), "tier": "gold"}
    return [
        joined("ada", name="Ada B. Lovelace", phone="+43 1", address=home, metadata=notes),
        joined("bare", email="", currency=""),
        PayerEdited(key="ada", at=NOW - MINUTE, changes={"email": "new@x.example"}),
        paid("yen", amount=1200, currency="JPY", order="o1"),
        paid("guest", payer=None, email="guest@x.example", name="Gus Guest"),
        paid("nothing", amount=0, method="voucher"),
        paid("no", status="failed"),
        paid("soon", status="pending"),
        ChargeRefunded(key="r", at=NOW - MINUTE, charge="yen", amount=200),
        subscribed("s", quantity=2),
        subscribed("trial", trial_until=NOW + 9 * DAY),
        Invoiced(key="i", at=start, payer="ada", amount=900, quantity=2, subscription="s"),
        Charged(key="pays", at=start, amount=1800, payer="ada", invoice="i"),
        Invoiced(key="i", at=NOW, payer="ada", amount=900, quantity=2, status="paid"),
        Invoiced(key="by hand", at=start, payer="ada", amount=70, status="void", number="A-1"),
        SubscriptionChanged(key="s", at=NOW - MINUTE, changes={"plan": "Max", "amount": 1900}),
        SubscriptionChanged(key="trial", at=NOW - MINUTE, changes={"status": "past_due"}),
        SubscriptionCancelled(key="s", at=NOW, at_period_end=True, reason="too dear"),
        PayerDeleted(key="bare", at=NOW),
    ]


@pytest.mark.parametrize("catalog", [1, 2])
@pytest.mark.parametrize("table", SCHEMAS)
def test_every_resource_is_what_the_schema_says_and_has_no_field_of_our_own(
    table: str, catalog: int
) -> None:
    site = made(*everything(), catalog=catalog)
    kind, schema = SCHEMAS[table]
    found = listed(site, table, "limit=100&include_deleted=true")
    assert found
    for one in found:
        assert wrong(SPEC, schema, one) == []
        assert None not in one.values()
        if not one["deleted"]:
            assert got(site, f"/{table}/{one['id']}")[kind] == one


def test_a_page_is_ten_rows_that_name_what_they_hold() -> None:
    site = made(*(joined(f"p{n}", NOW - n * MINUTE) for n in range(12)), subscribed(payer="p1"))
    page = got(site, "/customers")
    assert [set(row) for row in page["list"]] == [{"customer"}] * 10
    rest = got(site, f"/customers?offset={page['next_offset']}")
    assert len(rest["list"]) == 2
    assert "next_offset" not in rest
    assert got(site, "/subscriptions")["list"][0]["customer"]["id"] == cus("p1")


@pytest.mark.parametrize("way", ["asc", "desc"])
def test_pages_lose_and_double_nothing_among_equal_seconds(way: str) -> None:
    site = made(*(joined(f"p{n}", NOW - (n // 5) * MINUTE) for n in range(20)))
    seen: list[str] = []
    query = f"limit=3&sort_by[{way}]=updated_at"
    page = got(site, f"/customers?{query}")
    while True:
        seen += [row["customer"]["id"] for row in page["list"]]
        if "next_offset" not in page:
            break
        page = got(site, f"/customers?{query}&offset={page['next_offset']}")
    assert sorted(seen) == sorted(cus(f"p{n}") for n in range(20))
    stamps = {one["id"]: one["updated_at"] for one in listed(site, "customers")}
    assert [stamps[one] for one in seen] == sorted(stamps.values(), reverse=way == "desc")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("updated_at[after]={0}", ["later"]),
        ("updated_at[before]={0}", ["early"]),
        ("updated_at[between]=[{0},{1}]", ["noon", "later"]),
        ("created_at[after]={0}&sort_by[asc]=created_at", ["later"]),
    ],
)
def test_after_and_before_leave_the_second_itself_out(query: str, expected: list[str]) -> None:
    noon = NOW - DAY
    half = timedelta(milliseconds=500)
    site = made(joined("early", noon - MINUTE), joined("noon", noon + half))
    site.apply(joined("later", noon + MINUTE))
    asked = query.format(second(noon), second(noon + MINUTE))
    assert sorted(ids(site, "customers", asked)) == sorted(cus(key) for key in expected)


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ("limit=101", "limit"),
        ("limit=0", "limit"),
        ("offset=nonsense", "offset"),
        ("updated_since=1", "updated_since"),
        ("updated_at[after]=2026-01-01", "updated_at[after]"),
        ("updated_at[since]=1", "updated_at[since]"),
        ("sort_by[asc]=email", "sort_by"),
        ("status[is]=active", "status[is]"),
        ("id[in]=a", "id[in]"),
    ],
)
def test_what_cannot_be_asked_is_refused(query: str, param: str) -> None:
    response = ask(made(), f"/customers?{query}")
    assert (response.status, response.body["param"]) == (400, param)
    assert response.body["api_error_code"] == "param_wrong_value"
    assert wrong(SPEC, "Error", response.body) == []


def test_rows_can_be_found_by_what_they_belong_to() -> None:
    site = made(*everything())
    assert ids(site, "subscriptions", "status[is]=in_trial") == []
    assert ids(site, "subscriptions", 'status[in]=["non_renewing"]') == [ident("subscription", "s")]
    assert len(ids(site, "transactions", f"customer_id[is]={cus('ada')}&limit=100")) == 6


def test_what_is_deleted_is_shown_to_those_who_ask() -> None:
    site = made(joined("ada"), subscribed(), PayerDeleted(key="ada", at=NOW))
    assert ids(site, "customers") == []
    [gone] = listed(site, "customers", "include_deleted=true")
    assert (gone["deleted"], gone["updated_at"]) == (True, second(NOW))
    assert listed(site, "subscriptions")[0]["status"] == "cancelled"
    assert ask(site, f"/customers/{cus('ada')}").status == 404
    assert site.truth("customers")["customers"][cus("ada")]["deleted"]


def test_an_offset_expires_and_belongs_to_its_order() -> None:
    site = made(*(joined(f"p{n}") for n in range(12)), offset_seconds=60)
    offset = got(site, "/customers")["next_offset"]
    assert ask(site, f"/customers?sort_by[asc]=updated_at&offset={offset}").status == 400
    site.clock.advance(61)
    response = ask(site, f"/customers?offset={offset}")
    assert (response.status, response.body["param"]) == (400, "offset")


def test_a_change_shows_late_where_a_list_is_asked_for_by_its_time() -> None:
    site = made(*(joined(f"p{n}", NOW) for n in range(50)), late_seconds=300)
    query = f"limit=100&updated_at[after]={second(NOW - DAY)}"
    assert len(ids(site, "customers")) == 50
    assert len(ids(site, "customers", query)) < 25
    site.clock.advance(301)
    assert len(ids(site, "customers", query)) == 50


def test_what_was_never_touched_since_the_site_stamps_has_no_stamp() -> None:
    site = made(joined("old", NOW - 9 * DAY), joined("new"), stamped_since=NOW - 5 * DAY)
    by_id = {one["id"]: one for one in listed(site, "customers")}
    assert not {"updated_at", "resource_version"} & by_id[cus("old")].keys()
    assert ids(site, "customers", "updated_at[after]=0") == [cus("new")]
    site.apply(PayerEdited(key="old", at=NOW, changes={"phone": "1"}))
    assert len(ids(site, "customers", "updated_at[after]=0")) == 2


def test_every_change_raises_the_version() -> None:
    site = made(joined("ada"))
    [before] = listed(site, "customers")
    site.apply(PayerEdited(key="ada", at=NOW, changes={"name": "Ada L."}))
    [after_it] = listed(site, "customers")
    assert after_it["resource_version"] > before["resource_version"]
    assert (after_it["first_name"], after_it["last_name"]) == ("Ada", "L.")


def test_empty_is_absent() -> None:
    site = made(joined("ada", name="Ada", phone="1"))
    site.apply(PayerEdited(key="ada", at=NOW, changes={"phone": ""}))
    [ada] = listed(site, "customers")
    assert "phone" not in ada
    assert "last_name" not in ada


def test_links_to_the_shop_are_the_shops_own_numbers() -> None:
    site = made(*everything())
    ada = got(site, f"/customers/{cus('ada')}")["customer"]
    yen = got(site, f"/transactions/txn_{ident('payment', 'yen')}")["transaction"]
    told = {"tier": "gold", "shopify_customer_id": str(shop_customer("c1"))}
    assert ada["meta_data"] == told
    assert yen["reference_number"] == str(shop_order("o1"))
    assert yen["amount"] == 1200


def test_cleared_personal_data_is_gone_for_good() -> None:
    site = made(joined("ada", name="Ada", phone="1"))
    assert ask(site, f"/customers/{cus('ada')}/clear_personal_data", "POST").status == 200
    assert ask(site, f"/customers/{cus('nobody')}/clear_personal_data", "POST").status == 404
    [ada] = listed(site, "customers")
    assert ada["pii_cleared"] == "cleared"
    assert not {"email", "first_name", "phone"} & ada.keys()


def test_a_guest_becomes_a_customer_with_an_invoice() -> None:
    site = made(paid("c", payer=None, email="guest@x.example", name="Gus Guest"))
    [guest] = listed(site, "customers")
    [bill] = listed(site, "invoices")
    [txn] = listed(site, "transactions")
    assert guest["email"] == "guest@x.example"
    assert {bill["customer_id"], txn["customer_id"]} == {guest["id"]}
    assert (bill["status"], bill["amount_paid"], bill["recurring"]) == ("paid", 900, False)
    assert txn["linked_invoices"][0]["invoice_id"] == bill["id"]
    assert bill["linked_payments"][0]["txn_id"] == txn["id"]


def test_a_refund_is_a_credit_note_and_a_transaction_that_pays_it_out() -> None:
    site = made(joined("ada"), paid("c"))
    site.apply(ChargeRefunded(key="r", at=NOW, charge="c", amount=300, reason="fraudulent"))
    [note], [bill] = listed(site, "credit_notes"), listed(site, "invoices")
    by_type = {one["type"]: one for one in listed(site, "transactions")}
    refund, payment = by_type["refund"], by_type["payment"]
    assert (note["total"], note["reason_code"]) == (300, "fraudulent")
    assert note["reference_invoice_id"] == bill["id"]
    assert bill["issued_credit_notes"][0]["cn_id"] == note["id"]
    assert refund["refunded_txn_id"] == payment["id"]
    assert refund["linked_credit_notes"][0]["cn_id"] == note["id"]
    assert payment["linked_refunds"][0]["txn_amount"] == 300
    assert payment["updated_at"] == second(NOW)


def test_a_failed_try_leaves_the_invoice_due_and_a_later_one_pays_it() -> None:
    site = made(joined("ada"), Invoiced(key="i", at=NOW - DAY, payer="ada", amount=900))
    site.apply(paid("no", invoice="i", status="failed"))
    [bill] = listed(site, "invoices")
    assert (bill["status"], bill["amount_due"]) == ("payment_due", 900)
    site.apply(paid("yes", invoice="i"))
    site.apply(Invoiced(key="i", at=NOW, payer="ada", amount=900, status="paid"))
    [bill] = listed(site, "invoices")
    assert (bill["status"], bill["amount_due"], bill["amount_paid"]) == ("paid", 0, 900)
    assert [one["txn_status"] for one in bill["linked_payments"]] == ["failure", "success"]


def test_a_payment_told_before_its_invoice_is_not_lost() -> None:
    site = made(joined("ada"), paid("c", invoice="i"))
    site.apply(Invoiced(key="i", at=NOW, payer="ada", amount=900))
    assert listed(site, "invoices")[0]["linked_payments"]
    assert listed(site, "transactions")[0]["linked_invoices"]


def test_a_pending_payment_moves_on_and_stays_the_same_one() -> None:
    site = made(joined("ada"), paid("c", status="pending"))
    assert listed(site, "transactions")[0]["status"] == "in_progress"
    site.apply(paid("c"))
    assert [one["status"] for one in listed(site, "transactions")] == ["success"]
    assert [one["status"] for one in listed(site, "invoices")] == ["paid"]


def test_a_trial_becomes_active_by_the_clock() -> None:
    site = made(joined("ada"), subscribed(trial_until=NOW + DAY))
    assert listed(site, "subscriptions")[0]["status"] == "in_trial"
    site.clock.advance(2 * 86_400)
    [active] = listed(site, "subscriptions")
    assert (active["status"], active["updated_at"]) == ("active", second(NOW + DAY))
    assert active["current_term_end"] == after(second(NOW + DAY), "month")


def test_a_subscription_that_is_not_renewed_ends_by_the_clock() -> None:
    site = made(joined("ada"), subscribed(at=NOW - 30 * DAY))
    site.apply(SubscriptionCancelled(key="s", at=NOW - DAY, at_period_end=True))
    [before] = listed(site, "subscriptions")
    assert (before["status"], before["cancelled_at"]) == (
        "non_renewing",
        before["current_term_end"],
    )
    site.clock.advance(2 * 86_400)
    [ended] = listed(site, "subscriptions")
    assert (ended["status"], ended["updated_at"]) == ("cancelled", before["cancelled_at"])


def test_one_that_fell_behind_is_active_and_has_invoices_due() -> None:
    site = made(joined("ada"), subscribed())
    site.apply(SubscriptionChanged(key="s", at=NOW, changes={"status": "past_due"}))
    [behind] = listed(site, "subscriptions")
    assert (behind["status"], behind["due_invoices_count"]) == ("active", 1)
    site.apply(SubscriptionChanged(key="s", at=NOW, changes={"status": "active"}))
    assert listed(site, "subscriptions")[0]["due_invoices_count"] == 0


def test_a_term_moves_with_its_invoice() -> None:
    site = made(joined("ada"), subscribed(at=NOW - 40 * DAY))
    site.apply(Invoiced(key="i", at=NOW, payer="ada", amount=900, subscription="s"))
    start = after(second(NOW - 40 * DAY), "month")
    assert listed(site, "subscriptions")[0]["current_term_start"] == start


def test_another_plan_is_another_item() -> None:
    site = made(joined("ada"), subscribed())
    site.apply(SubscriptionChanged(key="s", at=NOW, changes={"plan": "Max", "quantity": 3}))
    [item] = listed(site, "subscriptions")[0]["subscription_items"]
    assert (item["item_price_id"], item["amount"]) == ("Max-EUR-month", 2700)
    found = site.truth()["subscription_items"]
    known = {key.split(":")[1]: row["deleted"] for key, row in found.items()}
    assert known == {"Pro-EUR-month": True, "Max-EUR-month": False}


def test_an_old_catalog_tells_a_plan_and_its_price() -> None:
    site = made(joined("ada"), subscribed(quantity=2), catalog=1)
    [old] = listed(site, "subscriptions")
    assert "subscription_items" not in old
    assert (old["plan_id"], old["plan_quantity"], old["plan_amount"]) == ("Pro-EUR-month", 2, 1800)


def test_what_it_does_not_have_passes_in_silence() -> None:
    site = made(
        subscribed(payer="nobody"),
        paid("c", payer="nobody"),
        Invoiced(key="i", at=NOW, payer="nobody", amount=1),
        PayerEdited(key="nobody", at=NOW, changes={"name": "No"}),
        PayerDeleted(key="nobody", at=NOW),
        SubscriptionChanged(key="none", at=NOW, changes={"quantity": 2}),
        SubscriptionCancelled(key="none", at=NOW),
        ChargeRefunded(key="r", at=NOW, charge="none", amount=1),
        Disputed(key="d", at=NOW, charge="none", amount=1),
    )
    assert [one for table in SCHEMAS for one in ids(site, table)] == []


def test_a_minute_has_so_many_requests() -> None:
    site = made(per_minute=3)
    assert [ask(site, "/customers").status for _ in range(4)] == [200, 200, 200, 429]
    refused = ask(site, "/customers")
    assert refused.body["api_error_code"] == "api_request_limit_exceeded"
    assert "Retry-After" not in refused.headers
    assert wrong(SPEC, "Error", refused.body) == []
    site.clock.advance(60)
    assert ask(site, "/customers").status == 200


def test_a_refusal_may_tell_how_long_to_wait() -> None:
    site = made(per_minute=1, tells_wait=True)
    ask(site, "/customers")
    assert 0 < int(ask(site, "/customers").headers["Retry-After"]) <= 60


def test_so_many_requests_are_answered_at_once() -> None:
    assert ask(made(at_once=0), "/customers").status == 429
    site = made(at_once=1)
    assert [ask(site, "/customers").status for _ in range(3)] == [200] * 3


@pytest.mark.parametrize("given", ["", f"Bearer {KEY}", "Basic eDp5", "Basic ???"])
def test_a_wrong_key_is_refused(given: str) -> None:
    response = made()(Request.to("GET", "/api/v2/customers", headers={"Authorization": given}))
    assert response.status == 401
    assert wrong(SPEC, "Error", response.body) == []


@pytest.mark.parametrize(
    ("url", "status"), [("/nothing", 404), ("/customers/none", 404), ("/nothing/1", 404)]
)
def test_what_is_not_there_is_not_found(url: str, status: int) -> None:
    response = ask(made(), url)
    assert response.status == status
    assert response.body["api_error_code"] == "resource_not_found"


def test_starting_over_forgets_what_was_to_come() -> None:
    site = made(joined("ada"), subscribed(trial_until=NOW + DAY), paid("early", invoice="i"))
    site.reset()
    site.clock.advance(3 * 86_400)
    assert ids(site, "subscriptions") == []
    site.apply(joined("ada"))
    site.apply(Invoiced(key="i", at=NOW, payer="ada", amount=900))
    assert listed(site, "invoices")[0]["linked_payments"] == []
