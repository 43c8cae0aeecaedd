"""BigCommerce in miniature: two versions, pages of three kinds, a budget that is shared."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from sandbox.bigcommerce.api import ROOT, TOKEN, BigCommerce
from sandbox.bigcommerce.records import four, ident, plain
from sandbox.clock import Clock
from sandbox.happenings import (
    Address,
    CustomerDeleted,
    CustomerJoined,
    CustomersMerged,
    Happening,
    Line,
    OrderCancelled,
    OrderDeleted,
    OrderEdited,
    OrderPlaced,
    OrderRefunded,
    ProductDeleted,
    ProductListed,
)
from sandbox.http import Request, Response

NOON = datetime(2026, 1, 4, 12, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
BERLIN = Address(line1="Allee 1", city="Berlin", region="BE", postcode="10115", country="DE")
INSIDE = "include=consignments.line_items&consignment_structure=object"


def made(*facts: Happening, **options: Any) -> BigCommerce:
    store = BigCommerce(Clock(NOON, frozen=True), **options)
    store.apply_many(facts)
    return store


def customer(key: str, at: datetime = NOON - HOUR, **fields: Any) -> CustomerJoined:
    return CustomerJoined(key=key, at=at, email=f"{key}@x.example", **fields)


def order(key: str, at: datetime = NOON - HOUR, **fields: Any) -> OrderPlaced:
    own = {"number": "1", "lines": (Line(key="a", title="Cup", quantity=2, price=1050),)}
    return OrderPlaced(key=key, at=at, **{**own, **fields})


def ask(store: BigCommerce, url: str, token: str = TOKEN) -> Response:
    return store(Request.to("GET", f"{ROOT}/{url}", headers={"X-Auth-Token": token}))


def got(store: BigCommerce, url: str) -> Any:
    response = ask(store, url)
    assert response.status == 200, response.body
    return orjson.loads(response.payload())


def test_a_wrong_token_is_refused_in_the_form_of_the_version_asked() -> None:
    assert ask(made(), "v2/orders", token="no").body == [{"status": 401, "message": "Unauthorized"}]
    answer = ask(made(), "v3/customers", token="no")
    assert (answer.status, answer.body["title"]) == (401, "Unauthorized")


def test_every_answer_tells_what_is_left_of_the_window_in_milliseconds() -> None:
    store = made(quota=2)
    heads = ask(store, "v3/customers").headers
    assert (heads["X-Rate-Limit-Requests-Quota"], heads["X-Rate-Limit-Requests-Left"]) == ("2", "1")
    assert heads["X-Rate-Limit-Time-Window-Ms"] == "30000"
    assert 0 < int(heads["X-Rate-Limit-Time-Reset-Ms"]) <= 30_001
    ask(store, "v3/customers")
    refused = ask(store, "v2/orders")
    assert (refused.status, "Retry-After" in refused.headers) == (429, False)
    store.clock.advance(int(refused.headers["X-Rate-Limit-Time-Reset-Ms"]) / 1000)
    assert ask(store, "v3/customers").status == 200


def test_other_apps_of_the_store_take_from_the_same_window() -> None:
    heads = ask(made(quota=10, others=8), "v3/customers").headers
    assert heads["X-Rate-Limit-Requests-Left"] == "1"


def test_v2_has_bare_lists_and_no_content_where_there_is_nothing() -> None:
    assert ask(made(), "v2/orders").status == 204
    assert len(got(made(order("o")), "v2/orders")) == 1
    assert ask(made(order("o")), "v2/orders?page=2").status == 204
    assert ask(made(), "v2/orders/1").status == 404


def test_v2_writes_rfc_2822_times_and_four_places() -> None:
    (row,) = got(made(order("o", shipping=490, tax=19)), "v2/orders")
    assert row["date_created"] == "Sun, 04 Jan 2026 11:00:00 +0000"
    assert row["date_shipped"] == ""
    assert (row["total_inc_tax"], row["total_ex_tax"]) == ("26.0900", "25.9000")
    assert [four(1050, "JPY"), four(-5, "EUR"), four(7, "KWD")] == [
        "1050.0000",
        "-0.0500",
        "0.0070",
    ]
    assert plain(1050, "EUR") == 10.5


def test_v3_has_an_envelope_with_totals_iso_times_and_numbers() -> None:
    store = made(*(customer(f"c{n}") for n in range(5)))
    store.apply(ProductListed(key="p", at=NOON, title="Cup", price=1050, category="Home"))
    body = got(store, "v3/customers?limit=2&page=2")
    pages = body["meta"]["pagination"]
    assert (pages["total"], pages["count"], pages["total_pages"]) == (5, 2, 3)
    assert body["data"][0]["date_modified"] == "2026-01-04T11:00:00Z"
    assert "addresses" not in body["data"][0]
    assert got(store, "v3/catalog/products")["data"][0]["price"] == 10.5


def test_customers_can_be_walked_by_cursor_and_then_without_totals() -> None:
    store = made(*(customer(f"c{n}") for n in range(5)))
    body = got(store, "v3/customers?limit=2")
    seen = [row["id"] for row in body["data"]]
    while body["meta"]["cursor_pagination"]["links"]:
        after = body["meta"]["cursor_pagination"]["end_cursor"]
        body = got(store, f"v3/customers?limit=2&after={after}")
        assert "pagination" not in body["meta"]
        seen += [row["id"] for row in body["data"]]
    assert seen == sorted({row.id for row in store.customers.all()})


def test_addresses_come_when_asked_for() -> None:
    store = made(customer("ada", address=BERLIN))
    (row,) = got(store, "v3/customers?include=addresses")["data"]
    assert row["addresses"][0]["city"] == "Berlin"


def test_filters_by_time_leave_their_own_second_out_for_customers_alone() -> None:
    at, text = NOON - HOUR, "2026-01-04T11:00:00Z"
    store = made(customer("a", at), order("o", at), ProductListed(key="p", at=at, title="Cup"))
    assert got(store, f"v3/customers?date_modified:min={text}")["data"] == []
    assert len(got(store, f"v3/catalog/products?date_modified:min={text}")["data"]) == 1
    assert len(got(store, f"v2/orders?min_date_modified={text}&max_date_modified={text}")) == 1
    rfc = "Sun,%2004%20Jan%202026%2011:00:01%20%2B0000"
    assert ask(store, f"v2/orders?min_date_modified={rfc}").status == 204


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("v2/orders?sort=price:asc", 400),
        ("v2/orders?min_date_modified=soon", 400),
        ("v3/customers?sort=id:asc", 422),
        ("v3/customers?after=x", 422),
        ("v3/catalog/products?direction=up", 422),
    ],
)
def test_what_makes_no_sense_is_refused(url: str, status: int) -> None:
    assert ask(made(), url).status == status


def test_lists_go_by_id_where_told_to() -> None:
    store = made(*(order(f"o{n}") for n in range(4)))
    store.apply_many(ProductListed(key=f"p{n}", at=NOON, title="Cup") for n in range(4))
    every = [row["id"] for row in got(store, "v2/orders?sort=id:asc")]
    assert every == sorted(every)
    assert [r["id"] for r in got(store, f"v2/orders?min_id={every[2]}")] == every[2:]
    goods = [row["id"] for row in got(store, "v3/catalog/products?sort=id")["data"]]
    rest = got(store, f"v3/catalog/products?id:greater={goods[1]}&include_fields=name")["data"]
    assert [row["id"] for row in rest] == goods[2:]
    assert set(rest[0]) == {"id", "name"}


def test_an_order_shows_the_first_of_its_lines_and_lists_them_all() -> None:
    lines = tuple(Line(key=f"{n}", title="Cup", price=100) for n in range(5))
    store = made(order("o", lines=lines), lines_shown=3)
    (row,) = got(store, f"v2/orders?{INSIDE}")
    (shipping,) = row["consignments"]["shipping"]
    assert (len(shipping["line_items"]), row["items_total"]) == (3, 5)
    number = row["id"]
    assert len(got(store, f"v2/orders/{number}/products?limit=3")) == 3
    assert len(got(store, f"v2/orders/{number}/products?limit=3&page=2")) == 2
    assert ask(store, f"v2/orders/{number}/products?limit=3&page=3").status == 204
    assert "consignments" not in got(store, "v2/orders")[0]
    assert isinstance(got(store, "v2/orders?include=consignments")[0]["consignments"], list)


def test_an_archived_order_stays_in_the_list_and_in_the_count() -> None:
    store = made(order("o"), OrderDeleted(key="o", at=NOON))
    (row,) = got(store, "v2/orders")
    assert row["is_deleted"] is True
    assert got(store, "v2/orders/count")["count"] == 1
    without = made(order("o"), OrderDeleted(key="o", at=NOON), counts_archived=False)
    assert got(without, "v2/orders/count")["count"] == 0
    gone = made(order("o"), OrderDeleted(key="o", at=NOON), archives=False)
    assert ask(gone, "v2/orders").status == 204


def test_deleted_customers_and_products_leave_no_trace() -> None:
    store = made(customer("a"), order("o", customer="a"))
    store.apply(ProductListed(key="p", at=NOON, title="Cup"))
    store.apply_many([CustomerDeleted(key="a", at=NOON), ProductDeleted(key="p", at=NOON)])
    assert got(store, "v3/customers")["meta"]["pagination"]["total"] == 0
    assert got(store, "v3/catalog/products")["data"] == []
    assert got(store, "v2/orders")[0]["customer_id"] == 0


def test_merged_customers_leave_one_who_has_all_orders() -> None:
    store = made(customer("a"), customer("b"), order("o", customer="b"))
    store.apply(CustomersMerged(key="a", loser="b", at=NOON))
    assert got(store, "v2/orders")[0]["customer_id"] == ident("customer", "a")


def test_refunds_are_listed_by_id_and_change_the_status_of_their_order() -> None:
    store = made(order("o"))
    store.apply(OrderRefunded(key="r", at=NOON, order="o", amount=1050, lines=(("a", 1),)))
    (row,) = got(store, "v3/orders/payment_actions/refunds?created:min=2026-01-04T12:00:00Z")[
        "data"
    ]
    assert (row["order_id"], row["total_amount"]) == (ident("order", "o"), 10.5)
    assert got(store, "v2/orders")[0]["status_id"] == 14
    store.apply(OrderRefunded(key="s", at=NOON, order="o", amount=1050))
    assert got(store, "v2/orders")[0]["status"] == "Refunded"
    assert got(store, "v2/orders")[0]["refunded_amount"] == "21.0000"


def test_facts_about_records_of_other_shops_are_let_pass() -> None:
    store = made(
        OrderEdited(key="x", at=NOON, changes={"note": "hm"}),
        OrderCancelled(key="x", at=NOON),
        OrderRefunded(key="r", at=NOON, order="x", amount=1),
        OrderDeleted(key="x", at=NOON),
        CustomersMerged(key="x", loser="y", at=NOON),
        ProductDeleted(key="x", at=NOON),
    )
    assert all(rows == {} for rows in store.truth().values())
