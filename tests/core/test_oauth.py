"""Tokens that expire, and refresh tokens that die when they are used."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.errors import ConfigError, VendorRefusedError
from core.http import Manners, VendorSession
from core.meter import Meter
from core.oauth import Grant, RefreshedToken
from sandbox.clock import Clock
from sandbox.http import Request, Response
from sandbox.routing import route
from sandbox.serve import Sandbox, serve
from sandbox.vendor import Vendor
from tests.patience import Patience

NIGHT = datetime(2026, 1, 5, 2, tzinfo=UTC)


class Rotating(Vendor):
    """A vendor whose tokens last an hour and whose refresh tokens are good for one use."""

    name, system = "rotating", "none"

    def __init__(self, clock: Clock | None = None) -> None:
        super().__init__(clock)
        self.made, self.rotates, self.dead, self.scope = 0, True, False, ""

    @route("POST", "/oauth/tokens")
    def tokens(self, request: Request) -> Response:
        asked = request.form()
        if asked["grant_type"] == "refresh_token" and asked["refresh_token"] != self.refresh:
            return Response(400, {"error": "invalid_grant", "error_description": "used before"})
        self.made, self.dead = self.made + 1, False
        pair = {"access_token": f"access-{self.made}", "expires_in": 3600, "at": "https://eu4"}
        self.scope = asked.get("scope", "")
        return Response(200, {**pair, "refresh_token": self.refresh} if self.rotates else pair)

    @property
    def refresh(self) -> str:
        return f"refresh-{self.made if self.rotates else 0}"

    @route("GET", "/things")
    def things(self, request: Request) -> Response:
        good = f"Bearer access-{self.made}"
        if self.dead or request.headers.get("authorization") != good:
            return Response(401, {"message": "who are you"})
        return Response(200, {"data": []})


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with serve([Rotating], clock=Clock(NIGHT, frozen=True)) as sandbox:
        yield sandbox


@pytest.fixture
def vendor(box: Sandbox) -> Rotating:
    found = box.vendors["rotating"]
    assert isinstance(found, Rotating)
    return found


class Party:
    """One process of ours that talks to the vendor."""

    def __init__(self, box: Sandbox, home: Path, first: str = "refresh-0") -> None:
        self.url = box.vendors["rotating"].url
        clock = Patience(box.clock)
        grant = Grant(f"{self.url}/oauth/tokens", "us", "secret", first, "ROTATING_TOKEN")
        manners = Manners(credential="ROTATING_TOKEN", attempts=2)
        asks = VendorSession("rotating", clock, Meter(), manners)
        self.session = VendorSession("rotating", clock, Meter(), manners)
        self.path = home / "tokens" / "rotating.json"
        self.session.auth = RefreshedToken(grant, self.path, asks, clock)

    def get(self) -> int:
        return self.session.get(f"{self.url}/things").status_code


def test_the_first_request_is_signed_with_a_token_of_our_own(box: Sandbox, tmp_path: Path) -> None:
    assert Party(box, tmp_path).get() == 200
    assert [e.path for e in box.journal.read()] == ["/oauth/tokens", "/things"]


def test_where_the_api_is_comes_with_the_token_and_is_remembered(
    box: Sandbox, vendor: Rotating, tmp_path: Path
) -> None:
    asks = VendorSession("rotating", Patience(box.clock), Meter(), Manners())
    grant = Grant(f"{vendor.url}/oauth/tokens", "us", "secret", "", "ROTATING_TOKEN", "read", "at")
    path = tmp_path / "tokens.json"
    assert RefreshedToken(grant, path, asks, Patience(box.clock)).home() == "https://eu4"
    assert vendor.scope == "read"
    assert RefreshedToken(grant, path, asks, Patience(box.clock)).home() == "https://eu4"
    assert vendor.made == 1


def test_a_token_is_renewed_before_it_ends(box: Sandbox, vendor: Rotating, tmp_path: Path) -> None:
    party = Party(box, tmp_path)
    party.get()
    box.clock.advance(3600 - 30)
    party.get()
    assert vendor.made == 2
    assert 401 not in box.journal.counts()["rotating"]


def test_a_token_that_dies_early_is_renewed_in_the_middle(
    box: Sandbox, vendor: Rotating, tmp_path: Path
) -> None:
    party = Party(box, tmp_path)
    party.get()
    vendor.dead = True
    assert party.get() == 200
    assert [e.status for e in box.journal.read()] == [200, 200, 401, 200, 200]


def test_the_next_process_uses_the_newest_refresh_token_and_not_the_configured_one(
    box: Sandbox, vendor: Rotating, tmp_path: Path
) -> None:
    Party(box, tmp_path).get()
    box.clock.advance(7200)
    assert Party(box, tmp_path).get() == 200
    assert vendor.made == 2
    assert 400 not in box.journal.counts()["rotating"]


def test_a_token_another_process_renewed_is_taken_and_not_asked_for_again(
    box: Sandbox, vendor: Rotating, tmp_path: Path
) -> None:
    one, other = Party(box, tmp_path), Party(box, tmp_path)
    one.get()
    other.get()
    vendor.dead = True
    one.get()
    assert other.get() == 200
    assert vendor.made == 2


def test_a_token_set_anew_by_a_person_wins_over_what_is_stored(
    box: Sandbox, vendor: Rotating, tmp_path: Path
) -> None:
    Party(box, tmp_path).get()
    vendor.made = 7
    assert Party(box, tmp_path, "refresh-7").get() == 200
    assert set(box.journal.counts()["rotating"]) == {200}


def test_a_stored_token_that_is_refused_gives_way_to_the_configured_one(
    box: Sandbox, vendor: Rotating, tmp_path: Path
) -> None:
    Party(box, tmp_path).get()
    vendor.made = 0
    box.clock.advance(7200)
    assert Party(box, tmp_path).get() == 200


def test_a_refresh_token_that_does_not_rotate_is_kept(
    box: Sandbox, vendor: Rotating, tmp_path: Path
) -> None:
    vendor.rotates = False
    for _ in range(3):
        assert Party(box, tmp_path).get() == 200
        box.clock.advance(7200)
    assert vendor.made == 3


def test_a_client_may_have_no_refresh_token_at_all(
    box: Sandbox, vendor: Rotating, tmp_path: Path
) -> None:
    vendor.rotates = False
    assert Party(box, tmp_path, first="").get() == 200


def test_when_nothing_is_taken_any_more_a_person_is_told_what_to_do(
    box: Sandbox, vendor: Rotating, tmp_path: Path
) -> None:
    vendor.made = 5
    with pytest.raises(VendorRefusedError, match="used before") as caught:
        Party(box, tmp_path).get()
    assert "ROTATING_TOKEN" in caught.value.next_step
    assert "refresh-" not in str(caught.value)


def test_the_pair_is_readable_by_its_owner_alone_and_replaced_whole(
    box: Sandbox, tmp_path: Path
) -> None:
    party = Party(box, tmp_path)
    party.get()
    assert stat.S_IMODE(party.path.stat().st_mode) == 0o600
    assert {p.name for p in party.path.parent.iterdir()} == {"rotating.json", "rotating.lock"}


def test_a_token_file_that_cannot_be_read_is_named(box: Sandbox, tmp_path: Path) -> None:
    party = Party(box, tmp_path)
    party.path.parent.mkdir(parents=True)
    party.path.write_text("{")
    with pytest.raises(ConfigError, match=r"rotating\.json"):
        party.get()


def test_the_new_pair_is_on_disk_before_it_is_used(
    box: Sandbox, vendor: Rotating, tmp_path: Path
) -> None:
    party = Party(box, tmp_path)
    box.faults.add({"do": "status", "status": 403, "path": "/things"})
    with pytest.raises(VendorRefusedError):
        party.get()
    box.clock.advance(timedelta(hours=2).total_seconds())
    assert Party(box, tmp_path).get() == 200
    assert vendor.made == 2
