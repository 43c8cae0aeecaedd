"""Mailchimp in miniature: members and their statuses, offsets, times left out, reports."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import md5
from typing import Any

import orjson
import pytest

from sandbox.clock import Clock
from sandbox.happenings import (
    ContactArchived,
    ContactEdited,
    ContactErased,
    ContactJoined,
    ContactsMerged,
    Happening,
    ListCreated,
    ListJoined,
    MailEvent,
)
from sandbox.http import Request, Response
from sandbox.mailchimp.api import KEY, TOKEN, Mailchimp
from sandbox.mailchimp.parts import contact_id, hexed
from tests.sandbox.specs import SPECS

NOON = datetime(2026, 1, 4, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LIST = hexed("list", "everybody")
MEMBERS = f"/lists/{LIST}/members"


def made(*happenings: Happening, **options: Any) -> Mailchimp:
    vendor = Mailchimp(Clock(NOON, frozen=True), **options)
    vendor.apply_many(happenings)
    return vendor


def somebody(key: str, at: datetime = NOON, **fields: Any) -> ContactJoined:
    return ContactJoined(key=key, at=at, **{"email": f"{key}@x.example", **fields})


def mail(kind: str, key: str = "ada", at: datetime = NOON, **fields: Any) -> MailEvent:
    told = {"email": f"{key}@x.example", "campaign": "news", "contact": key, **fields}
    return MailEvent(key=f"{kind} {key} {at}", at=at, kind=kind, **told)


def ask(vendor: Mailchimp, url: str, method: str = "GET", auth: str = "") -> Response:
    headers = {"Authorization": auth or f"Bearer {KEY}"}
    return vendor(Request.to(method, f"/3.0{url}", headers=headers))


def got(vendor: Mailchimp, url: str) -> Any:
    response = ask(vendor, url)
    assert response.status == 200, response.body
    return orjson.loads(response.payload())


def names(vendor: Mailchimp, query: str) -> list[str]:
    rows = got(vendor, f"{MEMBERS}?{query}")["members"]
    return [row["email_address"].partition("@")[0] for row in rows]


def test_a_page_has_ten_unless_asked_and_a_thousand_at_most() -> None:
    vendor = made(*(somebody(f"p{n}") for n in range(12)))
    body = got(vendor, MEMBERS)
    assert (len(body["members"]), body["total_items"], body["list_id"]) == (10, 12, LIST)
    assert len(got(vendor, f"{MEMBERS}?count=1000&offset=10")["members"]) == 2
    assert ask(vendor, f"{MEMBERS}?count=1001").status == 400


def test_an_id_is_the_md5_of_the_address_and_the_contact_id_stays() -> None:
    vendor = made(somebody("ada"))
    (before,) = got(vendor, MEMBERS)["members"]
    vendor.apply(ContactEdited(key="ada", at=NOON, changes={"email": "ADA@y.example"}))
    (after,) = got(vendor, MEMBERS)["members"]
    assert after["id"] == md5(b"ada@y.example", usedforsecurity=False).hexdigest()
    assert before["id"] != after["id"]
    assert before["contact_id"] == after["contact_id"]


def test_a_member_is_found_by_hash_address_or_contact_id() -> None:
    vendor = made(somebody("ada"))
    (row,) = got(vendor, MEMBERS)["members"]
    for name in (row["id"], "Ada@X.example", row["contact_id"]):
        assert got(vendor, f"{MEMBERS}/{name}")["contact_id"] == contact_id("ada")
    assert ask(vendor, f"{MEMBERS}/{'0' * 32}").status == 404


def test_changes_since_and_before_leave_their_own_second_out() -> None:
    vendor = made(*(somebody(f"p{n}", NOON + n * SECOND) for n in range(4)))
    first = "sort_field=last_changed&since_last_changed=2026-01-04T12:00:00%2B00:00"
    assert names(vendor, first) == ["p1", "p2", "p3"]
    assert names(vendor, f"{first}&before_last_changed=2026-01-04T12:00:02%2B00:00") == ["p1"]


def test_archived_members_are_listed_only_when_asked_for() -> None:
    vendor = made(somebody("ada"), somebody("bob"), ContactArchived(key="bob", at=NOON))
    assert names(vendor, "") == ["ada"]
    assert names(vendor, "status=archived") == ["bob"]
    assert ask(vendor, f"{MEMBERS}?status=gone").status == 400


def test_delete_archives_and_a_permanent_deletion_leaves_nothing() -> None:
    vendor = made(somebody("ada"))
    member = f"{MEMBERS}/{contact_id('ada')}"
    assert ask(vendor, member, "DELETE").status == 204
    assert got(vendor, member)["status"] == "archived"
    assert ask(vendor, member, "DELETE").status == 405
    assert ask(vendor, f"{member}/actions/delete-permanent", "POST").status == 204
    assert ask(vendor, member).status == 404
    assert got(vendor, f"{MEMBERS}?status=archived")["total_items"] == 0


def test_one_address_is_one_member() -> None:
    vendor = made(somebody("ada"), somebody("twin", email="ADA@x.example", first_name="Ada"))
    (row,) = got(vendor, MEMBERS)["members"]
    assert row["merge_fields"]["FNAME"] == "Ada"
    vendor.apply(ContactsMerged(key="ada", loser="twin", at=NOON))
    assert got(vendor, MEMBERS)["total_items"] == 1
    vendor.apply(ContactErased(key="ada", at=NOON))
    vendor.apply(somebody("new", email="ada@x.example"))
    assert got(vendor, MEMBERS)["members"][0]["contact_id"] == contact_id("new")


def test_the_loser_of_a_merge_is_deleted_for_good() -> None:
    vendor = made(somebody("ada"), somebody("bob"), ContactsMerged(key="ada", loser="bob", at=NOON))
    assert names(vendor, "") == ["ada"]
    assert vendor.truth("members")["members"][f"{LIST}:{contact_id('bob')}"]["deleted"]


def test_a_tag_may_leave_last_changed_where_it_was() -> None:
    facts = (
        somebody("ada", NOON - SECOND),
        ListCreated(key="vip", at=NOON, name="VIP"),
        ListJoined(key="vip", at=NOON, contact="ada"),
    )
    for moves, second in ((True, "12:00:00"), (False, "11:59:59")):
        (row,) = got(made(*facts, tags_touch=moves), MEMBERS)["members"]
        assert [tag["name"] for tag in row["tags"]] == ["VIP"]
        assert row["last_changed"] == f"2026-01-04T{second}+00:00"


def test_activity_is_told_by_address_and_since_leaves_the_rest_out() -> None:
    vendor = made(
        somebody("ada"),
        somebody("bob"),
        mail("sent", "bob"),
        mail("open"),
        mail("click", at=NOON + SECOND, url="https://x.example/new"),
        mail("bounce", "nobody"),
    )
    found = f"/reports/{hexed('campaign', 'news')}/email-activity"
    every = got(vendor, found)["emails"]
    assert sorted(len(one["activity"]) for one in every) == [0, 2]
    (late,) = got(vendor, f"{found}?since=2026-01-04T12:00:00%2B00:00")["emails"]
    assert [one["action"] for one in late["activity"]] == ["click"]


def test_a_report_tells_when_it_was_opened_and_of_bounces_only_how_many() -> None:
    vendor = made(somebody("ada"), mail("open"), mail("bounce", at=NOON + SECOND))
    (report,) = got(vendor, "/reports")["reports"]
    assert report["opens"]["last_open"] == "2026-01-04T12:00:00+00:00"
    assert report["bounces"] == {"hard_bounces": 0, "soft_bounces": 1, "syntax_errors": 0}


def test_fields_that_are_not_wanted_are_not_sent() -> None:
    vendor = made(somebody("ada"))
    assert got(vendor, f"{MEMBERS}?fields=total_items") == {"total_items": 1}
    bare = got(vendor, f"{MEMBERS}?exclude_fields=members._links,_links")
    assert "_links" not in bare
    assert "_links" not in bare["members"][0]
    assert "_links" in got(vendor, MEMBERS)["members"][0]
    only = got(vendor, "/lists?fields=lists.id")["lists"]
    assert only == [{"id": LIST}]


def test_who_may_ask() -> None:
    vendor = made(somebody("ada"))
    basic = b64encode(f"anything:{KEY}".encode()).decode()
    for auth in (f"Basic {basic}", f"Bearer {TOKEN}"):
        assert ask(vendor, "/ping", auth=auth).status == 200
    for auth in ("Basic nonsense", "Bearer nonsense"):
        refused = ask(vendor, "/ping", auth=auth)
        assert (refused.status, refused.body["title"]) == (401, "API Key Invalid")


def test_more_requests_at_a_time_than_ten_are_refused() -> None:
    vendor = made(somebody("ada"), connections=1)
    assert ask(vendor, "/ping").status == 200
    vendor._free.acquire()
    assert ask(vendor, "/ping").status == 429


def test_at_high_volume_a_403_comes_without_json() -> None:
    vendor = made(volume=(1, 60))
    assert ask(vendor, "/ping").status == 200
    refused = ask(vendor, "/ping")
    assert refused.status == 403
    assert refused.headers["Content-Type"] == "text/html"


GETS = [
    ("/lists", "/lists", ""),
    ("/lists/{list_id}/members", MEMBERS, "?count=1000"),
    ("/lists/{list_id}/members/{subscriber_hash}", f"{MEMBERS}/ada@x.example", ""),
    ("/campaigns", "/campaigns", ""),
    ("/reports", "/reports", ""),
    (
        "/reports/{campaign_id}/email-activity",
        f"/reports/{hexed('campaign', 'news')}/email-activity",
        "",
    ),
]


@pytest.fixture(scope="module")
def spec() -> Any:
    path = SPECS / "mailchimp.json"
    if not path.exists():
        pytest.skip(f"no vendor schema at {path}")
    return orjson.loads(path.read_text())


@pytest.mark.parametrize(("path", "url", "query"), GETS)
def test_what_is_got_is_what_the_schema_says(spec: Any, path: str, url: str, query: str) -> None:
    vendor = made(
        somebody("ada"),
        ListCreated(key="vip", at=NOON, name="VIP"),
        ListJoined(key="vip", at=NOON, contact="ada"),
        *(mail(kind) for kind in ("open", "click", "bounce", "unsubscribe")),
    )
    rules = spec["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert list(_wrong(rules, got(vendor, url + query), "")) == []


def test_an_error_is_what_the_schema_says(spec: Any) -> None:
    response = ask(made(), "/lists/nothing")
    content = spec["paths"]["/lists"]["get"]["responses"]["default"]["content"]
    assert list(_wrong(content["application/json"]["schema"], response.body, "")) == []
    assert response.headers["Content-Type"].startswith("application/problem+json")


def _wrong(rules: Any, value: Any, where: str) -> Any:
    """Give the fields that the schema has no name for, and values of another type."""
    types = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
    wanted = types.get(rules.get("type"), object)
    if not isinstance(value, wanted):
        yield f"{where} is {type(value).__name__}"
    elif isinstance(value, list):
        for one in value:
            yield from _wrong(rules.get("items", {}), one, where)
    elif isinstance(value, dict) and rules.get("properties"):
        for name, one in value.items():
            if name not in rules["properties"]:
                yield f"{where}.{name}"
            else:
                yield from _wrong(rules["properties"][name], one, f"{where}.{name}")
