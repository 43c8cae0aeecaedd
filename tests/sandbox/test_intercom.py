"""Intercom in miniature: what it shows, cuts, forgets and refuses."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.clock import Clock
from sandbox.happenings import (
    Happening,
    OrganisationDeleted,
    OrganisationEdited,
    OrganisationJoined,
    Rated,
    TicketDeleted,
    TicketOpened,
    TicketRestored,
    TicketSolved,
    TicketUpdated,
    UserDeleted,
    UserEdited,
    UserJoined,
    UsersMerged,
)
from sandbox.http import Request, Response
from sandbox.intercom.api import TOKEN, Intercom
from sandbox.intercom.bodies import epoch, long_id, short_id
from tests.sandbox.specs import wrong

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
DAY, HOUR, MINUTE, SECOND = (timedelta(seconds=n) for n in (86_400, 3600, 60, 1))
SPEC = "intercom.json"


def made(*happenings: Happening, **options: Any) -> Intercom:
    desk = Intercom(Clock(NOON, frozen=True), **{"per_minute": 1e6, **options})
    desk.apply_many(happenings)
    return desk


def user(key: str, at: datetime = NOON - DAY, **fields: Any) -> UserJoined:
    return UserJoined(key=key, at=at, name=key.title(), email=f"{key}@x.example", **fields)


def talk(key: str, at: datetime = NOON - HOUR, **fields: Any) -> TicketOpened:
    return TicketOpened(key=key, at=at, requester="ada", subject="Help", **fields)


def ask(desk: Intercom, method: str, url: str, body: Any = None, **headers: str) -> Response:
    signed = {"Authorization": f"Bearer {TOKEN}", "Intercom-Version": "2.15"}
    return desk(Request.to(method, url, headers={**signed, **headers}, json=body))


def got(desk: Intercom, url: str, method: str = "GET", body: Any = None) -> Any:
    response = ask(desk, method, url, body)
    assert response.status == 200, response.body
    return Request("GET", "", body=response.payload()).json()


def code(response: Response) -> tuple[int, str]:
    assert wrong(SPEC, "error", response.body) == []
    return response.status, response.body["errors"][0]["code"]


def search(desk: Intercom, operator: str, at: datetime, table: str = "contacts") -> list[str]:
    query = {"field": "updated_at", "operator": operator, "value": epoch(at)}
    sort = {"field": "updated_at", "order": "ascending"}
    answer = got(desk, f"/{table}/search", "POST", {"query": query, "sort": sort})
    named = {row.id: row.key for row in desk.kept[table].all()}
    rows = answer["data" if table == "contacts" else table]
    assert answer["total_count"] == len(rows)
    return [named[row["id"]] for row in rows]


def test_a_token_and_a_version_there_is_let_in() -> None:
    desk = made()
    assert code(desk(Request.to("GET", "/tags")))[0] == 401
    refused = ask(desk, "GET", "/tags", **{"Intercom-Version": "9.9"})
    assert code(refused) == (400, "intercom_version_invalid")
    assert ask(desk, "GET", "/tags", **{"Intercom-Version": ""}).status == 200


def test_a_contact_search_reckons_in_days_of_the_workspace() -> None:
    midnight = datetime(2026, 1, 4, 5, tzinfo=UTC)  # in New York
    desk = made(user("before", midnight - SECOND), user("after", midnight))
    assert search(desk, ">", midnight - HOUR) == ["after"]
    assert search(desk, ">", midnight) == []
    assert search(desk, "=", midnight + HOUR) == ["after"]
    assert search(desk, "<", midnight + HOUR) == ["before"]
    utc = made(user("before", midnight - SECOND), user("after", midnight), zone="UTC")
    assert search(utc, "=", midnight) == ["before", "after"]
    query = {"field": "updated_at", "operator": ">=", "value": epoch(midnight)}
    refused = ask(desk, "POST", "/contacts/search", {"query": query})
    assert code(refused) == (400, "parameter_invalid")


def test_conversations_are_searched_by_the_second() -> None:
    desk = made(user("ada"), talk("a"), talk("b", NOON - HOUR + SECOND))
    assert search(desk, ">", NOON - HOUR, "conversations") == ["b"]
    assert search(desk, ">", NOON - HOUR - SECOND, "conversations") == ["a", "b"]


def test_terms_can_be_joined() -> None:
    desk = made(user("ada"), *(talk(f"t{n}", NOON - n * HOUR) for n in range(4)))
    terms = [
        {"field": "updated_at", "operator": sign, "value": epoch(NOON - n * HOUR)}
        for sign, n in ((">", 3), ("<", 0))
    ]
    body = {"query": {"operator": "AND", "value": terms}}
    assert got(desk, "/conversations/search", "POST", body)["total_count"] == 2


@pytest.mark.parametrize(
    "query", [None, {"field": "shoe_size", "operator": "=", "value": 1}, {"operator": "XOR"}]
)
def test_a_query_that_makes_no_sense_is_refused(query: Any) -> None:
    assert code(ask(made(), "POST", "/contacts/search", {"query": query}))[0] == 400


def test_a_new_contact_is_listed_at_once_and_found_minutes_later() -> None:
    desk = made(user("new", NOON))
    assert got(desk, "/contacts")["total_count"] == 1
    assert search(desk, ">", NOON - 9 * DAY) == []
    desk.clock.advance(120)
    assert search(desk, ">", NOON - 9 * DAY) == ["new"]


def test_pages_go_on_from_where_the_last_one_ended() -> None:
    desk = made(*(user(f"u{n}", NOON - DAY + n * MINUTE) for n in range(5)))
    first = got(desk, "/contacts?per_page=2")
    after = first["pages"]["next"]["starting_after"]
    desk.apply(UserDeleted(key="u0", at=NOON))
    second = got(desk, f"/contacts?per_page=2&starting_after={after}")
    assert [row["name"] for row in second["data"]] == ["U2", "U3"]
    assert "next" not in got(desk, "/contacts")["pages"]
    assert code(ask(desk, "GET", "/contacts?per_page=151"))[0] == 400
    assert code(ask(desk, "GET", "/contacts?starting_after=nowhere"))[0] == 400


def test_ten_tags_and_companies_are_shown_and_the_rest_is_to_be_asked_for() -> None:
    keys = [f"o{n}" for n in range(12)]
    joined = [OrganisationJoined(key=key, at=NOON, name=key) for key in keys]
    ada = user("ada", tags=tuple(keys), fields={"companies": keys})
    desk = made(*joined, ada, most_per_page=8)
    (shown,) = got(desk, "/contacts")["data"]
    assert (len(shown["tags"]["data"]), shown["tags"]["has_more"]) == (10, True)
    assert len(got(desk, f"/contacts/{shown['id']}/tags")["data"]) == 12
    first = got(desk, f"/contacts/{shown['id']}/companies")
    assert (len(first["companies"]), first["pages"]["next"].endswith("page=2")) == (8, True)
    assert len(got(desk, first["pages"]["next"].partition("127.0.0.1")[2])["companies"]) == 4


def test_what_is_deleted_or_lost_a_merge_is_just_gone() -> None:
    desk = made(user("ada"), user("bob"), user("cem"), talk("t"))
    desk.apply(UserDeleted(key="bob", at=NOON))
    desk.apply(UsersMerged(key="cem", loser="ada", at=NOON))
    assert got(desk, "/contacts")["total_count"] == 1
    for name in ("ada", "bob"):
        assert code(ask(desk, "GET", f"/contacts/{long_id('user', name)}")) == (404, "not_found")
    (shown,) = got(desk, "/conversations")["conversations"]
    assert shown["contacts"]["contacts"][0]["id"] == long_id("user", "cem")
    desk.apply(TicketDeleted(key="t", at=NOON))
    desk.apply(TicketRestored(key="t", at=NOON))
    assert got(desk, "/conversations")["total_count"] == 0


def test_a_conversation_has_its_parts_when_it_is_asked_for_alone() -> None:
    desk = made(user("ada"), talk("t"), most_parts=2)
    desk.apply(TicketUpdated(key="t", at=NOON, comment="Hello?", author="ada"))
    desk.apply(TicketUpdated(key="t", at=NOON, changes={"status": "pending"}))
    desk.apply(TicketSolved(key="t", at=NOON))
    assert "conversation_parts" not in got(desk, "/conversations")["conversations"][0]
    alone = got(desk, f"/conversations/{short_id('conversation', 't')}")
    assert (alone["state"], alone["open"]) == ("closed", False)
    parts = alone["conversation_parts"]
    assert (parts["total_count"], len(parts["conversation_parts"])) == (3, 2)


def test_there_is_one_scroll_and_it_is_forgotten_after_a_minute() -> None:
    desk = made(
        *(OrganisationJoined(key=f"o{n}", at=NOON, name="O") for n in range(5)), most_per_page=2
    )
    first = got(desk, "/companies/scroll")
    assert code(ask(desk, "GET", "/companies/scroll")) == (400, "scroll_exists")
    url = f"/companies/scroll?scroll_param={first['scroll_param']}"
    sizes = [len(got(desk, url)["data"]) for _ in range(3)]
    assert sizes == [2, 1, 0]
    again = got(desk, "/companies/scroll")
    desk.clock.advance(61)
    forgotten = ask(desk, "GET", f"/companies/scroll?scroll_param={again['scroll_param']}")
    assert code(forgotten) == (404, "not_found")
    assert len(got(desk, "/companies/scroll")["data"]) == 2


def test_the_list_of_companies_ends_at_ten_thousand() -> None:
    desk = made(OrganisationJoined(key="o", at=NOON, name="O"))
    assert got(desk, "/companies/list?per_page=1", "POST", {})["total_count"] == 1
    assert ask(desk, "POST", "/companies/list?per_page=50&page=200", {}).status == 200
    beyond = ask(desk, "POST", "/companies/list?per_page=50&page=201", {})
    assert code(beyond) == (400, "page_limit_reached")


def test_calls_are_dealt_out_in_windows_of_ten_seconds() -> None:
    desk = made(per_minute=12)
    first = ask(desk, "GET", "/tags")
    assert (first.headers["X-RateLimit-Limit"], first.headers["X-RateLimit-Remaining"]) == (
        "2",
        "1",
    )
    ask(desk, "GET", "/tags")
    refused = ask(desk, "GET", "/tags")
    assert code(refused) == (429, "rate_limit_exceeded")
    assert "Retry-After" not in refused.headers
    assert 9 <= int(refused.headers["X-RateLimit-Reset"]) - epoch(NOON) <= 10
    desk.clock.advance(10)
    assert ask(desk, "GET", "/tags").status == 200


def world() -> Intercom:
    return made(
        OrganisationJoined(key="o", at=NOON, name="O", domains=("o.example",), tags=("b2b",)),
        OrganisationEdited(key="o", at=NOON, changes={"notes": "n", "name": "Oh"}),
        OrganisationJoined(key="gone", at=NOON, name="G"),
        OrganisationDeleted(key="gone", at=NOON),
        user("ada", organisation="o", phone="1", external_id="7", locale="de-DE", tags=("vip",)),
        UserEdited(key="ada", at=NOON, changes={"name": "Ada", "fields": {"unsubscribed": True}}),
        user("lead"),
        user("ines", role="agent"),
        talk("t", priority="high", channel="email", tags=("refund",)),
        TicketUpdated(key="t", at=NOON, comment="Hi", author="ada"),
        TicketSolved(key="t", at=NOON),
        Rated(key="r", at=NOON, requester="ada", ticket="t", score="good", comment="yes"),
    )


@pytest.mark.parametrize(
    ("schema", "method", "url"),
    [
        ("contact_list", "GET", "/contacts?per_page=1"),
        ("contact", "GET", f"/contacts/{long_id('user', 'ada')}"),
        ("contact_attached_companies", "GET", f"/contacts/{long_id('user', 'ada')}/companies"),
        ("tag_list", "GET", f"/contacts/{long_id('user', 'ada')}/tags"),
        ("conversation_list", "GET", "/conversations?per_page=1"),
        ("conversation", "GET", f"/conversations/{short_id('conversation', 't')}"),
        ("company_scroll", "GET", "/companies/scroll"),
        ("company_list", "POST", "/companies/list"),
        ("company", "GET", f"/companies/{long_id('organisation', 'o')}"),
        ("tag_list", "GET", "/tags"),
        ("admin_with_app", "GET", "/me"),
    ],
)
def test_what_is_answered_is_what_the_schema_says(schema: str, method: str, url: str) -> None:
    body = got(world(), url, method, {} if method == "POST" else None)
    assert wrong(SPEC, schema, body) == []


def test_the_truth_tells_of_admins_apart_from_contacts() -> None:
    truth = world().truth()
    assert {table: len(rows) for table, rows in truth.items()} == {
        "admins": 1, "contacts": 2, "companies": 2, "conversations": 1, "conversation_parts": 2,
        "tags": 3,
    }  # fmt: skip
