"""Freshdesk in miniature: lists and their ends, what they hide, what they cost, who may ask."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.clock import Clock, iso
from sandbox.freshdesk.api import API_KEY, Freshdesk
from sandbox.freshdesk.bodies import ident
from sandbox.freshdesk.desk import Habits
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
from tests.sandbox.specs import wrong

NOW = datetime(2026, 1, 5, 2, tzinfo=UTC)
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
SPEC = "freshdesk.json"


def made(*happenings: Happening, **options: Any) -> Freshdesk:
    wide = {"per_minute": 1e6, "lists_per_minute": 1e6}
    desk = Freshdesk(Clock(NOW, frozen=True), **{**wide, **options})
    desk.apply_many(happenings)
    return desk


def user(key: str, at: datetime = NOW - DAY, **fields: Any) -> UserJoined:
    return UserJoined(key=key, at=at, name=key.title(), email=f"{key}@x.example", **fields)


def ticket(key: str, at: datetime = NOW - HOUR, **fields: Any) -> TicketOpened:
    return TicketOpened(key=key, at=at, requester="ada", subject="Help", **fields)


def ask(desk: Freshdesk, url: str, key: str = API_KEY) -> Response:
    signed = {"Authorization": f"Basic {b64encode(f'{key}:X'.encode()).decode()}"}
    return desk(Request.to("GET", f"/api/v2{url}", headers=signed))


def got(desk: Freshdesk, url: str) -> Any:
    response = ask(desk, url)
    assert response.status == 200, response.body
    return Request("GET", "", body=response.payload()).json()


def keys(desk: Freshdesk, table: str, url: str) -> list[str]:
    named = {row.id: row.key for row in desk.kept[table].all()}
    return [named[row["id"]] for row in got(desk, url)]


def refused(desk: Freshdesk, url: str) -> Any:
    response = ask(desk, url)
    assert response.status == 400
    return response.body["errors"][0]["field"]


def test_only_its_key_lets_in() -> None:
    desk = made()
    assert ask(desk, "/tickets", "wrong").status == 401
    assert desk(Request.to("GET", "/api/v2/tickets")).status == 401
    assert wrong(SPEC, "Error", ask(desk, "/tickets", "wrong").body) == []


def test_tickets_are_by_default_the_last_months_newest_first() -> None:
    desk = made(ticket("old", NOW - 31 * DAY), ticket("a"), ticket("b", NOW))
    assert keys(desk, "tickets", "/tickets") == ["b", "a"]
    everything = "/tickets?updated_since=1970-01-01T00:00:00Z&order_by=updated_at&order_type=asc"
    assert keys(desk, "tickets", everything) == ["old", "a", "b"]


@pytest.mark.parametrize(("inclusive", "found"), [(True, ["a", "b"]), (False, ["b"])])
def test_updated_since_goes_by_the_second(inclusive: Any, found: list[str]) -> None:
    facts = (ticket("a", NOW - HOUR), ticket("b", NOW - HOUR + SECOND))
    desk = made(*facts, habits=Habits(inclusive=inclusive))
    url = f"/tickets?updated_since={iso(NOW - HOUR)}&order_by=updated_at&order_type=asc"
    assert keys(desk, "tickets", url) == found


def test_pages_are_linked_to_the_last_one_and_end_there_without_a_word() -> None:
    desk = made(*(ticket(f"t{n}") for n in range(9)), most_pages=3)
    first = ask(desk, "/tickets?per_page=2")
    assert 'page=2>; rel="next"' in first.headers["Link"]
    assert "per_page=2" in first.headers["Link"]
    assert "Link" not in ask(desk, "/tickets?per_page=2&page=3").headers
    assert refused(desk, "/tickets?per_page=2&page=4") == "page"
    assert len(got(desk, "/companies?page=9")) == 0


def test_a_ticket_that_changes_pulls_the_others_past_the_reader() -> None:
    desk = made(*(ticket(f"t{n}", NOW - HOUR + n * SECOND) for n in range(4)))
    url = f"/tickets?updated_since={iso(NOW - DAY)}&order_by=updated_at&order_type=asc&per_page=2"
    seen = keys(desk, "tickets", url)
    desk.apply(TicketSolved(key="t0", at=NOW))
    assert seen + keys(desk, "tickets", url + "&page=2") == ["t0", "t1", "t3", "t0"]


def test_deleted_tickets_and_spam_have_lists_of_their_own() -> None:
    desk = made(ticket("a"), ticket("b"), ticket("c", tags=("spam",)))
    desk.apply(TicketDeleted(key="b", at=NOW))
    assert keys(desk, "tickets", "/tickets") == ["a"]
    assert keys(desk, "tickets", "/tickets?filter=deleted") == ["b"]
    assert keys(desk, "tickets", "/tickets?filter=spam") == ["c"]
    assert got(desk, f"/tickets/{ident('ticket', 'b')}")["deleted"] is True
    desk.apply(TicketRestored(key="b", at=NOW))
    assert "deleted" not in got(desk, f"/tickets/{ident('ticket', 'b')}")
    assert refused(desk, "/tickets?filter=binned") == "filter"


def test_deleting_may_leave_the_stamp_as_it_was() -> None:
    for touching, stamp in ((True, NOW), (False, NOW - HOUR)):
        desk = made(ticket("a"), habits=Habits(touching=touching))
        desk.apply(TicketDeleted(key="a", at=NOW))
        assert got(desk, "/tickets?filter=deleted")[0]["updated_at"] == iso(stamp)


def test_what_was_said_is_asked_for_ticket_by_ticket() -> None:
    desk = made(ticket("a"), TicketUpdated(key="a", at=NOW, comment="Hello?", author="ada"))
    (said,) = got(desk, f"/tickets/{ident('ticket', 'a')}/conversations")
    assert (said["body_text"], said["user_id"]) == ("Hello?", ident("user", "ada"))
    assert ask(desk, "/tickets/7/conversations").status == 404
    assert ask(desk, "/tickets/7/conversations").payload() == b""


def test_contacts_are_neither_deleted_nor_blocked_nor_agents() -> None:
    blocked = user("bob", fields={"suspended": True})
    desk = made(user("ada"), blocked, user("cem"), user("ines", role="agent"))
    desk.apply(UserDeleted(key="cem", at=NOW))
    assert keys(desk, "contacts", "/contacts") == ["ada"]
    assert keys(desk, "contacts", "/contacts?state=blocked") == ["bob"]
    assert keys(desk, "contacts", "/contacts?state=deleted") == ["cem"]
    assert keys(desk, "agents", "/agents") == ["ines"]
    assert {*desk.truth()} == {
        "tickets", "conversations", "contacts", "companies", "satisfaction_ratings", "agents",
    }  # fmt: skip
    assert len(desk.truth()["contacts"]) == 3


@pytest.mark.parametrize("name", ["_updated_since", "updated_since"])
def test_contacts_take_either_name_for_what_changed(name: str) -> None:
    desk = made(user("ada"), user("bob"), UserEdited(key="bob", at=NOW, changes={"name": "B"}))
    assert keys(desk, "contacts", f"/contacts?{name}={iso(NOW)}") == ["bob"]
    assert refused(desk, f"/contacts?{name}=yesterday") == name


@pytest.mark.parametrize("listed", [True, False])
def test_the_winner_of_a_merge_has_the_losers_address_and_tickets(listed: Any) -> None:
    desk = made(user("ada"), user("ida"), ticket("t"), habits=Habits(merged_listed=listed))
    desk.apply(UsersMerged(key="ida", at=NOW, loser="ada"))
    (winner,) = got(desk, "/contacts")
    assert winner["other_emails"] == ["ada@x.example"]
    assert got(desk, "/tickets")[0]["requester_id"] == winner["id"]
    assert keys(desk, "contacts", "/contacts?state=deleted") == (["ada"] if listed else [])
    found = ask(desk, f"/contacts/{ident('user', 'ada')}")
    assert found.status == (200 if listed else 404)


def test_a_company_that_is_deleted_is_just_gone() -> None:
    desk = made(OrganisationJoined(key="o", at=NOW, name="O"), user("ada", organisation="o"))
    desk.apply(OrganisationEdited(key="o", at=NOW, changes={"name": "Oh", "notes": "n"}))
    (shown,) = got(desk, "/companies")
    assert (shown["name"], shown["note"]) == ("Oh", "n")
    desk.apply(OrganisationDeleted(key="o", at=NOW))
    assert got(desk, "/companies") == []
    assert ask(desk, f"/companies/{shown['id']}").status == 404
    assert got(desk, "/contacts")[0]["company_id"] is None


def test_ratings_go_by_when_they_were_first_given() -> None:
    def rate(key: str, at: datetime, score: str) -> Rated:
        return Rated(key=key, at=at, requester="ada", ticket="t", score=score)

    desk = made(user("ada"), ticket("t"), rate("r", NOW - DAY, "bad"), rate("s", NOW, "good"))
    desk.apply(rate("r", NOW, "good"))
    desk.apply(Rated(key="x", at=NOW, requester="ada", score="good", points=5))
    url = f"/surveys/satisfaction_ratings?created_since={iso(NOW - HOUR)}"
    assert keys(desk, "satisfaction_ratings", url) == ["s"]
    every = got(desk, "/surveys/satisfaction_ratings")
    assert [row["ratings"]["default_question"] for row in every] == [103, 103]


def test_the_account_has_so_many_calls_a_minute_and_an_include_costs_two() -> None:
    desk = made(ticket("t"), per_minute=5)
    first = ask(desk, "/tickets?include=description")
    assert first.headers["X-RateLimit-Used-CurrentRequest"] == "3"
    assert first.headers["X-RateLimit-Remaining"] == "2"
    assert ask(desk, "/tickets?page=0").headers["X-RateLimit-Remaining"] == "1"
    assert ask(desk, "/companies").headers["X-RateLimit-Total"] == "5"
    told = ask(desk, "/companies")
    assert (told.status, told.headers["Retry-After"]) == (429, "60")
    desk.clock.advance(60)
    assert ask(desk, "/companies").status == 200


def test_stats_tell_when_a_ticket_was_answered_and_solved_until_it_is_opened_again() -> None:
    desk = made(user("ada"), ticket("t"))
    own = ident("ticket", "t")

    def moments() -> list[str | None]:
        (listed,) = got(desk, "/tickets?include=stats")
        assert got(desk, f"/tickets/{own}?include=stats")["stats"] == listed["stats"]
        return [listed["stats"][f"{n}_at"] for n in ("first_responded", "resolved", "closed")]

    assert moments() == [None, None, None]
    desk.apply(TicketUpdated(key="t", at=NOW - 3 * SECOND, comment="Hm?", author="ada"))
    assert moments() == [None, None, None]
    desk.apply(TicketUpdated(key="t", at=NOW - 2 * SECOND, comment="Done."))
    desk.apply(TicketSolved(key="t", at=NOW - SECOND))
    assert moments() == [iso(NOW - 2 * SECOND), iso(NOW - SECOND), None]
    desk.apply(TicketUpdated(key="t", at=NOW, changes={"status": "closed"}))
    assert moments() == [iso(NOW - 2 * SECOND), iso(NOW - SECOND), iso(NOW)]
    desk.apply(TicketUpdated(key="t", at=NOW, changes={"status": "open"}))
    assert moments() == [iso(NOW - 2 * SECOND), None, None]
    assert "stats" not in got(desk, "/tickets")[0]


def test_lists_of_tickets_have_less() -> None:
    desk = made(ticket("t"), lists_per_minute=1)
    assert [ask(desk, "/tickets").status for _ in range(2)] == [200, 429]
    assert ask(desk, f"/tickets/{ident('ticket', 't')}").status == 200
    assert ask(desk, "/contacts").status == 200


@pytest.mark.parametrize(
    ("schema", "url"),
    [
        ("Ticket", "/tickets?include=description"),
        ("Ticket", "/tickets?filter=deleted"),
        ("Conversation", f"/tickets/{ident('ticket', 't')}/conversations"),
        ("Contact", "/contacts"),
        ("Contact", "/contacts?state=deleted"),
        ("Company", "/companies"),
        ("Agent", "/agents"),
        ("SatisfactionRating", "/surveys/satisfaction_ratings"),
    ],
)
def test_what_is_listed_is_what_the_schema_says(schema: str, url: str) -> None:
    desk = made(
        OrganisationJoined(key="o", at=NOW, name="O", domains=("o.example",)),
        user("ada", organisation="o", notes="n", phone="1", other_emails=("a@x.example",)),
        user("bare"),
        user("gone"),
        user("ines", role="agent"),
        UserDeleted(key="gone", at=NOW),
        ticket("t", kind="problem", priority="urgent", channel="web", order="o1", tags=("x",)),
        ticket("binned"),
        TicketDeleted(key="binned", at=NOW),
        TicketUpdated(key="t", at=NOW, comment="Hi", changes={"status": "hold"}),
        Rated(key="r", at=NOW, requester="ada", ticket="t", score="bad", comment="no"),
    )
    rows = got(desk, url)
    assert rows
    assert [fault for row in rows for fault in wrong(SPEC, schema, row)] == []


def test_a_refusal_is_what_the_schema_says() -> None:
    assert wrong(SPEC, "ValidationError", ask(made(), "/tickets?page=x").body) == []
