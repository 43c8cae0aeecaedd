"""Access tokens that expire, renewed from a refresh token that may change each time."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import orjson
import requests
from requests.auth import AuthBase

from core.clock import Clock
from core.errors import ConfigError, VendorRefusedError
from core.http import VendorSession

# Renewed this long before its end, so that a token does not die on the way to the vendor.
SAFETY = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a person configured: where tokens come from, and in whose name.

    Attributes:
        url: The vendor's token endpoint.
        client_id: The app's id.
        client_secret: The app's secret.
        refresh_token: The first refresh token; empty for a client-credentials grant.
        variable: The variable to name when the vendor refuses the refresh token.
        scope: What the token shall be good for, where the vendor wants it said; else empty.
        home_field: The field of a token answer that tells where the vendor's API is; empty where
            none does.
    """

    url: str
    client_id: str
    client_secret: str
    refresh_token: str
    variable: str
    scope: str = ""
    home_field: str = ""

    def fingerprint(self) -> str:
        """Return what tells this grant from another; a person who sets a new token starts anew."""
        parts = (self.url, self.client_id, self.refresh_token)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Pair:
    """What the vendor last gave us; ``expires_at`` is ISO 8601, empty when it did not say.

    So is ``home``, the address of the API that the token is good for.
    """

    access_token: str
    refresh_token: str
    expires_at: str = ""
    grant: str = ""
    home: str = ""


class BearerToken(AuthBase):
    """A token that stays as it is."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign ``request``."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class RefreshedToken(AuthBase):
    """Bearer auth that renews itself. Renewable, so a 401 in the middle of a walk is no end.

    Zendesk kills the old refresh token at once: the new pair is on disk before it is used, and a
    process that finds a newer pair on disk takes that instead of asking again.

    Args:
        grant: What was configured.
        path: File of the pair in force; created with mode 0600, replaced atomically.
        session: Sends the renewal. It must not carry this auth.
        clock: The hour, to renew before the end.
        header: Header that carries the token.
        scheme: Word before the token; empty for none.
    """

    def __init__(
        self,
        grant: Grant,
        path: Path,
        session: VendorSession,
        clock: Clock,
        *,
        header: str = "Authorization",
        scheme: str = "Bearer",
    ) -> None:
        self._grant, self._path, self._session, self._clock = grant, path, session, clock
        self._header, self._scheme = header, scheme
        self._pair: Pair | None = None

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign ``request``, with a new token if ours is about to end."""
        request.headers[self._header] = f"{self._scheme} {self._held().access_token}".strip()
        return request

    def home(self) -> str:
        """Return where the vendor said its API is; asks for a token where there is none yet."""
        return self._held().home

    def _held(self) -> Pair:
        if self._pair is None:
            self._pair = self._stored()
        if self._pair is None or self._ending(self._pair):
            self.renew()
        return self._pair or Pair("", "")

    def renew(self) -> bool:
        """Take the pair another process stored, or ask the vendor for a new one."""
        with _locked(self._path.with_suffix(".lock")):
            stored = self._stored()
            if stored and stored != self._pair and not self._ending(stored):
                self._pair = stored
            else:
                self._pair = self._ask(stored)
        return True

    def _ending(self, pair: Pair) -> bool:
        if not pair.expires_at:
            return False
        return datetime.fromisoformat(pair.expires_at) - SAFETY <= self._clock.now()

    def _ask(self, stored: Pair | None) -> Pair:
        """Ask with the newest refresh token; with the configured one if that is refused."""
        tokens = [stored.refresh_token] if stored else []
        if self._grant.refresh_token not in tokens:
            tokens.append(self._grant.refresh_token)
        refused: VendorRefusedError | None = None
        for refresh in tokens:
            try:
                pair = self._read(self._session.post(self._grant.url, data=self._form(refresh)))
            except VendorRefusedError as error:
                refused = refused or error
                continue
            pair = pair if pair.refresh_token else replace(pair, refresh_token=refresh)
            _write(self._path, pair)
            return pair
        raise VendorRefusedError(
            str(refused), next_step=f"Authorise daybreak again and set {self._grant.variable} anew."
        )

    def _form(self, refresh: str) -> dict[str, str]:
        form = {"client_id": self._grant.client_id, "client_secret": self._grant.client_secret}
        if self._grant.scope:
            form["scope"] = self._grant.scope
        if not refresh:
            return {**form, "grant_type": "client_credentials"}
        return {**form, "grant_type": "refresh_token", "refresh_token": refresh}

    def _read(self, response: requests.Response) -> Pair:
        answer = response.json()
        if not isinstance(answer, dict) or not answer.get("access_token"):
            raise VendorRefusedError(f"{self._session.vendor}: a token answer without a token")
        seconds = answer.get("expires_in")
        ends = self._clock.now() + timedelta(seconds=float(seconds)) if seconds else None
        return Pair(
            access_token=str(answer["access_token"]),
            refresh_token=str(answer.get("refresh_token") or ""),
            expires_at=ends.isoformat() if ends else "",
            grant=self._grant.fingerprint(),
            home=str(answer.get(self._grant.home_field) or ""),
        )

    def _stored(self) -> Pair | None:
        """Return the pair on disk, unless it came from a grant since replaced by a person."""
        try:
            pair = Pair(**orjson.loads(self._path.read_bytes()))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError):
            raise ConfigError(
                f"{self._path} is not readable as a token file",
                next_step=f"Delete it, authorise again, and set {self._grant.variable} anew.",
            ) from None
        return pair if pair.grant == self._grant.fingerprint() else None


def _write(path: Path, pair: Pair) -> None:
    """Put ``pair`` on disk whole or not at all, readable by us alone."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "wb") as file:
        file.write(orjson.dumps(asdict(pair)))
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Let one process at a time renew: two at once would kill each other's refresh token."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
