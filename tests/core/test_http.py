"""What the one client to every vendor promises on bad days."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import requests
from dlt.sources.helpers.rest_client.client import RESTClient
from dlt.sources.helpers.rest_client.paginators import SinglePagePaginator
from requests.auth import AuthBase

from core.errors import VendorBusyError, VendorRefusedError
from core.http import LONGEST_WAIT_SECONDS, Manners, VendorSession, retry_after
from core.meter import Meter
from core.pace import Pace
from sandbox.clock import Clock
from sandbox.http import Request, Response
from sandbox.routing import route
from sandbox.serve import Sandbox, serve
from sandbox.vendor import Vendor
from tests.monitoring.channels.receiver import listening
from tests.patience import Patience

NIGHT = datetime(2026, 1, 5, 2, tzinfo=UTC)


class Probe(Vendor):
    """A vendor that says yes, unless told what else to say."""

    name, system = "probe", "none"

    def __init__(self, clock: Clock | None = None) -> None:
        super().__init__(clock)
        self.token = "first"
        self.scripted: list[Response] = []

    @route("GET", "/things")
    def things(self, request: Request) -> Response:
        """Give what is scripted next, else one thing."""
        if request.headers.get("authorization", "Bearer first") != f"Bearer {self.token}":
            return Response(401, {"message": "who are you"})
        return self.scripted.pop(0) if self.scripted else Response(200, {"data": [{"id": 1}]})


class Renewing(AuthBase):
    """A token that takes the vendor's new one each time it is renewed."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign with the token in force."""
        request.headers["Authorization"] = f"Bearer {self.tokens[0]}"
        return request

    def renew(self) -> bool:
        """Take the next token."""
        self.tokens.pop(0)
        return True


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with serve([Probe], clock=Clock(NIGHT, frozen=True)) as sandbox:
        yield sandbox


@pytest.fixture
def probe(box: Sandbox) -> Probe:
    vendor = box.vendors["probe"]
    assert isinstance(vendor, Probe)
    return vendor


@pytest.fixture
def clock(box: Sandbox) -> Patience:
    return Patience(box.clock)


@pytest.fixture
def meter() -> Meter:
    return Meter()


def client(clock: Patience, meter: Meter, **manners: Any) -> VendorSession:
    session = VendorSession("probe", clock, meter, Manners(credential="PROBE_KEY", **manners))
    session.trust_env = False
    return session


def test_waits_as_many_seconds_as_the_vendor_asks(
    box: Sandbox, probe: Probe, clock: Patience, meter: Meter
) -> None:
    box.faults.add({"do": "status", "status": 429, "retry_after": 7, "times": 2})
    assert client(clock, meter).get(f"{probe.url}/things").json() == {"data": [{"id": 1}]}
    assert clock.waits == [7, 7]
    assert (meter.calls, meter.retries, meter.throttled_seconds) == (3, 2, 14)


def test_waits_until_the_date_the_vendor_names_by_the_vendors_own_clock(
    box: Sandbox, probe: Probe, meter: Meter
) -> None:
    date = format_datetime(NIGHT + timedelta(seconds=40), usegmt=True)
    probe.scripted = [Response(503, {}, {"Retry-After": date})]
    clock = Patience(box.clock, ahead=timedelta(minutes=-30))
    client(clock, meter).get(f"{probe.url}/things")
    assert clock.waits == [40]


def test_backs_off_when_the_vendor_does_not_say_how_long_and_gives_up_in_the_end(
    box: Sandbox, probe: Probe, clock: Patience, meter: Meter
) -> None:
    box.faults.add({"do": "status", "status": 429, "times": 0})
    with pytest.raises(VendorBusyError, match="429") as caught:
        client(clock, meter, attempts=4).get(f"{probe.url}/things")
    assert (meter.calls, len(clock.waits)) == (4, 3)
    assert all(0 < wait <= 61 for wait in clock.waits)
    assert caught.value.status == 429


