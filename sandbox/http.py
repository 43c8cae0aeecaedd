"""What a client sent and what a vendor answers, without a socket in sight."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import orjson

Json = Any
"""A value of a JSON document; as loose as the documents of vendors are."""


class Headers(dict[str, str]):
    """Header fields whose names do not care about case; the last of a repeated name counts."""

    def __init__(self, items: Mapping[str, str] | None = None) -> None:
        super().__init__({name.lower(): value for name, value in (items or {}).items()})

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __setitem__(self, name: str, value: str) -> None:
        super().__setitem__(name.lower(), value)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.lower())

    def get(self, name: str, default: Json = None) -> Json:
        """Give the value of a header, or ``default``."""
        return super().get(name.lower(), default)


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent. ``query`` keeps every value of a repeated name, blanks included."""

    method: str
    path: str
    query: dict[str, list[str]] = field(default_factory=dict)
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    @classmethod
    def to(
        cls,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        json: Json = None,
        form: Mapping[str, Any] | None = None,
    ) -> "Request":
        """Make a request by hand, e.g. ``Request.to("GET", "/v1/charges?limit=2")``."""
        parts = urlsplit(url)
        if json is not None:
            body = orjson.dumps(json)
        if form is not None:
            body = urlencode(form, doseq=True).encode()
        query = parse_qs(parts.query, keep_blank_values=True)
        return cls(method, parts.path, query, Headers(headers), body)

    def arg(self, name: str, default: str = "") -> str:
        """Give the last value of a query parameter, or ``default``."""
        values = self.query.get(name)
        return values[-1] if values else default

    def json(self) -> Json:
        """Read the body as JSON; raises ``ValueError`` when it is none. An empty body is None."""
        return orjson.loads(self.body) if self.body else None

    def form(self) -> dict[str, str]:
        """Read the body as a form, flat: ``metadata[a]`` stays a name of its own."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def base(self) -> str:
        """The origin the client asked, for links to the next page."""
        return f"http://{self.headers.get('host', '127.0.0.1')}"


@dataclass(frozen=True, slots=True)
class Wire:
    """How an answer travels; anything but ``plain`` is a fault.

    ``cut``: the head promises ``promise`` bytes, fewer come, the connection closes.
    ``silence``: nothing for ``seconds``, then the connection closes.
    ``drip``: head, then one byte every ``every`` seconds, for at most ``seconds``.
    ``reset``: the connection is torn down with RST and no answer.
    Seconds are real ones, whatever the sandbox's clock says.
    """

    how: str = "plain"
    seconds: float = 0.0
    every: float = 0.0
    promise: int = 0


PLAIN = Wire()


@dataclass(frozen=True, slots=True)
class Response:
    """What a vendor answers. A ``str`` or ``bytes`` body is sent as it is, all else as JSON."""

    status: int = 200
    body: Json = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    wire: Wire = PLAIN

    def payload(self) -> bytes:
        """Give the bytes of the body."""
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            return self.body.encode("utf-8", "surrogatepass")
        return orjson.dumps(self.body)
