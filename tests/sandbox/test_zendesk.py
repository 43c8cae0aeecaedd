"""Zendesk in miniature: exports and their traps, lists, what is deleted, who may ask."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from sandbox.clock import Clock, iso, millis
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
from sandbox.names import shop_order
from sandbox.serve import serve
from sandbox.zendesk.api import Zendesk
from sandbox.zendesk.parts import epoch, ident
from sandbox.zendesk.tokens import API_TOKEN, API_TOKENS_END, EMAIL

NOW = datetime(2026, 1, 5, 2, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
LONG_AGO = NOW - 300 * DAY


def made(*happenings: Happening, **options: Any) -> Zendesk:
    wide = {"per_minute": 1e6, "exports_per_minute": 1e6, "deleted_per_minute": 1e6}
    desk = Zendesk(Clock(NOW, frozen=True), **{**wide, **options})
    desk.apply_many(happenings)
    return desk


def user(key: str, at: datetime = LONG_AGO, **fields: Any) -> UserJoined:
    return UserJoined(key=key, at=at, name=key.title(), email=f"{key}@x.example", **fields)


def ticket(key: str, at: datetime = NOW - HOUR, **fields: Any) -> TicketOpened:
    return TicketOpened(key=key, at=at, requester="ada", subject="Help", **fields)


def ask(desk: Zendesk, url: str, token: str = "") -> Response:
    token = token or desk.credentials()["ZENDESK_ACCESS_TOKEN"]
    return desk(Request.to("GET", f"/api/v2{url}", headers={"Authorization": f"Bearer {token}"}))


def got(desk: Zendesk, url: str) -> Any:
    response = ask(desk, url)
    assert response.status == 200, response.body
    return Request("GET", "", body=response.payload()).json()


def keys(desk: Zendesk, table: str, rows: list[dict[str, Any]]) -> list[str]:
    named = {row.id: row.key for row in desk.kept[table].all()}
    return [named[row["id"]] for row in rows]


def exported(desk: Zendesk, table: str = "tickets", start: int = 0, size: int = 1000) -> Any:
    return got(desk, f"/incremental/{table}/cursor.json?start_time={start}&per_page={size}")


def test_the_cursor_export_gives_every_row_once_in_order_of_generated_timestamp() -> None:
    desk = made(*(ticket(f"t{n}", NOW - HOUR - (n // 4) * SECOND) for n in range(10)))
    page = exported(desk, size=3)
    seen = page["tickets"]
    while not page["end_of_stream"]:
        page = got(desk, f"/incremental/tickets/cursor?per_page=3&cursor={page['after_cursor']}")
        seen += page["tickets"]
    assert sorted(keys(desk, "tickets", seen)) == [f"t{n}" for n in range(10)]
    stamps = [one["generated_timestamp"] for one in seen]
    assert stamps == sorted(stamps)
    again = got(desk, f"/incremental/tickets/cursor.json?cursor={page['after_cursor']}")
    assert (again["tickets"], again["after_cursor"]) == ([], page["after_cursor"])


def test_links_to_the_next_page_lead_to_the_same_desk() -> None:
    with serve([made(*(ticket(f"t{n}") for n in range(3)))]) as box:
        desk = box.vendors["zendesk"]
        headers = {"Authorization": f"Bearer {desk.credentials()['ZENDESK_ACCESS_TOKEN']}"}
        url = f"{desk.url}/api/v2/incremental/tickets/cursor.json?start_time=0&per_page=2"
        first = httpx.get(url, headers=headers).json()
        second = httpx.get(first["after_url"], headers=headers).json()
        assert [len(first["tickets"]), len(second["tickets"])] == [2, 1]
        listed = httpx.get(f"{desk.url}/api/v2/tickets?page[size]=2", headers=headers).json()
        rest = httpx.get(listed["links"]["next"], headers=headers).json()
        assert len(rest["tickets"]) == 1
        assert box.environment["ZENDESK_SUBDOMAIN"]


def test_start_time_is_inclusive_and_at_least_a_minute_old() -> None:
    desk = made(ticket("t"))
    at = epoch(NOW - HOUR)
    assert len(exported(desk, start=at)["tickets"]) == 1
    assert exported(desk, start=at + 1)["tickets"] == []
    assert ask(desk, f"/incremental/tickets/cursor?start_time={epoch(NOW) - 60}").status == 200
    refused = ask(desk, f"/incremental/tickets/cursor?start_time={epoch(NOW) - 59}")
    assert (refused.status, refused.body["error"]) == (400, "StartTimeTooRecent")


@pytest.mark.parametrize(
    "query",
    ["", "start_time=soon", "cursor=abc", "start_time=0&cursor=MA==", "start_time=0&per_page=0"],
)
def test_an_export_refuses_what_makes_no_sense(query: str) -> None:
    assert ask(made(), f"/incremental/tickets/cursor?{query}").status == 400


def test_the_last_minute_is_hidden_from_exports_and_from_nothing_else() -> None:
    desk = made(ticket("t", NOW - 59 * SECOND))
    assert exported(desk)["tickets"] == []
    assert len(got(desk, "/tickets")["tickets"]) == 1
    desk.clock.advance(2)
    assert len(exported(desk)["tickets"]) == 1


def test_a_touch_by_the_system_is_exported_again_with_its_old_updated_at() -> None:
    desk = made(ticket("t", LONG_AGO), ticket("u", NOW - 2 * HOUR))
    cursor = exported(desk)["after_cursor"]
    desk.apply(TicketUpdated(key="t", at=NOW - HOUR))
    page = got(desk, f"/incremental/tickets/cursor?cursor={cursor}")
    assert keys(desk, "tickets", page["tickets"]) == ["t"]
    assert page["tickets"][0]["updated_at"] == iso(LONG_AGO)
    assert page["tickets"][0]["generated_timestamp"] == epoch(NOW - HOUR)


def test_a_late_row_is_behind_a_cursor_that_has_passed_it() -> None:
    desk = made(ticket("t", NOW - HOUR))
    cursor = exported(desk)["after_cursor"]
    desk.apply(ticket("late", NOW - 2 * HOUR))
    assert got(desk, f"/incremental/tickets/cursor?cursor={cursor}")["tickets"] == []
    start = epoch(NOW - 3 * HOUR)
    assert len(exported(desk, start=start)["tickets"]) == 2


def organisations(count: int, at: datetime = NOW - HOUR) -> list[OrganisationJoined]:
    return [OrganisationJoined(key=f"o{n}", at=at, name=f"O{n}") for n in range(count)]


def test_the_time_export_repeats_the_second_a_page_ended_in() -> None:
    desk = made(
        *(OrganisationJoined(key=f"o{n}", at=NOW - HOUR + n * SECOND, name="O") for n in range(5))
    )
    first = got(desk, "/incremental/organizations.json?start_time=0&per_page=3")
    assert (first["count"], first["end_time"], first["end_of_stream"]) == (
        3,
        epoch(NOW - HOUR) + 2,
        False,
    )
    assert first["next_page"].endswith(f"start_time={first['end_time']}&per_page=3")
    second = got(desk, f"/incremental/organizations?start_time={first['end_time']}&per_page=3")
    assert keys(desk, "organizations", second["organizations"]) == ["o2", "o3", "o4"]


def test_more_rows_in_one_second_than_a_page_holds_are_the_same_page_for_ever() -> None:
    desk = made(*organisations(1_001))
    first = got(desk, "/incremental/organizations?start_time=0")
    second = got(desk, f"/incremental/organizations?start_time={first['end_time']}")
    assert (first["count"], first["end_of_stream"]) == (1_000, False)
    assert first == second
    assert got(desk, "/organizations/count.json")["count"]["value"] == 1_001


def test_a_solved_ticket_leaves_events_and_metrics() -> None:
    desk = made(user("ada"), ticket("t"))
    desk.apply(TicketUpdated(key="t", at=NOW - HOUR / 2, changes={"status": "open"}, comment="Hi"))
    desk.apply(TicketSolved(key="t", at=NOW - HOUR / 3, assignee="dee"))
    events = got(desk, "/incremental/ticket_events.json?start_time=0")["ticket_events"]
    kinds = [[child["event_type"] for child in event["child_events"]] for event in events]
    assert kinds == [["Create", "Comment"], ["Change", "Comment"], ["Change", "Change"]]
    metrics = got(desk, "/incremental/ticket_metric_events?start_time=0")
    assert [(one["metric"], one["type"]) for one in metrics["ticket_metric_events"]] == [
        ("requester_wait_time", "activate"),
        ("reply_time", "fulfill"),
        ("requester_wait_time", "fulfill"),
    ]
    assert got(desk, f"/tickets/{ident('ticket', 't')}")["ticket"]["assignee_id"] == ident(
        "user", "dee"
    )


def test_a_deleted_ticket_stays_in_the_export_and_leaves_everything_else_until_restored() -> None:
    desk = made(ticket("t", status="open", order="o1"))
    one = f"/tickets/{ident('ticket', 't')}"
    assert got(desk, one)["ticket"]["custom_fields"][0]["value"] == str(shop_order("o1"))
    desk.apply(TicketDeleted(key="t", at=NOW - HOUR / 2))
    assert exported(desk)["tickets"][0]["status"] == "deleted"
    url = "/incremental/tickets/cursor?start_time=0&exclude_deleted=true"
    assert got(desk, url)["tickets"] == got(desk, "/tickets")["tickets"] == []
    assert ask(desk, one).status == 404
    binned = got(desk, "/deleted_tickets.json")["deleted_tickets"][0]
    assert (binned["previous_state"], binned["deleted_at"]) == ("open", iso(NOW - HOUR / 2))
    truth = desk.truth("tickets")["tickets"][ident("ticket", "t")]
    assert (truth["deleted"], truth["updated_at"]) == (True, millis(NOW - HOUR / 2))
    desk.apply(TicketRestored(key="t", at=NOW - HOUR / 3))
    assert exported(desk)["tickets"][0]["status"] == got(desk, one)["ticket"]["status"] == "open"
    assert got(desk, "/deleted_tickets")["deleted_tickets"] == []


def test_the_bin_of_tickets_is_emptied_after_thirty_days() -> None:
    desk = made(ticket("t", LONG_AGO), TicketDeleted(key="t", at=NOW - 31 * DAY))
    assert got(desk, "/deleted_tickets")["count"] == 0
    assert len(exported(desk)["tickets"]) == 1


def test_tickets_closed_long_ago_leave_the_list_and_stay_in_the_export() -> None:
    desk = made(ticket("t", LONG_AGO))
    desk.apply(TicketUpdated(key="t", at=NOW - 121 * DAY, changes={"status": "closed"}))
    assert got(desk, "/tickets")["count"] == got(desk, "/tickets/count")["count"]["value"] == 0
    assert len(exported(desk)["tickets"]) == 1
    assert got(desk, f"/tickets/{ident('ticket', 't')}")["ticket"]["status"] == "closed"


def test_a_deleted_user_is_inactive_and_a_suspended_one_is_not() -> None:
    desk = made(user("ada"), user("bob", fields={"plan": "gold"}), user("cem"))
    desk.apply(UserDeleted(key="ada", at=NOW - HOUR))
    desk.apply(UserEdited(key="bob", at=NOW - HOUR, changes={"fields": {"suspended": True}}))
    assert sorted(keys(desk, "users", got(desk, "/users")["users"])) == ["bob", "cem"]
    found = {one["name"]: one for one in exported(desk, "users")["users"]}
    assert (found["Ada"]["active"], found["Bob"]["suspended"], found["Cem"]["active"]) == (
        False,
        True,
        True,
    )
    assert got(desk, "/users/count.json")["count"]["value"] == 2
    assert got(desk, f"/users/{ident('user', 'ada')}")["user"]["active"] is False
    assert keys(desk, "users", got(desk, "/deleted_users")["deleted_users"]) == ["ada"]


def test_a_merged_user_vanishes_and_the_winner_has_the_address_and_the_tickets() -> None:
    desk = made(user("ada"), user("bob"), ticket("t"))
    desk.apply(UsersMerged(key="bob", at=NOW - HOUR / 2, loser="ada"))
    winner, loser = ident("user", "bob"), ident("user", "ada")
    assert keys(desk, "users", exported(desk, "users")["users"]) == ["bob"]
    assert ask(desk, f"/users/{loser}").status == 404
    assert got(desk, "/deleted_users")["count"] == 0
    assert desk.truth("users")["users"][loser]["merged_into"] == winner
    known = got(desk, f"/users/{winner}/identities")["identities"]
    assert [one["value"] for one in known] == ["bob@x.example", "ada@x.example"]
    moved = exported(desk)["tickets"][0]
    assert (moved["requester_id"], moved["updated_at"]) == (winner, iso(NOW - HOUR))
    assert moved["generated_timestamp"] == epoch(NOW - HOUR / 2)


def test_an_organization_that_is_deleted_vanishes_and_its_users_stay() -> None:
    desk = made(*organisations(2), user("ada", organisation="o0"))
    desk.apply(
        OrganisationEdited(key="o1", at=NOW - HOUR / 2, changes={"domains": ("o1.example",)})
    )
    desk.apply(OrganisationDeleted(key="o0", at=NOW - HOUR / 2))
    left = got(desk, "/incremental/organizations?start_time=0")["organizations"]
    assert [one["domain_names"] for one in left] == [["o1.example"]]
    assert got(desk, "/organizations/count")["count"]["value"] == 1
    ada = exported(desk, "users", start=epoch(NOW - HOUR))["users"][0]
    assert (ada["organization_id"], ada["updated_at"]) == (None, iso(LONG_AGO))


def test_ratings_may_be_about_no_ticket_and_are_found_by_time() -> None:
    desk = made(user("ada"), ticket("t", assignee="dee"))
    for hours, key, about, score in (
        (3, "r1", None, "bad"),
        (2, "r2", "t", "good"),
        (1, "r3", "x", "bad"),
    ):
        desk.apply(
            Rated(key=key, at=NOW - hours * HOUR, requester="ada", ticket=about, score=score)
        )
    start, end = epoch(NOW - 3 * HOUR), epoch(NOW - 2 * HOUR)
    url = f"/satisfaction_ratings.json?page[size]=100&start_time={start}&end_time={end}"
    found = {one["score"]: one for one in got(desk, url)["satisfaction_ratings"]}
    assert found["bad"]["ticket_id"] is None
    assert found["good"]["ticket_id"] == ident("ticket", "t")
    assert got(desk, "/satisfaction_ratings?score=bad")["count"] == 2
    assert (
        got(desk, f"/tickets/{ident('ticket', 't')}")["ticket"]["satisfaction_rating"]["score"]
        == "good"
    )


def test_lists_by_cursor_go_on_and_back_and_hold_a_hundred_at_most() -> None:
    desk = made(*(user(f"u{n}") for n in range(7)))
    first = got(desk, "/users?page[size]=3")
    second = got(desk, f"/users?page[size]=3&page[after]={first['meta']['after_cursor']}")
    last = got(desk, f"/users?page[size]=3&page[after]={second['meta']['after_cursor']}")
    back = got(desk, f"/users?page[size]=3&page[before]={second['meta']['before_cursor']}")
    seen = [one["id"] for page in (first, second, last) for one in page["users"]]
    assert len(set(seen)) == 7
    assert (last["meta"]["has_more"], last["links"]["next"]) == (False, None)
    assert back["users"] == first["users"]
    assert ask(desk, "/users?page[size]=101").status == 400


def test_lists_by_page_number_end_at_ten_thousand() -> None:
    desk = made(*(user(f"u{n}") for n in range(3)))
    second = got(desk, "/users?per_page=2&page=2")
    assert (len(second["users"]), second["count"], second["next_page"]) == (1, 3, None)
    assert ask(desk, "/users?page=101").status == 400


def test_tickets_can_be_sorted_by_their_change() -> None:
    desk = made(*(ticket(f"t{n}", NOW - n * HOUR) for n in range(1, 4)))
    found = got(desk, "/tickets?page[size]=2&sort=-updated_at")
    rest = got(
        desk, f"/tickets?page[size]=2&sort=-updated_at&page[after]={found['meta']['after_cursor']}"
    )
    assert keys(desk, "tickets", found["tickets"] + rest["tickets"]) == ["t1", "t2", "t3"]


def test_many_are_shown_at_once_and_the_missing_left_out() -> None:
    desk = made(user("ada"), user("bob"))
    asked = f"{ident('user', 'ada')},1,{ident('user', 'bob')}"
    assert keys(desk, "users", got(desk, f"/users/show_many.json?ids={asked}")["users"]) == [
        "ada",
        "bob",
    ]
    assert ask(desk, "/users/show_many?ids=" + ",".join(map(str, range(101)))).status == 400


def test_exports_have_a_limit_of_their_own_and_say_how_long_to_wait() -> None:
    desk = made(per_minute=700, exports_per_minute=10)
    answers = [ask(desk, "/incremental/users/cursor?start_time=0") for _ in range(11)]
    assert [one.status for one in answers] == [200] * 10 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    other = ask(desk, "/users")
    assert (other.status, other.headers["X-Rate-Limit"]) == (200, "700")
    assert int(other.headers["X-Rate-Limit-Remaining"]) == 688
    desk.clock.advance(60)
    assert ask(desk, "/incremental/users/cursor?start_time=0").status == 200


def test_an_account_has_a_limit_over_all() -> None:
    desk = made(per_minute=2)
    assert [ask(desk, "/users").status for _ in range(3)] == [200, 200, 429]


def refresh(desk: Zendesk, **changes: str) -> Response:
    known = desk.credentials()
    form = {
        "grant_type": "refresh_token",
        "client_id": known["ZENDESK_CLIENT_ID"],
        "client_secret": known["ZENDESK_CLIENT_SECRET"],
        "refresh_token": known["ZENDESK_REFRESH_TOKEN"],
        **changes,
    }
    return desk(
        Request.to("POST", "/oauth/tokens", json=form, headers={"Content-Type": "application/json"})
    )


def test_an_expired_token_is_refreshed_and_the_old_pair_is_dead_at_once() -> None:
    desk = made(token_lifetime=timedelta(minutes=30))
    old = desk.credentials()
    desk.clock.advance(1_800)
    refused = ask(desk, "/users")
    assert (refused.status, refused.body["error"]) == (401, "invalid_token")
    pair = refresh(desk).body
    assert pair["expires_in"] == 1_800
    assert ask(desk, "/users", pair["access_token"]).status == 200
    assert ask(desk, "/users", old["ZENDESK_ACCESS_TOKEN"]).status == 401
    again = refresh(desk, refresh_token=old["ZENDESK_REFRESH_TOKEN"])
    assert (again.status, again.body["error"]) == (400, "invalid_grant")
    assert refresh(desk, client_secret="guessed").status == 401
    assert refresh(desk, refresh_token=pair["refresh_token"]).status == 200


def test_a_refresh_kills_an_access_token_that_was_still_good() -> None:
    desk = made(token_lifetime=HOUR)
    old = desk.credentials()["ZENDESK_ACCESS_TOKEN"]
    assert ask(desk, "/users", old).status == 200
    assert refresh(desk).status == 200
    assert ask(desk, "/users", old).status == 401


def test_tokens_can_be_made_worthless_on_order() -> None:
    lasting, rotating = made(), made(token_lifetime=HOUR)
    for desk in (lasting, rotating):
        old = desk.credentials()["ZENDESK_ACCESS_TOKEN"]
        desk.expire_tokens()
        assert ask(desk, "/users", old).status == 401
    assert ask(lasting, "/users").status == 200
    assert ask(rotating, "/users", refresh(rotating).body["access_token"]).status == 200


def test_api_tokens_are_taken_until_they_end() -> None:
    desk = made(api_token=True)
    assert desk.credentials()["ZENDESK_API_TOKEN"] == API_TOKEN
    basic = b64encode(f"{EMAIL}/token:{API_TOKEN}".encode()).decode()
    request = Request.to(
        "GET", "/api/v2/users/me.json", headers={"Authorization": f"Basic {basic}"}
    )
    assert desk(request).status == 200
    desk.clock.set(API_TOKENS_END)
    refused = desk(request)
    assert (refused.status, refused.body["error"]) == (401, "Couldn't authenticate you")


def test_nobody_gets_in_without_a_token() -> None:
    assert made()(Request.to("GET", "/api/v2/users")).status == 401
    assert ask(made(), "/users", "guessed").status == 401


def test_what_is_not_there_is_told_so() -> None:
    desk = made()
    assert ask(desk, "/tickets/1").body["error"] == "RecordNotFound"
    assert ask(desk, "/incremental/nothing?start_time=0").status == 404
    assert ask(desk, "/nothing").body["error"] == "InvalidEndpoint"


def test_the_same_story_is_the_same_to_the_last_byte() -> None:
    story = [user("ada"), ticket("t"), TicketSolved(key="t", at=NOW - HOUR / 2)]
    one, other = made(*story), made(*story)
    one.reset()
    one.apply_many(story)
    for table in ("tickets", "ticket_events", "ticket_metric_events", "users"):
        url = f"/incremental/{table}?start_time=0"
        assert ask(one, url).body == ask(other, url).body


def searched(desk: Zendesk, query: str) -> int:
    return int(got(desk, f"/search/count.json?query={quote(query)}")["count"])


def test_a_search_counts_what_changed_in_a_window() -> None:
    desk = made(user("ada"), *(ticket(f"t{n}", NOW - n * HOUR) for n in range(1, 5)))
    start, end = iso(NOW - 3 * HOUR), iso(NOW - HOUR)
    assert searched(desk, f"type:ticket updated>={start} updated<{end}") == 2
    assert searched(desk, f"type:ticket created>{start}") == 2
    assert (searched(desk, "type:user"), searched(desk, "type:organization")) == (1, 0)


def test_a_search_knows_archived_tickets_and_no_deleted_ones() -> None:
    desk = made(user("ada"), ticket("old", LONG_AGO, status="closed"), ticket("new"))
    assert got(desk, "/tickets/count")["count"]["value"] == 1
    assert searched(desk, "type:ticket") == 2
    desk.apply(TicketDeleted(key="new", at=NOW - HOUR))
    assert searched(desk, "type:ticket") == 1


def test_a_search_trails_the_records() -> None:
    desk = made(user("ada"), ticket("t", NOW - 60 * SECOND), search_lag=120)
    assert searched(desk, "type:ticket") == 0
    desk.clock.advance(60)
    assert searched(desk, "type:ticket") == 1


@pytest.mark.parametrize(
    "query", ["", "ada", "type:article", "type:ticket updated>yesterday", "type:ticket colour:red"]
)
def test_a_search_that_is_not_known_is_refused(query: str) -> None:
    assert ask(made(), f"/search/count?query={quote(query)}").status == 400
