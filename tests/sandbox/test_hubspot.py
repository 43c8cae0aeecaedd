"""HubSpot in miniature keeps what HubSpot's documents say of it."""

from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest

from sandbox.clock import millis
from sandbox.happenings import (
    CompanyArchived,
    ContactArchived,
    ContactEdited,
    ContactErased,
    ContactRestored,
    ContactsMerged,
    DealMoved,
    ListCreated,
    ListJoined,
    ListLeft,
    MailEvent,
)
from sandbox.http import Json, Request
from sandbox.hubspot.portal import HubSpot
from sandbox.hubspot.records import company_id, contact_id, deal_id, list_id
from sandbox.serve import serve
from tests.sandbox.caller import NOON, SECOND, Caller, company, contact, deal

DAY = timedelta(days=1)
CONTACTS = "/crm/v3/objects/contacts"


@pytest.fixture
def caller() -> Caller:
    return Caller()


def _names(results: Json) -> list[str]:
    return [one["properties"]["lastname"] for one in results]


def _since(at: Any, operator: str = "GTE", name: str = "lastmodifieddate") -> dict[str, str]:
    return {"propertyName": name, "operator": operator, "value": str(millis(at))}


def test_a_list_gives_every_live_contact_once(caller: Caller) -> None:
    caller.portal.apply_many(contact(f"c{n}") for n in range(25))
    found = list(caller.listed(f"{CONTACTS}?limit=10"))
    assert sorted(_names(found)) == sorted(f"c{n}" for n in range(25))
    assert [int(one["id"]) for one in found] == sorted(int(one["id"]) for one in found)


def test_the_dated_path_gives_the_same(caller: Caller) -> None:
    caller.portal.apply(contact("c1"))
    assert caller.get("/crm/objects/2026-03/contacts") == caller.get(CONTACTS)
    assert caller.call("GET", "/crm/objects/2019-01/contacts")[0] == 404
    assert caller.call("GET", "/crm/v3/objects/unicorns")[0] == 404


def test_properties_come_when_asked_for_and_are_strings_or_null(caller: Caller) -> None:
    caller.portal.apply(contact("c1", phone="+49 30 1", opted_out=True, email="ADA@X.example"))
    one = caller.get(f"{CONTACTS}?properties=phone,jobtitle,hs_email_optout,email,mood")["results"]
    assert one[0]["properties"] == {
        "phone": "+49 30 1",
        "jobtitle": None,
        "hs_email_optout": "true",
        "email": "ada@x.example",
        "createdate": "2026-01-04T12:00:00.000Z",
        "lastmodifieddate": "2026-01-04T12:00:00.000Z",
        "hs_object_id": str(contact_id("c1")),
    }


def test_custom_properties_link_to_other_systems(caller: Caller) -> None:
    links = {"shop_customer_id": "17", "shoe_size": "43"}
    caller.portal.apply(contact("c1", properties=links))
    names = {one["name"]: one for one in caller.get("/crm/v3/properties/contacts")["results"]}
    assert {"shopify_customer_id", "stripe_customer_id", "shoe_size"} <= names.keys()
    assert not names["shopify_customer_id"]["hubspotDefined"]
    one = caller.get(f"{CONTACTS}?properties=shopify_customer_id&properties=shoe_size")["results"]
    assert one[0]["properties"]["shopify_customer_id"] == "17"
    assert one[0]["properties"]["shoe_size"] == "43"


def test_search_finds_what_changed_since(caller: Caller) -> None:
    caller.portal.apply_many(contact(f"c{n}", NOON + n * SECOND) for n in range(4))
    edit = ContactEdited(key="c0", at=NOON + 9 * SECOND, changes={"last_name": "new"})
    caller.portal.apply(edit)
    sort = [{"propertyName": "lastmodifieddate", "direction": "ASCENDING"}]
    found = caller.found("contacts", _since(NOON + 2 * SECOND), sorts=sort)
    assert found["total"] == 3
    assert _names(found["results"]) == ["c2", "c3", "new"]
    down = [{"propertyName": "lastmodifieddate", "direction": "DESCENDING"}]
    found = caller.found("contacts", _since(NOON + 2 * SECOND, "GT"), sorts=down, limit=1)
    assert _names(found["results"]) == ["new"]
    assert found["paging"]["next"]["after"] == "1"


