"""One polite client a vendor: it counts, waits its turn, tries again, and never hangs.

It is a ``requests.Session``, so that dlt's RESTClient and its paginators run on it. Every answer
it returns is complete, and JSON unless the request asks for ``Accept: text/csv``; everything else
is an error of ours.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol, runtime_checkable
from urllib.parse import urlsplit

import orjson
import requests
import tenacity
from requests.adapters import HTTPAdapter

from core.clock import Clock
from core.errors import VendorBusyError, VendorError, VendorRefusedError
from core.meter import Meter
from core.pace import Day, Pace, Told, take_all

BUSY = frozenset({408, 423, 425, 429, 477}) | frozenset(range(500, 600))
LONGEST_WAIT_SECONDS = 900.0
CSV = "text/csv"
_E_MAIL = re.compile(r"[^\s'\"<>]+@[^\s'\"<>]+")


@runtime_checkable
class Renewable(Protocol):
    """An auth whose token can be renewed when the vendor no longer takes it."""

    def renew(self) -> bool:
        """Get a new token; return False if there is no way to."""
        ...


@runtime_checkable
class Signing(Protocol):
    """An auth whose signature is good for one sending: it has a time, or a word said only once."""

    def sign(self, request: requests.PreparedRequest) -> None:
        """Sign ``request`` anew, in place; it may carry an older signature."""
        ...


class Answer(requests.Response):
    """A response whose JSON is parsed once."""

    _parsed: Any = None

    def json(self, **kwargs: Any) -> Any:  # noqa: ARG002, ANN401 - the base class's signature
        """Return the body, parsed; the same object each time."""
        if self._parsed is None:
            self._parsed = _parse(self.content)
        return self._parsed


class _Adapter(HTTPAdapter):
    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:  # noqa: ANN401 - urllib3's
        response = super().build_response(req, resp)
        response.__class__ = Answer
        return response


@dataclass(frozen=True, slots=True)
class Manners:
    """How to behave toward one vendor.

    Attributes:
        credential: The variable to check when the vendor refuses our credentials.
        pace: Published budget by path prefix ("" is every path); several may apply.
        rest: Seconds to pause after an answer, read from the vendor's own headers or body.
        attempts: How often one request is sent at most.
        deadline_seconds: How long one attempt may take in all, body included.
        is_busy: Extra answers that mean "later": a throttle inside a 200, a bare 403.
        asks: Seconds that a busy answer asks for in a header of the vendor's own; None without one.
        told: What an answer says of the budgets, by the prefixes of ``pace``: so they follow the
            account's plan, and what its other clients take.
        day: What an answer says of the calls that the whole account has in a day.
        cost: What a request takes from each of its budgets.
        purse: Sessions of one pull with the same vendor and purse share their paces; a vendor whose
            calls cost differently by session names one each.
    """

    credential: str = ""
    pace: dict[str, Pace] = field(default_factory=dict)
    rest: Callable[[requests.Response], float] = lambda _: 0.0
    attempts: int = 6
    deadline_seconds: float = 120.0
    is_busy: Callable[[requests.Response], bool] = lambda _: False
    asks: Callable[[requests.Response], float | None] = lambda _: None
    told: Callable[[requests.Response], Mapping[str, Told]] = lambda _: {}
    day: Callable[[requests.Response], Day | None] = lambda _: None
    cost: Callable[[requests.PreparedRequest], int] = lambda _: 1
    purse: str = ""


class VendorSession(requests.Session):
    """The one way to a vendor.

    Raises (from every request):
        VendorRefusedError: 4xx; the message has the status, the path and the vendor's own words.
        VendorBusyError: still busy, cut, hung or not JSON after ``attempts`` tries.
    """

    def __init__(self, vendor: str, clock: Clock, meter: Meter, manners: Manners) -> None:
        super().__init__()
        self.vendor, self._clock, self._meter, self._manners = vendor, clock, meter, manners
        # A second session of a pull, one that counts perhaps, goes on where the first one stands.
        self._pace = {
            prefix: meter.paces.setdefault((vendor, f"{manners.purse}{prefix}"), pace)
            for prefix, pace in manners.pace.items()
        }
        self._surroundings: dict[tuple[Any, ...], dict[str, Any]] = {}
        self.mount("https://", _Adapter(pool_maxsize=8))
        self.mount("http://", _Adapter(pool_maxsize=8))

    def merge_environment_settings(
        self,
        url: Any,  # noqa: ANN401 - the base class's, here and below
        proxies: Any,  # noqa: ANN401
        stream: Any,  # noqa: ANN401
        verify: Any,  # noqa: ANN401
        cert: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Read the machine's proxies once a host: every request would walk the environment."""
        if proxies:
            return super().merge_environment_settings(url, proxies, stream, verify, cert)
        place = (*urlsplit(str(url))[:2], stream, verify, cert)
        if place not in self._surroundings:
            found = super().merge_environment_settings(url, {}, stream, verify, cert)
            self._surroundings[place] = dict(found)
        return dict(self._surroundings[place])

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # noqa: ANN401 - the base class's
        """Send until answered: wait out throttles, renew a dead token once, give up in time."""
        # A redirect would carry our credentials along, or turn a POST into a GET.
        kwargs["allow_redirects"] = False
        # dlt's RESTClient hooks in a raise of its own, which would hide 401 and 429 from us.
        request.hooks = {"response": []}
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(VendorBusyError),
            stop=tenacity.stop_after_attempt(self._manners.attempts),
            wait=_patience,
            sleep=self._rest,
            before_sleep=self._count_retry,
            reraise=True,
        )
        renewed = threading.Event()
        return retrying(self._attempt, request, kwargs, renewed)

    def _attempt(
        self, request: requests.PreparedRequest, kwargs: dict[str, Any], renewed: threading.Event
    ) -> requests.Response:
        paces, cost = self._paces(request), self._manners.cost(request)
        sent = self._wait_our_turn(request, paces, cost)
        if isinstance(self.auth, Signing):
            self.auth.sign(request)
        self._meter.calls += 1
        try:
            response = self._within_deadline(request, kwargs)
        finally:
            for pace in paces:
                pace.settle(sent, self._clock.now(), cost)
        self._note_date(response)
        self._meter.announced.update(announced(request, response))
        self._meter.day = self._manners.day(response) or self._meter.day
        self._heed(response)
        if response.status_code == requests.codes.unauthorized and not renewed.is_set():
            renewed.set()
            if isinstance(self.auth, Renewable) and self.auth.renew():
                return self._attempt(self.auth(request), kwargs, renewed)
        self._judge(request, response)
        pause = min(self._manners.rest(response), LONGEST_WAIT_SECONDS)
        if pause > 0:
            self._rest(pause)
        return response

    def _wait_our_turn(
        self, request: requests.PreparedRequest, paces: list[Pace], cost: int
    ) -> datetime:
        now = self._clock.now()
        start = take_all(paces, now, cost)
        seconds = (start - now).total_seconds()
        if seconds > LONGEST_WAIT_SECONDS:
            raise _later(f"{_where(self.vendor, request)} has no budget left", seconds)
        if seconds > 0:
            self._rest(seconds)
        return start

    def _paces(self, request: requests.PreparedRequest) -> list[Pace]:
        path = urlsplit(str(request.url)).path
        return [pace for prefix, pace in self._pace.items() if prefix in path]

    def _heed(self, response: requests.Response) -> None:
        for prefix, told in self._manners.told(response).items():
            if prefix in self._pace:
                self._pace[prefix].learn(self._clock.now(), told)

    def _rest(self, seconds: float) -> None:
        self._meter.throttled_seconds += seconds
        self._clock.sleep(seconds)

    def _count_retry(self, state: tenacity.RetryCallState) -> None:  # noqa: ARG002 - tenacity's signature
        self._meter.retries += 1

    def _within_deadline(
        self, request: requests.PreparedRequest, kwargs: dict[str, Any]
    ) -> requests.Response:
        """Send in a thread that may be left behind: no server can hold us past the deadline.

        A read timeout alone does not bound a body that drips a byte at a time.
        """
        outcome: list[requests.Response | BaseException] = []

        def run() -> None:
            try:
                outcome.append(super(VendorSession, self).send(request, **kwargs))
            except BaseException as error:  # noqa: BLE001 - handed to the waiting thread
                outcome.append(error)

        deadline = self._manners.deadline_seconds
        kwargs.setdefault("timeout", deadline)
        kwargs["timeout"] = kwargs["timeout"] or deadline
        worker = threading.Thread(target=run, name=f"{self.vendor}-request", daemon=True)
        worker.start()
        worker.join(deadline)
        where = _where(self.vendor, request)
        if not outcome:
            raise VendorBusyError(f"{where} did not finish answering within {deadline:.0f} s")
        if isinstance(outcome[0], requests.RequestException):
            raise VendorBusyError(f"{where} {_plain(outcome[0])}") from None
        if isinstance(outcome[0], BaseException):
            raise outcome[0]
        return outcome[0]

    def _note_date(self, response: requests.Response) -> None:
        moment = _moment(response.headers.get("Date", ""))
        if moment:
            self._meter.skew, self._meter.is_dated = moment - self._clock.now(), True

    def _judge(self, request: requests.PreparedRequest, response: requests.Response) -> None:
        where = _where(self.vendor, request)
        status = response.status_code
        if status in BUSY or self._manners.is_busy(response):
            asked = retry_after(response, self._meter.vendor_now(self._clock.now()))
            asked = self._manners.asks(response) if asked is None else asked
            raise _later(f"{where} answered {status}: {_words(response)}", asked, status)
        if status >= requests.codes.multiple_choices:
            refused = VendorRefusedError(
                f"{where} answered {status}: {_words(response)}", next_step=self._advice(status)
            )
            refused.status = status
            raise refused
        if status != requests.codes.no_content:
            _demand(str(request.headers.get("Accept", "")), where, response)

    def _advice(self, status: int) -> str:
        if status == requests.codes.unauthorized:
            return f"Check {self._manners.credential}: {self.vendor} does not accept it."
        if status == requests.codes.forbidden:
            return f"Give the key in {self._manners.credential} the scopes this table needs."
        if status < requests.codes.bad_request:
            return f"Check the address set for {self.vendor}: the vendor points elsewhere."
        return "See the runbook: docs/runbook.md, a refused request."


