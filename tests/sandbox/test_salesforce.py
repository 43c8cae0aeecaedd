"""The sandbox's org behaves as Salesforce's documents say."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import orjson
import pytest

from sandbox.clock import Clock
from sandbox.happenings import (
    ContactArchived,
    ContactEdited,
    ContactErased,
    ContactJoined,
    ContactsMerged,
    DealOpened,
    TaskPlanned,
)
from sandbox.http import Request, Response
from sandbox.salesforce.org import Salesforce
from sandbox.salesforce.records import ident

NOON = datetime(2026, 1, 4, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DATA = "/services/data/v62.0"


class Caller:
    """An org whose clock stands at noon, and somebody who calls it."""

    def __init__(self, **options: Any) -> None:
        self.clock = Clock(NOON, frozen=True)
        self.org = Salesforce(self.clock, **options)
        self.env = self.org.credentials()
        self.headers: dict[str, str] = {}
        self.token = self.grant()["access_token"]

    def grant(self, kind: str = "client_credentials", **more: str) -> Any:
        form = {
            "grant_type": kind,
            "client_id": self.env["SALESFORCE_CLIENT_ID"],
            "client_secret": self.env["SALESFORCE_CLIENT_SECRET"],
            **more,
        }
        return self._read(self.org(Request.to("POST", "/services/oauth2/token", form=form)))

    def call(self, method: str, path: str, body: Any = None) -> Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self.org(Request.to(method, path, headers=headers, json=body))
        self.headers = dict(answer.headers)
        return answer

    def get(self, path: str) -> Any:
        return self._read(self.call("GET", f"{DATA}{path}"))

    def ask(self, soql: str, verb: str = "query") -> Any:
        return self.get(f"/{verb}?q={quote(soql)}")

    def found(self, soql: str, verb: str = "query") -> list[Any]:
        return [record["Id"] for record in self.ask(soql, verb)["records"]]

    @staticmethod
    def _read(answer: Response) -> Any:
        return orjson.loads(answer.payload())


def contact(key: str, at: datetime = NOON - DAY, **fields: Any) -> ContactJoined:
    return ContactJoined(
        key=key, at=at, **{"last_name": key, "email": f"{key}@x.example", **fields}
    )


def own(key: str) -> str:
    return ident("contacts", key)


@pytest.fixture
def caller() -> Caller:
    caller = Caller()
    keys = ("ada", "bob", "cem", "dee")
    caller.org.apply_many(contact(key, NOON - DAY + n * MINUTE) for n, key in enumerate(keys))
    return caller


def test_ids_have_eighteen_characters_the_last_three_for_those_who_ignore_case() -> None:
    assert own("ada").startswith("003")
    assert len(own("ada")) == 18
    assert own("ada")[15:].isalnum()


def test_a_session_does_not_tell_its_end_and_says_where_the_org_is(caller: Caller) -> None:
    found = caller.grant()
    assert "expires_in" not in found
    assert found["instance_url"].startswith("http")
    caller.clock.advance(2 * 3600 + 1)
    answer = caller.call("GET", f"{DATA}/limits")
    assert (answer.status, answer.body[0]["errorCode"]) == (401, "INVALID_SESSION_ID")


def test_a_refresh_token_is_good_for_one_use() -> None:
    caller = Caller(rotates=True)
    first = caller.env["SALESFORCE_REFRESH_TOKEN"]
    assert caller.grant("refresh_token", refresh_token=first)["refresh_token"] != first
    assert caller.grant("refresh_token", refresh_token=first)["error"] == "invalid_grant"


def test_a_query_gives_its_fields_in_pages_and_its_whole_size_at_once() -> None:
    caller = Caller(page_size=3)
    caller.org.apply_many(contact(f"p{n}") for n in range(7))
    page = caller.ask("SELECT Id, Email FROM Contact ORDER BY Id")
    seen = [record["Id"] for record in page["records"]]
    assert (page["totalSize"], page["done"], len(seen)) == (7, False, 3)
    assert set(page["records"][0]) == {"attributes", "Id", "Email"}
    while not page["done"]:
        page = Caller._read(caller.call("GET", page["nextRecordsUrl"]))
        seen += [record["Id"] for record in page["records"]]
    assert seen == sorted(own(f"p{n}") for n in range(7))
    assert caller.get("/query/01gnothing-3")[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


def test_conditions_are_those_of_soql(caller: Caller) -> None:
    first, second = own("ada"), own("bob")
    stamp = f"{NOON - DAY + MINUTE:%Y-%m-%dT%H:%M:%SZ}"
    select = "select id from contact"
    assert set(caller.found(f"{select} where systemmodstamp < {stamp}")) == {first}
    assert second in caller.found(f"{select} WHERE SystemModstamp >= {stamp}")
    assert caller.found(f"{select} WHERE Id IN ('{first}') AND IsDeleted = false") == [first]
    assert caller.found(f"{select} WHERE Email LIKE 'ada%' OR (NOT LastName != 'ada')") == [first]
    assert len(caller.found(f"{select} WHERE Phone = null ORDER BY Id DESC LIMIT 2")) == 2
    assert caller.found(f"{select} WHERE LastName = 'O\\'Hara'") == []
    assert caller.ask("SELECT COUNT() FROM Contact")["totalSize"] == 4


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT Nothing FROM Contact", "INVALID_FIELD"),
        ("SELECT Id FROM Nothing", "INVALID_TYPE"),
        ("SELECT Id FROM Contact WHERE", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE SystemModstamp > '2026-01-01'", "INVALID_FIELD"),
        ("SELECT Id FROM Contact LIMIT 1 GROUP", "MALFORMED_QUERY"),
        ("Id FROM Contact", "MALFORMED_QUERY"),
    ],
)
def test_a_bad_query_is_refused_in_salesforces_words(caller: Caller, soql: str, code: str) -> None:
    assert caller.ask(soql)[0]["errorCode"] == code


def test_the_bin_is_in_query_all_for_fifteen_days(caller: Caller) -> None:
    caller.org.apply(ContactArchived(key="ada", at=NOON))
    asked = "SELECT Id, IsDeleted, SystemModstamp FROM Contact WHERE IsDeleted = true"
    assert caller.found(asked) == []
    (binned,) = caller.ask(asked, "queryAll")["records"]
    assert binned["SystemModstamp"] == "2026-01-04T12:00:00.000+0000"
    caller.clock.advance(16 * 86_400)
    caller.token = caller.grant()["access_token"]
    assert caller.found(asked, "queryAll") == []


def test_a_loser_names_its_winner_and_hands_its_children_over(caller: Caller) -> None:
    caller.org.apply_many(
        [
            TaskPlanned(key="t", at=NOON - DAY, contact="bob"),
            DealOpened(key="d", at=NOON - DAY, name="D", contacts=("bob",)),
            ContactsMerged(key="ada", loser="bob", at=NOON),
        ]
    )
    asked = "SELECT Id, MasterRecordId FROM Contact WHERE IsDeleted = true"
    (loser,) = caller.ask(asked, "queryAll")["records"]
    assert (loser["Id"], loser["MasterRecordId"]) == (own("bob"), own("ada"))
    (task,) = caller.ask("SELECT WhoId, SystemModstamp FROM Task")["records"]
    assert task["WhoId"] == own("ada")
    assert task["SystemModstamp"].startswith("2026-01-04T12")
    (role,) = caller.ask("SELECT ContactId FROM OpportunityContactRole")["records"]
    assert role["ContactId"] == own("ada")


def test_an_erased_record_is_nowhere(caller: Caller) -> None:
    caller.org.apply(ContactErased(key="ada", at=NOON))
    assert own("ada") not in caller.found("SELECT Id FROM Contact", "queryAll")
    assert caller.org.truth("contacts")["contacts"][own("ada")]["deleted"]


def test_field_level_security_hides_from_describe_and_from_queries() -> None:
    caller = Caller(hidden=("Contact.HasOptedOutOfEmail",))
    names = {field["name"] for field in caller.get("/sobjects/Contact/describe")["fields"]}
    assert "HasOptedOutOfEmail" not in names
    assert "MailingAddress" in names
    refused = caller.ask("SELECT HasOptedOutOfEmail FROM Contact")
    assert refused[0]["errorCode"] == "INVALID_FIELD"


def test_a_custom_field_is_described_from_the_moment_it_is_made(caller: Caller) -> None:
    caller.org.apply(ContactEdited(key="ada", at=NOON, changes={"properties": {"Tier": "gold"}}))
    fields = {f["name"]: f for f in caller.get("/sobjects/Contact/describe")["fields"]}
    assert fields["Tier__c"]["custom"] is True
    assert caller.ask("SELECT Tier__c FROM Contact WHERE Tier__c = 'gold'")["totalSize"] == 1


def test_some_writes_show_after_others_that_were_stamped_later() -> None:
    caller = Caller(late_seconds=60)
    caller.org.apply_many(
        [
            contact("early", NOON - 3 * MINUTE),
            contact("slow", NOON - timedelta(seconds=20)),
            contact("quick", NOON - timedelta(seconds=10)),
            ContactEdited(key="slow", at=NOON, changes={"first_name": "Ada"}),
        ]
    )
    assert set(caller.found("SELECT Id FROM Contact")) == {own("early"), own("quick")}
    caller.clock.advance(61)
    (slow,) = caller.ask("SELECT FirstName FROM Contact WHERE LastName = 'slow'")["records"]
    assert slow["FirstName"] == "Ada"


def test_a_query_job_is_worked_on_and_then_read_as_csv_page_by_page() -> None:
    caller = Caller(bulk_page=2)
    caller.org.apply_many(contact(f"p{n}", job_title='says "hi",\nand goes') for n in range(3))
    asked = {
        "operation": "query",
        "query": "SELECT Id, Title, Phone, IsDeleted, CreatedDate FROM Contact",
    }
    job = Caller._read(caller.call("POST", f"{DATA}/jobs/query", asked))
    assert job["state"] == "UploadComplete"
    path = f"/jobs/query/{job['id']}"
    assert caller.get(f"{path}/results")[0]["errorCode"] == "INVALIDJOBSTATE"
    caller.clock.advance(2)
    assert caller.get(path)["state"] == "InProgress"
    caller.clock.advance(5)
    done = caller.get(path)
    assert (done["state"], done["numberRecordsProcessed"]) == ("JobComplete", 3)
    answer = caller.call("GET", f"{DATA}{path}/results?maxRecords=50000")
    assert (answer.headers["Sforce-NumberOfRecords"], answer.headers["Sforce-Locator"]) == (
        "2",
        "2",
    )
    row = next(csv.DictReader(io.StringIO(answer.payload().decode())))
    assert row["Title"] == 'says "hi",\nand goes'
    assert (row["Phone"], row["IsDeleted"]) == ("", "false")
    assert row["CreatedDate"].endswith(".000Z")
    last = caller.call("GET", f"{DATA}{path}/results?locator=2")
    assert last.headers["Sforce-Locator"] == "null"


def test_jobs_take_no_counts_and_no_compound_fields(caller: Caller) -> None:
    for soql in ("SELECT COUNT() FROM Contact", "SELECT MailingAddress FROM Contact"):
        asked = {"operation": "query", "query": soql}
        assert caller.call("POST", f"{DATA}/jobs/query", asked).status == 400


def test_calls_of_the_day_are_told_in_a_header_and_then_refused_without_a_date() -> None:
    caller = Caller(calls_a_day=2)
    caller.get("/limits")
    assert caller.headers["Sforce-Limit-Info"] == "api-usage=1/2"
    caller.get("/limits")
    answer = caller.call("GET", f"{DATA}/limits")
    assert (answer.status, answer.body[0]["errorCode"]) == (403, "REQUEST_LIMIT_EXCEEDED")
    assert "Retry-After" not in answer.headers


def test_a_task_that_is_long_done_leaves_queries_but_not_query_all() -> None:
    caller = Caller()
    old = NOON - 400 * DAY
    caller.org.apply(TaskPlanned(key="t", at=old, status="done", due_at=old))
    assert caller.found("SELECT Id FROM Task") == []
    assert len(caller.found("SELECT Id FROM Task", "queryAll")) == 1


def test_versions_are_listed(caller: Caller) -> None:
    found = Caller._read(caller.call("GET", "/services/data"))
    assert "62.0" in {each["version"] for each in found}
