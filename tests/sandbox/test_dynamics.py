"""The sandbox's environment behaves as Dataverse's documents say."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest

from sandbox.clock import Clock
from sandbox.dynamics.environment import FORMATTED, LOGICAL_NAME, TENANT, Dynamics
from sandbox.dynamics.records import guid
from sandbox.happenings import (
    CaseOpened,
    CompanyJoined,
    ContactArchived,
    ContactEdited,
    ContactJoined,
    ContactRestored,
    ContactsMerged,
    DealOpened,
)
from sandbox.http import Request, Response

NOON = datetime(2026, 1, 4, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DATA = "/api/data/v9.2"
TRACK = "odata.track-changes"
NOTES = f'odata.include-annotations="{FORMATTED},{LOGICAL_NAME}"'


class Caller:
    """An environment whose clock stands at noon, and somebody who calls it."""

    def __init__(self, **options: Any) -> None:
        self.clock = Clock(NOON, frozen=True)
        self.twin = Dynamics(self.clock, **options)
        self.env = self.twin.credentials()
        self.token = self.grant()["access_token"]

    def grant(self, **more: str) -> Any:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.env["DYNAMICS_CLIENT_ID"],
            "client_secret": self.env["DYNAMICS_CLIENT_SECRET"],
            "scope": "http://127.0.0.1/.default",
            **more,
        }
        path = f"/{TENANT}/oauth2/v2.0/token"
        return orjson.loads(self.twin(Request.to("POST", path, form=form)).payload())

    def call(self, path: str, prefer: str = "") -> Response:
        headers = {"Authorization": f"Bearer {self.token}", "Prefer": prefer}
        return self.twin(Request.to("GET", path, headers=headers))

    def get(self, path: str, prefer: str = "") -> Any:
        return orjson.loads(self.call(f"{DATA}{path}", prefer).payload())

    def follow(self, link: str, prefer: str = "") -> Any:
        parts = urlsplit(link)
        return orjson.loads(self.call(f"{parts.path}?{parts.query}", prefer).payload())

    def tracked(self, table: str = "contacts") -> str:
        """Give the delta link of a table."""
        return str(self.get(f"/{table}", TRACK)["@odata.deltaLink"])


def contact(key: str, at: datetime = NOON - DAY, **fields: Any) -> ContactJoined:
    return ContactJoined(
        key=key, at=at, **{"last_name": key, "email": f"{key}@x.example", **fields}
    )


def own(key: str) -> str:
    return guid("contacts", key)


@pytest.fixture
def caller() -> Caller:
    caller = Caller()
    keys = ("ada", "bob", "cem", "dee")
    caller.twin.apply_many(contact(key, NOON - DAY + n * MINUTE) for n, key in enumerate(keys))
    return caller


def test_a_token_lasts_an_hour_and_is_for_one_environment(caller: Caller) -> None:
    found = caller.grant()
    assert found["expires_in"] == 3599
    assert "refresh_token" not in found
    assert caller.grant(scope="https://elsewhere/.default")["error"] == "invalid_scope"
    assert caller.grant(client_secret="wrong")["error"] == "invalid_client"
    caller.clock.advance(3600)
    assert caller.call(f"{DATA}/contacts").status == 401


def test_pages_are_as_small_as_asked_for_and_link_on(caller: Caller) -> None:
    page = caller.get("/contacts", "odata.maxpagesize=3")
    seen = [row["contactid"] for row in page["value"]]
    page = caller.follow(page["@odata.nextLink"], "odata.maxpagesize=3")
    seen += [row["contactid"] for row in page["value"]]
    assert "@odata.nextLink" not in page
    assert sorted(seen) == sorted(own(key) for key in ("ada", "bob", "cem", "dee"))
    assert caller.follow(f"{DATA}/contacts?$skiptoken=nothing-3")["error"]["code"]


def test_filters_orders_and_counts_are_odatas(caller: Caller) -> None:
    stamp = f"{NOON - DAY + MINUTE:%Y-%m-%dT%H:%M:%SZ}"
    late = f"/contacts?$filter=modifiedon ge {stamp} and merged eq false&$orderby=modifiedon desc"
    assert [row["lastname"] for row in caller.get(late)["value"]] == ["dee", "cem", "bob"]
    one = f"/contacts?$filter=contactid eq {own('ada')} or (lastname eq 'bob')&$select=lastname"
    found = caller.get(one)["value"]
    assert {row["lastname"] for row in found} == {"ada", "bob"}
    assert set(found[0]) == {"@odata.etag", "contactid", "lastname"}
    counted = caller.get("/contacts?$top=1&$count=true&$select=contactid")
    assert (counted["@odata.count"], len(counted["value"])) == (4, 1)
    for bad in ("modifiedon >= 1", "lastname eq", "lastname eq 'x' nonsense"):
        assert caller.call(f"{DATA}/contacts?$filter={bad}").status == 400


def test_counting_ends_where_it_ends() -> None:
    caller = Caller(count_ends_at=3)
    caller.twin.apply_many(contact(f"p{n}") for n in range(5))
    assert caller.get("/contacts?$top=1&$count=true")["@odata.count"] == 3


def test_a_delta_has_what_changed_and_what_was_deleted(caller: Caller) -> None:
    link = caller.tracked()
    caller.twin.apply_many(
        [
            ContactEdited(key="ada", at=NOON, changes={"first_name": "Ada"}),
            ContactArchived(key="bob", at=NOON),
            contact("new", NOON),
        ]
    )
    caller.twin.backdated("contacts", own("cem"), {"firstname": "Old"})
    answer = caller.follow(link)
    rows = {row["contactid"]: row for row in answer["value"] if "contactid" in row}
    assert set(rows) == {own("ada"), own("cem"), own("new")}
    assert rows[own("cem")]["modifiedon"] < "2026-01-04"
    (end,) = [row for row in answer["value"] if "reason" in row]
    assert end["@odata.context"].endswith("$metadata#contacts/$deletedEntity")
    assert (end["id"], end["reason"]) == (own("bob"), "deleted")
    assert caller.follow(answer["@odata.deltaLink"])["value"] == []
    caller.twin.apply(ContactRestored(key="bob", at=NOON))
    (back,) = caller.follow(answer["@odata.deltaLink"])["value"]
    assert back["contactid"] == own("bob")


@pytest.mark.parametrize("option", ["$filter=merged eq false", "$orderby=modifiedon", "$top=1"])
def test_change_tracking_takes_no_other_options(caller: Caller, option: str) -> None:
    headers_say = caller.get(f"/contacts?{option}", TRACK)
    assert headers_say["error"]["message"]


def test_a_table_without_change_tracking_says_so() -> None:
    caller = Caller(untracked=("tasks",))
    assert "change tracking" in caller.get("/tasks", TRACK)["error"]["message"]
    assert "@odata.deltaLink" in caller.get("/contacts", TRACK)


def test_an_expired_token_gives_everything_and_no_deletions_or_is_refused() -> None:
    for refuses in (False, True):
        caller = Caller(refuses_expired=refuses)
        caller.twin.apply_many([contact("ada"), contact("bob")])
        link = caller.tracked()
        caller.twin.apply(ContactArchived(key="bob", at=NOON))
        caller.clock.advance(8 * 86_400)
        caller.token = caller.grant()["access_token"]
        answer = caller.follow(link)
        if refuses:
            assert answer["error"]["code"]
        else:
            assert [row.get("contactid") for row in answer["value"]] == [own("ada")]
            assert "@odata.deltaLink" in answer


def test_a_merged_contact_stays_inactive_and_its_case_moves_over(caller: Caller) -> None:
    caller.twin.apply_many(
        [
            CaseOpened(key="c", at=NOON - DAY, contact="bob"),
            ContactsMerged(key="ada", loser="bob", at=NOON),
        ]
    )
    loser = caller.get(f"/contacts({own('bob')})")
    assert (loser["merged"], loser["_masterid_value"]) == (True, own("ada"))
    assert loser["statecode"] == 1
    (case,) = caller.get("/incidents")["value"]
    assert case["_customerid_value"] == own("ada")
    assert caller.twin.truth("contacts")["contacts"][own("bob")]["merged_into"] == own("ada")


def test_labels_and_what_a_lookup_points_at_are_told_on_request(caller: Caller) -> None:
    caller.twin.apply_many(
        [
            CompanyJoined(key="k", at=NOON, name="K"),
            CaseOpened(key="c", at=NOON, company="k", priority="high"),
            DealOpened(key="d", at=NOON, name="D", amount=700, currency="JPY", contacts=("ada",)),
        ]
    )
    (case,) = caller.get("/incidents", NOTES)["value"]
    assert case[f"prioritycode@{FORMATTED}"] == "High"
    assert case[f"_customerid_value@{LOGICAL_NAME}"] == "account"
    (plain,) = caller.get("/incidents")["value"]
    assert not [name for name in plain if "@" in name and name != "@odata.etag"]
    (deal,) = caller.get("/opportunities")["value"]
    assert deal["estimatedvalue"] == 700.0
    (currency,) = caller.get("/transactioncurrencies")["value"]
    assert currency["transactioncurrencyid"] == deal["_transactioncurrencyid_value"]
    assert currency["isocurrencycode"] == "JPY"


def test_too_many_requests_are_told_to_wait() -> None:
    caller = Caller(per_window=2)
    caller.get("/WhoAmI")
    assert caller.call(f"{DATA}/WhoAmI").headers["x-ms-ratelimit-burst-remaining-xrm-requests"]
    answer = caller.call(f"{DATA}/WhoAmI")
    assert (answer.status, answer.body["error"]["code"]) == (429, "0x80072322")
    assert int(answer.headers["Retry-After"]) >= 1


def test_what_is_not_there_is_a_404_in_dataverses_form(caller: Caller) -> None:
    caller.twin.apply(ContactArchived(key="ada", at=NOON))
    for path in (f"/contacts({own('ada')})", "/nothings"):
        assert caller.call(f"{DATA}{path}").status == 404
