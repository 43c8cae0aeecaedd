"""Zoho CRM in miniature: lists and their pages, the deleted, queries, who may ask and how often."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import orjson
import pytest

from sandbox.clock import Clock
from sandbox.happenings import (
    CaseOpened,
    CompanyJoined,
    ContactArchived,
    ContactEdited,
    ContactErased,
    ContactJoined,
    ContactRestored,
    ContactsMerged,
    DealMoved,
    DealOpened,
    Happening,
    LeadConverted,
    LeadJoined,
    TaskPlanned,
    TaskUpdated,
)
from sandbox.http import Request, Response
from sandbox.zoho.api import Caps, Zoho
from sandbox.zoho.records import record_id
from sandbox.zoho.tokens import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN

NOW = datetime(2026, 1, 5, 2, tzinfo=UTC)
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
FORM = {
    "grant_type": "refresh_token",
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
    "refresh_token": REFRESH_TOKEN,
}


class Caller:
    """An account whose clock stands, and somebody who calls it."""

    def __init__(self, *facts: Happening, **options: Any) -> None:
        self.clock = Clock(NOW, frozen=True)
        self.crm = Zoho(self.clock, **options)
        self.crm.apply_many(facts)
        self.token = self.renewed()["access_token"]

    def renewed(self, **form: str) -> Any:
        asked = Request.to("POST", "/oauth/v2/token", form={**FORM, **form})
        return orjson.loads(self.crm(asked).payload())

    def ask(self, url: str, since: datetime | None = None, json: Any = None) -> Response:
        headers = {"Authorization": f"Zoho-oauthtoken {self.token}"}
        if since:
            headers["If-Modified-Since"] = since.isoformat()
        method = "GET" if json is None else "POST"
        return self.crm(Request.to(method, f"/crm/v8{url}", headers=headers, json=json))

    def got(self, url: str, since: datetime | None = None) -> Any:
        response = self.ask(url, since)
        assert response.status == 200, response.body
        return orjson.loads(response.payload())

    def query(self, text: str) -> Any:
        return orjson.loads(self.ask("/coql", json={"select_query": text}).payload())


def contact(key: str, at: datetime = NOW - DAY, **more: Any) -> ContactJoined:
    return ContactJoined(key=key, at=at, first_name="Ada", last_name=key.title(), **more)


def refused(response: Response) -> tuple[int, str]:
    return response.status, response.body["code"]


def ids(*keys: str, table: str = "contacts") -> list[str]:
    return [record_id(table, key) for key in keys]


def test_a_list_shows_the_fields_that_were_named_and_fifty_at_most() -> None:
    crm = Caller(contact("ada", email="ada@x.example"))
    assert refused(crm.ask("/Contacts")) == (400, "REQUIRED_PARAM_MISSING")
    many = ",".join(f"F{n}" for n in range(51))
    assert refused(crm.ask(f"/Contacts?fields={many}")) == (400, "LIMIT_EXCEEDED")
    assert refused(crm.ask("/Pets?fields=id")) == (400, "INVALID_MODULE")
    found = crm.got("/Contacts?fields=Email,Full_Name")
    assert found["data"] == [
        {"id": ids("ada")[0], "Email": "ada@x.example", "Full_Name": "Ada Ada"}
    ]
    assert found["info"]["more_records"] is False


def test_where_there_is_nothing_there_is_no_body() -> None:
    crm = Caller(contact("ada"))
    empty = crm.ask("/Leads?fields=id")
    assert (empty.status, empty.payload()) == (204, b"")
    unchanged = crm.ask("/Contacts?fields=id", NOW)
    assert (unchanged.status, unchanged.payload()) == (304, b"")
    assert crm.ask("/Contacts/deleted").status == 204


def test_rows_past_the_first_ones_are_reached_by_token_alone() -> None:
    crm = Caller(
        *(contact(f"c{n}", NOW - DAY + n * SECOND) for n in range(6)),
        caps=Caps(rows=2, discrete=4, deepest=5),
    )
    url = "/Contacts?fields=id&sort_by=Modified_Time&sort_order=asc"
    second = crm.got(f"{url}&page=2")
    assert [row["id"] for row in second["data"]] == ids("c2", "c3")
    assert refused(crm.ask(f"{url}&page=3")) == (400, "DISCRETE_PAGINATION_LIMIT_EXCEEDED")
    token = second["info"]["next_page_token"]
    both = crm.ask(f"{url}&page=3&page_token={token}")
    assert refused(both) == (400, "AMBIGUITY_DURING_PROCESSING")
    assert refused(crm.ask(f"{url}&page_token={token}")) == (400, "PAGINATION_LIMIT_EXCEEDED")
    first = crm.got(url)["info"]["next_page_token"]
    assert [r["id"] for r in crm.got(f"{url}&page_token={first}")["data"]] == ids("c2", "c3")
    crm.clock.advance(DAY.total_seconds())
    crm.token = crm.renewed()["access_token"]
    assert refused(crm.ask(f"{url}&page_token={first}")) == (400, "EXPIRED_VALUE")


def test_rows_move_between_pages_while_people_work() -> None:
    crm = Caller(*(contact(f"c{n}", NOW - DAY + n * SECOND) for n in range(4)), caps=Caps(rows=2))
    url = "/Contacts?fields=id&sort_by=Modified_Time&sort_order=asc"
    token = crm.got(url)["info"]["next_page_token"]
    crm.crm.apply(ContactEdited(key="c0", at=NOW, changes={"email": "new@x.example"}))
    rest = crm.got(f"{url}&page_token={token}")["data"]
    assert [row["id"] for row in rest] == ids("c3", "c0")


def test_changes_are_stamped_in_whole_seconds_of_the_account_and_found_by_them() -> None:
    late = NOW - timedelta(milliseconds=300)
    crm = Caller(contact("old"), contact("new", late))
    found = crm.got("/Contacts?fields=Modified_Time", NOW - 2 * SECOND)["data"]
    assert found == [{"id": ids("new")[0], "Modified_Time": "2026-01-05T07:29:59+05:30"}]


def test_a_converted_lead_shows_on_request_and_says_what_it_became() -> None:
    crm = Caller(
        contact("ada"),
        LeadJoined(key="l", at=NOW - DAY, last_name="Ada"),
        LeadJoined(key="m", at=NOW - DAY, last_name="Bob"),
        LeadConverted(key="l", at=NOW - HOUR, contact="ada"),
    )
    names = "/Leads?fields=Converted__s,Converted_Contact"
    assert [r["id"] for r in crm.got(names)["data"]] == ids("m", table="leads")
    (lead,) = crm.got(f"{names}&converted=true")["data"]
    assert lead["Converted_Contact"]["id"] == ids("ada")[0]
    assert len(crm.got(f"{names}&converted=both")["data"]) == 2


def test_what_is_deleted_is_told_for_sixty_days_and_a_restored_record_is_not() -> None:
    crm = Caller(
        *(contact(key) for key in ("bin", "back", "erased", "winner", "loser")),
        ContactArchived(key="bin", at=NOW - 4 * HOUR),
        ContactArchived(key="back", at=NOW - 4 * HOUR),
        ContactRestored(key="back", at=NOW - 3 * HOUR),
        ContactErased(key="erased", at=NOW - 2 * HOUR),
        ContactsMerged(key="winner", loser="loser", at=NOW - HOUR),
    )
    told = crm.got("/Contacts/deleted?type=all")["data"]
    assert [(row["id"], row["type"]) for row in told] == [
        *zip(ids("loser", "erased", "bin"), ("permanent", "permanent", "recycle"), strict=True)
    ]
    assert told[1]["deleted_time"] == "2026-01-05T05:30:00+05:30"
    late = crm.got("/Contacts/deleted", NOW - 3 * HOUR)["data"]
    assert [row["id"] for row in late] == ids("loser", "erased")
    assert len(crm.got("/Contacts/deleted?type=recycle")["data"]) == 1
    live = crm.got("/Contacts?fields=Modified_Time&sort_by=id")["data"]
    assert {row["id"] for row in live} == set(ids("back", "winner"))
    crm.clock.advance(timedelta(days=61).total_seconds())
    crm.token = crm.renewed()["access_token"]
    assert crm.ask("/Contacts/deleted").status == 204


@pytest.mark.parametrize("quiet", [True, False])
def test_a_record_back_from_the_bin_may_or_may_not_have_changed(quiet: bool) -> None:  # noqa: FBT001 - what the test is about
    crm = Caller(
        contact("ada"),
        ContactArchived(key="ada", at=NOW - 2 * HOUR),
        ContactRestored(key="ada", at=NOW - HOUR),
        quiet_restores=quiet,
    )
    assert crm.ask("/Contacts?fields=id", NOW - 2 * HOUR).status == (304 if quiet else 200)


def test_what_pointed_to_a_merged_contact_points_to_the_winner() -> None:
    crm = Caller(
        contact("winner"),
        contact("loser", phone="+49 30 1"),
        DealOpened(key="d", at=NOW - DAY, name="D", contacts=("loser",), amount=120_050),
        CaseOpened(key="c", at=NOW - DAY, contact="loser"),
        ContactsMerged(key="winner", loser="loser", at=NOW - HOUR),
    )
    (deal,) = crm.got("/Deals?fields=Contact_Name,Amount")["data"]
    (case,) = crm.got("/Cases?fields=Related_To")["data"]
    assert deal["Contact_Name"]["id"] == case["Related_To"]["id"] == ids("winner")[0]
    assert deal["Amount"] == 1200.5
    assert crm.got("/Contacts?fields=Phone")["data"][0]["Phone"] == "+49 30 1"
    truth = crm.crm.truth("contacts")["contacts"]
    assert truth[ids("loser")[0]]["merged_into"] == ids("winner")[0]


def test_deals_move_and_tasks_are_done() -> None:
    crm = Caller(
        CompanyJoined(key="firm", at=NOW - DAY, name="Firm", employees=7),
        contact("ada", company="firm"),
        DealOpened(key="d", at=NOW - DAY, name="D", contacts=("ada",), currency="JPY", amount=900),
        DealMoved(key="d", at=NOW - HOUR, changes={"stage": "closedwon", "amount": 1_000}),
        TaskPlanned(key="t", at=NOW - DAY, contact="ada", due_at=NOW),
        TaskUpdated(key="t", at=NOW - HOUR, changes={"status": "done"}),
    )
    (deal,) = crm.got("/Deals?fields=Stage,Amount")["data"]
    assert (deal["Stage"], deal["Amount"]) == ("Closed Won", 1000.0)
    (task,) = crm.got("/Tasks?fields=Status,Due_Date,Closed_Time")["data"]
    assert (task["Status"], task["Due_Date"]) == ("Completed", "2026-01-05")
    assert task["Closed_Time"] == "2026-01-05T06:30:00+05:30"
    (ada,) = crm.got("/Contacts?fields=Account_Name")["data"]
    assert ada["Account_Name"]["name"] == "Firm"


def test_a_field_that_somebody_makes_is_told_among_the_others() -> None:
    crm = Caller(contact("ada", properties={"shop_customer_id": "7", "shoe_size": "38"}))
    fields = crm.got("/settings/fields?module=Contacts")["fields"]
    named = {field["api_name"]: field["custom_field"] for field in fields}
    assert named["Shopify_Customer_Id"] is True
    assert "Shoe_Size" in named
    assert len(named) <= 50


def test_a_query_counts_and_lists_ids_in_order() -> None:
    leads = (LeadJoined(key=f"l{n}", at=NOW - DAY + n * HOUR, last_name="L") for n in range(5))
    crm = Caller(*leads, contact("ada"), LeadConverted(key="l0", at=NOW, contact="ada"))
    since, until = (quote_time(NOW - DAY + n * HOUR) for n in (1, 3))
    every = "(Converted__s = true or Converted__s = false)"
    where = f"(({every} and Modified_Time >= '{since}') and Modified_Time < '{until}')"
    counted = crm.query(f"select COUNT(id) from Leads where {where}")
    assert [*counted["data"][0].values()] == [2]
    first = crm.query("select id from Leads where id > 0 order by id asc limit 3")
    assert first["info"]["more_records"] is True
    last = first["data"][-1]["id"]
    rest = crm.query(f"select id from Leads where id > {last} order by id asc limit 3")
    listed = [row["id"] for row in [*first["data"], *rest["data"]]]
    assert listed == sorted(ids("l0", "l1", "l2", "l3", "l4", table="leads"))
    assert crm.query("select Email from Leads where 1=1; drop")["code"] == "SYNTAX_ERROR"


def quote_time(at: datetime) -> str:
    return at.isoformat()


def test_tokens_live_an_hour_and_a_refused_refresh_is_told_in_a_200() -> None:
    crm = Caller(contact("ada"))
    crm.clock.advance(HOUR.total_seconds())
    assert refused(crm.ask("/Contacts?fields=id")) == (401, "INVALID_TOKEN")
    assert crm.renewed(refresh_token="old") == {"error": "invalid_code"}
    assert crm.renewed(client_secret=quote("wrong")) == {"error": "invalid_client"}
    crm.token = crm.renewed()["access_token"]
    assert crm.ask("/Contacts?fields=id").status == 200
    crm.crm.expire_tokens()
    assert crm.ask("/Contacts?fields=id").status == 401


def test_ten_tokens_are_given_in_ten_minutes() -> None:
    crm = Caller()
    given = [crm.renewed() for _ in range(10)]
    assert sum("access_token" in one for one in given) == 9
    assert given[-1]["error"] == "Access Denied"


def test_credits_are_told_from_half_on_and_then_refused_without_a_pause_to_wait() -> None:
    crm = Caller(contact("ada"), credits_per_day=4)
    told = [crm.ask("/Contacts?fields=id").headers for _ in range(4)]
    left = [headers.get("X-API-CREDITS-REMAINING") for headers in told]
    assert left == [None, "2", "1", "0"]
    busy = crm.ask("/Contacts?fields=id")
    assert refused(busy) == (429, "TOO_MANY_REQUESTS")
    assert "Retry-After" not in busy.headers
