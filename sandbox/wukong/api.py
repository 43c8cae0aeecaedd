"""WuKong's gateway over the books: logins, lists out of an index, single records, activities."""

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson

from sandbox.clock import Clock
from sandbox.http import Request, Response
from sandbox.limits import FixedWindow
from sandbox.routing import route
from sandbox.store import Row
from sandbox.wukong.books import POOL, Books
from sandbox.wukong.records import FORMS, MODULES, OPT_OUT, Body
from sandbox.wukong.search import Search, UnreadableError, read
from sandbox.wukong.sessions import LOCKED, PASSWORD, USERNAME, Sessions

TABLES = {module.path: table for table, module in MODULES.items()}
TRANSFORMED = 801
OK, NOT_LOGGED_IN, GONE = 0, 302, 2064
# Kept beside the record, not shown in lists.
HIDDEN = ("batchId", "id")


@dataclass(frozen=True, slots=True)
class Caps:
    """Where lists stop, by WuKong's figures; tests shrink them.

    Attributes:
        rows: How many rows a page holds at most.
        paged: The last page that is counted from the top; further ones go on from the last.
    """

    rows: int = 100
    paged: int = 100


class Wukong(Books):
    """WuKong CRM 11 in miniature.

    Args:
        clock: The sandbox's.
        per_second: Calls a second before the gateway says "too frequent"; nobody publishes it.
        lag: How long after a change the index shows it; an import does not wait for it.
        caps: Where lists stop.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        per_second: float = 200,
        lag: timedelta = timedelta(),
        caps: Caps | None = None,
        quiet_transfers: bool = True,
    ) -> None:
        super().__init__(clock, quiet_transfers=quiet_transfers)
        self._caps, self._lag_ms = caps or Caps(), round(lag.total_seconds() * 1000)
        self.limits["gateway"] = FixedWindow(per_second, 1, self.seconds)
        self._forget()

    def credentials(self) -> dict[str, str]:
        """Give the environment of a user of its own."""
        return {
            "WUKONG_BASE_URL": self.url,
            "WUKONG_USERNAME": USERNAME,
            "WUKONG_PASSWORD": PASSWORD,
            "WUKONG_OPT_OUT_FIELD": OPT_OUT,
        }

    def expire_tokens(self) -> None:
        """End the session."""
        self._sessions.end()

    def reset(self) -> None:
        """Forget every record and the session."""
        super().reset()
        self._forget()

    def guard(self, request: Request) -> Response | None:
        """Check limit and session."""
        if not self.limits["gateway"].take().allowed:
            return Response(400, {"code": 403, "msg": "请求频率过快,请稍后再试"})
        if request.path == "/login":
            return None
        if not self._sessions.takes(request.headers.get("Admin-Token", "")):
            return _said(NOT_LOGGED_IN, "请先登录")
        return None

    def refuse(self, status: int, message: str = "", retry_after: float | None = None) -> Response:
        """Say no with a status, in the gateway's form."""
        headers = {} if retry_after is None else {"Retry-After": str(math.ceil(retry_after))}
        code = 403 if status == 429 else status  # noqa: PLR2004 - its "too frequent"
        return Response(status, {"code": code, "msg": message or "请求失败"}, headers)

    @route("POST", "/login")
    def login(self, request: Request) -> Response:
        """Begin a session; the one before is over."""
        asked = request.json() or {}
        found = self._sessions.begin(asked.get("username"), asked.get("password"))
        if isinstance(found, str):
            return _answered({"adminToken": found})
        return _said(found, "密码错误次数过多" if found == LOCKED else "账号或密码错误")

    @route("POST", "/crmCustomerPool/queryPoolNameList")
    def pools(self, _: Request) -> Response:
        """List the pools of customers that belong to nobody."""
        return _answered([{"poolId": POOL, "poolName": "系统默认公海"}])

    @route("POST", "/crmCustomerPool/queryPageList")
    def pooled(self, request: Request) -> Response:
        """List the customers of a pool."""
        body = request.json() or {}
        return self._listed("customers", body, "pool = ?", (body.get("poolId"),))

    @route("POST", "/crmScene/queryScene")
    def scenes(self, request: Request) -> Response:
        """List the views of a module; that of converted leads is among the leads'."""
        found: list[Body] = [{"sceneId": 800, "name": "全部", "bydata": "all"}]
        if request.arg("type") == "1":
            found.append({"sceneId": TRANSFORMED, "name": "已转化线索", "bydata": "transform"})
        return _answered(found)

    @route("POST", "/crmActivity/getCrmActivityPageList")
    def activity(self, request: Request) -> Response:
        """List what happened to one record on one day; a page is a day, the newest first."""
        body = request.json() or {}
        about = f"{body.get('activityType')}:{body.get('activityTypeId')}"
        where = "about = ? and deleted_at is null"
        rows = self.activities.rows(where, (about,), order="created_at desc, id desc")
        days = list(dict.fromkeys(row.extra["day"] for row in rows))
        left = days[int(body.get("page") or 1) - 1 :]
        day = [row.json() for row in rows if left and row.extra["day"] == left[0]]
        found = [_named(one, "activityId") for one in self.shown("activities", day)]
        time = left[0] if left else None
        return _answered({"time": time, "list": found, "lastPage": len(left) <= 1})

    @route("POST", "/{module}/queryPageList")
    def listed(self, request: Request, module: str) -> Response:
        """List records that have an owner, out of the index."""
        if module not in TABLES:
            return self.refuse(404)
        body = request.json() or {}
        converted = int(body.get("sceneId") == TRANSFORMED)
        return self._listed(TABLES[module], body, "pool is null", (), converted)

    @route("POST", "/{module}/queryById/{found}")
    def by_id(self, _: Request, module: str, found: str) -> Response:
        """Give one record with all it has."""
        if module not in TABLES:
            return self.refuse(404)
        row = self.kept[TABLES[module]].get(int(found)) if found.isdigit() else None
        if row is None or row.deleted_at is not None:
            return _said(GONE, "数据已删除")
        body = row.json()
        shown = {name: value for name, value in body.items() if not name.startswith("_")}
        if module == "crmLeads":
            shown |= {"isTransform": row.extra["converted"], "customerId": body.get("_customer")}
        return _answered(_named(shown, MODULES[TABLES[module]].key))

    @route("POST", "/{module}/field")
    def field(self, _: Request, module: str) -> Response:
        """List the fields of a module."""
        if module not in TABLES:
            return self.refuse(404)
        table = TABLES[module]
        found: list[Body] = [
            {
                "fieldId": 1_101_800 + index,
                "fieldName": name,
                "name": "邮件退订" if name == OPT_OUT else name,
                "formType": FORMS[kind],
                "type": kind,
                "isUnique": 0,
                "isNull": 0,
                "fieldType": 0 if name.startswith("flied_") else 1,
                "options": "是,否" if name == OPT_OUT else None,
                "setting": [],
            }
            for index, (name, kind) in enumerate(self.fields[table].items())
        ]
        return _answered(found)

    def _listed(
        self, table: str, body: Body, where: str, args: tuple[Any, ...], converted: int = 0
    ) -> Response:
        try:
            search = read(body, self._caps.rows)
        except UnreadableError:
            return _said(400, "参数错误")
        search.add(where, *args)
        if self._lag_ms:
            search.add("updated_at <= ?", self.millis() - self._lag_ms)
        if table == "leads" and not search.is_by_id:
            search.add("converted = ?", converted)
        total = self.kept[table].count(" and ".join(search.where), search.args)
        rows = self._page(table, search)
        shown = self.shown(table, [_bare(row) for row in rows])
        found = [_named(one, MODULES[table].key) for one in shown]
        pages = math.ceil(total / search.limit)
        return _answered(
            {
                "list": found,
                "totalRow": total,
                "totalPage": pages,
                "pageSize": search.limit,
                "pageNumber": search.page,
                "firstPage": search.page == 1,
                "lastPage": search.page >= pages,
                "extraData": None,
            }
        )

    def _page(self, table: str, search: Search) -> list[Row]:
        """Give a page: counted from the top at first, then from where the last one ended."""
        kept, where, args = self.kept[table], " and ".join(search.where), list(search.args)
        offset, beyond = (search.page - 1) * search.limit, search.page - self._caps.paged
        if beyond > len(self._places):
            search.page, offset = 1, 0
        elif beyond > 0:
            where += f" and ({search.by}, id) < (?, ?)"
            args += self._places[beyond - 1]
            offset = 0
        rows = kept.rows(where, args, order=search.order, limit=search.limit, offset=offset)
        if search.page >= self._caps.paged and rows:
            if search.page == self._caps.paged:
                self._places.clear()
            if beyond >= len(self._places):
                self._places.append((getattr(rows[-1], search.by), rows[-1].id))
        return rows

    def _forget(self) -> None:
        self._sessions = Sessions(lambda: self.clock.now())  # noqa: PLW0108 - the clock may be replaced
        self._places: list[tuple[int, Any]] = []


def _bare(row: Row) -> Body:
    body = row.json()
    return {n: v for n, v in body.items() if n == "id" or not (n in HIDDEN or n.startswith("_"))}


def _named(body: Body, key: str) -> Body:
    """Give the id under the name its module has for it, as it leaves the index."""
    rest = {name: value for name, value in body.items() if name != "id"}
    return {**rest, key: body["id"]} if "id" in body else rest


def _answered(data: Any) -> Response:  # noqa: ANN401 - what was asked for
    return Response(200, {"code": OK, "msg": "success", "data": data})


def _said(code: int, message: str) -> Response:
    return Response(200, orjson.dumps({"code": code, "msg": message}).decode())
