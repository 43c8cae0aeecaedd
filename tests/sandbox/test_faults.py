"""Bad days on order, as a client meets them on the wire."""

import time
from typing import Any

import httpx
import pytest

from sandbox.serve import Sandbox


def test_a_status_is_answered_as_often_as_scripted_and_after_as_many_as_scripted(
    box: Sandbox, shop: httpx.Client
) -> None:
    box.faults.add({"do": "status", "status": 503, "after": 1, "times": 2, "retry_after": 7})
    answers = [shop.get("/customers") for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 503, 503, 200]
    assert answers[1].headers["Retry-After"] == "7"


def test_a_429_may_come_without_a_word_on_how_long_to_wait(
    box: Sandbox, shop: httpx.Client
) -> None:
    box.faults.add({"do": "status", "status": 429})
    answer = shop.get("/customers")
    assert (answer.status_code, "Retry-After" in answer.headers) == (429, False)


@pytest.mark.parametrize(
    "where",
    [
        {"vendor": "other"},
        {"method": "POST"},
        {"path": "^/orders"},
        {"query": "limit=9"},
        {"body": "mutation"},
    ],
)
def test_a_fault_leaves_other_requests_alone(
    box: Sandbox, shop: httpx.Client, where: dict[str, str]
) -> None:
    box.faults.add({"do": "status", **where})
    assert shop.get("/customers", params={"limit": 2}).status_code == 200


def test_a_fault_finds_its_request_by_query_and_body(box: Sandbox, shop: httpx.Client) -> None:
    box.faults.add({"do": "status", "query": "limit=3"})
    box.faults.add({"do": "status", "status": 502, "body": "fay@", "method": "POST"})
    assert shop.get("/customers", params={"limit": 3}).status_code == 500
    assert shop.post("/customers", json={"email": "fay@x.example"}).status_code == 502


def test_cut_json_ends_before_the_length_that_was_promised(
    box: Sandbox, shop: httpx.Client
) -> None:
    box.faults.add({"do": "cut"})
    with pytest.raises(httpx.RemoteProtocolError):
        shop.get("/customers")


def test_invalid_json_is_complete_http(box: Sandbox, shop: httpx.Client) -> None:
    box.faults.add({"do": "invalid"})
    answer = shop.get("/customers")
    assert answer.status_code == 200
    with pytest.raises(ValueError, match="char"):
        answer.json()


@pytest.mark.parametrize(("do", "kind"), [("html", "text/html"), ("empty", "application/json")])
def test_a_200_may_hold_no_json_at_all(
    box: Sandbox, shop: httpx.Client, do: str, kind: str
) -> None:
    box.faults.add({"do": do})
    answer = shop.get("/customers")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    assert not answer.text.startswith("{")


def test_a_hung_connection_says_nothing_until_it_closes(box: Sandbox, shop: httpx.Client) -> None:
    box.faults.add({"do": "hang", "seconds": 0.3})
    started = time.monotonic()
    with pytest.raises(httpx.RemoteProtocolError):
        shop.get("/customers")
    assert time.monotonic() - started >= 0.3


def test_a_dripping_answer_beats_every_read_timeout(box: Sandbox, shop: httpx.Client) -> None:
    box.faults.add({"do": "drip", "every": 0.05, "seconds": 0.5})
    started = time.monotonic()
    with pytest.raises(httpx.RemoteProtocolError):
        shop.get("/customers", timeout=0.4)
    assert time.monotonic() - started >= 0.45


def test_a_reset_connection_is_an_error_of_reading(box: Sandbox, shop: httpx.Client) -> None:
    box.faults.add({"do": "reset"})
    with pytest.raises(httpx.ReadError):
        shop.get("/customers")


def test_a_late_answer_is_still_right(box: Sandbox, shop: httpx.Client) -> None:
    box.faults.add({"do": "delay", "seconds": 0.2})
    started = time.monotonic()
    assert len(shop.get("/customers").json()["customers"]) == 2
    assert time.monotonic() - started >= 0.2


