"""Plain lists: by cursor with ``page[size]``, or by page number, up to 10,000 records."""

from collections.abc import Sequence

from sandbox.http import Request
from sandbox.store import Collection, Row
from sandbox.zendesk.cursors import read, written
from sandbox.zendesk.errors import bad

MOST = 100
DEEPEST = 10_000
SORTS = frozenset({"id", "updated_at", "created_at"})


class Listing:
    """One page of a list and where it lies.

    Args:
        kept: What is listed.
        request: With its paging and ``sort`` parameters.
        where: An SQL condition.
        args: Its values.
    """

    def __init__(
        self, kept: Collection, request: Request, where: str, args: Sequence[object] = ()
    ) -> None:
        self._kept, self._request = kept, request
        self._where, self._args = where, tuple(args)
        sort = request.arg("sort", "id")
        self._way = "desc" if sort.startswith("-") else "asc"
        self._by = sort.lstrip("-")
        if self._by not in SORTS:
            raise bad(f"sort is not valid: {sort}")

    def page(self) -> tuple[list[Row], str]:
        """Give the rows, and the rest of the answer's JSON after them."""
        if any(name.startswith("page[") for name in self._request.query):
            return self._by_cursor()
        return self._by_number()

    def _by_cursor(self) -> tuple[list[Row], str]:
        size = self._size("page[size]")
        where, args, way = self._where, self._args, self._way
        before, after = self._request.arg("page[before]"), self._request.arg("page[after]")
        if before:
            way = "asc" if way == "desc" else "desc"
        if before or after:
            sign = ">" if way == "asc" else "<"
            where += f" and ({self._by}, id) {sign} (?, ?)"
            args = (*args, *read(before or after, 2))
        order = f"{self._by} {way}, id {way}"
        rows = self._kept.rows(where, args, order=order, limit=size + 1)
        found, has_more = rows[:size], len(rows) > size
        if before:
            found.reverse()
        return found, self._meta(found, size, has_more=has_more)

    def _by_number(self) -> tuple[list[Row], str]:
        asked, size = self._request.arg("page", "1"), self._size("per_page")
        if not asked.isdigit() or int(asked) < 1:
            raise bad("page must be a positive integer", "InvalidPaginationParameter")
        page = int(asked)
        if page * size > DEEPEST:
            said = f"Only {DEEPEST} records can be reached by page number; use page[size]"
            raise bad(said, "InvalidPaginationDepth")
        order = f"{self._by} {self._way}, id {self._way}"
        rows = self._kept.rows(self._where, self._args, order=order, limit=page * size)
        count = self._kept.count(self._where, self._args)
        more = f'"{self._link(page + 1, size)}"' if page * size < count else "null"
        less = f'"{self._link(page - 1, size)}"' if page > 1 else "null"
        found = rows[(page - 1) * size :]
        return found, f'"next_page":{more},"previous_page":{less},"count":{count}'

    def _size(self, name: str) -> int:
        asked = self._request.arg(name, str(MOST))
        if not asked.isdigit() or int(asked) < 1:
            raise bad(f"{name} must be a positive integer", "InvalidPaginationParameter")
        if name == "page[size]" and int(asked) > MOST:
            raise bad(f"page[size] must not exceed {MOST}", "InvalidPaginationParameter")
        return min(int(asked), MOST)

    def _meta(self, rows: list[Row], size: int, *, has_more: bool) -> str:
        if not rows:
            return (
                '"meta":{"has_more":false,"after_cursor":null,"before_cursor":null},'
                '"links":{"prev":null,"next":null}'
            )
        first, last = self._place(rows[0]), self._place(rows[-1])
        is_more = "true" if has_more else "false"
        start = (
            f"{self._request.base}{self._request.path}.json?{self._kept_query()}page[size]={size}"
        )
        more = f'"{start}&page[after]={last}"' if has_more else "null"
        return (
            f'"meta":{{"has_more":{is_more},"after_cursor":"{last}","before_cursor":"{first}"}},'
            f'"links":{{"prev":"{start}&page[before]={first}","next":{more}}}'
        )

    def _place(self, row: Row) -> str:
        at = {"id": int(row.id), "updated_at": row.updated_at, "created_at": row.created_at}
        return written(at[self._by], int(row.id))

    def _link(self, page: int, size: int) -> str:
        query = f"{self._kept_query()}page={page}&per_page={size}"
        return f"{self._request.base}{self._request.path}.json?{query}"

    def _kept_query(self) -> str:
        rest = {n: v for n, v in self._request.query.items() if not n.startswith(("page", "per_"))}
        return "".join(f"{name}={value}&" for name, values in rest.items() for value in values)
