"""Salesforce's API over the books: sessions, limits, describe, queries, jobs."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sandbox.clock import Clock
from sandbox.http import Request, Response
from sandbox.limits import RollingWindow
from sandbox.names import letters
from sandbox.routing import route
from sandbox.salesforce.books import Books
from sandbox.salesforce.fields import OBJECTS, described
from sandbox.salesforce.jobs import Jobs, page
from sandbox.salesforce.records import day
from sandbox.salesforce.soql import BadQueryError, Query, read
from sandbox.salesforce.tokens import CLIENT_ID, CLIENT_SECRET, Tokens

DAY = 86_400
DAY_MS = DAY * 1000
IN_A_URL = 16_384
LOCATORS_KEPT = 20
DONE = (
    "(json_extract(body, '$.IsClosed') = 1"
    " and coalesce(json_extract(body, '$.ActivityDate'), '9') < ?)"
)
DATA = "/services/data/v{version}"
CODES = {
    400: "MALFORMED_QUERY",
    401: "INVALID_SESSION_ID",
    403: "INSUFFICIENT_ACCESS_OR_READONLY",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    500: "UNKNOWN_EXCEPTION",
    503: "SERVER_UNAVAILABLE",
}


class Salesforce(Books):
    """Salesforce in miniature.

    Args:
        clock: The sandbox's.
        calls_a_day: Calls in any 24 hours.
        jobs_a_day: Bulk query jobs in any 24 hours.
        session_life: How long a session is good; no answer tells it.
        rotates: Whether the credentials are a refresh token, good for one use, instead of client
            credentials.
        page_size: Rows a page of a query.
        bulk_page: Rows a page of a job's results, where the client does not ask for fewer.
        job_seconds: How long a job takes.
        failing_jobs: How many jobs end as Failed, from the first on.
        bin_days: How long a deleted record is to be had from queryAll.
        late_seconds: How long after its stamp a write shows.
        archived_after_days: When a task that is done leaves all queries but queryAll.
        hidden: Fields that field-level security hides, such as ``Contact.HasOptedOutOfEmail``.
    """

    name: ClassVar[str] = "salesforce"

    def __init__(  # noqa: PLR0913 - each is a figure of the vendor's
        self,
        clock: Clock | None = None,
        *,
        calls_a_day: float = 100_000,
        jobs_a_day: float = 10_000,
        session_life: timedelta = timedelta(hours=2),
        rotates: bool = False,
        page_size: int = 2_000,
        bulk_page: int = 50_000,
        job_seconds: float = 5,
        failing_jobs: int = 0,
        bin_days: float = 15,
        late_seconds: float = 0,
        archived_after_days: float = 365,
        hidden: tuple[str, ...] = (),
    ) -> None:
        super().__init__(clock, late_seconds=late_seconds)
        self._life, self._rotates = session_life, rotates
        self._page, self._bulk_page, self._hidden = page_size, bulk_page, frozenset(hidden)
        self._bin_ms = round(bin_days * DAY_MS)
        self._archived = timedelta(days=archived_after_days)
        self._new_jobs: Callable[[], Jobs] = lambda: Jobs(
            self._now, job_seconds, failing_jobs, self._find
        )
        self.limits["calls"] = RollingWindow(calls_a_day, DAY, self.seconds, told=True)
        self.limits["jobs"] = RollingWindow(jobs_a_day, DAY, self.seconds)
        self._start()

    def _start(self) -> None:
        self._tokens = Tokens(self._now, self._life, rotates=self._rotates)
        self.jobs = self._new_jobs()
        self._locators: OrderedDict[str, tuple[Query, list[str]]] = OrderedDict()

    def credentials(self) -> dict[str, str]:
        """Give the environment of the kind of grant this org was made with."""
        found = {
            "SALESFORCE_BASE_URL": self.url,
            "SALESFORCE_CLIENT_ID": CLIENT_ID,
            "SALESFORCE_CLIENT_SECRET": CLIENT_SECRET,
        }
        if self._rotates:
            found["SALESFORCE_REFRESH_TOKEN"] = self._tokens.refresh_token
        return found

    def expire_tokens(self) -> None:
        """End every session."""
        self._tokens.expire()

    def reset(self) -> None:
        """Forget every record, session, job and page."""
        super().reset()
        self._start()

    def __call__(self, request: Request) -> Response:
        """Check session and limit, then answer; every answer tells how much of it is used."""
        self.commit()
        if request.path == "/services/oauth2/token" and request.method == "POST":
            return self._tokens.grant(request)
        if not self._tokens.takes(request.headers.get("Authorization", "")):
            return _error(401, "INVALID_SESSION_ID", "Session expired or invalid")
        calls = self.limits["calls"].take()
        used = {
            "Sforce-Limit-Info": f"api-usage={calls.limit - calls.remaining:.0f}/{calls.limit:.0f}"
        }
        if not calls.allowed:
            response = _error(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        else:
            response = self._answered(request)
        return replace(response, headers={**response.headers, **used})

    def refuse(self, status: int, message: str = "", retry_after: float | None = None) -> Response:
        """Say no in Salesforce's words."""
        found = _error(status, CODES.get(status, "UNKNOWN_EXCEPTION"), message or "Not possible")
        headers = {} if retry_after is None else {"Retry-After": str(round(retry_after))}
        return replace(found, headers=headers)

    @route("GET", "/services/data")
    def versions(self, _: Request) -> Response:
        """List the versions of the API."""
        found = [
            {"label": f"v{n}", "url": f"/services/data/v{n}.0", "version": f"{n}.0"}
            for n in range(58, 67)
        ]
        return Response(200, found)

    @route("GET", DATA + "/limits")
    def allowances(self, _: Request, version: str) -> Response:  # noqa: ARG002 - of the path
        """Tell what is left of the day."""
        calls = self.limits["calls"].take(0)
        jobs = self.limits["jobs"].take(0)
        return Response(
            200,
            {
                "DailyApiRequests": {"Max": int(calls.limit), "Remaining": int(calls.remaining)},
                "DailyBulkV2QueryJobs": {"Max": int(jobs.limit), "Remaining": int(jobs.remaining)},
            },
        )

    @route("GET", DATA + "/sobjects/{name}/describe")
    def describe(self, _: Request, version: str, name: str) -> Response:  # noqa: ARG002 - of the path
        """Describe an object as far as its caller may see it."""
        if name not in OBJECTS:
            return _error(404, "NOT_FOUND", "The requested resource does not exist")
        return Response(200, described(OBJECTS[name], self._visible()[name]))

    @route("GET", DATA + "/query")
    @route("GET", DATA + "/queryAll")
    def query(self, request: Request, version: str) -> Response:
        """Answer a query with its first page."""
        asked = read(request.arg("q"), self._visible())
        ids = self._find(asked, request.path.endswith("queryAll"))
        if asked.is_count:
            return Response(200, {"totalSize": len(ids), "done": True, "records": []})
        locator = "01g" + letters("salesforce locator", str(self.store.tick()), 15)
        self._locators[locator] = (asked, ids)
        if len(self._locators) > LOCATORS_KEPT:
            self._locators.popitem(last=False)
        return self._records(version, locator, 0)

    @route("GET", DATA + "/query/{locator}")
    def more(self, _: Request, version: str, locator: str) -> Response:
        """Answer with a further page."""
        own, _dash, start = locator.partition("-")
        if own not in self._locators or not start.isdigit():
            return _error(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._records(version, own, int(start))

    @route("POST", DATA + "/jobs/query")
    def create_job(self, request: Request, version: str) -> Response:  # noqa: ARG002 - of the path
        """Take a query job on."""
        body = request.json() or {}
        if body.get("operation") not in {"query", "queryAll"}:
            return _error(400, "INVALIDJOB", "operation must be query or queryAll")
        asked = read(str(body.get("query", "")), self._visible())
        kinds = self._visible()[asked.table.name]
        if asked.is_count or any(kinds[name] == "address" for name in asked.names):
            said = "Aggregates and compound data not supported in Bulk Query"
            return _error(400, "API_ERROR", said)
        if not self.limits["jobs"].take().allowed:
            return _error(400, "LIMIT_EXCEEDED", "Daily bulk query jobs are used up")
        return Response(200, self.jobs.told(self.jobs.create(asked, body["operation"])))

    @route("GET", DATA + "/jobs/query/{own}")
    def job(self, _: Request, version: str, own: str) -> Response:  # noqa: ARG002 - of the path
        """Tell how far a job is."""
        job = self.jobs.get(own)
        if job is None:
            return _error(404, "NOT_FOUND", "The requested resource does not exist")
        return Response(200, self.jobs.told(job))

    @route("DELETE", DATA + "/jobs/query/{own}")
    def delete_job(self, _: Request, version: str, own: str) -> Response:  # noqa: ARG002 - of the path
        """Forget a job."""
        self.jobs.forget(own)
        return Response(204)

    @route("GET", DATA + "/jobs/query/{own}/results")
    def results(self, request: Request, version: str, own: str) -> Response:  # noqa: ARG002 - of the path
        """Give a page of what a job found."""
        job = self.jobs.get(own)
        if job is None or job.ids is None:
            return _error(400, "INVALIDJOBSTATE", "results are not there yet")
        size = min(int(request.arg("maxRecords") or self._bulk_page), self._bulk_page)
        start = int(request.arg("locator") or 0)
        end = start + size
        rows = self._read(job.asked, job.ids[start:end])
        return page(job.asked.names, rows, str(end) if end < len(job.ids) else "")

    def _records(self, version: str, locator: str, start: int) -> Response:
        asked, ids = self._locators[locator]
        end = start + self._page
        root = f"/services/data/v{version}"
        url = f"{root}/sobjects/{asked.table.name}"
        records: list[dict[str, Any]] = [
            {"attributes": {"type": asked.table.name, "url": f"{url}/{row.get('Id')}"}, **row}
            for row in self._read(asked, ids[start:end])
        ]
        found: dict[str, Any] = {"totalSize": len(ids), "done": end >= len(ids)}
        if end < len(ids):
            found["nextRecordsUrl"] = f"{root}/query/{locator}-{end}"
        return Response(200, {**found, "records": records})

    def _read(self, asked: Query, ids: list[str]) -> list[dict[str, Any]]:
        """Read records as they are now; one that was erased since is not there."""
        found = []
        for own in ids:
            row = self.kept[asked.table.table].get(own)
            if row is not None and row.body != "{}":
                body = row.json()
                found.append({name: body.get(name) for name in asked.names})
        return self.shown(asked.table.table, found)

    def _find(self, asked: Query, deleted: bool) -> list[str]:  # noqa: FBT001 - of a callback
        where, args = "deleted_at is null", list(asked.args)
        if deleted:
            where = f"(deleted_at is null or deleted_at > {self.millis() - self._bin_ms})"
        elif asked.table.name == "Task":
            where, args = f"{where} and not {DONE}", [day(self._now() - self._archived), *args]
        rows = self.kept[asked.table.table].rows(
            f"{where} and body <> '{{}}' and {asked.where}",
            args,
            order=asked.order,
            limit=-1 if asked.limit is None else asked.limit,
        )
        return [str(row.id) for row in rows]

    def _visible(self) -> dict[str, dict[str, str]]:
        return {
            name: {
                field: kind
                for field, kind in fields.items()
                if f"{name}.{field}" not in self._hidden
            }
            for name, fields in self.fields.items()
        }

    def _answered(self, request: Request) -> Response:
        if sum(len(value) for value in request.query.get("q", ())) > IN_A_URL:
            return _error(414, "URI_TOO_LONG", "URI Too Long")
        try:
            return super().__call__(request)
        except BadQueryError as bad:
            return _error(400, bad.code, str(bad))

    def _now(self) -> datetime:
        # The clock may be another one by the time it is asked.
        return self.clock.now()


def _error(status: int, code: str, said: str) -> Response:
    return Response(status, [{"message": said, "errorCode": code}])