def test_never_waits_longer_than_a_night_allows(
    box: Sandbox, probe: Probe, clock: Patience, meter: Meter
) -> None:
    box.faults.add({"do": "status", "status": 429, "retry_after": 86_400})
    with pytest.raises(VendorBusyError, match="86400 s"):
        client(clock, meter).get(f"{probe.url}/things")
    assert clock.waits == []
    assert meter.calls == 1


def test_a_pause_read_from_an_answer_is_capped_too(
    probe: Probe, clock: Patience, meter: Meter
) -> None:
    client(clock, meter, rest=lambda _: 1e9).get(f"{probe.url}/things")
    assert clock.waits == [LONGEST_WAIT_SECONDS]


def test_a_budget_that_is_spent_for_the_day_is_no_reason_to_wait_for_tomorrow(
    probe: Probe, clock: Patience, meter: Meter
) -> None:
    session = client(clock, meter, pace={"": Pace(1, 86_400)})
    session.get(f"{probe.url}/things")
    with pytest.raises(VendorBusyError, match="budget"):
        session.get(f"{probe.url}/things")
    assert clock.waits == []


def test_keeps_to_a_published_budget_without_being_told(
    box: Sandbox, probe: Probe, clock: Patience, meter: Meter
) -> None:
    session = client(clock, meter, pace={"/things": Pace(3, 10), "/other": Pace(1, 10)})
    for _ in range(7):
        session.get(f"{probe.url}/things")
    assert clock.waits == [10, 10]
    assert [e.at[-3:-1] for e in box.journal.read()] == ["00"] * 3 + ["10"] * 3 + ["20"]


def test_a_body_that_drips_cannot_hold_us_past_the_deadline(
    box: Sandbox, probe: Probe, clock: Patience, meter: Meter
) -> None:
    box.faults.add({"do": "drip", "every": 0.05, "seconds": 20, "times": 0})
    started = time.monotonic()
    with pytest.raises(VendorBusyError, match="did not finish answering"):
        client(clock, meter, attempts=2, deadline_seconds=0.3).get(f"{probe.url}/things")
    assert time.monotonic() - started < 5
    assert meter.calls == 2


def test_a_vendor_that_says_nothing_cannot_hold_us_past_the_deadline(
    box: Sandbox, probe: Probe, clock: Patience, meter: Meter
) -> None:
    box.faults.add({"do": "hang", "seconds": 20})
    started = time.monotonic()
    answer = client(clock, meter, deadline_seconds=0.3).get(f"{probe.url}/things")
    assert answer.json()["data"]
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("fault", ["cut", "invalid", "html", "empty", "reset"])
def test_half_an_answer_is_no_answer_and_is_asked_for_again(
    box: Sandbox, probe: Probe, clock: Patience, meter: Meter, fault: str
) -> None:
    box.faults.add({"do": fault})
    assert client(clock, meter).get(f"{probe.url}/things").json() == {"data": [{"id": 1}]}
    assert meter.retries == 1


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("cut", "broke off|closed the connection"),
        ("invalid", "not JSON"),
        ("html", "not JSON"),
        ("empty", "an empty body"),
        ("reset", "closed the connection"),
    ],
)
def test_an_answer_that_stays_broken_is_told_as_what_it_is(
    box: Sandbox, probe: Probe, clock: Patience, meter: Meter, fault: str, said: str
) -> None:
    box.faults.add({"do": fault, "times": 0})
    with pytest.raises(VendorBusyError, match=said):
        client(clock, meter, attempts=2).get(f"{probe.url}/things")


def test_no_content_is_an_answer(probe: Probe, clock: Patience, meter: Meter) -> None:
    probe.scripted = [Response(204)]
    assert client(clock, meter).get(f"{probe.url}/things").status_code == 204


