"""Asking WuKong: a session, lists, single records, activities, and what an answer's code means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from http import HTTPStatus
from typing import Any

import requests
from pydantic import SecretStr

from core.errors import VendorBusyError, VendorRefusedError
from core.http import Manners, VendorSession
from core.pace import Pace
from core.pull import Pull, Record
from sources.wukong.tables import MODULES
from sources.wukong.times import local

LIST_PAGE = 100
NOT_LOGGED_IN, TOO_FREQUENT, DELETED = 302, 403, frozenset({2004, 2064})
STUMBLED = frozenset({500, 1001})
# The operators of a search.
FROM, BEFORE, UP_TO, BY_ID = 8, 9, 10, 11
CONVERTED = "transform"


class CodeError(VendorRefusedError):
    """An answer with another code than 0. Its words are left out: they may name a customer."""

    def __init__(self, path: str, code: object) -> None:
        super().__init__(
            f"wukong: POST {path} answered code {code}",
            next_step="Check WUKONG_USERNAME and WUKONG_PASSWORD, and what its role may read.",
        )
        self.code = code


@dataclass(frozen=True, slots=True)
class Face:
    """One list of a module: the ordinary one, that of converted leads, or a pool of customers.

    Attributes:
        name: What its cursor is called.
        path: Of the list.
        more: What the list is asked for beside the search.
        is_converted: Whether its records are converted leads.
    """

    name: str
    path: str
    more: Mapping[str, int] = field(default_factory=dict)
    is_converted: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of a list; ``number`` is which one the vendor says it is."""

    records: list[Record]
    total: int
    number: int


class Api:
    """WuKong's answers to one pull.

    Attributes:
        zone: The zone all its times are in.
        deep: Which walk is past the pages that are counted from the top, "" for none.
    """

    def __init__(
        self,
        pull: Pull,
        url: str,
        username: str,
        password: SecretStr,
        *,
        hours: float,
        calls_per_second: int,
    ) -> None:
        manners = Manners(
            credential="WUKONG_PASSWORD", pace={"": Pace(calls_per_second, 1)}, is_busy=is_busy
        )
        self._session = VendorSession("wukong", pull.clock, pull.meter, manners)
        self._url, self._username, self._password = url, username, password
        self.zone = timezone(timedelta(hours=hours))
        self.deep = ""
        self._refused: VendorRefusedError | None = None
        self._faces: dict[str, list[Face]] = {}

    def faces(self, table: str) -> list[Face]:
        """Return every list that records of ``table`` may be in."""
        if table not in self._faces:
            path = MODULES[table].path
            found = [Face(table, f"/{path}/queryPageList")]
            if table == "leads":
                found += self._converted()
            if table == "customers":
                found += self._pools()
            self._faces[table] = found
        return self._faces[table]

    def page(
        self, face: Face, terms: Sequence[Record], number: int, limit: int = LIST_PAGE
    ) -> Rows:
        """Return a page of a list, the newest change first."""
        asked = {"page": number, "limit": limit, "search": "", "searchList": [*terms], **face.more}
        found = self.ask(face.path, asked)
        return Rows(found["list"] or [], int(found["totalRow"]), int(found["pageNumber"]))

    def total(
        self, table: str, since: datetime | None = None, until: datetime | None = None
    ) -> int | None:
        """Return how many records there are, or changed from ``since`` to before ``until``."""
        terms = [
            self.changed(sign, at)
            for sign, at in ((FROM, since), (BEFORE, until))
            if at is not None
        ]
        return sum(self.page(face, terms, 1, limit=1).total for face in self.faces(table))

    def changed(self, sign: int, at: datetime) -> Record:
        """Return the condition that a record changed from, before or up to a moment."""
        values = [local(at, self.zone)]
        return {"name": "updateTime", "formType": "datetime", "type": sign, "values": values}

    def some(self, table: str, ids: Sequence[str]) -> list[Record]:
        """Return those of at most 100 records that the index has, converted or not."""
        term = {"name": "id", "formType": "text", "type": BY_ID, "values": [*ids]}
        return self.page(self.faces(table)[0], [term], 1).records

    def one(self, table: str, key: str) -> Record | None:
        """Return a record with all it has; None if it was deleted."""
        try:
            found: Record = self.ask(f"/{MODULES[table].path}/queryById/{key}", {}) or {}
        except CodeError as error:
            if error.code in DELETED:
                return None
            raise
        return found

    def activities(self, label: int, key: str) -> Iterator[list[Record]]:
        """Walk what happened to a record, day by day, the newest first."""
        number, more = 1, True
        while more:
            asked = {"page": number, "limit": LIST_PAGE, "crmType": label}
            about = {"activityType": label, "activityTypeId": int(key)}
            found = self.ask("/crmActivity/getCrmActivityPageList", {**asked, **about})
            yield found["list"] or []
            more, number = not found["lastPage"], number + 1

    def ask(self, path: str, body: Any, params: Record | None = None) -> Any:  # noqa: ANN401 - "data" may be anything
        """Return the data of an answer; log in first, and again when the session is over."""
        if "Admin-Token" not in self._session.headers:
            self._log_in()
        answer = self._post(path, body, params)
        if answer.get("code") == NOT_LOGGED_IN:
            self._log_in()
            answer = self._post(path, body, params)
        if answer.get("code") != 0:
            raise CodeError(path, answer.get("code"))
        return answer.get("data")

    def _log_in(self) -> None:
        """Begin a session. One refusal is enough: the third would lock the user out."""
        if self._refused is not None:
            raise self._refused
        password = self._password.get_secret_value()
        asked = {"username": self._username, "password": password, "loginType": 1, "type": 1}
        try:
            answer = self._post("/login", asked)
            if answer.get("code") != 0:
                raise CodeError("/login", answer.get("code"))
        except VendorRefusedError as refused:
            self._refused = refused
            raise
        self._session.headers["Admin-Token"] = str(answer["data"]["adminToken"])

    def _post(self, path: str, body: Any, params: Record | None = None) -> Record:  # noqa: ANN401 - see ask
        answer = self._session.post(f"{self._url}{path}", json=body, params=params).json()
        if not isinstance(answer, dict):
            raise VendorBusyError(f"wukong: POST {path} answered something else than its envelope")
        return answer

    def _converted(self) -> list[Face]:
        """Return the list of converted leads, which a scene of its own shows."""
        for scene in self.ask("/crmScene/queryScene", {}, {"type": MODULES["leads"].label}) or []:
            if scene.get("bydata") == CONVERTED:
                more = {"sceneId": int(scene["sceneId"])}
                path = f"/{MODULES['leads'].path}/queryPageList"
                return [Face("leads_converted", path, more, is_converted=True)]
        return []

    def _pools(self) -> list[Face]:
        found = self.ask("/crmCustomerPool/queryPoolNameList", {}) or []
        numbers = [int(pool["poolId"]) for pool in found]
        path = "/crmCustomerPool/queryPageList"
        return [Face(f"customers_pool_{n}", path, {"poolId": n}) for n in numbers]


def is_busy(response: requests.Response) -> bool:
    """Say whether an answer means "later": a throttle in a 400, or a stumble in a 200."""
    try:
        body = response.json()
    except ValueError:
        return False
    code = body.get("code") if isinstance(body, dict) else None
    if response.status_code == HTTPStatus.BAD_REQUEST:
        return code == TOO_FREQUENT
    return response.status_code == HTTPStatus.OK and code in STUMBLED