def _demand(wanted: str, where: str, response: requests.Response) -> None:
    """Insist on what was asked for: a proxy's page of apology is no answer."""
    answered = f"{where} answered {response.status_code} with"
    if wanted == CSV:
        if CSV not in response.headers.get("Content-Type", "") or not response.content.strip():
            raise VendorBusyError(f"{answered} something that is not CSV")
        return
    try:
        response.json()
    except ValueError:
        kind = "an empty body" if not response.content.strip() else "something that is not JSON"
        raise VendorBusyError(f"{answered} {kind}") from None


def announced(request: requests.PreparedRequest, response: requests.Response) -> dict[str, str]:
    """Return what an answer says of the end of what we called; mostly nothing.

    Source: RFC 8594 (Sunset), RFC 9745 (Deprecation, a date as ``@seconds``; drafts before it said
    ``true`` or an HTTP date), and Shopify's X-Shopify-API-Deprecated-Reason.
    """
    headers = response.headers
    sunset, deprecated = headers.get("Sunset", ""), headers.get("Deprecation", "")
    why = headers.get("X-Shopify-API-Deprecated-Reason", "")
    if not (sunset or deprecated or why):
        return {}
    since = _moment(deprecated)
    if deprecated.startswith("@") and deprecated[1:].isdecimal():
        since = datetime.fromtimestamp(int(deprecated[1:]), UTC)
    ends = _moment(sunset)
    said = {
        "where": urlsplit(str(request.url)).path,
        "sunset": ends.isoformat() if ends else "",
        "deprecated": since.isoformat() if since else "",
        "why": why[:200],
    }
    return {name: words for name, words in said.items() if words}


