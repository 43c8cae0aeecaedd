"""One call of an application: track, page, screen, identify, group or alias."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from core.pull import Record
from sources._values import Style, stamp

FIELDS = {
    "messageId": "message_id",
    "type": "type",
    "event": "event",
    "name": "name",
    "userId": "user_id",
    "anonymousId": "anonymous_id",
    "previousId": "previous_id",
    "groupId": "group_id",
    "timestamp": "timestamp",
    "sentAt": "sent_at",
    "receivedAt": "received_at",
}
IDS = ("messageId", "userId", "anonymousId", "previousId", "groupId")
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def event(call: Mapping[str, Any]) -> Record:
    """Return the row of a call; what the specification does not name becomes a column, too."""
    row = {FIELDS.get(name, name): value for name, value in call.items()}
    for name in IDS:
        if call.get(name) is not None:
            row[FIELDS[name]] = ident(call[name])
    if not row.get("timestamp"):
        row["timestamp"] = call.get("originalTimestamp") or call.get("receivedAt")
    return row


def happened(call: Mapping[str, Any]) -> datetime:
    """Return when a call was made, never later than it was received.

    A device whose clock is years ahead would otherwise have the last word for ever.
    """
    made = [_moment(call.get(name)) for name in ("timestamp", "originalTimestamp", "sentAt")]
    received = _moment(call.get("receivedAt"))
    told = next((at for at in made if at is not None), received)
    if told is None:
        return LONG_AGO
    return told if received is None else min(told, received)


def received(call: Mapping[str, Any]) -> datetime:
    """Return when a call arrived; where nobody noted it, when it was made."""
    return _moment(call.get("receivedAt")) or happened(call)


def ident(value: Any) -> str | None:  # noqa: ANN401 - an application may send anything
    """Return an id as text; None where it is none."""
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return str(value).strip() or None
    return None


def who(call: Mapping[str, Any]) -> str | None:
    """Return the id that a person goes by: the user's, or that of a visitor nobody knows yet."""
    return ident(call.get("userId")) or ident(call.get("anonymousId"))


def _moment(value: Any) -> datetime | None:  # noqa: ANN401 - see ident
    return stamp(value, Style())