def test_an_answer_may_be_lost_after_the_work_was_done(box: Sandbox, shop: httpx.Client) -> None:
    box.faults.add({"do": "lose_answer", "seconds": 0.1, "method": "POST"})
    with pytest.raises(httpx.RemoteProtocolError):
        shop.post("/customers", json={"email": "fay@x.example"})
    assert box.vendors["toy"].store.collections["customers"].count() == 6


def test_a_token_may_die_on_page_two(box: Sandbox, shop: httpx.Client) -> None:
    box.faults.add({"do": "expire_tokens", "after": 1})
    assert [shop.get("/customers").status_code for _ in range(3)] == [200, 401, 401]
    shop.headers["Authorization"] = f"Bearer {box.environment['TOY_TOKEN']}"
    assert shop.get("/customers").status_code == 200


def emails(answer: httpx.Response) -> list[Any]:
    return [customer.get("email") for customer in answer.json()["customers"]]


def test_rows_may_be_lost_or_doubled_silently(box: Sandbox, shop: httpx.Client) -> None:
    whole = emails(shop.get("/customers"))
    box.faults.add({"do": "drop_row", "row": 1, "table": "customers"})
    box.faults.add({"do": "duplicate_row", "having": whole[0], "after": 1})
    assert emails(shop.get("/customers")) == whole[:1]
    assert emails(shop.get("/customers")) == [whole[0], whole[0], whole[1]]
    assert emails(shop.get("/customers")) == whole


def test_a_fault_on_rows_of_another_table_does_nothing(box: Sandbox, shop: httpx.Client) -> None:
    box.faults.add({"do": "drop_row", "table": "orders"})
    assert len(emails(shop.get("/customers"))) == 2


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"do": "set_field", "field": "loyalty.tier", "value": 3}, {"loyalty": {"tier": 3}}),
        ({"do": "change_type", "field": "email", "to": "list"}, {"email": ["{email}"]}),
        ({"do": "change_type", "field": "email", "to": "null"}, {"email": None}),
        ({"do": "change_type", "field": "EMail", "to": "null"}, {"email": None}),
        ({"do": "change_type", "field": "id", "to": "string"}, {"id": "{id}"}),
    ],
)
def test_a_field_may_appear_or_change_its_type(
    box: Sandbox, shop: httpx.Client, fault: dict[str, Any], expected: dict[str, Any]
) -> None:
    before = shop.get("/customers").json()["customers"][0]
    box.faults.add({**fault, "row": -1})
    after = shop.get("/customers").json()["customers"][0]
    filled = {
        name: [before[name]]
        if value == [f"{{{name}}}"]
        else str(before[name])
        if value == f"{{{name}}}"
        else value
        for name, value in expected.items()
    }
    assert after == {**before, **filled}


def test_a_record_may_come_without_its_key(box: Sandbox, shop: httpx.Client) -> None:
    box.faults.add({"do": "drop_field", "field": "id"})
    first, second = shop.get("/customers").json()["customers"]
    assert "id" not in first
    assert "id" in second


def test_the_world_may_move_while_pages_are_read(box: Sandbox, shop: httpx.Client) -> None:
    gone = emails(shop.get("/customers"))[0].split("@")[0]
    deletion = {"what": "CustomerDeleted", "key": gone}
    box.faults.add({"do": "happen", "after": 1, "happenings": [deletion]})
    first, second = (emails(shop.get("/customers")) for _ in range(2))
    assert f"{gone}@x.example" in first
    assert f"{gone}@x.example" not in second


@pytest.mark.parametrize("document", [{"do": "explode"}, {"do": "cut", "speed": 3}, {}])
def test_a_fault_that_makes_no_sense_is_refused(box: Sandbox, document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="fault"):
        box.faults.add(document)