def test_csv_is_an_answer_where_it_was_asked_for(
    probe: Probe, clock: Patience, meter: Meter
) -> None:
    session, asks = client(clock, meter, attempts=2), {"Accept": "text/csv"}
    probe.scripted = [Response(200, "a,b\n1,2\n", {"Content-Type": "text/csv; charset=UTF-8"})]
    assert session.get(f"{probe.url}/things", headers=asks).text == "a,b\n1,2\n"
    for body, kind in (("<html>", "text/html"), ("", "text/csv"), ("{}", "application/json")):
        probe.scripted = [Response(200, body, {"Content-Type": kind})] * 2
        with pytest.raises(VendorBusyError, match="not CSV"):
            session.get(f"{probe.url}/things", headers=asks)


def test_a_dead_token_is_renewed_once_and_the_request_sent_again(
    probe: Probe, clock: Patience, meter: Meter
) -> None:
    probe.token = "second"
    session = client(clock, meter)
    session.auth = Renewing(["first", "second", "third"])
    assert session.get(f"{probe.url}/things").ok
    assert session.auth.tokens == ["second", "third"]


class Once(AuthBase):
    """A signature that may be sent once."""

    def __init__(self, probe: Probe) -> None:
        self.probe, self.made = probe, 0

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Leave it to `sign`."""
        return request

    def sign(self, request: requests.PreparedRequest) -> None:
        """Sign with a new word, which the vendor then expects."""
        self.made += 1
        self.probe.token = f"word {self.made}"
        request.headers["Authorization"] = f"Bearer {self.probe.token}"


def test_a_signature_good_for_one_sending_is_made_anew_for_each(
    probe: Probe, clock: Patience, meter: Meter
) -> None:
    probe.scripted = [Response(503), Response(503)]
    session = client(clock, meter)
    session.auth = Once(probe)
    assert session.get(f"{probe.url}/things").ok
    assert session.auth.made == 3


def test_waits_as_long_as_a_busy_answer_asks_in_a_header_of_the_vendors_own(
    probe: Probe, clock: Patience, meter: Meter
) -> None:
    probe.scripted = [Response(429, headers={"X-Reset-Ms": "4500"}), Response(429)]
    session = client(
        clock,
        meter,
        asks=lambda answer: int(answer.headers.get("X-Reset-Ms") or 1000) / 1000,
    )
    assert session.get(f"{probe.url}/things").ok
    assert clock.waits == [4.5, 1.0]


def test_a_token_refused_again_names_the_variable_to_check(
    probe: Probe, clock: Patience, meter: Meter
) -> None:
    probe.token = "another"
    session = client(clock, meter)
    session.auth = Renewing(["first", "second", "third"])
    with pytest.raises(VendorRefusedError, match="401: who are you") as caught:
        session.get(f"{probe.url}/things")
    assert session.auth.tokens == ["second", "third"]
    assert "PROBE_KEY" in caught.value.next_step
    assert caught.value.status == 401


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_a_refusal_is_not_asked_again(
    box: Sandbox, probe: Probe, clock: Patience, meter: Meter, status: int
) -> None:
    box.faults.add({"do": "status", "status": status, "times": 0})
    with pytest.raises(VendorRefusedError, match=f"GET /things answered {status}"):
        client(clock, meter).get(f"{probe.url}/things")
    assert meter.calls == 1


@pytest.mark.parametrize("fault", [{"do": "status", "status": 404}, {"do": "empty"}])
def test_what_was_asked_never_shows_in_a_message(
    box: Sandbox, probe: Probe, clock: Patience, meter: Meter, fault: dict[str, Any]
) -> None:
    box.faults.add(fault)
    with pytest.raises((VendorBusyError, VendorRefusedError)) as caught:
        client(clock, meter, attempts=1).get(f"{probe.url}/things?email=ada@x.example&key=sk_live")
    assert "ada" not in str(caught.value)
    assert "sk_live" not in str(caught.value)


def test_an_email_the_vendor_repeats_is_masked_in_the_message(
    probe: Probe, clock: Patience, meter: Meter
) -> None:
    probe.scripted = [Response(400, {"errors": [{"detail": "'ada@x.example' is taken"}]})]
    with pytest.raises(VendorRefusedError, match="'<e-mail>' is taken"):
        client(clock, meter).get(f"{probe.url}/things")


def test_credentials_do_not_follow_a_vendor_that_points_elsewhere(
    probe: Probe, clock: Patience, meter: Meter
) -> None:
    probe.scripted = [Response(302, b"", {"Location": f"{probe.url}/elsewhere"})]
    with pytest.raises(VendorRefusedError, match="302") as caught:
        client(clock, meter).get(f"{probe.url}/things")
    assert "address" in caught.value.next_step
    assert meter.calls == 1


def test_an_emoji_the_vendor_cut_in_half_costs_no_page(
    probe: Probe, clock: Patience, meter: Meter
) -> None:
    probe.scripted = [Response(200, '{"name": "Ada \\ud83d", "nul": "a\\u0000b"}')]
    answer = client(clock, meter).get(f"{probe.url}/things").json()
    assert answer == {"name": "Ada ?", "nul": "a\0b"}


def test_nobody_at_the_address_is_told_without_the_address_book(
    clock: Patience, meter: Meter
) -> None:
    with pytest.raises(VendorBusyError, match=r"^probe: GET /things could not be reached"):
        client(clock, meter, attempts=1).get("http://127.0.0.1:9/things?token=secret")


def test_a_busy_200_is_asked_again(probe: Probe, clock: Patience, meter: Meter) -> None:
    probe.scripted = [Response(200, {"throttled": True})]
    session = client(clock, meter, is_busy=lambda answer: "throttled" in answer.json())
    assert session.get(f"{probe.url}/things").json() == {"data": [{"id": 1}]}


def test_dlts_own_client_changes_none_of_this(
    box: Sandbox, probe: Probe, clock: Patience, meter: Meter
) -> None:
    box.faults.add({"do": "status", "status": 429, "retry_after": 3})
    probe.token = "second"
    session = client(clock, meter)
    session.auth = Renewing(["first", "second"])
    rest = RESTClient(probe.url, session=session, paginator=SinglePagePaginator())
    assert [list(page) for page in rest.paginate("/things", data_selector="data")] == [[{"id": 1}]]
    assert clock.waits == [3]


def test_the_vendors_hour_is_read_from_its_answers(
    box: Sandbox, probe: Probe, meter: Meter
) -> None:
    clock = Patience(box.clock, ahead=timedelta(minutes=5))
    client(clock, meter).get(f"{probe.url}/things")
    assert meter.vendor_now(clock.now()) == box.clock.now()


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", None),
        ("12", 12.0),
        ("1.5", 1.5),
        ("-3", 0.0),
        ("soon", None),
        ("Mon, 05 Jan 2026 02:00:09 GMT", 9.0),
        ("Mon, 05 Jan 2026 02:00:09 -0000", 9.0),
        ("Mon, 05 Jan 2026 01:00:00 GMT", 0.0),
    ],
)
def test_retry_after_is_read_in_either_form(header: str, seconds: float | None) -> None:
    response = requests.Response()
    response.headers["Retry-After"] = header
    assert retry_after(response, NIGHT) == seconds


def test_a_second_session_of_a_pull_draws_on_the_budget_of_the_first(
    probe: Probe, clock: Patience
) -> None:
    meter = Meter()
    for _ in range(2):
        manners = Manners(pace={"/things": Pace(2, 60)})
        session = VendorSession("probe", clock, meter, manners)
        session.auth = Renewing(["first"])
        session.get(f"{probe.url}/things")
        session.get(f"{probe.url}/things")
    assert sum(clock.waits) == pytest.approx(60)


def test_a_proxy_that_the_machine_names_is_asked_each_time_and_only_where_it_should_be(
    box: Sandbox, probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        session = VendorSession("probe", Patience(box.clock), Meter(), Manners())
        for _ in range(2):
            with pytest.raises(VendorBusyError, match="not JSON"):
                session.get("http://vendor.example/things")
        assert session.get(f"{probe.url}/things").json() == {"data": [{"id": 1}]}
    assert {path for path, _, _ in proxy.received} == {"http://vendor.example/things"}
