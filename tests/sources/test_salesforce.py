"""What the Salesforce connector promises, told against the sandbox's org."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from core.errors import ConfigError, VendorBusyError
from core.pace import Day
from core.pipeline import _column_names
from core.pull import Pull
from core.settings import load
from sandbox.clock import Clock, millis
from sandbox.happenings import (
    CampaignMembered,
    CampaignStarted,
    CaseOpened,
    CompanyJoined,
    ContactArchived,
    ContactEdited,
    ContactErased,
    ContactJoined,
    ContactRestored,
    ContactsMerged,
    DealOpened,
    LeadConverted,
    LeadJoined,
    TaskPlanned,
)
from sandbox.salesforce.org import Salesforce
from sandbox.salesforce.records import ident
from sandbox.serve import Sandbox, serve
from sources.salesforce import SalesforceSettings, connector, counts
from sources.salesforce.api import Allowance, is_busy
from sources.salesforce.fields import Fields, plain, read
from sources.salesforce.soql import among, between, select
from sources.salesforce.tables import KINDS, column
from tests.patience import Patience
from tests.sources.shaped import ShapedShelf

NIGHT = datetime(2026, 1, 5, 2, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Night:
    """One sandbox org, one shelf, and our hour."""

    def __init__(self, box: Sandbox, home: Path) -> None:
        self.box, self.shelf = box, ShapedShelf(home)
        self.org: Any = box.vendors["salesforce"]

    def pull(self, *, settings: dict[str, str] | None = None, **span: Any) -> ShapedShelf:
        self.box.journal.clear()
        given = load(SalesforceSettings, {**self.box.environment, **(settings or {})})
        self.shelf.pull(connector, given, self.box.clock, **span)
        return self.shelf

    def asked(self, path: str) -> int:
        return len(self.box.journal.read("salesforce", path))

    def later(self, by: timedelta = DAY) -> datetime:
        self.box.clock.advance(by.total_seconds())
        return self.box.clock.now()

    def unstamped(self, key: str, **fields: Any) -> None:
        """Change a contact without moving its stamp."""
        own = ident("contacts", key)
        row = self.org.kept["contacts"].get(own)
        self.org.kept["contacts"].edit(own, fields, row.updated_at)


Open = Callable[..., Night]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as stack:

        def start(**vendor: Any) -> Night:
            clock = Clock(NIGHT, frozen=True)
            box = stack.enter_context(serve([Salesforce(clock, **vendor)], clock=clock))
            return Night(box, tmp_path)

        yield start


@pytest.fixture
def night(opened: Open) -> Night:
    return opened()


def people(count: int, at: datetime = NIGHT - DAY) -> list[ContactJoined]:
    return [
        ContactJoined(key=f"p{n}", at=at + n * MINUTE, last_name=f"N{n}", email=f"p{n}@x.example")
        for n in range(count)
    ]


def who(key: str) -> str:
    return ident("contacts", key)


def swept(night: Night) -> bool:
    """Say whether the last pull read every id of some object."""
    return any("SELECT Id FROM" in str(one.query) for one in night.box.journal.read())


def by_bulk(rows: int = 1) -> dict[str, str]:
    return {"SALESFORCE_REST_ROWS": str(rows)}


def test_every_page_of_a_query_is_read(opened: Open) -> None:
    night = opened(page_size=3)
    night.box.happen(*people(10))
    assert len(night.pull().live("contacts")) == 10
    assert night.asked("/query/") >= 3


def test_more_rows_than_a_query_should_give_come_by_bulk_job_page_by_page(opened: Open) -> None:
    night = opened(bulk_page=3)
    night.box.happen(*people(10))
    held = night.pull(settings=by_bulk(9))
    assert len(held.live("contacts")) == 10
    assert night.asked("/results") == 4
    assert held.failures == {}


def test_a_record_is_the_same_row_whether_a_query_or_a_job_brought_it(night: Night) -> None:
    night.box.happen(
        *people(3),
        CompanyJoined(key="k", at=NIGHT - DAY, name='Kiosk, "Ltd"\nBerlin', employees=7),
        DealOpened(key="d", at=NIGHT - DAY, name="D", amount=1250, contacts=("p0",), company="k"),
        CaseOpened(key="c", at=NIGHT - DAY, contact="p0", description="Ärger\r\nund, 'mehr'"),
        ContactArchived(key="p1", at=NIGHT - HOUR),
    )
    night.pull(settings=by_bulk())
    assert night.asked("/results")
    held = night.pull(full=True)
    assert held.changed == 0
    assert held.live("opportunities")[ident("opportunities", "d")]["amount"] == 12.5
    assert held.live("accounts")[ident("accounts", "k")]["number_of_employees"] == 7


def test_a_failed_job_is_told_and_the_next_night_brings_what_it_owed(opened: Open) -> None:
    night = opened(failing_jobs=1)
    night.box.happen(*people(3))
    failed = night.pull(settings=by_bulk()).failures["contacts"]
    assert isinstance(failed, VendorBusyError)
    assert "Failed" in str(failed)
    assert night.shelf.state.get("contacts") is None
    assert len(night.pull(settings=by_bulk()).live("contacts")) == 3


@pytest.mark.parametrize("bulk", [{}, by_bulk()])
def test_a_page_that_lacks_a_record_is_asked_for_again(night: Night, bulk: dict[str, str]) -> None:
    night.box.happen(*people(3))
    fault = {"do": "drop_row", "table": "contacts", "row": 1}
    night.box.faults.add({**fault, "path": "results" if bulk else "queryAll"})
    held = night.pull(settings=bulk)
    assert held.failures == {}
    assert len(held.live("contacts")) == 3
    assert not swept(night)


def test_a_record_that_stays_away_is_told_and_the_cursor_waits_for_it(night: Night) -> None:
    night.box.happen(*people(3))
    night.box.faults.add({"do": "drop_row", "table": "contacts", "row": 1, "times": 0})
    held = night.pull()
    assert isinstance(held.failures["contacts"], VendorBusyError)
    assert held.state.get("contacts") is None
    night.box.faults.clear()
    assert len(night.pull().live("contacts")) == 3


def test_the_second_night_asks_only_for_what_changed_and_ten_minutes_before(night: Night) -> None:
    night.box.happen(*people(30, NIGHT - DAY))
    night.pull()
    at = night.later()
    night.box.happen(ContactEdited(key="p1", at=at, changes={"first_name": "Ada"}))
    night.later(HOUR)
    held = night.pull()
    assert held.live("contacts")[who("p1")]["first_name"] == "Ada"
    (asked,) = (
        e.query["q"][0]
        for e in night.box.journal.read("salesforce", "queryAll")
        if "FROM Contact W" in e.query["q"][0] and "COUNT" not in e.query["q"][0]
    )
    assert f"SystemModstamp >= {(NIGHT - DAY + 19 * MINUTE):%Y-%m-%dT%H:%M:%SZ}" in asked


def test_a_transaction_that_commits_after_it_was_stamped_is_not_missed(opened: Open) -> None:
    night = opened(late_seconds=300)
    night.box.happen(
        *people(1),
        ContactJoined(key="late", at=NIGHT - 2 * MINUTE, last_name="Late"),
        ContactJoined(key="newest", at=NIGHT - MINUTE, last_name="New"),
    )
    assert set(night.pull().live("contacts")) == {who("p0"), who("newest")}
    night.later(HOUR)
    night.box.happen(ContactJoined(key="next", at=NIGHT + HOUR, last_name="Next"))
    assert who("late") in night.pull().live("contacts")
    assert not swept(night)


def test_deleted_merged_and_restored_records_are_told_by_the_bin(night: Night) -> None:
    night.box.happen(*people(4))
    night.pull()
    at = night.later()
    night.box.happen(ContactArchived(key="p0", at=at), ContactsMerged(key="p1", loser="p2", at=at))
    night.later(HOUR)
    held = night.pull()
    assert set(held.gone("contacts")) == {who("p0"), who("p2")}
    assert held.gone("contacts")[who("p2")]["merged_into"] == who("p1")
    assert held.gone("contacts")[who("p0")]["merged_into"] is None
    night.box.happen(ContactRestored(key="p0", at=night.later()))
    held = night.pull()
    assert set(held.gone("contacts")) == {who("p2")}
    assert held.live("contacts")[who("p0")]["email"] == "p0@x.example"


def test_what_was_purged_from_the_bin_before_we_looked_is_found_by_the_count(night: Night) -> None:
    night.box.happen(*people(4))
    night.pull()
    at = night.later()
    night.box.happen(ContactArchived(key="p0", at=at), ContactErased(key="p1", at=at))
    night.later(20 * DAY)
    held = night.pull()
    assert set(held.gone("contacts")) == {who("p0"), who("p1")}
    night.later()
    night.pull()
    assert not swept(night)


def test_a_record_that_cannot_be_kept_does_not_set_off_a_sweep_each_night(night: Night) -> None:
    night.box.happen(*people(4))
    fault = {"do": "drop_field", "field": "Id", "table": "contacts", "having": who("p2")}
    night.box.faults.add({**fault, "times": 0})
    held = night.pull()
    assert len(held.live("contacts")) == 3
    night.later()
    held = night.pull()
    assert not swept(night)


def test_an_archived_task_is_no_deleted_one(night: Night) -> None:
    old = NIGHT - 500 * DAY
    night.box.happen(
        *people(1),
        TaskPlanned(key="old", at=old, contact="p0", status="done", due_at=old),
        TaskPlanned(key="new", at=NIGHT - DAY, contact="p0"),
    )
    night.pull()
    night.later()
    held = night.pull()
    assert set(held.live("tasks")) == {ident("tasks", "old"), ident("tasks", "new")}
    assert held.gone("tasks") == {}


def test_consent_that_field_level_security_hides_is_an_error_and_no_silence(opened: Open) -> None:
    night = opened(hidden=("Contact.HasOptedOutOfEmail", "Lead.HasOptedOutOfEmail"))
    night.box.happen(*people(2), CompanyJoined(key="k", at=NIGHT - DAY, name="K"))
    held = night.pull()
    for table in ("contacts", "leads"):
        failure = held.failures[table]
        assert isinstance(failure, ConfigError)
        assert "HasOptedOutOfEmail" in str(failure)
        assert "SALESFORCE_NO_OPT_OUT_FIELD" in failure.next_step
    assert len(held.live("accounts")) == 1
    held = night.pull(settings={"SALESFORCE_NO_OPT_OUT_FIELD": "true"})
    assert held.failures == {}
    assert len(held.live("contacts")) == 2


def test_an_object_the_user_may_not_see_is_told_with_the_setting_that_skips_it(
    night: Night,
) -> None:
    night.box.happen(*people(1))
    path = "/sobjects/CampaignMember/describe"
    night.box.faults.add({"do": "status", "status": 404, "path": path, "times": 0})
    failure = night.pull().failures["campaign_members"]
    assert "SALESFORCE_SKIP" in failure.next_step
    skip = {"SALESFORCE_SKIP": "campaign_members"}
    assert night.pull(settings=skip).failures == {}
    with pytest.raises(ConfigError, match="SALESFORCE_SKIP"):
        night.pull(settings={"SALESFORCE_SKIP": "nothing_of_ours"})


def test_a_new_field_is_read_for_records_that_never_change_again(night: Night) -> None:
    night.box.happen(*people(30, NIGHT - 3 * DAY))
    night.pull()
    night.later()
    night.org.define("contacts", "Tier__c")
    night.unstamped("p1", Tier__c="gold")
    assert night.pull().live("contacts")[who("p1")]["tier_c"] == "gold"


def test_formula_fields_are_read_again_once_a_week_or_left_out(night: Night) -> None:
    night.box.happen(*people(30, NIGHT - 3 * DAY))
    night.org.define("contacts", "Age__c", "double formula")
    night.unstamped("p1", Age__c=3)
    assert night.pull().live("contacts")[who("p1")]["age_c"] == 3.0
    night.unstamped("p1", Age__c=4)
    night.later(2 * DAY)
    assert night.pull().live("contacts")[who("p1")]["age_c"] == 3.0
    night.later(6 * DAY)
    assert night.pull().live("contacts")[who("p1")]["age_c"] == 4.0
    night.pull(settings={"SALESFORCE_FORMULA_DAYS": "0"})
    assert "Age__c" not in str([e.query for e in night.box.journal.read("salesforce", "queryAll")])


def test_more_fields_than_fit_into_an_address_go_by_bulk_job(night: Night) -> None:
    night.box.happen(*people(2))
    for number in range(300):
        night.org.define("contacts", f"A_field_with_a_rather_long_name_{number}__c")
    held = night.pull()
    assert held.failures == {}
    assert len(held.live("contacts")) == 2
    assert night.asked("/results")


def test_a_session_that_ends_in_the_middle_is_renewed_and_the_new_refresh_token_kept(
    opened: Open,
) -> None:
    night = opened(rotates=True, page_size=2)
    environment = dict(night.box.environment)
    night.box.happen(*people(7))
    for after in (2, 5):
        night.box.faults.add({"do": "expire_tokens", "after": after, "path": "/data/"})
    held = night.pull(settings=environment)
    assert held.failures == {}
    assert len(held.live("contacts")) == 7
    assert night.asked("/oauth2/token") == 3
    night.org.expire_tokens()
    assert night.pull(settings=environment).failures == {}
    assert (
        environment["SALESFORCE_REFRESH_TOKEN"] != night.box.environment["SALESFORCE_REFRESH_TOKEN"]
    )


def test_calls_that_are_used_up_are_told_as_busy_though_the_answer_is_a_403(opened: Open) -> None:
    night = opened(calls_a_day=4)
    night.box.happen(*people(1))
    failures = night.pull(settings={"SALESFORCE_DAILY_SHARE": "1"}).failures
    assert all(isinstance(error, VendorBusyError) for error in failures.values())
    assert night.box.journal.counts()["salesforce"].get(403, 0) == 0


def test_somebody_elses_calls_of_the_day_make_us_stop_before_the_org_says_no(
    opened: Open,
) -> None:
    night = opened(calls_a_day=100)
    night.box.happen(*people(1))
    night.org.limits["calls"].take(93)
    failures = night.pull().failures
    assert all("SALESFORCE_DAILY_SHARE" in error.next_step for error in failures.values())
    assert night.box.journal.counts()["salesforce"] == {200: 3}


def test_a_throttle_is_told_from_a_lack_of_rights() -> None:
    answer = requests.Response()
    answer.status_code, answer._content = 403, b'[{"errorCode":"REQUEST_LIMIT_EXCEEDED"}]'
    assert is_busy(answer)
    answer._content = b'[{"errorCode":"INSUFFICIENT_ACCESS"}]'
    assert not is_busy(answer)


def test_a_converted_lead_names_the_contact_and_a_deal_its_people(night: Night) -> None:
    at = NIGHT - DAY
    night.box.happen(
        *people(2, at),
        LeadJoined(key="l", at=at, last_name="Lead", email="p0@x.example"),
        DealOpened(
            key="d", at=at + HOUR, name="D", amount=500, currency="JPY", contacts=("p0", "p1")
        ),
        LeadConverted(key="l", at=at + 2 * HOUR, contact="p0", deal="d"),
        CampaignStarted(key="k", at=at, name="Fair"),
        CampaignMembered(key="m", at=at + HOUR, campaign="k", lead="l", status="responded"),
    )
    held = night.pull()
    lead = held.live("leads")[ident("leads", "l")]
    assert (lead["is_converted"], lead["converted_contact_id"]) == (True, who("p0"))
    roles = held.live("opportunity_contact_roles").values()
    assert {role["contact_id"] for role in roles} == {who("p0"), who("p1")}
    deal = held.live("opportunities")[ident("opportunities", "d")]
    assert (deal["amount"], deal["currency_iso_code"]) == (500.0, "JPY")
    (member,) = held.live("campaign_members").values()
    assert (member["lead_id"], member["has_responded"]) == (ident("leads", "l"), True)


def test_amounts_of_an_org_with_one_currency_get_it_from_the_settings(opened: Open) -> None:
    night = opened(hidden=("Opportunity.CurrencyIsoCode",))
    night.box.happen(*people(1), DealOpened(key="d", at=NIGHT - DAY, name="D", contacts=("p0",)))
    held = night.pull(settings={"SALESFORCE_CURRENCY": "CHF"})
    (deal,) = held.live("opportunities").values()
    assert deal["currency_iso_code"] == "CHF"


def test_the_org_counts_what_we_hold_whole_and_in_a_window(night: Night, tmp_path: Path) -> None:
    night.box.happen(*people(30, NIGHT - 3 * DAY), ContactArchived(key="p3", at=NIGHT - HOUR))
    held = night.pull()
    given = load(SalesforceSettings, night.box.environment)
    asked = counts(given, Pull(home=tmp_path, clock=Patience(night.box.clock)))
    start, end = NIGHT - 3 * DAY + 5 * MINUTE, NIGHT - 3 * DAY + 9 * MINUTE
    rows = held.live("contacts").values()
    stamps = [row[asked["contacts"].column or ""] for row in rows]
    assert asked["contacts"].ask(None, None) == len(stamps) == 29
    assert asked["contacts"].ask(start, end) == sum(start <= at < end for at in stamps) == 4
    assert set(asked) == set(connector.tables)


def test_a_window_reads_its_days_and_buries_nobody(night: Night) -> None:
    night.box.happen(*people(30, NIGHT - 3 * DAY))
    night.pull()
    kept = dict(night.shelf.state)
    night.unstamped("p7", FirstName="Ada")
    night.later()
    since = NIGHT - 3 * DAY
    held = night.pull(since=since, until=since + 10 * MINUTE)
    assert held.state == kept
    assert held.live("contacts")[who("p7")]["first_name"] == "Ada"
    assert held.changed == 1
    assert held.gone("contacts") == {}


def test_a_full_pull_finds_who_is_gone(night: Night) -> None:
    night.box.happen(*people(5))
    night.pull()
    night.box.happen(ContactErased(key="p1", at=night.later()))
    held = night.pull(full=True)
    assert set(held.gone("contacts")) == {who("p1")}


def test_a_restore_that_moved_no_stamp_is_found_by_the_count(night: Night) -> None:
    night.box.happen(*people(30, NIGHT - 3 * DAY), ContactArchived(key="p1", at=NIGHT - 2 * DAY))
    night.pull()
    row = night.org.kept["contacts"].get(who("p1"))
    night.org.kept["contacts"].edit(
        who("p1"), {"IsDeleted": False}, row.updated_at, deleted_at=None
    )
    night.org.kept["contacts"].edit(who("p1"), {}, millis(NIGHT - 3 * DAY), deleted_at=None)
    night.later()
    assert who("p1") in night.pull().live("contacts")


def test_columns_are_called_as_the_pipeline_calls_them() -> None:
    named = _column_names()
    fields = {name for kind in KINDS for name in kind.fields}
    assert [name for name in fields if column(name) != named(name)] == []


@pytest.mark.parametrize(
    ("cell", "kind", "value"),
    [
        ("", "string", None),
        ("true", "boolean", True),
        ("false", "boolean", False),
        ("maybe", "boolean", "maybe"),
        ("7", "int", 7),
        ("seven", "int", "seven"),
        ("1.0E7", "currency", 10_000_000.0),
        ("007", "string", "007"),
    ],
)
def test_a_cell_becomes_the_value_that_a_query_would_have_given(
    cell: str, kind: str, value: Any
) -> None:
    assert read(cell, kind) == value


def test_values_have_one_form() -> None:
    assert plain("2026-01-01T00:00:00.000+0000", "datetime") == "2026-01-01T00:00:00.000Z"
    assert isinstance(plain(5, "currency"), float)
    assert Fields({"a": "x"}).seal() != Fields({"b": "x"}).seal()


def test_questions_are_written_as_soql() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    asked = select(["Id"], "Contact", between(at, at), "Id")
    stamp = "2026-01-01T00:00:00Z"
    assert asked == (
        f"SELECT Id FROM Contact WHERE SystemModstamp >= {stamp} AND SystemModstamp < {stamp}"
        " ORDER BY Id"
    )
    assert among(["003' OR Name != '"]) == "Id IN ('003ORName')"


def test_the_orgs_usage_is_read_and_not_the_apps() -> None:
    allowance, answer = Allowance(0.9), requests.Response()
    answer.headers["Sforce-Limit-Info"] = "per-app-api-usage=17/17(appName=x); api-usage=18/5000"
    assert allowance.note(answer) == Day(5_000, 4_982)
    allowance.demand()
    answer.headers["Sforce-Limit-Info"] = "api-usage=4500/5000; per-app-api-usage=1/250(appName=x)"
    allowance.note(answer)
    with pytest.raises(VendorBusyError):
        allowance.demand()
