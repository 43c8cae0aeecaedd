"""WooCommerce in miniature: who may ask, pages that shift, the trash, times without a zone."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA1, SIGNATURE_HMAC_SHA256, Client

from sandbox.clock import Clock
from sandbox.happenings import (
    CustomerDeleted,
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
)
from sandbox.http import Request, Response
from sandbox.woocommerce.api import ROOT, WooCommerce
from sandbox.woocommerce.records import ident, money
from sandbox.woocommerce.signatures import KEY, SECRET
from tests.sandbox.specs import wrong

NOON = datetime(2026, 1, 4, 12, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def made(*facts: Happening, **options: Any) -> WooCommerce:
    shop = WooCommerce(Clock(NOON, frozen=True), **options)
    shop.apply_many(facts)
    return shop


def customer(key: str, **fields: Any) -> CustomerJoined:
    return CustomerJoined(key=key, at=NOON - HOUR, email=f"{key}@x.example", **fields)


def order(key: str, at: datetime = NOON - HOUR, **fields: Any) -> OrderPlaced:
    own = {"number": "1", "lines": (Line(key="a", title="Cup", quantity=2, price=1050),)}
    return OrderPlaced(key=key, at=at, **{**own, **fields})


def signed(shop: WooCommerce, url: str, **options: Any) -> Response:
    at = options.pop("at", shop.clock.now())
    given = {"signature_method": SIGNATURE_HMAC_SHA256, **options}
    client = Client(KEY, client_secret=given.pop("secret", SECRET), timestamp=_at(at), **given)
    _, headers, _ = client.sign(f"http://127.0.0.1{ROOT}{url}")
    return shop(Request.to("GET", f"{ROOT}{url}", headers=headers))


def _at(at: datetime) -> str:
    return str(int(at.timestamp()))


def listed(shop: WooCommerce, url: str) -> Any:
    response = signed(shop, url)
    assert response.status == 200, response.body
    return orjson.loads(response.payload())


def ids(shop: WooCommerce, url: str) -> list[int]:
    return [row["id"] for row in listed(shop, url)]


@pytest.mark.parametrize("method", [SIGNATURE_HMAC_SHA1, SIGNATURE_HMAC_SHA256])
def test_over_http_a_signature_lets_in_with_either_hash(method: str) -> None:
    shop = made(customer("ada"))
    url = "/customers?search=a%20b&per_page=1"
    assert signed(shop, url, signature_method=method).status == 200


def test_over_http_neither_a_bare_secret_nor_a_wrong_signature_lets_in() -> None:
    shop = made()
    basic = {"Authorization": f"Basic {b64encode(f'{KEY}:{SECRET}'.encode()).decode()}"}
    assert shop(Request.to("GET", f"{ROOT}/orders", headers=basic)).status == 401
    answer = signed(shop, "/orders", secret="cs_other")
    assert (answer.status, answer.body["code"]) == (401, "woocommerce_rest_authentication_error")


def test_a_signature_counts_once_and_for_a_quarter_of_an_hour() -> None:
    shop = made()
    assert signed(shop, "/orders", nonce="once").status == 200
    assert "nonce" in signed(shop, "/orders", nonce="once").body["message"]
    assert signed(shop, "/orders", at=NOON - timedelta(minutes=14)).status == 200
    assert "timestamp" in signed(shop, "/orders", at=NOON - timedelta(minutes=16)).body["message"]


def test_over_https_the_keys_let_in_as_basic_auth_or_in_the_query() -> None:
    shop = made(customer("ada"), https=True)
    basic = {"Authorization": f"Basic {b64encode(f'{KEY}:{SECRET}'.encode()).decode()}"}
    assert shop(Request.to("GET", f"{ROOT}/customers", headers=basic)).status == 200
    query = f"consumer_key={KEY}&consumer_secret={SECRET}"
    assert shop(Request.to("GET", f"{ROOT}/customers?{query}")).status == 200
    assert shop(Request.to("GET", f"{ROOT}/customers?{query}x")).status == 401
    assert shop(Request.to("GET", f"{ROOT}/customers")).status == 401


def test_pages_are_bare_arrays_with_their_totals_in_the_head() -> None:
    shop = made(*(customer(f"c{n}") for n in range(12)))
    answer = signed(shop, "/customers?orderby=id&order=asc&page=2&per_page=5")
    assert len(answer.body) == 5
    assert answer.headers["X-WP-Total"] == "12"
    assert answer.headers["X-WP-TotalPages"] == "3"
    assert 'page=3>; rel="next"' in answer.headers["Link"]
    everybody = ids(shop, "/customers?orderby=id&order=asc&per_page=100")
    assert everybody == sorted(everybody)
    assert ids(shop, "/customers?orderby=id&order=asc&offset=10") == everybody[10:]
    assert len(listed(shop, "/customers")) == 10
    assert list(listed(shop, "/customers?_fields=id")[0]) == ["id"]


@pytest.mark.parametrize(
    "query",
    ["per_page=101", "per_page=0", "page=0", "orderby=total", "status=sold", "modified_after=noon"],
)
def test_what_makes_no_sense_is_refused(query: str) -> None:
    answer = signed(made(), f"/orders?{query}")
    assert (answer.status, answer.body["code"]) == (400, "rest_invalid_param")


def test_a_deletion_pulls_later_records_over_the_edge_of_a_page() -> None:
    shop = made(*(order(f"o{n}") for n in range(6)))
    every = ids(shop, "/orders?orderby=id&order=asc")
    first = ids(shop, "/orders?orderby=id&order=asc&per_page=3")
    key = next(row.key for row in shop.orders.all() if row.id == first[0])
    shop.apply(OrderDeleted(key=key, at=NOON))
    second = ids(shop, "/orders?orderby=id&order=asc&per_page=3&page=2")
    assert set(every) - {*first, *second} == {every[3]}


def test_among_orders_of_one_second_pages_know_no_order() -> None:
    shop = made(*(order(f"o{n}") for n in range(40)))
    pages = [ids(shop, f"/orders?orderby=modified&order=asc&page={n}") for n in (1, 2, 3, 4)]
    assert len({one for page in pages for one in page}) < 40


def test_modified_after_is_exclusive_and_in_the_sites_own_time_unless_told() -> None:
    shop = made(order("early", NOON - HOUR), order("late", NOON - HOUR + SECOND))
    late = [ident("order", "late")]
    assert ids(shop, "/orders?modified_after=2026-01-04T11:00:00&dates_are_gmt=true") == late
    assert ids(shop, "/orders?modified_after=2026-01-04T13:00:00") == late
    assert ids(shop, "/orders?modified_before=2026-01-04T11:00:01&dates_are_gmt=true") == [
        ident("order", "early")
    ]


def test_times_come_twice_and_without_a_zone() -> None:
    row = listed(made(order("o")), "/orders")[0]
    assert row["date_created"] == "2026-01-04T13:00:00"
    assert row["date_created_gmt"] == "2026-01-04T11:00:00"


def test_the_trash_is_listed_only_when_asked_for_and_can_be_emptied() -> None:
    shop = made(order("o"), order("p"), OrderDeleted(key="o", at=NOON))
    assert ids(shop, "/orders?status=any") == [ident("order", "p")]
    (binned,) = listed(shop, "/orders?status=trash")
    assert (binned["id"], binned["status"]) == (ident("order", "o"), "trash")
    assert binned["date_modified_gmt"] == "2026-01-04T12:00:00"
    shop.empty_trash()
    assert listed(shop, "/orders?status=trash") == []
    assert signed(shop, f"/orders/{ident('order', 'o')}").status == 404
    for_good = made(order("o"), OrderDeleted(key="o", at=NOON), trash=False)
    assert listed(for_good, "/orders?status=trash") == []


@pytest.mark.parametrize(("quiet", "stamp"), [(True, "11:00:00"), (False, "12:00:00")])
def test_the_orders_of_a_lost_customer_become_a_guests(*, quiet: bool, stamp: str) -> None:
    shop = made(customer("ada"), order("o", customer="ada"), quiet_relinks=quiet)
    shop.apply(CustomerDeleted(key="ada", at=NOON))
    (row,) = listed(shop, "/orders")
    assert (row["customer_id"], row["date_modified_gmt"][-8:]) == (0, stamp)
    assert listed(shop, "/customers") == []


def test_merged_customers_leave_one_who_has_all_orders() -> None:
    shop = made(customer("ada"), customer("eda"), order("o", customer="eda"))
    shop.apply(CustomersMerged(key="ada", loser="eda", at=NOON))
    assert ids(shop, "/customers") == [ident("customer", "ada")]
    assert listed(shop, "/orders")[0]["customer_id"] == ident("customer", "ada")


def test_a_refund_is_a_record_of_its_own_and_its_order_mentions_it() -> None:
    shop = made(order("o"))
    refund = OrderRefunded(key="r", at=NOON, order="o", amount=1050, lines=(("a", 1),), note="hm")
    shop.apply(refund)
    (row,) = listed(shop, "/refunds")
    assert (row["parent_id"], row["amount"]) == (ident("order", "o"), "10.50")
    assert listed(shop, f"/orders/{ident('order', 'o')}/refunds") == [row]
    (mentioned,) = listed(shop, "/orders")[0]["refunds"]
    assert mentioned == {"id": row["id"], "reason": "hm", "total": "-10.50"}


def test_facts_about_records_of_other_shops_are_let_pass() -> None:
    shop = made(
        OrderEdited(key="x", at=NOON, changes={"note": "hm"}),
        OrderRefunded(key="r", at=NOON, order="x", amount=1),
        CustomersMerged(key="x", loser="y", at=NOON),
        ProductDeleted(key="x", at=NOON),
    )
    assert all(rows == {} for rows in shop.truth().values())


def test_a_line_taken_out_of_an_order_is_gone_by_the_truth() -> None:
    shop = made(order("o"))
    shop.apply(OrderEdited(key="o", at=NOON, changes={"lines": (Line(key="b", title="Pot"),)}))
    truth = shop.truth("order_lines")["order_lines"]
    assert {line: row["deleted"] for line, row in truth.items()} == {
        ident("line", "o:a"): True,
        ident("line", "o:b"): False,
    }


def test_a_host_may_have_limits_of_its_own() -> None:
    shop = made(per_minute=1)
    assert signed(shop, "/orders").status == 200
    answer = signed(shop, "/orders")
    assert (answer.status, int(answer.headers["Retry-After"]) > 50) == (429, True)


def test_money_is_a_decimal_string_with_the_places_of_its_currency() -> None:
    assert [money(1050, "EUR"), money(-5, "EUR"), money(1050, "JPY"), money(7, "KWD")] == [
        "10.50",
        "-0.05",
        "1050",
        "0.007",
    ]


def test_what_it_answers_is_what_the_vendors_schema_describes() -> None:
    shop = made(
        customer("ada", external_ids={"loyalty": "L1"}),
        ProductListed(key="p", at=NOON, title="Cup", price=500, category="Home", maker="Us"),
        order("o", customer="ada", shipping=490, tax=19, status="fulfilled"),
        order("guest", email="guest@x.example"),
        OrderRefunded(key="r", at=NOON, order="o", amount=1050, lines=(("a", 1),)),
    )
    tables = {"customers": "Customer", "orders": "Order", "products": "Product"}
    for table, schema in {**tables, "refunds": "Refund"}.items():
        rows = listed(shop, f"/{table}")
        assert rows
        for row in rows:
            assert wrong("woocommerce.json", schema, row) == []
