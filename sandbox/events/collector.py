"""The collector: hears of customers and orders, and appends what applications would have sent."""

from pathlib import Path
from typing import Any, ClassVar

import orjson

from sandbox.clock import Clock, millis
from sandbox.events.calls import TRAITS, Body, again, call, ordered, seen, traits, user, visitor
from sandbox.exporting import Exporting
from sandbox.happenings import CustomerEdited, CustomerJoined, CustomersMerged, OrderPlaced
from sandbox.names import number
from sandbox.store import Row
from sandbox.vendor import hears

TWICE, LATE = 7, 10


class Events(Exporting):
    """The collector and its files."""

    name: ClassVar[str] = "events"
    system: ClassVar[str] = "events"
    spoils: ClassVar[frozenset[str]] = frozenset(
        {"half", "keyless", "types", "rotated", "rewritten", "young"}
    )

    def __init__(self, clock: Clock | None = None, *, one_in: int = 4) -> None:
        super().__init__(clock, one_in=one_in)
        self.events = self.store.collection("events")
        self.people = self.store.collection("people")
        self._pending: dict[str, list[bytes]] = {}
        self._rest = b""

    def credentials(self) -> dict[str, str]:
        """Give the folder."""
        self.settle()
        return {"EVENTS_FOLDER": str(self.folder)}

    @hears(CustomerJoined)
    def customer_joined(self, fact: CustomerJoined) -> None:
        """Look around, then sign up."""
        if not self.knows(fact.key):
            return
        self._send("page", fact, {"anonymousId": visitor(fact.key), "properties": seen("/", "")})
        known = {name: value for name, value in traits(fact).items() if value}
        who = {"userId": user(fact.key), "anonymousId": visitor(fact.key)}
        self._send("identify", fact, {**who, "traits": known})
        at = millis(fact.at)
        self.people.put(Row(user(fact.key), orjson.dumps(known).decode(), at, at, fact.key))

    @hears(CustomerEdited)
    def customer_edited(self, fact: CustomerEdited) -> None:
        """Say what changed."""
        if self._has(fact.key):
            made = traits(CustomerJoined(key=fact.key, at=fact.at, **fact.changes))
            changed = {TRAITS[name]: made[TRAITS[name]] for name in fact.changes if name in TRAITS}
            self._send("identify", fact, {"userId": user(fact.key), "traits": changed})
            self.people.edit(user(fact.key), changed, millis(fact.at))

    @hears(CustomersMerged)
    def customers_merged(self, fact: CustomersMerged) -> None:
        """Go by the winner's id from now on."""
        if self._has(fact.loser):
            who = {"userId": user(fact.key), "previousId": user(fact.loser)}
            self._send("alias", fact, who)
            at = millis(fact.at)
            self.people.edit(user(fact.loser), {}, at, deleted_at=at, merged_into=user(fact.key))

    @hears(OrderPlaced)
    def order_placed(self, fact: OrderPlaced) -> None:
        """Look at the shelf, then buy."""
        if fact.customer and self._has(fact.customer):
            who = {"userId": user(fact.customer), "anonymousId": visitor(fact.customer)}
            self._send("page", fact, {**who, "name": "Shelf", "properties": seen("/shelf", "All")})
            done = {"event": "Order Completed", "properties": ordered(fact)}
            self._send("track", fact, {**who, **done})

    def write(self) -> None:
        """Append what came."""
        last = max(self._months(), default=None)
        if last and "rotated" in self._spoilt:
            last.replace(last.with_name(f"{last.stem}.1.ndjson"))
            self._spoilt.discard("rotated")
        if last and "rewritten" in self._spoilt:
            self.put_file(last, last.read_bytes().partition(b"\n")[0] + b"\n")
            self._spoilt.discard("rewritten")
        for month, lines in sorted(self._pending.items()):
            self._append(self.folder / f"{month}.ndjson", b"".join(lines))
        self._pending.clear()
        if self._rest and "half" not in self._spoilt:
            path, self._rest, rest = max(self._months()), b"", self._rest
            self._append(path, rest)

    def reset(self) -> None:
        """Forget every record and remove what was written."""
        super().reset()
        self._pending.clear()
        self._rest = b""

    def _send(self, kind: str, fact: Any, fields: Body) -> None:  # noqa: ANN401 - any happening
        chance = number("call", f"{kind} {fact.key} {fact.at}", 6)
        body = call(kind, fact.key, fact.at, late=kind == "page" and chance % LATE == 0, **fields)
        at = millis(fact.at)
        self.events.put(Row(body["messageId"], "{}", at, at, fact.key))
        self._line(body)
        if chance % TWICE == 0:
            self._line(again(body))

    def _line(self, body: Body) -> None:
        sent = dict(body)
        if "keyless" in self._spoilt:
            sent.pop("messageId")
        if "types" in self._spoilt:
            sent["properties"] = "none to speak of"
        line = orjson.dumps(sent) + b"\n"
        self._pending.setdefault(body["receivedAt"][:7], []).append(line)

    def _append(self, path: Path, lines: bytes) -> None:
        if "half" in self._spoilt and not self._rest:
            lines, self._rest = lines[:-30], lines[-30:]
        with path.open("ab") as file:
            file.write(lines)
        self.stamp(path)

    def _has(self, key: str) -> bool:
        return self.people.get(user(key)) is not None

    def _months(self) -> list[Path]:
        return [path for path in self.folder.glob("*.ndjson") if path.stem.count(".") == 0]
