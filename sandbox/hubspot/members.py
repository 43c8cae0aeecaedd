"""Who is on which list. Joining and leaving does not touch the contact."""

import orjson

from sandbox.hubspot.records import stamp
from sandbox.store import Collection, Row

LIVE = "deleted_at is null"


class Members:
    """All memberships; their ids are ``list:contact``."""

    def __init__(self, rows: Collection) -> None:
        self._rows = rows

    def join(self, listed: int, contact: int, at: int) -> None:
        """Put a contact on a list."""
        body = {"recordId": str(contact), "membershipTimestamp": stamp(at)}
        extra = {"list": listed, "contact": contact}
        text = orjson.dumps(body).decode()
        self._rows.put(Row(f"{listed}:{contact}", text, at, at, extra=extra))

    def leave(self, listed: int, contact: int, at: int) -> None:
        """Take a contact off a list."""
        self._rows.delete(f"{listed}:{contact}", at)

    def hide(self, contact: int, at: int) -> None:
        """Take a contact that is in the bin off every list."""
        for member in self._rows.rows(f"contact = ? and {LIVE}", (contact,)):
            self._rows.delete(member.id, at)

    def restore(self, contact: int, hidden_at: int, at: int) -> None:
        """Put a contact back on the lists that `hide` took it off."""
        for member in self._rows.rows("contact = ? and deleted_at = ?", (contact, hidden_at)):
            self._rows.restore(member.id, at)

    def move(self, old: int, new: int, at: int) -> None:
        """Give a contact's places to another."""
        for member in self._rows.rows(f"contact = ? and {LIVE}", (old,)):
            self._rows.delete(member.id, at)
            self.join(int(member.extra["list"]), new, at)

    def size(self, listed: int) -> int:
        """Count who is on a list."""
        return self._rows.count(f"list = ? and {LIVE}", (listed,))

    def page(self, listed: int, after: int, limit: int) -> list[Row]:
        """Give members of a list in order of contact."""
        where = f"list = ? and contact > ? and {LIVE}"
        return self._rows.rows(where, (listed, after), order="contact", limit=limit)