@pytest.mark.parametrize(
    ("one", "names"),
    [
        ({"propertyName": "lastname", "operator": "EQ", "value": "B"}, ["b"]),
        ({"propertyName": "lastname", "operator": "NEQ", "value": "b"}, ["a", "c"]),
        ({"propertyName": "lastname", "operator": "IN", "values": ["a", "b"]}, ["a", "b"]),
        ({"propertyName": "lastname", "operator": "NOT_IN", "values": ["a", "b"]}, ["c"]),
        ({"propertyName": "phone", "operator": "HAS_PROPERTY"}, ["c"]),
        ({"propertyName": "phone", "operator": "NOT_HAS_PROPERTY"}, ["a", "b"]),
        ({"propertyName": "email", "operator": "CONTAINS_TOKEN", "value": "b@"}, ["b"]),
        (
            {
                "propertyName": "createdate",
                "operator": "BETWEEN",
                "value": "2026-01-04T12:00:01Z",
                "highValue": str(millis(NOON + 2 * SECOND)),
            },
            ["b", "c"],
        ),
        ({"propertyName": "hs_object_id", "operator": "GT", "value": "0"}, ["a", "b", "c"]),
    ],
)
def test_search_operators(caller: Caller, one: dict[str, Any], names: list[str]) -> None:
    for n, name in enumerate("abc"):
        phone = "1" if name == "c" else ""
        caller.portal.apply(contact(name, NOON + n * SECOND, phone=phone))
    assert sorted(_names(caller.found("contacts", one)["results"])) == names


def test_groups_are_alternatives(caller: Caller) -> None:
    caller.portal.apply_many(contact(name) for name in "abc")
    groups = [
        {"filters": [{"propertyName": "lastname", "operator": "EQ", "value": name}]}
        for name in "ab"
    ]
    found = caller.post(f"{CONTACTS}/search", {"filterGroups": groups})
    assert sorted(_names(found["results"])) == ["a", "b"]


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 201},
        {"limit": 200, "after": "9900"},
        {"filterGroups": [{"filters": []}] * 6},
        {"filterGroups": [{"filters": [{"propertyName": "mood", "operator": "EQ"}]}]},
        {"filterGroups": [{"filters": [{"propertyName": "email", "operator": "LIKE"}]}]},
        {"sorts": ["lastname", "email"]},
    ],
)
def test_a_search_without_sense_is_refused(caller: Caller, body: dict[str, Any]) -> None:
    status, answer = caller.call("POST", f"{CONTACTS}/search", body)
    assert (status, answer["category"]) == (400, "VALIDATION_ERROR")


def test_a_search_ends_at_ten_thousand_though_it_counts_all(caller: Caller) -> None:
    caller.portal.apply_many(contact(f"c{n}") for n in range(10_050))
    last = caller.found("contacts", limit=200, after="9800")
    assert last["total"] == 10_050
    assert len(last["results"]) == 200
    assert last["paging"]["next"]["after"] == "10000"
    assert caller.call("POST", f"{CONTACTS}/search", {"limit": 200, "after": "10000"})[0] == 400


def test_search_trails_the_records() -> None:
    late = Caller(lag=60)
    late.portal.apply(contact("c1"))
    assert late.found("contacts")["total"] == 0
    assert len(late.get(CONTACTS)["results"]) == 1
    late.clock.advance(60)
    assert late.found("contacts")["total"] == 1


def test_archived_contacts_live_in_a_list_of_their_own(caller: Caller) -> None:
    caller.portal.apply_many([contact("c1"), contact("c2")])
    caller.portal.apply(ContactArchived(key="c1", at=NOON + SECOND))
    assert _names(caller.get(CONTACTS)["results"]) == ["c2"]
    archived = caller.get(f"{CONTACTS}?archived=true")["results"]
    assert _names(archived) == ["c1"]
    assert archived[0]["archived"]
    assert archived[0]["archivedAt"] == "2026-01-04T12:00:01.000Z"
    assert archived[0]["updatedAt"] == "2026-01-04T12:00:00.000Z"
    assert _names(caller.found("contacts")["results"]) == ["c2"]
    own = f"{CONTACTS}/{contact_id('c1')}"
    assert caller.call("GET", own)[0] == 404
    assert caller.get(f"{own}?archived=true")["archived"]


