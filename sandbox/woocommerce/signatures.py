"""Who may ask: consumer key and secret, sent as they are on https, signed with on http."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote, unquote

from sandbox.http import Request, Response

KEY = "ck_5a2d8f0b1c3e4d6f7a8b9c0d1e2f3a4b5c6d7e8f"
SECRET = "cs_9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c"  # noqa: S105 - the sandbox's own
METHODS = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}
NEEDED = ("consumer_key", "timestamp", "nonce", "signature", "signature_method")
GOOD_FOR = timedelta(minutes=15).total_seconds()


class Signatures:
    """Judges the credentials of a request, and remembers nonces."""

    def __init__(self, now: Callable[[], float], *, https: bool) -> None:
        self._now, self._https = now, https
        self._nonces: dict[str, float] = {}

    def forget(self) -> None:
        """Forget every nonce."""
        self._nonces.clear()

    def refusal(self, request: Request) -> Response | None:
        """Say what is wrong with the credentials of a request; None lets it through."""
        return self._plain(request) if self._https else self._signed(request)

    def _plain(self, request: Request) -> Response | None:
        given = (request.arg("consumer_key"), request.arg("consumer_secret"))
        if not given[0]:
            given = _basic(request.headers.get("Authorization", ""))
        if not given[0]:
            return _no("woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
        if given != (KEY, SECRET):
            return _wrong("Consumer key or secret is invalid.")
        return None

    def _signed(self, request: Request) -> Response | None:
        given = {name: request.arg(f"oauth_{name}") for name in NEEDED}
        if not given["consumer_key"]:
            given = _header(request.headers.get("Authorization", ""))
        if not given.get("consumer_key"):
            return _no("woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
        missing = [f"oauth_{name}" for name in NEEDED if not given.get(name)]
        if missing:
            code = "woocommerce_rest_authentication_missing_parameter"
            return _no(code, f"Missing OAuth parameter {', '.join(missing)}")
        if given["consumer_key"] != KEY:
            return _wrong("Consumer key is invalid.")
        if not _matches(request, given):
            return _wrong("Invalid signature - provided signature does not match.")
        return self._stale(given["timestamp"], given["nonce"])

    def _stale(self, timestamp: str, nonce: str) -> Response | None:
        now = self._now()
        if not timestamp.isdigit() or abs(now - int(timestamp)) > GOOD_FOR:
            return _wrong("Invalid timestamp.")
        if nonce in self._nonces:
            return _wrong("Invalid nonce - nonce has already been used.")
        self._nonces = {n: at for n, at in self._nonces.items() if now - at <= GOOD_FOR}
        self._nonces[nonce] = now
        return None


def _matches(request: Request, given: dict[str, str]) -> bool:
    method = METHODS.get(given["signature_method"])
    if method is None:
        return False
    said = {f"oauth_{name}": value for name, value in given.items() if name != "signature"}
    asked = [(name, value) for name, values in request.query.items() for value in values]
    asked = [pair for pair in asked if pair[0] not in {*said, "oauth_signature"}]
    pairs = sorted((_quoted(name), _quoted(value)) for name, value in [*said.items(), *asked])
    words = "&".join(f"{name}={value}" for name, value in pairs)
    text = f"{request.method}&{_quoted(request.base + request.path)}&{_quoted(words)}"
    made = hmac.new(f"{SECRET}&".encode(), text.encode(), method).digest()
    return hmac.compare_digest(b64encode(made).decode(), given["signature"])


def _header(text: str) -> dict[str, str]:
    """Read ``OAuth oauth_nonce="..", ..``; every value is percent-encoded."""
    kind, _, rest = text.partition(" ")
    if kind.lower() != "oauth":
        return {}
    pairs = (part.strip().partition("=") for part in rest.split(","))
    found = {name: unquote(value.strip('"')) for name, _, value in pairs}
    return {n.removeprefix("oauth_"): v for n, v in found.items() if n.startswith("oauth_")}


def _basic(text: str) -> tuple[str, str]:
    kind, _, rest = text.partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        key, _, secret = b64decode(rest).decode().partition(":")
    except (Error, UnicodeDecodeError):
        return "", ""
    return key, secret


def _quoted(text: str) -> str:
    return quote(text, safe="~-._")


def _wrong(message: str) -> Response:
    return _no("woocommerce_rest_authentication_error", message)


def _no(code: str, message: str) -> Response:
    return Response(401, {"code": code, "message": message, "data": {"status": 401}})
