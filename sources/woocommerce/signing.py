"""How WooCommerce is told who asks: it depends on how it is reached."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import requests
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, Client
from requests.auth import AuthBase

# At DEBUG it writes down keys and signatures.
logging.getLogger("oauthlib").setLevel(logging.INFO)

# A timestamp is good for 15 minutes either way.
TOO_FAR_OFF = timedelta(minutes=1)


class OneTimeSignature(AuthBase):
    """OAuth 1.0a without a token, for plain http: a signature in a header, good for one sending.

    It is dated by the vendor's clock as soon as an answer told it: a machine whose clock is wrong
    is refused once, and then knows better.
    """

    def __init__(self, key: str, secret: str, now: Callable[[], datetime]) -> None:
        self._key, self._secret, self._now = key, secret, now
        self._signed_at: datetime | None = None

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Leave the request as it is; `sign` is called at each sending."""
        return request

    def sign(self, request: requests.PreparedRequest) -> None:
        """Sign ``request``, with a word of its own and the time it is."""
        self._signed_at = self._now()
        client = Client(
            self._key,
            client_secret=self._secret,
            signature_method=SIGNATURE_HMAC_SHA256,
            timestamp=str(int(self._signed_at.timestamp())),
        )
        _, headers, _ = client.sign(str(request.url), http_method=str(request.method))
        request.headers["Authorization"] = headers["Authorization"]

    def renew(self) -> bool:
        """Say whether signing again could help: only if the vendor's clock was not known."""
        return self._signed_at is not None and abs(self._now() - self._signed_at) > TOO_FAR_OFF


class KeysInQuery(AuthBase):
    """Key and secret in the address, where a server drops the Authorization header."""

    def __init__(self, key: str, secret: str) -> None:
        self._keys = {"consumer_key": key, "consumer_secret": secret}

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add them."""
        request.prepare_url(str(request.url), self._keys)
        return request
