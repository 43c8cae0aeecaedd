"""What a list may be asked for: conditions on times and ids, an order, and a page."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.clock import millis
from sandbox.wukong.records import CHINA

ASCENDING = 2
SIGNS = {1: "=", 7: ">", 8: ">=", 9: "<", 10: "<="}
BY_ID, BETWEEN = 11, 14
COLUMNS = {"updateTime": "updated_at", "createTime": "created_at"}


class UnreadableError(Exception):
    """A search that the index does not take."""


@dataclass(slots=True)
class Search:
    """One search, as conditions of the store."""

    where: list[str] = field(default_factory=lambda: ["deleted_at is null"])
    args: list[Any] = field(default_factory=list)
    is_by_id: bool = False
    order: str = "updated_at desc, id desc"
    by: str = "updated_at"
    page: int = 1
    limit: int = 15

    def add(self, condition: str, *args: Any) -> None:  # noqa: ANN401 - values of the condition
        """Narrow it."""
        self.where.append(condition)
        self.args.extend(args)


def read(body: Any, most: int) -> Search:  # noqa: ANN401 - whatever was sent
    """Read the body of a list."""
    if not isinstance(body, dict):
        raise UnreadableError("body")
    search = Search(page=int(body.get("page") or 1), limit=min(int(body.get("limit") or 15), most))
    for term in body.get("searchList") or []:
        _narrow(search, term)
    if body.get("sortField") in COLUMNS and body.get("order"):
        search.by = COLUMNS[body["sortField"]]
        search.order = f"{search.by} {'asc' if body['order'] == ASCENDING else 'desc'}, id desc"
    return search


def _narrow(search: Search, term: dict[str, Any]) -> None:
    values, kind = term.get("values") or [], term.get("type")
    if not values:
        return
    if kind == BY_ID:
        search.is_by_id = True
        search.add(f"id in ({', '.join('?' * len(values))})", *(int(value) for value in values))
    elif term.get("name") in COLUMNS and kind in SIGNS:
        search.add(f"{COLUMNS[term['name']]} {SIGNS[kind]} ?", _millis(values[0]))
    elif term.get("name") in COLUMNS and kind == BETWEEN:
        column = COLUMNS[term["name"]]
        search.add(f"{column} between ? and ?", *(_millis(value) for value in values[:2]))
    else:
        raise UnreadableError(str(term.get("name")))


def _millis(text: str) -> int:
    try:
        at = datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA)
    except (TypeError, ValueError):
        raise UnreadableError("values") from None
    return millis(at)
