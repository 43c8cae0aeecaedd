"""The sandbox as a whole: ports, index, side-channel."""

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

import sandbox
from sandbox.happenings import CustomerJoined, UserJoined
from sandbox.http import Request
from sandbox.names import letters, number
from sandbox.serve import Sandbox, serve
from sandbox.vendor import discover
from tests.sandbox.toy import Toy


def test_the_first_port_lists_the_vendors_and_what_a_connector_needs(box: Sandbox) -> None:
    index = httpx.get(box.url).json()
    toy = index["vendors"]["toy"]
    assert index["sandbox"] == "daybreak"
    assert toy["environment"] == {"TOY_TOKEN": "token-1", "TOY_URL": toy["url"]}
    assert httpx.get(toy["url"] + "/customers").status_code == 401


def test_every_answer_carries_the_date_of_the_sandbox(box: Sandbox, shop: httpx.Client) -> None:
    box.clock.freeze(frozen=True)
    box.clock.set(datetime(2030, 2, 3, 4, 5, 6, tzinfo=UTC))
    assert shop.get("/customers").headers["Date"] == "Sun, 03 Feb 2030 04:05:06 GMT"


def test_a_named_port_is_the_index_and_vendors_follow_or_give_way() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with serve([Toy], port=port) as first:
        assert first.url == f"http://127.0.0.1:{port}"
        assert httpx.get(first.vendors["toy"].url + "/customers").status_code == 401


def test_unknown_paths_and_methods_are_told_apart(shop: httpx.Client) -> None:
    assert shop.get("/nowhere").status_code == 404
    assert shop.put("/customers").status_code == 405
    assert shop.head("/customers").status_code == 405
    assert shop.get("/customers/1").status_code == 404


def test_the_journal_remembers_requests_without_their_secrets(
    shop: httpx.Client, side: httpx.Client
) -> None:
    shop.get("/customers", params={"limit": 2})
    shop.post("/customers", json={"email": "fay@x.example"})
    told = side.get("/journal", params={"vendor": "toy"})
    first, second = told.json()["entries"]
    assert told.json()["counts"] == {"toy": {"200": 1, "201": 1}}
    assert (first["path"], first["query"], first["status"]) == ("/customers", {"limit": ["2"]}, 200)
    assert second["body"] == '{"email":"fay@x.example"}'
    assert "token-1" not in told.text
    side.delete("/journal")
    assert side.get("/journal").json() == {"counts": {}, "entries": []}


def test_the_clock_can_be_moved_from_outside(side: httpx.Client) -> None:
    side.post("/clock", json={"freeze": True, "set": "2027-01-01T00:00:00Z"})
    moved = side.post("/clock", json={"advance": 60}).json()
    assert moved == {"now": "2027-01-01T00:01:00+00:00", "frozen": True}
    assert side.get("/clock").json() == moved


def test_faults_can_be_scripted_listed_and_taken_back(
    shop: httpx.Client, side: httpx.Client
) -> None:
    made = side.post("/faults", json=[{"do": "status", "times": 0}, {"do": "cut"}]).json()
    assert shop.get("/customers").status_code == 500
    first = side.get("/faults").json()["faults"][0]
    assert (first["seen"], first["fired"]) == (1, 1)
    side.delete(f"/faults/{made['faults'][0]['id']}")
    assert [fault["do"] for fault in side.get("/faults").json()["faults"]] == ["cut"]
    side.delete("/faults")
    assert shop.get("/customers").status_code == 200


def test_a_happening_can_be_told_from_outside(box: Sandbox, side: httpx.Client) -> None:
    fact = {"what": "CustomerJoined", "key": "fay", "email": "fay@x.example"}
    assert side.post("/apply", json=fact).json() == {"applied": 1}
    side.post("/apply", json={"what": "CustomerDeleted", "key": "ada"})
    counts = side.get("/truth", params={"vendor": "toy", "counts": 1}).json()
    assert counts == {"toy": {"customers": {"all": 6, "live": 5, "deleted": 1}}}
    rows = side.get("/truth").json()["toy"]["customers"].values()
    assert {row["key"] for row in rows if row["deleted"]} == {"ada"}
    assert len(rows) == box.vendors["toy"].store.collections["customers"].count("1")