@pytest.mark.parametrize(("loud", "changed"), [(False, "12:00:00"), (True, "12:00:02")])
def test_a_restored_contact_is_as_it_was(loud: bool, changed: str) -> None:  # noqa: FBT001 - a table of cases
    caller = Caller(loud_restores=loud)
    caller.portal.apply_many([company("k"), contact("c1", company="k")])
    caller.portal.apply(ListCreated(key="l", at=NOON, name="News"))
    caller.portal.apply(ListJoined(key="l", at=NOON, contact="c1"))
    caller.portal.apply(ContactArchived(key="c1", at=NOON + SECOND))
    assert caller.get(f"/crm/v3/lists/{list_id('l')}/memberships")["results"] == []
    caller.portal.apply(ContactRestored(key="c1", at=NOON + 2 * SECOND))
    one = caller.get(f"{CONTACTS}?associations=companies")["results"][0]
    assert one["updatedAt"] == f"2026-01-04T{changed}.000Z"
    ties = one["associations"]["companies"]["results"]
    assert ties == [{"id": str(company_id("k")), "type": "contact_to_company"}]
    assert len(caller.get(f"/crm/v3/lists/{list_id('l')}/memberships")["results"]) == 1


def test_an_erased_contact_leaves_nothing(caller: Caller) -> None:
    caller.portal.apply_many([contact("c1"), ContactErased(key="c1", at=NOON)])
    assert caller.get(CONTACTS)["results"] == []
    assert caller.get(f"{CONTACTS}?archived=true")["results"] == []
    assert caller.found("contacts")["total"] == 0
    assert caller.call("GET", f"{CONTACTS}/{contact_id('c1')}?archived=true")[0] == 404
    assert b"c1@" not in orjson.dumps(caller.portal.records["contacts"].rows()[0].body)
    truth = caller.portal.truth("contacts")["contacts"][contact_id("c1")]
    assert truth["deleted"]
    assert truth["erased"]


def test_a_merge_leaves_the_winner_with_everything(caller: Caller) -> None:
    caller.portal.apply_many(
        [company("k"), contact("win"), contact("lose", company="k", phone="1")]
    )
    caller.portal.apply(ListCreated(key="l", at=NOON, name="News"))
    caller.portal.apply(ListJoined(key="l", at=NOON, contact="lose"))
    caller.portal.apply(deal("d", contacts=("lose",)))
    caller.portal.apply(ContactsMerged(key="win", loser="lose", at=NOON + SECOND))
    names = "hs_merged_object_ids,hs_additional_emails,phone,lastname"
    live = caller.get(f"{CONTACTS}?properties={names}&associations=companies,deals")["results"]
    assert len(live) == 1
    own = live[0]["properties"]
    assert own["hs_merged_object_ids"] == str(contact_id("lose"))
    assert own["hs_additional_emails"] == "lose@x.example"
    assert (own["phone"], own["lastname"]) == ("1", "win")
    assert own["lastmodifieddate"] == "2026-01-04T12:00:01.000Z"
    assert live[0]["associations"].keys() == {"companies", "deals"}
    assert caller.get(f"{CONTACTS}?archived=true")["results"] == []
    assert caller.get(f"{CONTACTS}/{contact_id('lose')}")["id"] == str(contact_id("win"))
    members = caller.get(f"/crm/v3/lists/{list_id('l')}/memberships")["results"]
    assert [one["recordId"] for one in members] == [str(contact_id("win"))]
    truth = caller.portal.truth("contacts")["contacts"][contact_id("lose")]
    assert truth["merged_into"] == contact_id("win")


