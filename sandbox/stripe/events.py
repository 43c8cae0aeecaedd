"""What happened in the account, as Stripe tells it: for 30 days, and now and then a little late."""

from collections.abc import Callable

import orjson

from sandbox.names import letters, number
from sandbox.store import Collection, Row
from sandbox.stripe.parts import Body
from sandbox.stripe.versions import CURRENT, aged, is_old

KEPT_MS = 30 * 86_400_000


class Chronicle:
    """The account's events.

    Args:
        events: Where they are kept, with columns ``type`` and ``visible_at`` (ms).
        now: The sandbox's time in ms. What was over 30 days ago by then is not written at all.
        delay: An event shows up to this many seconds after it happened, each with its own lag.
        version: The account's API version; every payload is rendered in it, for good.
    """

    def __init__(
        self, events: Collection, now: Callable[[], int], delay: float, version: str = CURRENT
    ) -> None:
        self._events, self._now = events, now
        self._delay_ms = round(delay * 1000)
        self._version = version
        self._told = 0

    def tell(self, kind: str, body: Body, at: int, previous: Body | None = None) -> None:
        """Write down that ``kind`` happened to an object at ``at`` (ms)."""
        self._told += 1
        if at <= self._now() - KEPT_MS:
            return
        told = f"{kind}:{body['id']}:{at}:{self._told}"
        found = "evt_" + letters("evt", told, 24)
        text = orjson.dumps(self._event(found, kind, body, at, previous)).decode()
        lag = number("lag", told) % (self._delay_ms + 1)
        extra = {"type": kind, "visible_at": at + lag}
        self._events.put(Row(found, text, at, at, extra=extra))

    def forget(self) -> None:
        """Start the count of events over."""
        self._told = 0

    def _event(self, found: str, kind: str, body: Body, at: int, previous: Body | None) -> Body:
        data: Body = {"object": aged(body) if is_old(self._version) else body}
        if previous is not None:
            data["previous_attributes"] = previous
        return {
            "id": found,
            "object": "event",
            "api_version": self._version,
            "created": at // 1000,
            "data": data,
            "livemode": True,
            "pending_webhooks": 0,
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
        }
