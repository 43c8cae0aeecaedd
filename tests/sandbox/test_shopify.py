"""Shopify in miniature keeps what Shopify's documents say of it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from sandbox.happenings import (
    CustomerDeleted,
    CustomerEdited,
    CustomersMerged,
    OrderCancelled,
    OrderDeleted,
    OrderEdited,
    OrderRefunded,
    ProductDeleted,
)
from sandbox.http import Json, Request
from sandbox.names import shop_customer
from sandbox.serve import serve
from sandbox.shopify.shop import Shopify
from tests.sandbox.shopper import NOON, PATH, Shopper, customer, line, order, product

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
ORDERS = """query($after: String, $first: Int = 3, $query: String) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { name updatedAt } pageInfo { hasNextPage endCursor } } }"""
CUSTOMERS = """query($query: String) {
  customers(first: 250, query: $query) { nodes { lastName } } }"""


@pytest.fixture
def shopper() -> Shopper:
    return Shopper()


def _names(shopper: Shopper, **variables: Json) -> list[str]:
    pages = shopper.pages(ORDERS, "orders", **variables)
    return [node["name"] for page in pages for node in page]


def test_every_order_of_one_second_arrives_once(shopper: Shopper) -> None:
    shopper.shop.apply_many(order(f"o{n}", number=str(n)) for n in range(10))
    assert sorted(_names(shopper)) == sorted(f"#{n}" for n in range(10))


def test_a_cursor_survives_writes(shopper: Shopper) -> None:
    shopper.shop.apply_many(order(f"o{n}", NOON + n * SECOND, number=str(n)) for n in range(9))
    found = []
    for count, page in enumerate(shopper.pages(ORDERS, "orders")):
        found += [node["name"] for node in page]
        if count == 0:
            edit = OrderEdited(key="o0", at=NOON + 60 * SECOND, changes={"note": "hurry"})
            shopper.shop.apply(edit)
            shopper.shop.apply(OrderDeleted(key="o2", at=NOON))
            shopper.shop.apply(OrderDeleted(key="o4", at=NOON))
    assert found == ["#0", "#1", "#2", "#3", "#5", "#6", "#7", "#8", "#0"]


def test_the_same_rows_come_backwards(shopper: Shopper) -> None:
    shopper.shop.apply_many(order(f"o{n}", NOON + n * SECOND, number=str(n)) for n in range(5))
    query = """query($before: String, $reverse: Boolean) {
      orders(last: 2, before: $before, reverse: $reverse, sortKey: CREATED_AT) {
        edges { cursor node { name } } pageInfo { hasPreviousPage hasNextPage startCursor } } }"""
    last = shopper.data(query)["orders"]
    assert [edge["node"]["name"] for edge in last["edges"]] == ["#3", "#4"]
    assert last["pageInfo"]["hasPreviousPage"]
    before = shopper.data(query, before=last["pageInfo"]["startCursor"])["orders"]
    assert [edge["node"]["name"] for edge in before["edges"]] == ["#1", "#2"]
    turned = shopper.data(query, reverse=True)["orders"]
    assert [edge["node"]["name"] for edge in turned["edges"]] == ["#1", "#0"]


def test_orders_are_filtered_to_the_second(shopper: Shopper) -> None:
    shopper.shop.apply_many(order(f"o{n}", NOON + n * SECOND, number=str(n)) for n in range(3))
    assert _names(shopper, query="updated_at:>='2026-01-04T12:00:01Z'") == ["#1", "#2"]
    assert _names(shopper, query="updated_at:>'2026-01-04T12:00:01Z'") == ["#2"]
    assert _names(shopper, query="updated_at:<=2026-01-04T12:00:01+00:00") == ["#0", "#1"]
    both = "updated_at:>=2026-01-04T12:00:01Z AND updated_at:<2026-01-04T12:00:02Z"
    assert _names(shopper, query=both) == ["#1"]
    assert _names(shopper, query="name:#0 OR name:#2") == ["#0", "#2"]
    assert _names(shopper, query="-name:#0") == ["#1", "#2"]


def test_customers_are_filtered_by_whole_days(shopper: Shopper) -> None:
    for name, at in (("yesterday", NOON - DAY), ("today", NOON), ("tomorrow", NOON + DAY)):
        shopper.shop.apply(customer(name, at))

    def found(query: str) -> list[str]:
        nodes = shopper.data(CUSTOMERS, query=query)["customers"]["nodes"]
        return sorted(node["lastName"] for node in nodes)

    assert found("updated_at:>='2026-01-04T23:59:59Z'") == ["today", "tomorrow"]
    assert found("updated_at:>'2026-01-04T00:00:00Z'") == ["tomorrow"]
    assert found("created_at:>='2026-01-04T12:00:01Z'") == ["tomorrow"]


def test_ids_can_be_swept(shopper: Shopper) -> None:
    shopper.shop.apply_many(order(f"o{n}", number=str(n)) for n in range(5))
    query = "query($q: String) { orders(first: 2, query: $q, sortKey: ID) { nodes { id } } }"
    seen: list[int] = []
    while nodes := shopper.data(query, q=f"id:>{max(seen, default=0)}")["orders"]["nodes"]:
        seen += [int(node["id"].rpartition("/")[2]) for node in nodes]
    assert seen == sorted(shopper.shop.truth("orders")["orders"])


def test_a_search_field_nobody_knows_is_passed_over_with_a_warning(shopper: Shopper) -> None:
    shopper.shop.apply(order("o1"))
    answer = shopper.ask(ORDERS, query="mood:good")
    assert len(answer["data"]["orders"]["nodes"]) == 1
    assert answer["extensions"]["search"][0]["warnings"][0]["field"] == "mood"


def test_lines_longer_than_a_page_have_pages_of_their_own(shopper: Shopper) -> None:
    lines = tuple(line(str(n), title=f"t{n}") for n in range(7))
    shopper.shop.apply(order("o1", lines=lines))
    query = """query($after: String) { orders(first: 1) { nodes {
      lineItems(first: 3, after: $after) { nodes { title } pageInfo { hasNextPage endCursor } }
    } } }"""
    after, found, more = None, [], True
    while more:
        page = shopper.data(query, after=after)["orders"]["nodes"][0]["lineItems"]
        found.append([node["title"] for node in page["nodes"]])
        more, after = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]
    assert found == [["t0", "t1", "t2"], ["t3", "t4", "t5"], ["t6"]]


def test_counts_stop_at_a_limit_unless_it_is_null(shopper: Shopper) -> None:
    shopper.shop.apply_many(order(f"o{n}") for n in range(5))
    query = """{ all: ordersCount(limit: null) { count precision }
      some: ordersCount(limit: 3) { count precision }
      few: ordersCount(query: "created_at:<2020-01-01") { count precision } }"""
    assert shopper.data(query) == {
        "all": {"count": 5, "precision": "EXACT"},
        "some": {"count": 3, "precision": "AT_LEAST"},
        "few": {"count": 0, "precision": "EXACT"},
    }


def test_a_guest_has_no_customer_but_an_email(shopper: Shopper) -> None:
    shopper.shop.apply(order("o1", email="guest@x.example", first_name="Guest"))
    query = "{ orders(first: 1) { nodes { customer { id } email billingAddress { firstName } } } }"
    node = shopper.data(query)["orders"]["nodes"][0]
    assert node == {
        "customer": None,
        "email": "guest@x.example",
        "billingAddress": {"firstName": "Guest"},
    }


def test_a_deleted_product_leaves_word_and_an_order_line_without_it(shopper: Shopper) -> None:
    bought = order("o1", lines=(line("a", product="p1"),))
    shopper.shop.apply_many([product("p1"), product("p2"), bought])
    shopper.shop.apply(ProductDeleted(key="p1", at=NOON + SECOND))
    answer = shopper.data("""{
      deletionEvents(first: 5, subjectTypes: [PRODUCT]) { nodes { subjectId occurredAt } }
      collections: deletionEvents(first: 5, subjectTypes: [COLLECTION]) { nodes { subjectId } }
      events(first: 5, query: "action:destroy subject_type:PRODUCT") {
        nodes { action ... on BasicEvent { subjectId } } }
      products(first: 5) { nodes { title } }
      orders(first: 1) { nodes { lineItems(first: 1) { nodes { title product { id } } } } }
    }""")
    gone = answer["deletionEvents"]["nodes"]
    assert [event["occurredAt"] for event in gone] == ["2026-01-04T12:00:01Z"]
    assert answer["collections"]["nodes"] == []
    event = {"action": "destroy", "subjectId": gone[0]["subjectId"]}
    assert answer["events"]["nodes"] == [event]
    assert answer["products"]["nodes"] == [{"title": "Thing p2"}]
    lines = answer["orders"]["nodes"][0]["lineItems"]["nodes"]
    assert lines == [{"title": "Thing", "product": None}]


def test_merged_customers_leave_the_winner_with_all_orders(shopper: Shopper) -> None:
    shopper.shop.apply_many([customer("ada"), customer("double")])
    shopper.shop.apply_many([order("o1", customer="ada"), order("o2", customer="double")])
    shopper.shop.apply(CustomersMerged(key="ada", loser="double", at=NOON + DAY))
    nodes = shopper.data("{ customers(first: 9) { nodes { lastName numberOfOrders updatedAt } } }")[
        "customers"
    ]["nodes"]
    assert nodes == [
        {"lastName": "ada", "numberOfOrders": "2", "updatedAt": "2026-01-05T12:00:00Z"}
    ]
    loser = shopper.shop.truth("customers")["customers"][shop_customer("double")]
    assert loser["merged_into"] == shop_customer("ada")
    assert loser["deleted"]


def test_a_deleted_customer_leaves_the_orders(shopper: Shopper) -> None:
    shopper.shop.apply_many([customer("ada"), order("o1", customer="ada")])
    shopper.shop.apply(CustomerDeleted(key="ada", at=NOON + DAY))
    nodes = shopper.data("{ orders(first: 1) { nodes { customer { id } updatedAt } } }")
    assert nodes["orders"]["nodes"] == [{"customer": None, "updatedAt": "2026-01-05T12:00:00Z"}]


def test_orders_may_change_hands_quietly() -> None:
    shopper = Shopper(quiet_relinks=True)
    shopper.shop.apply_many([customer("ada"), order("o1", customer="ada")])
    shopper.shop.apply(CustomerDeleted(key="ada", at=NOON + DAY))
    nodes = shopper.data("{ orders(first: 1) { nodes { customer { id } updatedAt } } }")
    assert nodes["orders"]["nodes"] == [{"customer": None, "updatedAt": "2026-01-04T12:00:00Z"}]


def test_consent_follows_what_the_customer_said(shopper: Shopper) -> None:
    shopper.shop.apply_many([customer("asked", accepts_email=True), customer("never")])
    shopper.shop.apply(CustomerEdited(key="asked", at=NOON + DAY, changes={"accepts_email": False}))
    query = """{ customers(first: 2, sortKey: UPDATED_AT) { nodes {
      lastName defaultEmailAddress { marketingState marketingUpdatedAt } } } }"""
    found = {
        node["lastName"]: node["defaultEmailAddress"]
        for node in shopper.data(query)["customers"]["nodes"]
    }
    assert found == {
        "never": {"marketingState": "NOT_SUBSCRIBED", "marketingUpdatedAt": None},
        "asked": {"marketingState": "UNSUBSCRIBED", "marketingUpdatedAt": "2026-01-05T12:00:00Z"},
    }


@pytest.mark.parametrize(
    ("currency", "price", "written"),
    [("EUR", 1050, "10.5"), ("EUR", 1000, "10.0"), ("JPY", 1050, "1050.0"), ("KWD", 1234, "1.234")],
)
def test_money_is_a_decimal_string(
    shopper: Shopper, currency: str, price: int, written: str
) -> None:
    lines = (line("a", quantity=1, price=price),)
    shopper.shop.apply(order("o1", lines=lines, currency=currency, shipping=0, tax=0))
    query = "{ orders(first: 1) { nodes { totalPriceSet { shopMoney { amount currencyCode } } } } }"
    money = shopper.data(query)["orders"]["nodes"][0]["totalPriceSet"]["shopMoney"]
    assert money == {"amount": written, "currencyCode": currency}


def test_a_shop_with_a_currency_of_its_own_keeps_its_books_in_it() -> None:
    shopper = Shopper(currency="EUR", rates={"JPY": Decimal("0.006")})
    yen = order("o1", lines=(line("a", quantity=1, price=1000),), currency="JPY", shipping=0, tax=0)
    shopper.shop.apply(yen)
    bag = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"
    node = shopper.data(
        "{ orders(first: 1) { nodes { currencyCode totalPriceSet BAG } } }".replace("BAG", bag)
    )
    assert node["orders"]["nodes"][0] == {
        "currencyCode": "EUR",
        "totalPriceSet": {
            "shopMoney": {"amount": "6.0", "currencyCode": "EUR"},
            "presentmentMoney": {"amount": "1000.0", "currencyCode": "JPY"},
        },
    }


def test_refunds_and_cancellation_show_on_the_order(shopper: Shopper) -> None:
    shopper.shop.apply(order("o1"))
    refund = OrderRefunded(key="r1", order="o1", amount=1050, lines=(("a", 1),), at=NOON + SECOND)
    shopper.shop.apply_many([refund, refund, OrderCancelled(key="o1", at=NOON + 2 * SECOND)])
    money = "{ shopMoney { amount } }"
    query = """{ orders(first: 1) { nodes { displayFinancialStatus cancelledAt
      cancelReason updatedAt
      totalPriceSet MONEY totalRefundedSet MONEY lineItems(first: 1) { nodes { currentQuantity } }
      refunds { totalRefundedSet MONEY
        refundLineItems(first: 1) { nodes { quantity lineItem { title } } } } } } }"""
    node = shopper.data(query.replace("MONEY", money))["orders"]["nodes"][0]
    assert node == {
        "displayFinancialStatus": "PARTIALLY_REFUNDED",
        "cancelledAt": "2026-01-04T12:00:02Z",
        "cancelReason": "CUSTOMER",
        "updatedAt": "2026-01-04T12:00:02Z",
        "totalPriceSet": {"shopMoney": {"amount": "26.19"}},
        "totalRefundedSet": {"shopMoney": {"amount": "10.5"}},
        "lineItems": {"nodes": [{"currentQuantity": 1}]},
        "refunds": [
            {
                "totalRefundedSet": {"shopMoney": {"amount": "10.5"}},
                "refundLineItems": {"nodes": [{"quantity": 1, "lineItem": {"title": "Thing"}}]},
            }
        ],
    }


def test_a_node_is_found_by_its_global_id(shopper: Shopper) -> None:
    shopper.shop.apply_many([customer("ada"), order("o1")])
    gid = f"gid://shopify/Customer/{shop_customer('ada')}"
    query = """query($id: ID!, $ids: [ID!]!) {
      node(id: $id) { __typename ... on Customer { lastName } ... on Order { name } }
      customer(id: $id) { lastName } order(id: "gid://shopify/Order/1") { id }
      nodes(ids: $ids) { ...on Customer { lastName } } }"""
    found = shopper.data(query, id=gid, ids=["gid://shopify/Order/1", gid])
    assert found["node"] == {"__typename": "Customer", "lastName": "ada"}
    assert found["customer"] == {"lastName": "ada"}
    assert found["order"] is None
    assert found["nodes"] == [None, {"lastName": "ada"}]


def test_aliases_fragments_and_directives_mean_what_they_mean(shopper: Shopper) -> None:
    shopper.shop.apply(order("o1"))
    query = """query($no: Boolean!) { mine: orders(first: 1) { edges { node {
      ...some number: name @include(if: $no) note @skip(if: true) } cursor } } }
      fragment some on Order { call: name ... on Node { __typename } }"""
    edge = shopper.data(query, no=False)["mine"]["edges"][0]
    assert edge["node"] == {"call": "#1001", "__typename": "Order"}
    assert edge["cursor"]


def test_a_field_there_is_not_is_an_error_under_200(shopper: Shopper) -> None:
    answer = shopper.ask("{ orders(first: 1) { nodes { mood } } }")
    assert answer["errors"][0]["extensions"]["code"] == "undefinedField"
    assert "data" not in answer
    assert shopper.status("{ orders(first: 1) { nodes { mood } } }") == 200


@pytest.mark.parametrize(
    "ask",
    [
        "{ orders { nodes { id } } }",
        "{ orders(first: 251) { nodes { id } } }",
        '{ orders(first: 1, after: "x") { nodes { id } } }',
        '{ order(id: "1") { id } }',
    ],
)
def test_a_page_asked_for_wrongly_is_an_error_under_200(shopper: Shopper, ask: str) -> None:
    answer = shopper.ask(ask)
    assert answer["errors"]
    assert list(answer["data"].values()) == [None]


@pytest.mark.parametrize(
    ("query", "points"),
    [
        ("{ shop { name } }", 1),
        ("{ products(first: 200) { pageInfo { hasNextPage } edges { cursor node { id } } } }", 12),
        (
            '{ product(id: "gid://shopify/Product/1") { variants(first: 200) { nodes { id } } } }',
            13,
        ),
        ("{ customers(first: 1) { nodes { id } } }", 3),
        (
            "{ orders(first: 150) { nodes { totalPriceSet { shopMoney { amount } } "
            "customer { id } taxLines { title } lineItems(first: 10) { nodes { id } } } } }",
            92,
        ),
    ],
)
def test_a_query_costs_what_was_measured(shopper: Shopper, query: str, points: int) -> None:
    assert shopper.ask(query)["extensions"]["cost"]["requestedQueryCost"] == points


def test_a_query_too_dear_is_refused(shopper: Shopper) -> None:
    lines = "lineItems(first: 250) { nodes { product { id } variant { id } } }"
    thrice = f"{lines} again: {lines} more: {lines}"
    answer = shopper.ask(f"{{ orders(first: 250) {{ nodes {{ id {thrice} }} }} }}")
    assert "errors" in answer
    assert answer["errors"][0]["extensions"]["code"] == "MAX_COST_EXCEEDED"
    assert answer["errors"][0]["extensions"]["maxCost"] == 1000


@pytest.mark.parametrize("status", [200, 429])
def test_a_spent_bucket_throttles_until_time_passes(status: int) -> None:
    shopper = Shopper(restore=0.001, burst=30_000, throttled_status=status)
    query = "{ orders(first: 250) { nodes { customer { id } } } }"
    shopper.shop.apply_many(order(f"o{n}") for n in range(250))
    assert shopper.ask(query)["extensions"]["cost"]["throttleStatus"] == {
        "maximumAvailable": 30.0,
        "currentlyAvailable": 6,
        "restoreRate": 0.001,
    }
    assert shopper.status(query) == status
    answer = shopper.ask(query)
    assert answer["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert answer["extensions"]["cost"]["actualQueryCost"] is None
    shopper.clock.advance(20_000)
    assert shopper.ask(query)["data"]["orders"]["nodes"]


def test_points_not_used_come_back(shopper: Shopper) -> None:
    query = "{ orders(first: 250) { nodes { id } } }"
    price = shopper.ask(query)["extensions"]["cost"]
    assert price["requestedQueryCost"] == 13
    assert price["actualQueryCost"] == 2


def test_a_wrong_token_or_version_is_turned_away(shopper: Shopper) -> None:
    assert shopper.status(path=PATH.replace("2026-07", "2019-04")) == 404
    assert shopper.status(path=PATH.replace("2026-07", "2026-10")) == 200
    shopper.token = "wrong"
    assert shopper.status() == 401
    assert "Invalid API key" in shopper.ask("{ shop { name } }")["errors"]


def test_a_missing_scope_denies_one_field() -> None:
    shopper = Shopper(scopes=frozenset({"read_orders"}))
    answer = shopper.ask("{ customers(first: 1) { nodes { id } } ordersCount { count } }")
    assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
    assert answer["data"] == {"customers": None, "ordersCount": {"count": 0}}


def test_without_read_all_orders_old_ones_are_hidden() -> None:
    shopper = Shopper(scopes=frozenset({"read_orders"}))
    shopper.shop.apply_many([order("old", NOON - 61 * DAY), order("new", number="2")])
    assert _names(shopper) == ["#2"]


def _refresh(shopper: Shopper, token: str) -> tuple[int, Any]:
    given = shopper.shop.credentials()
    form = {
        "grant_type": "refresh_token",
        "client_id": given["SHOPIFY_CLIENT_ID"],
        "client_secret": given["SHOPIFY_CLIENT_SECRET"],
        "refresh_token": token,
    }
    answer = shopper.shop(Request.to("POST", "/admin/oauth/access_token", form=form))
    return answer.status, answer.body


def test_an_expiring_token_dies_after_an_hour_and_is_refreshed() -> None:
    shopper = Shopper(expiring=True)
    assert shopper.status() == 200
    shopper.clock.advance(3601)
    assert shopper.status() == 401
    status, new = _refresh(shopper, shopper.shop.credentials()["SHOPIFY_REFRESH_TOKEN"])
    assert (status, new["expires_in"]) == (200, 3600)
    shopper.token = new["access_token"]
    assert shopper.status() == 200
    shopper.shop.expire_tokens()
    assert shopper.status() == 401


def test_a_used_refresh_token_is_good_until_its_replacement_is_used() -> None:
    shopper = Shopper(expiring=True)
    first = shopper.shop.credentials()["SHOPIFY_REFRESH_TOKEN"]
    _, lost = _refresh(shopper, first)
    status, second = _refresh(shopper, first)
    assert status == 200
    assert second["refresh_token"] != lost["refresh_token"]
    assert _refresh(shopper, second["refresh_token"])[0] == 200
    assert _refresh(shopper, first)[0] == 400


def test_faults_reach_the_rows_of_a_page() -> None:
    with serve([Shopify]) as box:
        box.happen(*(order(f"o{n}", NOON + n * SECOND, number=str(n)) for n in range(3)))
        box.faults.add({"do": "drop_row", "table": "orders", "row": 1})
        given = box.environment
        query = "{ orders(first: 9, sortKey: CREATED_AT) { edges { cursor node { name } } } }"
        answer = httpx.post(
            f"{given['SHOPIFY_BASE_URL']}{PATH}",
            headers={"X-Shopify-Access-Token": given["SHOPIFY_ACCESS_TOKEN"]},
            json={"query": query},
            timeout=5,
        )
    edges = answer.json()["data"]["orders"]["edges"]
    assert [edge["node"]["name"] for edge in edges] == ["#0", "#2"]


def test_truth_counts_lines_and_refunds_too(shopper: Shopper) -> None:
    shopper.shop.apply(order("o1", lines=(line("a"), line("b"))))
    shopper.shop.apply(OrderRefunded(key="r1", order="o1", amount=1, at=NOON))
    shopper.shop.apply(OrderDeleted(key="o1", at=NOON))
    truth = shopper.shop.truth()
    assert {name: len(rows) for name, rows in truth.items()} == {
        "orders": 1,
        "customers": 0,
        "products": 0,
        "order_lines": 2,
        "refunds": 1,
    }
    assert all(row["deleted"] for row in truth["order_lines"].values())