def test_a_merge_may_make_a_new_id() -> None:
    caller = Caller(merges_renumber=True)
    caller.portal.apply_many([contact("win"), contact("lose")])
    ids = {"primaryObjectId": contact_id("win"), "objectIdToMerge": contact_id("lose")}
    left = caller.post(f"{CONTACTS}/merge", {name: str(own) for name, own in ids.items()})
    assert left["id"] not in {str(own) for own in ids.values()}
    one = caller.get(f"{CONTACTS}/{contact_id('win')}?properties=hs_merged_object_ids")
    assert one["id"] == left["id"]
    merged = one["properties"]["hs_merged_object_ids"].split(";")
    assert sorted(merged) == sorted(str(own) for own in ids.values())
    caller.portal.apply(ContactEdited(key="win", at=NOON, changes={"phone": "7"}))
    assert caller.get(f"{CONTACTS}/{left['id']}?properties=phone")["properties"]["phone"] == "7"


def test_a_merge_of_what_is_not_there_is_refused(caller: Caller) -> None:
    caller.portal.apply(contact("win"))
    body = {"primaryObjectId": str(contact_id("win")), "objectIdToMerge": "1"}
    assert caller.call("POST", f"{CONTACTS}/merge", body)[0] == 400


def test_batch_read_tells_what_is_missing(caller: Caller) -> None:
    caller.portal.apply_many([contact("c1"), contact("c2"), ContactArchived(key="c2", at=NOON)])
    wanted = [{"id": str(contact_id(key))} for key in ("c1", "c2")]
    body = {"inputs": wanted, "properties": ["lastname"], "propertiesWithHistory": []}
    status, found = caller.call("POST", f"{CONTACTS}/batch/read", body)
    assert status == 207
    assert _names(found["results"]) == ["c1"]
    assert found["errors"][0]["context"]["ids"] == [str(contact_id("c2"))]
    status, found = caller.call("POST", f"{CONTACTS}/batch/read?archived=true", body)
    assert _names(found["results"]) == ["c2"]
    by_email = {**body, "inputs": [{"id": "c1@x.example"}], "idProperty": "email"}
    assert caller.call("POST", f"{CONTACTS}/batch/read", by_email)[0] == 200
    assert caller.call("POST", f"{CONTACTS}/batch/read", {"inputs": wanted * 51})[0] == 400


