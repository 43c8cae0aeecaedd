"""Klaviyo in miniature: filters, cursors, consent, limits, and answers that fit the schema."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from sandbox.clock import Clock
from sandbox.happenings import (
    ContactArchived,
    ContactErased,
    ContactJoined,
    ContactsMerged,
    Happening,
    ListCreated,
    ListJoined,
    MailEvent,
)
from sandbox.http import Request, Response
from sandbox.klaviyo.api import KEY, Klaviyo
from sandbox.klaviyo.parts import short, ulid
from tests.sandbox.specs import SPECS, wrong

NOON = datetime(2026, 1, 4, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SUBSCRIPTIONS = "additional-fields[profile]=subscriptions"
HEADERS = {"Authorization": f"Klaviyo-API-Key {KEY}", "revision": "2026-07-15"}


def made(*happenings: Happening, **options: Any) -> Klaviyo:
    vendor = Klaviyo(Clock(NOON, frozen=True), **options)
    vendor.apply_many(happenings)
    return vendor


def somebody(key: str, at: datetime = NOON, **fields: Any) -> ContactJoined:
    return ContactJoined(key=key, at=at, **{"email": f"{key}@x.example", **fields})


def mail(kind: str, key: str = "ada", at: datetime = NOON, **fields: Any) -> MailEvent:
    told = {"email": f"{key}@x.example", "campaign": "news", "contact": key, **fields}
    return MailEvent(key=f"{kind} {key} {at}", at=at, kind=kind, **told)


def ask(vendor: Klaviyo, url: str, **headers: str) -> Response:
    return vendor(Request.to("GET", f"/api{url}", headers={**HEADERS, **headers}))


def got(vendor: Klaviyo, url: str) -> Any:
    response = ask(vendor, url)
    assert response.status == 200, response.body
    return orjson.loads(response.payload())


def names(vendor: Klaviyo, query: str) -> list[str]:
    rows = got(vendor, f"/profiles?sort=updated&{query}")["data"]
    return [row["attributes"]["email"].partition("@")[0] for row in rows]


def test_a_cursor_gives_every_row_once_though_rows_move_meanwhile() -> None:
    vendor = made(*(somebody(f"p{n}", NOON + n // 3 * SECOND) for n in range(7)))
    page = got(vendor, "/profiles?sort=updated&page[size]=3")
    seen = [row["id"] for row in page["data"]]
    vendor.apply(ContactErased(key="p0", at=NOON))
    while "next" in page["links"]:
        page = got(vendor, page["links"]["next"].partition("/api")[2])
        seen += [row["id"] for row in page["data"]]
    assert len(seen) == len(set(seen)) == 7


@pytest.mark.parametrize(
    ("path", "most"), [("profiles", 100), ("lists", 10), ("segments", 10), ("events", 200)]
)
def test_a_page_has_so_many_at_most(path: str, most: int) -> None:
    assert ask(made(), f"/{path}?page[size]={most}").status == 200
    assert ask(made(), f"/{path}?page[size]={most + 1}").status == 400


def test_updated_takes_greater_and_less_than_and_no_or_equal() -> None:
    vendor = made(*(somebody(f"p{n}", NOON + n * SECOND) for n in range(4)))
    first = "greater-than(updated,2026-01-04T12:00:00Z)"
    assert names(vendor, f"filter={first}") == ["p1", "p2", "p3"]
    assert names(vendor, f"filter={first},less-than(updated,2026-01-04T12:00:02Z)") == ["p1"]
    refused = ask(vendor, "/profiles?filter=greater-or-equal(updated,2026-01-04T12:00:00Z)")
    assert refused.status == 400
    assert refused.body["errors"][0]["source"] == {"parameter": "filter"}


def test_profiles_are_found_by_id() -> None:
    vendor = made(somebody("ada"), somebody("bob"), somebody("cem"))
    wanted = [ulid("profile", key) for key in ("ada", "cem", "nobody")]
    asked = ",".join(f'"{one}"' for one in wanted)
    assert sorted(names(vendor, f"filter=any(id,[{asked}])")) == ["ada", "cem"]
    assert ask(vendor, f"/profiles/{wanted[2]}").status == 404


def test_consent_is_sent_only_when_asked_for() -> None:
    vendor = made(somebody("ada", opted_out=True))
    assert "subscriptions" not in got(vendor, "/profiles")["data"][0]["attributes"]
    (row,) = got(vendor, f"/profiles?{SUBSCRIPTIONS}")["data"]
    assert row["attributes"]["subscriptions"]["email"]["marketing"]["consent"] == "UNSUBSCRIBED"


def test_who_is_archived_is_suppressed() -> None:
    vendor = made(somebody("ada"), ContactArchived(key="ada", at=NOON))
    (row,) = got(vendor, f"/profiles?{SUBSCRIPTIONS}")["data"]
    held = row["attributes"]["subscriptions"]["email"]["marketing"]
    assert held["suppression"][0]["reason"] == "USER_SUPPRESSED"
    assert held["can_receive_email_marketing"] is False


def test_consent_may_leave_updated_where_it_was() -> None:
    off = ContactArchived(key="ada", at=NOON)
    for moves, found in ((True, "12:00:00"), (False, "11:59:59")):
        vendor = made(somebody("ada", NOON - SECOND), off, consent_touches=moves)
        (row,) = got(vendor, "/profiles")["data"]
        assert row["attributes"]["updated"] == f"2026-01-04T{found}+00:00"


def test_one_address_is_one_profile_and_of_two_that_are_merged_one_is_left() -> None:
    vendor = made(somebody("ada"), somebody("twin", email="Ada@X.example"), somebody("bob"))
    assert sorted(names(vendor, "")) == ["ada", "bob"]
    vendor.apply(ListCreated(key="vip", at=NOON, name="VIP"))
    vendor.apply(ListJoined(key="vip", at=NOON, contact="bob"))
    vendor.apply(ContactsMerged(key="ada", loser="bob", at=NOON))
    assert names(vendor, "") == ["ada"]
    (member,) = got(vendor, f"/lists/{short('list', 'vip')}/profiles")["data"]
    assert member["id"] == ulid("profile", "ada")
    assert ask(vendor, f"/profiles/{ulid('profile', 'bob')}").status == 404


def test_a_merged_id_may_lead_to_the_winner() -> None:
    vendor = made(somebody("ada"), somebody("bob"), merges_resolve=True)
    vendor.apply(ContactsMerged(key="ada", loser="bob", at=NOON))
    found = got(vendor, f"/profiles/{ulid('profile', 'bob')}")
    assert found["data"]["id"] == ulid("profile", "ada")


def test_members_tell_when_they_joined() -> None:
    vendor = made(
        *(somebody(key) for key in ("ada", "bob")),
        ListCreated(key="vip", at=NOON, name="VIP", dynamic=True),
        ListJoined(key="vip", at=NOON, contact="ada"),
        ListJoined(key="vip", at=NOON + SECOND, contact="bob"),
    )
    path = f"/segments/{short('list', 'vip')}/profiles"
    late = "filter=greater-than(joined_group_at,2026-01-04T12:00:00Z)"
    (row,) = got(vendor, f"{path}?fields[profile]=joined_group_at&{late}")["data"]
    assert row["attributes"] == {"joined_group_at": "2026-01-04T12:00:01+00:00"}
    assert len(got(vendor, path)["data"]) == 2
    assert ask(vendor, "/lists/nothing/profiles").status == 404


def test_campaigns_want_a_channel_and_archived_ones_are_apart() -> None:
    vendor = made(somebody("ada"), mail("open"), mail("open", campaign="old"))
    vendor.archive_campaign("old", NOON)
    assert ask(vendor, "/campaigns").status == 400
    channel = "equals(messages.channel,'email')"
    (live,) = got(vendor, f"/campaigns?filter={channel}")["data"]
    (away,) = got(vendor, f"/campaigns?filter=and({channel},equals(archived,true))")["data"]
    assert (live["attributes"]["name"], away["attributes"]["name"]) == ("news", "old")
    assert got(vendor, "/campaigns?filter=equals(messages.channel,'sms')")["data"] == []


def test_events_are_filtered_by_time_and_bring_their_metrics() -> None:
    vendor = made(somebody("ada"), mail("open"), mail("click", at=NOON + SECOND), mail("sent"))
    asked = "sort=datetime&include=metric&fields[metric]=name"
    body = got(vendor, f"/events?{asked}&filter=greater-or-equal(datetime,2026-01-04T12:00:01Z)")
    (row,) = body["data"]
    (metric,) = body["included"]
    assert metric["attributes"] == {"name": "Clicked Email"}
    assert row["relationships"]["metric"]["data"]["id"] == metric["id"]
    assert row["attributes"]["timestamp"] == 1_767_528_001
    assert len(got(vendor, "/events")["data"]) == 2


def test_limits_are_kept_per_endpoint_and_told_of_in_headers() -> None:
    vendor = made(limits={"profiles": (1, 15)})
    first = ask(vendor, "/profiles")
    assert first.headers["RateLimit-Limit"] == "15"
    assert first.headers["RateLimit-Remaining"] == "14"
    refused = ask(vendor, "/profiles")
    assert refused.status == 429
    assert int(refused.headers["Retry-After"]) >= 1
    assert "RateLimit-Remaining" not in refused.headers
    assert ask(vendor, "/lists").status == 200
    vendor.clock.advance(1)
    assert ask(vendor, "/profiles").status == 200


def test_a_key_and_a_revision_are_wanted() -> None:
    assert ask(made(), "/profiles", Authorization="Klaviyo-API-Key pk_other").status == 401
    assert ask(made(), "/profiles", revision="latest").status == 400
    assert ask(made(), "/profiles?filter=nonsense").status == 400
    assert ask(made(), "/profiles?page[cursor]=nonsense").status == 400


GETS = [
    ("/api/profiles", f"/profiles?{SUBSCRIPTIONS}"),
    ("/api/lists", "/lists"),
    ("/api/segments", "/segments"),
    ("/api/lists/{id}/profiles", f"/lists/{short('list', 'vip')}/profiles"),
    ("/api/segments/{id}/profiles", f"/segments/{short('list', 'rule')}/profiles"),
    ("/api/campaigns", "/campaigns?filter=equals(messages.channel,'email')"),
    ("/api/metrics", "/metrics"),
    ("/api/events", "/events?include=metric"),
]


@pytest.mark.parametrize(("path", "url"), GETS)
def test_what_is_got_is_what_the_schema_says(path: str, url: str) -> None:
    vendor = made(
        somebody("ada", first_name="Ada", phone="+4915112345678"),
        ListCreated(key="vip", at=NOON, name="VIP"),
        ListCreated(key="rule", at=NOON, name="Rule", dynamic=True),
        *(ListJoined(key=key, at=NOON, contact="ada") for key in ("vip", "rule")),
        ContactArchived(key="ada", at=NOON),
        mail("open"),
    )
    body = got(vendor, url)
    (row,) = body["data"]
    # Of the two parts that a profile is described by, our reading of the schema sees one.
    agreed = row["attributes"].pop("subscriptions", {})
    # These fit a mail and a text message alike, and the schema wants them to fit just one.
    for name in ("send_options", "tracking_options"):
        row["attributes"].pop(name, None)
    assert wrong("klaviyo.json", _schema(path), body) in ([], [_lacks("send_options")])
    assert wrong("klaviyo.json", "Subscriptions", agreed) == []


def test_an_error_is_what_the_schema_says() -> None:
    path = SPECS / "klaviyo.json"
    if not path.exists():
        pytest.skip(f"no vendor schema at {path}")
    content = json.loads(path.read_text())["components"]["responses"]["ClientError"]["content"]
    rules = content["application/vnd.api+json"]["schema"]["properties"]["errors"]["items"]
    (error,) = ask(made(), "/campaigns").body["errors"]
    assert set(rules["required"]) <= set(error) <= {*rules["properties"], "status"}


def _lacks(name: str) -> str:
    return f"data.0.attributes: '{name}' is a required property"


def _schema(path: str) -> str:
    """Give the name of the schema of a path's answer."""
    found = SPECS / "klaviyo.json"
    if not found.exists():
        pytest.skip(f"no vendor schema at {found}")
    said = json.loads(found.read_text())["paths"][path]["get"]["responses"]["200"]["content"]
    name: str = next(iter(said.values()))["schema"]["$ref"].rpartition("/")[2]
    return name
