"""WuKong CRM in miniature: sessions, lists out of an index, what hides from them, activities."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from sandbox.clock import Clock
from sandbox.happenings import (
    CompanyArchived,
    CompanyJoined,
    ContactArchived,
    ContactEdited,
    ContactJoined,
    DealMoved,
    DealOpened,
    Happening,
    LeadConverted,
    LeadJoined,
    TaskPlanned,
    TaskUpdated,
)
from sandbox.http import Request, Response
from sandbox.wukong.api import TRANSFORMED, Caps, Wukong
from sandbox.wukong.records import OPT_OUT, custom, record_id
from sandbox.wukong.sessions import PASSWORD, USERNAME

NOW = datetime(2026, 1, 5, 2, tzinfo=UTC)
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)


class Caller:
    """An installation whose clock stands, and its one user."""

    def __init__(self, *facts: Happening, **options: Any) -> None:
        self.clock = Clock(NOW, frozen=True)
        self.crm = Wukong(self.clock, **{"per_second": 1e6, **options})
        self.crm.apply_many(facts)
        self.token = self.login()["data"]["adminToken"]

    def login(self, password: str = PASSWORD) -> Any:
        asked = {"username": USERNAME, "password": password, "loginType": 1, "type": 1}
        return orjson.loads(self.crm(Request.to("POST", "/login", json=asked)).payload())

    def ask(self, url: str, **body: Any) -> Response:
        headers = {"Admin-Token": self.token}
        return self.crm(Request.to("POST", url, headers=headers, json=body))

    def said(self, url: str, **body: Any) -> Any:
        response = self.ask(url, **body)
        assert response.status == 200
        return orjson.loads(response.payload())

    def got(self, url: str, **body: Any) -> Any:
        answer = self.said(url, **body)
        assert answer["code"] == 0, answer
        return answer["data"]

    def contacts(self, **body: Any) -> list[int]:
        found = self.got("/crmContacts/queryPageList", **body)["list"]
        return [row["contactsId"] for row in found]


def contact(key: str, at: datetime = NOW - DAY, **more: Any) -> ContactJoined:
    return ContactJoined(key=key, at=at, first_name="Wei", last_name=key.title(), **more)


def crowd(count: int, at: datetime = NOW - DAY, every: timedelta = SECOND) -> list[ContactJoined]:
    return [contact(f"c{n}", at + n * every) for n in range(count)]


def ids(*keys: str, table: str = "contacts") -> list[int]:
    return [record_id(table, key) for key in keys]


def changed(sign: int, *values: str) -> list[Any]:
    return [{"name": "updateTime", "formType": "datetime", "type": sign, "values": [*values]}]


def test_who_is_not_logged_in_is_told_so_in_a_200() -> None:
    crm = Caller()
    crm.token = "x"
    assert crm.said("/crmContacts/queryPageList")["code"] == 302


def test_a_second_login_ends_the_first_session_and_a_week_every_one() -> None:
    crm = Caller()
    first, crm.token = crm.token, crm.login()["data"]["adminToken"]
    assert crm.said("/crmContacts/queryPageList")["code"] == 0
    crm.token = first
    assert crm.said("/crmContacts/queryPageList")["code"] == 302
    crm.token = crm.login()["data"]["adminToken"]
    crm.clock.advance(timedelta(days=7).total_seconds())
    assert crm.said("/crmContacts/queryPageList")["code"] == 302


def test_three_wrong_passwords_lock_the_user_for_a_while() -> None:
    crm = Caller()
    assert [crm.login("wrong")["code"] for _ in range(3)] == [1004] * 3
    assert crm.login()["code"] == 1010
    crm.clock.advance(121)
    assert crm.login()["code"] == 0


def test_a_list_has_a_hundred_rows_a_page_the_newest_change_first() -> None:
    crm = Caller(*crowd(101), ContactEdited(key="c3", at=NOW, changes={"email": "x@x.example"}))
    page = crm.got("/crmContacts/queryPageList", page=1, limit=500)
    assert (len(page["list"]), page["totalRow"], page["totalPage"]) == (100, 101, 2)
    assert (page["pageSize"], page["firstPage"], page["lastPage"]) == (100, True, False)
    assert [row["contactsId"] for row in page["list"][:2]] == ids("c3", "c100")
    assert crm.contacts(page=2, limit=100) == ids("c0")


def test_ties_are_in_order_of_id_the_highest_first() -> None:
    crm = Caller(*crowd(5, every=timedelta()))
    assert crm.contacts() == sorted(ids(*(f"c{n}" for n in range(5))), reverse=True)


def test_times_are_chinas_without_saying_so_and_found_by_them() -> None:
    crm = Caller(contact("old", NOW - DAY), contact("new", NOW - timedelta(milliseconds=400)))
    assert crm.contacts(searchList=changed(8, "2026-01-05 09:59:59")) == ids("new")
    assert crm.contacts(searchList=changed(9, "2026-01-05 09:59:59")) == ids("old")
    assert crm.contacts(searchList=changed(10, "2026-01-04 10:00:00")) == ids("old")
    assert crm.contacts(searchList=changed(14, "2026-01-04 10:00:00", "2026-01-05 10:00:00"))
    (row,) = crm.got("/crmContacts/queryPageList", searchList=changed(7, "2026-01-05 00:00:00"))[
        "list"
    ]
    assert (row["updateTime"], row["name"]) == ("2026-01-05 09:59:59", "Wei New")
    assert crm.said("/crmContacts/queryPageList", searchList=changed(8, "today"))["code"] == 400


def test_past_the_counted_pages_the_place_is_kept_and_a_page_out_of_turn_is_the_first() -> None:
    crm = Caller(*crowd(9), caps=Caps(rows=2, paged=2))
    every = [crm.contacts(page=n, limit=2) for n in (1, 2, 3, 4, 5)]
    assert [one for page in every for one in page] == ids(*(f"c{n}" for n in reversed(range(9))))
    crm = Caller(*crowd(9), caps=Caps(rows=2, paged=2))
    page = crm.got("/crmContacts/queryPageList", page=4, limit=2)
    assert page["pageNumber"] == 1
    assert [row["contactsId"] for row in page["list"]] == ids("c8", "c7")


def test_a_converted_lead_hides_from_the_list_but_not_from_its_scene_nor_a_search_by_id() -> None:
    crm = Caller(
        CompanyJoined(key="firm", at=NOW - DAY, name="Firm"),
        contact("ada", company="firm"),
        LeadJoined(key="l", at=NOW - DAY, last_name="Li"),
        LeadJoined(key="m", at=NOW - DAY, last_name="Ma"),
        LeadConverted(key="l", at=NOW - HOUR, contact="ada", company="firm"),
    )
    url, (lead,) = "/crmLeads/queryPageList", ids("l", table="leads")
    assert [row["leadsId"] for row in crm.got(url)["list"]] == ids("m", table="leads")
    (row,) = crm.got(url, sceneId=TRANSFORMED)["list"]
    assert (row["leadsId"], row["updateTime"]) == (lead, "2026-01-04 10:00:00")
    by_id = [{"name": "id", "formType": "text", "type": 11, "values": [str(lead)]}]
    assert len(crm.got(url, searchList=by_id)["list"]) == 1
    whole = crm.got(f"/crmLeads/queryById/{lead}")
    assert (whole["isTransform"], whole["customerId"]) == (1, *ids("firm", table="customers"))
    scenes = crm.got("/crmScene/queryScene?type=1")
    assert {"transform": TRANSFORMED}.items() <= {s["bydata"]: s["sceneId"] for s in scenes}.items()


def test_a_lead_that_is_converted_loudly_has_a_new_time_of_change() -> None:
    lead = LeadJoined(key="l", at=NOW - DAY, last_name="Li")
    crm = Caller(lead, LeadConverted(key="l", at=NOW, contact="x"), quiet_transfers=False)
    (row,) = crm.got("/crmLeads/queryPageList", sceneId=TRANSFORMED)["list"]
    assert row["updateTime"] == "2026-01-05 10:00:00"


def test_a_customer_without_an_owner_is_in_the_pool_alone() -> None:
    crm = Caller(CompanyJoined(key="firm", at=NOW - DAY, name="Firm"))
    crm.crm.release("firm", NOW)
    assert crm.got("/crmCustomer/queryPageList")["list"] == []
    (pool,) = crm.got("/crmCustomerPool/queryPoolNameList")
    (row,) = crm.got("/crmCustomerPool/queryPageList", poolId=pool["poolId"])["list"]
    assert (row["customerName"], row["ownerUserId"]) == ("Firm", None)


def test_what_is_deleted_is_nowhere_and_a_customer_with_people_cannot_be() -> None:
    crm = Caller(
        CompanyJoined(key="firm", at=NOW - DAY, name="Firm"),
        contact("ada", company="firm"),
        CompanyArchived(key="firm", at=NOW - HOUR),
    )
    (firm,), (ada,) = ids("firm", table="customers"), ids("ada")
    assert crm.got(f"/crmCustomer/queryById/{firm}")["customerName"] == "Firm"
    crm.crm.apply_many([ContactArchived(key="ada", at=NOW), CompanyArchived(key="firm", at=NOW)])
    assert crm.contacts() == []
    assert crm.said(f"/crmContacts/queryById/{ada}")["code"] == 2064
    assert crm.said(f"/crmCustomer/queryById/{firm}")["code"] == 2064


def test_custom_fields_have_made_up_names_and_one_says_who_wants_no_mail() -> None:
    crm = Caller(contact("ada", opted_out=True, properties={"shoe": "38"}))
    (row,) = crm.got("/crmContacts/queryPageList")["list"]
    assert (row[OPT_OUT], row[custom("shoe")]) == ("是", "38")
    assert "batchId" not in row
    fields = {one["fieldName"]: one for one in crm.got("/crmContacts/field?type=1")}
    assert (fields[OPT_OUT]["name"], fields[OPT_OUT]["fieldType"]) == ("邮件退订", 0)
    assert custom("shoe") in fields
    assert fields["nextTime"]["formType"] == "datetime"


def test_a_deal_is_with_a_customer_in_money_of_no_currency() -> None:
    crm = Caller(
        CompanyJoined(key="firm", at=NOW - DAY, name="Firm"),
        DealOpened(key="d", at=NOW - DAY, name="D", company="firm", amount=120_050),
        DealMoved(key="d", at=NOW, changes={"stage": "closedlost", "amount": 99_00}),
    )
    (row,) = crm.got("/crmBusiness/queryPageList")["list"]
    assert (row["money"], row["isEnd"], row["customerName"]) == (99.0, 2, "Firm")
    assert not any("urrency" in name for name in row)


def test_what_was_done_is_listed_by_day_and_stamps_the_contact() -> None:
    def tasks(*days: int) -> list[Happening]:
        made: list[Happening] = []
        for number, day in enumerate(days):
            at, key = NOW - day * DAY + number * SECOND, f"t{number}"
            made += [
                TaskPlanned(key=key, at=at, contact="ada", kind="call", subject=key),
                TaskUpdated(key=key, at=at, changes={"status": "done"}),
            ]
        return made

    crm = Caller(
        contact("ada", NOW - 9 * DAY),
        *tasks(5, 5, 1),
        TaskPlanned(key="open", at=NOW, contact="ada"),
    )
    about = {"activityType": 3, "activityTypeId": ids("ada")[0], "limit": 100}
    url = "/crmActivity/getCrmActivityPageList"
    first, second = (crm.got(url, page=n, **about) for n in (1, 2))
    assert ([a["content"] for a in first["list"]], first["lastPage"]) == (["t2"], False)
    assert ([a["content"] for a in second["list"]], second["lastPage"]) == (["t1", "t0"], True)
    assert (first["time"], first["list"][0]["category"]) == ("2026-01-04", "打电话")
    assert crm.got(url, page=3, **about)["list"] == []
    (row,) = crm.got("/crmContacts/queryPageList")["list"]
    assert row["lastTime"] == row["updateTime"] == "2026-01-04 10:00:02"
    assert "plans" not in crm.crm.truth()


def test_an_index_may_trail() -> None:
    crm = Caller(contact("ada", NOW - SECOND), lag=timedelta(seconds=5))
    assert crm.contacts() == []
    crm.clock.advance(5)
    assert crm.contacts() == ids("ada")


def test_too_many_calls_a_second_are_a_400_with_a_code() -> None:
    crm = Caller(per_second=2)
    assert crm.ask("/crmContacts/queryPageList").status == 200
    busy = crm.ask("/crmContacts/queryPageList")
    assert (busy.status, busy.body["code"]) == (400, 403)
    crm.clock.advance(1)
    assert crm.ask("/crmContacts/queryPageList").status == 200


@pytest.mark.parametrize("url", ["/crmPets/queryPageList", "/crmPets/field", "/nothing"])
def test_a_module_that_there_is_not_is_not_found(url: str) -> None:
    assert Caller().ask(url).status == 404
