"""Contacts, companies and deals: lists, one, search, batch read, merge, associations."""

from collections.abc import Iterable
from typing import Any

from sandbox.http import Json, Request, Response
from sandbox.hubspot.books import LIVE, Books
from sandbox.hubspot.links import LABELS
from sandbox.hubspot.properties import MODIFIED, PATHS, SHOWN, SINGULAR, STAGES, definition
from sandbox.hubspot.records import stamp
from sandbox.hubspot.search import BadSearchError, search
from sandbox.routing import route
from sandbox.store import Row

DATED = frozenset({"2026-03", "2026-09"})
BINNED = "deleted_at is not null and gone is null"
LIST_MOST, SEARCH_MOST, BATCH_MOST, ASSOCIATIONS_MOST = 100, 200, 100, 1_000
HISTORY_MOST = 50
CEILING = 10_000
FOREVER = 2**62


class Objects(Books):
    """The CRM's endpoints. Each path stands twice: as v3 and under its date."""

    lag: float = 0.0
    association_page: int = 500

    @route("GET", "/crm/v3/objects/{kind}")
    @route("GET", "/crm/objects/{version}/{kind}")
    def list_records(self, request: Request, kind: str, version: str = "") -> Response:
        """Give a page of all records of a type, live or archived, in order of id."""
        found = self._kind(kind, version)
        limit = _number(request.arg("limit", "10"))
        if found is None:
            return self.refuse(404)
        if not 0 < limit <= LIST_MOST:
            return self.invalid(f"limit must be between 1 and {LIST_MOST}")
        state = BINNED if request.arg("archived") == "true" else LIVE
        rows = self.records[found].rows(
            f"id > ? and {state}", (_number(request.arg("after", "0")),), limit=limit + 1
        )
        others = [PATHS[name] for name in _names(request, "associations") if name in PATHS]
        page = self._shown(found, rows[:limit], _names(request, "properties"), others)
        body: dict[str, Any] = {"results": page}
        if len(rows) > limit:
            body["paging"] = _next(request, str(rows[limit - 1].id))
        return Response(200, body)

    @route("GET", "/crm/v3/objects/{kind}/{record}")
    @route("GET", "/crm/objects/{version}/{kind}/{record}")
    def one_record(self, request: Request, kind: str, record: str, version: str = "") -> Response:
        """Give one record; the id of one that was merged away gives the winner."""
        found = self._kind(kind, version)
        if found is None:
            return self.refuse(404)
        archived = request.arg("archived") == "true"
        row = self._find(found, record, request.arg("idProperty"), archived=archived)
        if row is None:
            return self.refuse(404, "resource not found")
        others = [PATHS[name] for name in _names(request, "associations") if name in PATHS]
        page = self._shown(found, [row], _names(request, "properties"), others)
        return Response(200, page[0]) if page else self.refuse(404, "resource not found")

    @route("POST", "/crm/v3/objects/{kind}/search")
    @route("POST", "/crm/objects/{version}/{kind}/search")
    def search_records(self, request: Request, kind: str, version: str = "") -> Response:
        """Give what a search finds: a page by offset, never beyond 10,000."""
        found, body = self._kind(kind, version), request.json() or {}
        if found is None:
            return self.refuse(404)
        limit, offset = _number(body.get("limit", 10)), _number(body.get("after") or 0)
        if not 0 < limit <= SEARCH_MOST:
            return self.invalid(f"limit must be between 1 and {SEARCH_MOST}")
        if offset < 0 or offset + limit > CEILING:
            return self.invalid(f"a search gives its first {CEILING:,} results only")
        try:
            asked = search(body, found, self.properties[found])
        except BadSearchError as error:
            return self.invalid(str(error))
        indexed = self.millis() - int(self.lag * 1000) if self.lag else FOREVER
        where, args = f"{LIVE} and updated_at <= ? and {asked.sql}", [indexed, *asked.args]
        total = self.records[found].count(where, args)
        rows = self.records[found].rows(where, args, order=asked.order, limit=limit, offset=offset)
        answer: dict[str, Any] = {
            "total": total,
            "results": self._shown(found, rows, body.get("properties") or []),
        }
        if offset + limit < total:
            answer["paging"] = {"next": {"after": str(offset + limit)}}
        return Response(200, answer)

    @route("POST", "/crm/v3/objects/{kind}/batch/read")
    @route("POST", "/crm/objects/{version}/{kind}/batch/read")
    def read_batch(self, request: Request, kind: str, version: str = "") -> Response:
        """Give records by id; those there are not are errors of a 207."""
        found, body = self._kind(kind, version), request.json() or {}
        if found is None:
            return self.refuse(404)
        inputs = [str(one.get("id", "")) for one in body.get("inputs") or []]
        past = body.get("propertiesWithHistory") or []
        most = HISTORY_MOST if past else BATCH_MOST
        if len(inputs) > most:
            return self.invalid(f"at most {most} inputs are allowed")
        archived = request.arg("archived") == "true"
        by = body.get("idProperty") or ""
        rows = {one: self._find(found, one, by, archived=archived) for one in inputs}
        missing = [one for one, row in rows.items() if row is None]
        live = {row.id: row for row in rows.values() if row is not None}
        page = self._shown(found, live.values(), body.get("properties") or [])
        if "dealstage" in past and found == "deals":
            told = [self.stages_of(one["id"]) for one in page]
            page = [
                {**one, "propertiesWithHistory": {"dealstage": was}}
                for one, was in zip(page, told, strict=True)
            ]
        return self.batch(page, [self._lost(found, missing)] if missing else [])

    @route("POST", "/crm/v3/objects/{kind}/merge")
    @route("POST", "/crm/objects/{version}/{kind}/merge")
    def merge_records(self, request: Request, kind: str, version: str = "") -> Response:
        """Make two records one."""
        found, body = self._kind(kind, version), request.json() or {}
        if found is None:
            return self.refuse(404)
        winner = _number(body.get("primaryObjectId", 0))
        loser = _number(body.get("objectIdToMerge", 0))
        left = self.merge(found, winner, loser, self.clock.now())
        row = None if left is None else self.records[found].get(left)
        if row is None:
            return self.invalid("both records must be there to be merged")
        return Response(200, self._shown(found, [row], [])[0])

    @route("POST", "/crm/v4/associations/{kind}/{other}/batch/read")
    @route("POST", "/crm/associations/{version}/{kind}/{other}/batch/read")
    def read_associations(
        self, request: Request, kind: str, other: str, version: str = ""
    ) -> Response:
        """Give what some records are associated with; those with nothing are errors of a 207."""
        a, b = self._kind(kind, version), self._kind(other, version)
        inputs = (request.json() or {}).get("inputs") or []
        if a is None or b is None or (a, b) not in LABELS:
            return self.invalid("no associations between these types")
        if len(inputs) > ASSOCIATIONS_MOST:
            return self.invalid(f"at most {ASSOCIATIONS_MOST} inputs are allowed")
        after = {_number(one.get("id", 0)): _number(one.get("after") or 0) for one in inputs}
        found = self.links.of(a, after, b)
        results = [self._associated((a, b), n, found[n], after[n]) for n in after if n in found]
        lonely = [
            {
                "status": "error",
                "category": "OBJECT_NOT_FOUND",
                "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
                "message": f"No {SINGULAR[b]} is associated with {SINGULAR[a]} {n}.",
                "context": {"fromObjectId": [str(n)]},
            }
            for n in after
            if n not in found
        ]
        return self.batch(self.shown("associations", results), lonely)

    @route("GET", "/crm/v3/properties/{kind}")
    @route("GET", "/crm/properties/{version}/{kind}")
    def list_properties(self, request: Request, kind: str, version: str = "") -> Response:
        """Give every property of a type."""
        found = self._kind(kind, version)
        if found is None:
            return self.refuse(404)
        own = [] if request.arg("archived") == "true" else self.properties[found].items()
        group = f"{SINGULAR[found]}information"
        return Response(200, {"results": [definition(name, one, group) for name, one in own]})

    @route("GET", "/crm/v3/pipelines/{kind}")
    def list_pipelines(self, _: Request, kind: str) -> Response:
        """Give the one pipeline there is, of deals."""
        if self._kind(kind, "") != "deals":
            return Response(200, {"results": []})
        born = {"createdAt": stamp(0), "updatedAt": stamp(0), "archived": False}
        stages = [
            {"id": stage, "label": label, "displayOrder": n, "metadata": {}, **born}
            for n, (stage, label) in enumerate(STAGES.items())
        ]
        own = {"id": "default", "label": "Sales Pipeline", "displayOrder": 0, "stages": stages}
        return Response(200, {"results": [{**own, **born}]})

    @route("GET", "/crm/v3/owners")
    def list_owners(self, request: Request) -> Response:
        """Give a page of those who own deals, or of those who did and left."""
        limit, email = _number(request.arg("limit", "100")), request.arg("email")
        archived = request.arg("archived") == "true"
        there = "deleted_at is not null" if archived else LIVE
        rows = self.owners.rows(
            f"id > ? and {there}", (_number(request.arg("after", "0")),), limit=limit + 1
        )
        found = [{**row.json(), "archived": archived} for row in rows[:limit]]
        if email:
            found = [one for one in found if one["email"] == email]
        body: dict[str, Any] = {"results": self.shown("owners", found)}
        if len(rows) > limit:
            body["paging"] = _next(request, str(rows[limit - 1].id))
        return Response(200, body)

    def invalid(self, message: str) -> Response:
        """Say that a request makes no sense."""
        return self.refuse(400, message)

    def batch(self, results: list[Any], errors: list[Any]) -> Response:
        """Answer a batch: 200 when all went well, 207 with what did not."""
        now = stamp(self.clock.now())
        body = {"status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now}
        if not errors:
            return Response(200, body)
        return Response(207, {**body, "numErrors": len(errors), "errors": errors})

    def _kind(self, path: str, version: str) -> str | None:
        return PATHS.get(path) if not version or version in DATED else None

    def _find(self, kind: str, wanted: str, by: str, *, archived: bool) -> Row | None:
        if by and by != "hs_object_id":
            column = "email" if by == "email" else f"json_extract(body, '$.\"{by}\"')"
            if by not in self.properties[kind]:
                return None
            rows = self.records[kind].rows(f"{column} = ? and {LIVE}", (wanted.lower(),), limit=1)
            return rows[0] if rows else None
        if not wanted.isdigit():
            return None
        row = self.records[kind].get(self.live_id(kind, int(wanted)))
        if row is None or row.extra["gone"] or (row.deleted_at is not None) != archived:
            return None
        return row

    def _shown(
        self, kind: str, rows: Iterable[Row], wanted: list[str], others: Iterable[str] = ()
    ) -> list[Any]:
        """Give records as they are sent: with the properties asked for and those always there."""
        always = ["createdate", "hs_object_id", MODIFIED[kind]]
        names = [n for n in (wanted or SHOWN[kind]) if n in self.properties[kind]]
        keys = sorted({*names, *always})
        held = list(rows)
        tied = {b: self.links.of(kind, (int(row.id) for row in held), b) for b in others}
        return self.shown(kind, [_sent(kind, row, keys, tied) for row in held])

    def _associated(
        self, kinds: tuple[str, str], record: int, found: list[int], after: int
    ) -> dict[str, Any]:
        kept = [other for other in found if other > after]
        page = kept[: self.association_page]
        types = [
            {"category": "HUBSPOT_DEFINED", "typeId": number, **({"label": label} if label else {})}
            for number, label in LABELS[kinds]
        ]
        # Only the first company of a record is its primary one.
        firsts = set(found) if kinds[0] == "companies" else {found[0]}
        to = [
            {"toObjectId": str(n), "associationTypes": types if n in firsts else types[:1]}
            for n in page
        ]
        body: dict[str, Any] = {"from": {"id": str(record)}, "to": to}
        if len(kept) > len(page):
            body["paging"] = {"next": {"after": str(page[-1])}}
        return body

    def _lost(self, kind: str, missing: list[str]) -> dict[str, Any]:
        return {
            "status": "error",
            "category": "OBJECT_NOT_FOUND",
            "message": f"Could not get some {SINGULAR[kind].upper()} objects, they may be deleted "
            "or not exist. Check that ids are valid.",
            "context": {"ids": missing},
        }


def _sent(
    kind: str, row: Row, keys: list[str], tied: dict[str, dict[int, list[int]]]
) -> dict[str, Any]:
    own = row.json()
    body: dict[str, Any] = {
        "id": str(row.id),
        "properties": {name: own.get(name) for name in keys},
        "createdAt": own["createdate"],
        "updatedAt": own[MODIFIED[kind]],
        "archived": row.deleted_at is not None,
    }
    if row.deleted_at is not None:
        body["archivedAt"] = stamp(row.deleted_at)
    found = {b: others[int(row.id)] for b, others in tied.items() if int(row.id) in others}
    if found:
        body["associations"] = {
            b: {
                "results": [
                    {"id": str(n), "type": f"{SINGULAR[kind]}_to_{SINGULAR[b]}"} for n in others
                ]
            }
            for b, others in found.items()
        }
    return body


def _names(request: Request, name: str) -> list[str]:
    """Read a parameter that is repeated, or holds several names between commas."""
    return [one for value in request.query.get(name, []) for one in value.split(",") if one]


def _number(value: Json) -> int:
    try:
        return int(value)
    except (ValueError, TypeError):
        return -1


def _next(request: Request, after: str) -> dict[str, Any]:
    return {"next": {"after": after, "link": f"{request.base}{request.path}?after={after}"}}