def test_what_the_side_channel_cannot_understand_is_said_plainly(side: httpx.Client) -> None:
    for path, wish in [
        ("/apply", {"what": "CustomerFlew", "key": "ada"}),
        ("/seed", {"world": "narnia"}),
        ("/clock", {"set": "yesterday"}),
        ("/faults", {"do": "explode"}),
    ]:
        answer = side.post(path, json=wish)
        assert (answer.status_code, "error" in answer.json()) == (400, True)


def test_limits_can_be_widened_from_outside(side: httpx.Client) -> None:
    with serve([Toy(per_minute=1)]) as narrow:
        client = httpx.Client(headers={"Authorization": "Bearer token-1"})
        with client:
            url = narrow.vendors["toy"].url + "/customers"
            assert [client.get(url).status_code for _ in range(2)] == [200, 429]
            httpx.post(f"{narrow.url}/__sim__/limits", json={"vendor": "toy", "times": 3})
            assert [client.get(url).status_code for _ in range(3)] == [200, 200, 429]
    assert side.post("/limits", json={"times": 3}).status_code == 204


def test_a_night_goes_by_on_request(box: Sandbox, side: httpx.Client) -> None:
    box.clock.freeze(frozen=True)
    side.post("/evolve", json={"nights": 2})
    assert box.clock.now() == box.world.start + timedelta(days=2)
    side.post("/evolve", json={"until": "2026-03-01"})
    assert box.clock.now() == datetime(2026, 3, 1, tzinfo=UTC)


def test_a_reset_brings_back_the_morning_the_doors_opened(box: Sandbox, side: httpx.Client) -> None:
    box.faults.add({"do": "cut"})
    box.evolve(nights=3)
    side.post("/reset")
    assert box.faults.all() == []
    assert box.clock.now() - box.world.start < box.world.start - datetime(2026, 1, 4, tzinfo=UTC)
    assert box.vendors["toy"].store.collections["customers"].count() == 0


def test_a_seeded_world_is_served_moves_on_and_comes_back(side: httpx.Client) -> None:
    assert side.get("/people").json() == {"people": []}
    side.post("/seed", json={"world": "seeded", "seed": 5, "people": 30})
    opened = side.get("/truth").json()
    side.post("/evolve", json={"nights": 3})
    moved = side.get("/truth").json()
    side.post("/reset")
    assert side.get("/truth").json() == opened != moved
    owners = {p["key"]: p["person"] for p in side.get("/people").json()["people"]}
    customers = opened["toy"]["customers"].values()
    assert len(customers) > 15
    assert all(row["key"] in owners for row in customers)


def test_a_vendor_is_deaf_to_what_it_keeps_no_records_of(box: Sandbox) -> None:
    at = box.clock.now()
    box.happen(UserJoined(key="zoe", at=at), CustomerJoined(key="zoe", at=at), vendor="toy")
    box.happen(CustomerJoined(key="yan", at=at), vendor="other")
    keys = [row.key for row in box.vendors["toy"].store.collections["customers"].all()]
    assert keys.count("zoe") == 1
    assert "yan" not in keys


def test_a_vendor_answers_without_a_server_too() -> None:
    toy = Toy()
    request = Request.to("GET", "/customers", headers={"authorization": "Bearer token-1"})
    assert toy(request).body == '{"customers":[]}'
    toy.close()


def test_every_file_with_a_vendor_in_it_is_served() -> None:
    root = Path(sandbox.__path__[0])
    modules = {path.stem: path for path in root.glob("*.py")}
    packages = {path.parent.name: path for path in root.glob("*/__init__.py")}
    written = {
        name
        for name, path in {**modules, **packages}.items()
        if any(line.startswith("VENDOR") for line in path.read_text().splitlines())
    }
    found = discover()
    assert found.keys() == written
    assert all(kind.name == name for name, kind in found.items())


def test_the_same_key_gives_the_same_id_and_others_give_others() -> None:
    assert number("order", "a") == number("order", "a") != number("order", "b")
    assert number("order", "a") != number("customer", "a")
    assert len(str(number("order", "a", 11))) == 11
    ids = {letters("charge", f"c{n}", 24) for n in range(1000)}
    assert len(ids) == 1000
    assert all(len(found) == 24 and found.isalnum() for found in ids)