def whole_number(response: requests.Response, header: str) -> int | None:
    """Return what a header counts; None where it is not there, or no count."""
    text = response.headers.get(header, "").strip()
    return int(text) if text.isascii() and text.isdigit() else None


def retry_after(response: requests.Response, now: datetime) -> float | None:
    """Return the seconds of a Retry-After header, in either of its forms; None without one."""
    value = response.headers.get("Retry-After", "").strip()
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    moment = _moment(value)
    return max(0.0, (moment - now).total_seconds()) if moment else None


def _moment(stamp: str) -> datetime | None:
    """Read an HTTP date; one without a usable zone is UTC, as HTTP dates are."""
    try:
        moment = parsedate_to_datetime(stamp)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _parse(body: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Parse ``body``; an emoji that the vendor cut in half becomes "?" and costs no page."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        lenient = json.loads(body.decode("utf-8", "replace"))
        return orjson.loads(json.dumps(lenient, ensure_ascii=False).encode("utf-8", "replace"))


def _later(message: str, seconds: float | None, status: int | None = None) -> VendorBusyError:
    if seconds is not None and seconds > LONGEST_WAIT_SECONDS:
        message = f"{message}; it asks us to wait {seconds:.0f} s, longer than a night can"
    error = VendorBusyError(message)
    error.wait_seconds, error.status = seconds, status
    return error


_backoff = tenacity.wait_exponential_jitter(initial=1, max=60)


def _patience(state: tenacity.RetryCallState) -> float:
    """Wait as long as the vendor asked, else back off exponentially with jitter."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait_seconds if isinstance(error, VendorBusyError) else None
    if error is not None and asked is not None and asked > LONGEST_WAIT_SECONDS:
        raise error
    return asked if asked is not None else float(_backoff(state))


def _where(vendor: str, request: requests.PreparedRequest) -> str:
    """Name the request without its query: a query may hold an e-mail or a key."""
    return f"{vendor}: {request.method} {urlsplit(str(request.url)).path}"


def _words(response: requests.Response) -> str:
    """Return the vendor's own words where they are a short message, never a whole body."""
    try:
        body = orjson.loads(response.content)
    except ValueError:
        return response.reason or "no reason given"
    found = _said(body)
    return _E_MAIL.sub("<e-mail>", found)[:200] if found else response.reason or "no reason given"


def _said(body: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    """Find the message in the error forms vendors use; empty if there is none."""
    if isinstance(body, list):
        return _said(body[0]) if body else ""
    if not isinstance(body, dict):
        return body if isinstance(body, str) else ""
    for name in ("message", "detail", "description", "error_description", "error", "errors"):
        said = _said(body.get(name))
        if said:
            return said
    return ""


def _plain(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "did not answer in time"
    if isinstance(error, requests.ConnectionError):
        return "could not be reached or closed the connection"
    return "broke off its answer"


__all__ = [
    "Manners",
    "Renewable",
    "Signing",
    "VendorError",
    "VendorSession",
    "retry_after",
    "whole_number",
]