def test_associations_are_read_in_batches_and_pages() -> None:
    caller = Caller(association_page=2)
    people = tuple(f"c{n}" for n in range(5))
    caller.portal.apply_many([*map(contact, people), company("k"), company("alone")])
    caller.portal.apply(deal("d", contacts=people, company="k"))
    url = "/crm/v4/associations/deals/contacts/batch/read"
    found: list[str] = []
    after: dict[str, str] = {}
    while True:
        body = caller.post(url, {"inputs": [{"id": str(deal_id("d")), **after}]})
        found += [one["toObjectId"] for one in body["results"][0]["to"]]
        if "paging" not in body["results"][0]:
            break
        after = {"after": body["results"][0]["paging"]["next"]["after"]}
    assert sorted(found) == sorted(str(contact_id(key)) for key in people)
    url = "/crm/v4/associations/companies/deals/batch/read"
    inputs = [{"id": str(company_id(key))} for key in ("k", "alone")]
    status, body = caller.call("POST", url, {"inputs": inputs})
    assert status == 207
    assert body["errors"][0]["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND"
    assert body["results"][0]["to"][0]["toObjectId"] == str(deal_id("d"))
    assert caller.call("POST", url, {"inputs": inputs * 501})[0] == 400


def test_a_change_of_company_does_not_touch_the_deal(caller: Caller) -> None:
    caller.portal.apply_many([company("old"), company("new"), deal("d", company="old")])
    caller.portal.apply(CompanyArchived(key="old", at=NOON + DAY))
    one = caller.get("/crm/v3/objects/deals?associations=companies")["results"][0]
    assert "associations" not in one
    assert one["updatedAt"] == "2026-01-04T12:00:00.000Z"


def test_a_deal_moves_on(caller: Caller) -> None:
    caller.portal.apply(deal("d", owner="ana@x.example", currency="EUR"))
    moved = {"stage": "closedwon", "amount": 1250}
    caller.portal.apply(DealMoved(key="d", at=NOON + SECOND, changes=moved))
    names = "dealstage,amount,hs_is_closed_won,hubspot_owner_id"
    own = caller.get(f"/crm/v3/objects/deals?properties={names}")["results"][0]["properties"]
    owners = caller.get("/crm/v3/owners")["results"]
    assert [one["email"] for one in owners] == ["ana@x.example"]
    assert own == {
        "dealstage": "closedwon",
        "amount": "12.5",
        "hs_is_closed_won": "true",
        "hubspot_owner_id": owners[0]["id"],
        "createdate": "2026-01-04T12:00:00.000Z",
        "hs_lastmodifieddate": "2026-01-04T12:00:01.000Z",
        "hs_object_id": str(deal_id("d")),
    }
    stages = caller.get("/crm/v3/pipelines/deals")["results"][0]["stages"]
    assert "closedwon" in {stage["id"] for stage in stages}


def test_lists_and_their_members_have_pages(caller: Caller) -> None:
    caller.portal.apply_many(ListCreated(key=f"l{n}", at=NOON, name=f"News {n}") for n in range(3))
    caller.portal.apply_many(contact(f"c{n}") for n in range(300))
    caller.portal.apply_many(ListJoined(key="l1", at=NOON, contact=f"c{n}") for n in range(300))
    caller.portal.apply(ListLeft(key="l1", at=NOON + SECOND, contact="c7"))
    first = caller.post("/crm/v3/lists/search", {"count": 2, "query": "news"})
    assert (first["total"], first["hasMore"], first["offset"]) == (3, True, 2)
    rest = caller.post("/crm/v3/lists/search", {"count": 2, "offset": 2})
    assert (len(rest["lists"]), rest["hasMore"]) == (1, False)
    asked = {"additionalProperties": ["hs_list_size"]}
    sizes = {
        one["name"]: one["additionalProperties"]["hs_list_size"]
        for one in caller.post("/crm/v3/lists/search", asked)["lists"]
    }
    assert sizes == {"News 0": "0", "News 1": "299", "News 2": "0"}
    url = f"/crm/v3/lists/{list_id('l1')}/memberships?limit=250"
    assert len(caller.get(url)["results"]) == 250
    members = [one["recordId"] for one in caller.listed(url)]
    assert len(members) == len(set(members)) == 299
    assert str(contact_id("c7")) not in members
    assert caller.call("GET", url.replace("250", "251"))[0] == 400
    assert caller.call("GET", "/crm/v3/lists/1/memberships")[0] == 404


def _mail(key: str, at: Any, kind: str = "open") -> MailEvent:
    return MailEvent(key=key, at=at, kind=kind, email="ada@x.example", campaign="spring")


def test_mail_events_come_newest_first_between_two_times(caller: Caller) -> None:
    caller.portal.apply_many(_mail(f"m{n}", NOON + n // 2 * SECOND) for n in range(20))
    start, end = millis(NOON + SECOND), millis(NOON + 5 * SECOND)
    url = f"/email/public/v1/events?startTimestamp={start}&endTimestamp={end}&limit=3"
    found, offset = [], ""
    while True:
        body = caller.get(f"{url}&offset={offset}")
        found += body["events"]
        offset = body["offset"]
        if not body["hasMore"]:
            break
    times = [one["created"] for one in found]
    assert times == sorted(times, reverse=True)
    assert len(found) == len({one["id"] for one in found}) == 8
    assert (min(times), max(times)) == (start, end - 1000)
    assert caller.call("GET", "/email/public/v1/events?limit=1001")[0] == 400


def test_mail_events_are_filtered_by_kind_and_name_their_campaign(caller: Caller) -> None:
    caller.portal.apply_many([_mail("m1", NOON), _mail("m2", NOON, "unsubscribe")])
    found = caller.get("/email/public/v1/events?eventType=STATUSCHANGE")["events"]
    assert [one["subscriptions"][0]["status"] for one in found] == ["UNSUBSCRIBED"]
    campaign = caller.get(f"/email/public/v1/campaigns/{found[0]['emailCampaignId']}")
    assert campaign["name"] == "spring"


def test_unified_events_tell_the_same(caller: Caller) -> None:
    caller.portal.apply_many([contact("c1", email="ada@x.example"), _mail("m1", NOON)])
    caller.portal.apply_many([_mail("m2", NOON + SECOND), _mail("m3", NOON, "click")])
    found = list(caller.listed("/events/v3/events?limit=1&eventType=e_email_open"))
    assert [one["occurredAt"] for one in found] == [
        "2026-01-04T12:00:01.000Z",
        "2026-01-04T12:00:00.000Z",
    ]
    assert {one["objectId"] for one in found} == {str(contact_id("c1"))}


def test_a_burst_is_stopped_and_headers_tell_what_is_left() -> None:
    caller = Caller(burst=2)
    caller.get(CONTACTS)
    assert caller.headers["X-HubSpot-RateLimit-Max"] == "2"
    assert caller.headers["X-HubSpot-RateLimit-Remaining"] == "1"
    caller.get(CONTACTS)
    status, body = caller.call("GET", CONTACTS)
    assert status == 429
    assert (body["errorType"], body["policyName"]) == ("RATE_LIMIT", "TEN_SECONDLY_ROLLING")
    caller.clock.advance(10.1)
    assert caller.call("GET", CONTACTS)[0] == 200


def test_search_has_a_limit_of_its_own_and_no_headers() -> None:
    caller = Caller(searches=1, burst=1)
    assert caller.call("POST", f"{CONTACTS}/search", {})[0] == 200
    assert not any(name.startswith("X-HubSpot") for name in caller.headers)
    answers = {caller.call("POST", f"{CONTACTS}/search", {})[0] for _ in range(50)}
    assert 429 in answers
    assert caller.call("GET", CONTACTS)[0] == 200


def test_a_day_has_an_end() -> None:
    caller = Caller(daily=1)
    caller.get(CONTACTS)
    assert caller.call("GET", CONTACTS)[1]["policyName"] == "DAILY"


def test_an_unknown_token_is_turned_away(caller: Caller) -> None:
    caller.token = "wrong"
    status, body = caller.call("GET", CONTACTS)
    assert (status, body["category"]) == (401, "INVALID_AUTHENTICATION")


def test_an_oauth_token_dies_after_half_an_hour_and_is_refreshed() -> None:
    caller = Caller(expiring=True)
    caller.get(CONTACTS)
    caller.clock.advance(1801)
    status, body = caller.call("GET", CONTACTS)
    assert (status, body["category"]) == (401, "EXPIRED_AUTHENTICATION")
    given = caller.portal.credentials()
    form = {
        "grant_type": "refresh_token",
        "client_id": given["HUBSPOT_CLIENT_ID"],
        "client_secret": given["HUBSPOT_CLIENT_SECRET"],
        "refresh_token": given["HUBSPOT_REFRESH_TOKEN"],
    }
    answer = caller.portal(Request.to("POST", "/oauth/v1/token", form=form))
    assert answer.body["expires_in"] == 1800
    assert answer.body["refresh_token"] == given["HUBSPOT_REFRESH_TOKEN"]
    caller.token = answer.body["access_token"]
    caller.get(CONTACTS)
    caller.portal.expire_tokens()
    assert caller.call("GET", CONTACTS)[0] == 401
    wrong = {**form, "refresh_token": "x"}
    answer = caller.portal(Request.to("POST", "/oauth/v1/token", form=wrong))
    assert answer.status == 400


def test_a_row_can_be_lost_from_a_page() -> None:
    with serve([HubSpot]) as box:
        box.happen(*(contact(f"c{n}") for n in range(3)))
        box.faults.add({"do": "drop_row", "table": "contacts", "row": 0})
        given = box.environment
        headers = {"Authorization": f"Bearer {given['HUBSPOT_ACCESS_TOKEN']}"}
        with httpx.Client(base_url=given["HUBSPOT_BASE_URL"], headers=headers) as client:
            assert len(client.get(CONTACTS).json()["results"]) == 2
            assert len(client.get(CONTACTS).json()["results"]) == 3
