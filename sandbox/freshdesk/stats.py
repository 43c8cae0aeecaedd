"""When a ticket was answered, solved and closed: what ``include=stats`` shows."""

from sandbox.freshdesk.bodies import STATUS, Body

NOTHING: Body = {"resolved_at": None, "first_responded_at": None, "closed_at": None}
SOLVED, CLOSED = STATUS["solved"], STATUS["closed"]


def after(stats: Body, status: int | None, written: str, *, is_reply: bool = False) -> Body:
    """Give what the stats are after a change of status, None where it stays, or a reply."""
    found = {**stats}
    if is_reply and not found["first_responded_at"]:
        found["first_responded_at"] = written
    if status in {SOLVED, CLOSED}:
        found["resolved_at"] = found["resolved_at"] or written
        found["closed_at"] = written if status == CLOSED else None
    elif status is not None:
        found |= {"resolved_at": None, "closed_at": None}
    return found
