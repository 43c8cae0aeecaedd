"""Every request each vendor received, so that a test can ask what was really sent."""

import threading
from collections import Counter, deque
from dataclasses import dataclass

from sandbox.http import Json, Request

KEPT = 20_000
BODY_KEPT = 4_096
OPEN = ("idempotency-key",)
SECRET = ("authorization", "token", "secret", "key", "cookie", "signature")


@dataclass(frozen=True, slots=True)
class Entry:
    """One request and its answer. ``at`` is sandbox time; ``ms`` is real time until the answer.

    ``n`` counts all requests since the journal was cleared. Secrets in headers are masked;
    bodies are cut at 4 KB and left out where tokens are asked for.
    """

    n: int
    at: str
    vendor: str
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: str
    status: int
    wire: str
    ms: float


class Journal:
    """The last 20,000 requests, and true counts of all."""

    def __init__(self, kept: int = KEPT) -> None:
        self._lock = threading.Lock()
        self._entries: deque[Entry] = deque(maxlen=kept)
        self._counts: Counter[tuple[str, int]] = Counter()
        self._n = 0

    def write(self, vendor: str, request: Request, status: int, **rest: Json) -> None:
        """Note a request; ``rest`` is ``at``, ``wire`` and ``ms``."""
        body = b"" if "token" in request.path else request.body[:BODY_KEPT]
        with self._lock:
            self._n += 1
            self._counts[vendor, status] += 1
            entry = Entry(
                n=self._n,
                vendor=vendor,
                method=request.method,
                path=request.path,
                query=request.query,
                headers=_masked(request.headers),
                body=body.decode("utf-8", "replace"),
                status=status,
                **rest,
            )
            self._entries.append(entry)

    def read(self, vendor: str = "", path: str = "", limit: int = KEPT) -> list[Entry]:
        """Give entries, oldest first; ``path`` is a substring; ``limit`` keeps the newest."""
        with self._lock:
            found = [e for e in self._entries if vendor in {"", e.vendor} and path in e.path]
        return found[-limit:] if limit else []

    def counts(self) -> dict[str, dict[int, int]]:
        """Count requests by vendor and status, those no longer kept included."""
        with self._lock:
            found: dict[str, dict[int, int]] = {}
            for (vendor, status), times in sorted(self._counts.items()):
                found.setdefault(vendor, {})[status] = times
            return found

    def clear(self) -> None:
        """Forget everything, counts too."""
        with self._lock:
            self._entries.clear()
            self._counts.clear()
            self._n = 0


def _masked(headers: dict[str, str]) -> dict[str, str]:
    return {
        name: "***" if name not in OPEN and any(word in name for word in SECRET) else value
        for name, value in headers.items()
    }
