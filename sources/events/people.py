"""Who is behind the events: traits as they were last told, and who turned out to be whom.

Each trait is remembered with the moment it was told at, and a later one wins whatever the order in
which they arrive; so late, repeated and re-read calls all come out the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from core.pull import Known, Record
from sources.events.calls import LONG_AGO, happened, ident, who

LONGEST = 10
"""Aliases followed one after the other."""

COLUMNS = {
    "first_name": ("firstName", "first_name"),
    "last_name": ("lastName", "last_name"),
    "name": ("name",),
    "email": ("email",),
    "phone": ("phone",),
    "title": ("title",),
}
ADDRESS = {
    "street": "street",
    "city": "city",
    "state": "state",
    "postal_code": "postalCode",
    "country": "country",
}


@dataclass(slots=True)
class Person:
    """What was told of one id.

    Attributes:
        traits: As last told.
        told_at: Trait -> when that was.
        first_seen: When the first of them was told.
        user_id: The user's id, where it is one.
        anonymous_id: The visitor's id that came with it.
    """

    traits: dict[str, Any] = field(default_factory=dict)
    told_at: dict[str, str] = field(default_factory=dict)
    first_seen: datetime | None = None
    user_id: str | None = None
    anonymous_id: str | None = None

    def hear(self, call: Mapping[str, Any]) -> None:
        """Take in the traits of an identify call."""
        at = happened(call)
        self.first_seen = min(self.first_seen or at, at)
        self.user_id = ident(call.get("userId")) or self.user_id
        self.anonymous_id = self.anonymous_id or ident(call.get("anonymousId"))
        traits = call.get("traits")
        for name, value in (traits if isinstance(traits, Mapping) else {}).items():
            if at.isoformat() >= self.told_at.get(name, ""):
                self.traits[name], self.told_at[name] = value, at.isoformat()

    @classmethod
    def held(cls, row: Mapping[str, Any]) -> Person:
        """Return what the warehouse holds."""
        return cls(
            traits=orjson.loads(row.get("traits") or "{}"),
            told_at=orjson.loads(row.get("traits_at") or "{}"),
            first_seen=_utc(row.get("first_seen_at")),
            user_id=row.get("user_id"),
            anonymous_id=row.get("anonymous_id"),
        )


class People:
    """The people that one pull's calls speak of; those it has met are kept in memory.

    Args:
        known: What the warehouse held before.
    """

    def __init__(self, known: Known) -> None:
        self._known = known
        self._met: dict[str, Person | None] = {}
        self._aliases: dict[str, tuple[str, datetime] | None] = {}

    def hear(self, calls: Iterable[Mapping[str, Any]]) -> tuple[list[Record], list[Record]]:
        """Take in a page of calls; return the rows of the people and aliases they changed."""
        told = [c for c in calls if c.get("type") in {"identify", "alias"}]
        self._recall([one for call in told for one in _ids(call)])
        touched: dict[str, None] = {}
        renamed: dict[str, None] = {}
        for call in told:
            if call.get("type") == "identify":
                touched.update(self._identified(call))
            else:
                renamed.update(self._renamed(call))
        touched.update(dict.fromkeys(one for name in renamed for one in self._chain(name)))
        people = [self._row(one) for one in touched if self._met.get(one)]
        return people, [self._alias(one) for one in renamed]

    def _identified(self, call: Mapping[str, Any]) -> dict[str, None]:
        name = who(call)
        if name is None:
            return {}
        person = self._met.get(name) or Person()
        person.hear(call)
        self._met[name] = person
        return {name: None}

    def _renamed(self, call: Mapping[str, Any]) -> dict[str, None]:
        """Take in that somebody goes by another id now; the later of two such calls counts."""
        before, now, at = ident(call.get("previousId")), who(call), happened(call)
        if before is None or now is None or before == now:
            return {}
        held = self._aliases.get(before)
        if held is None or at >= held[1]:
            self._aliases[before] = (now, at)
        return {before: None}

    def _chain(self, name: str) -> list[str]:
        """Return an id and those it became, one after the other."""
        chain = [name]
        for _ in range(LONGEST):
            self._recall(chain[-1:])
            following = self._aliases.get(chain[-1])
            if following is None:
                break
            if following[0] in chain:
                break
            chain.append(following[0])
        self._recall(chain)
        return chain

    def _merged(self, name: str) -> tuple[str, datetime] | None:
        """Return whom somebody became and when; of a ring of ids the first by name stays."""
        chain = self._chain(name)
        end = self._aliases.get(chain[-1])
        if end is not None and name in chain[chain.index(end[0]) :] and name == min(chain):
            return None
        return self._aliases.get(name)

    def _recall(self, names: Iterable[str]) -> None:
        """Ask the warehouse for those of ``names`` that were not met before."""
        new = [(name,) for name in dict.fromkeys(names) if name not in self._met]
        if not new:
            return
        self._met.update({key[0]: None for key in new})
        self._aliases.update({key[0]: None for key in new})
        for row in self._known.rows("people", new):
            self._met[row["id"]] = Person.held(row)
        for row in self._known.rows("aliases", new):
            at = _utc(row.get("timestamp")) or LONG_AGO
            self._aliases[row["previous_id"]] = (row["user_id"], at)

    def _row(self, name: str) -> Record:
        person, merged = self._met[name] or Person(), self._merged(name)
        return {
            "id": name,
            "user_id": person.user_id,
            "anonymous_id": person.anonymous_id,
            **_columns(person.traits),
            "first_seen_at": person.first_seen and person.first_seen.isoformat(),
            "updated_at": max(person.told_at.values(), default=None),
            "traits": person.traits,
            "traits_at": person.told_at,
            "merged_into": merged and merged[0],
            "deleted_at": merged and merged[1].isoformat(),
        }

    def _alias(self, name: str) -> Record:
        into, at = self._aliases[name] or ("", LONG_AGO)
        return {"previous_id": name, "user_id": into, "timestamp": at.isoformat()}


def _columns(traits: Mapping[str, Any]) -> Record:
    row: Record = {
        column: next((traits[name] for name in names if traits.get(name)), None)
        for column, names in COLUMNS.items()
    }
    lives, firm = traits.get("address"), traits.get("company")
    for column, name in ADDRESS.items():
        row[column] = lives.get(name) if isinstance(lives, Mapping) else None
    if isinstance(lives, str):
        row["street"] = lives
    row["company"] = firm.get("name") if isinstance(firm, Mapping) else firm
    return row


def _ids(call: Mapping[str, Any]) -> list[str]:
    return [one for one in (who(call), ident(call.get("previousId"))) if one]


def _utc(value: Any) -> datetime | None:  # noqa: ANN401 - from the warehouse
    return value.astimezone(UTC) if isinstance(value, datetime) else None
