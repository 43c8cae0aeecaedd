"""Mailchimp's API over an account: keys, connections, lists by offset, single records."""

import threading
from base64 import b64decode
from binascii import Error as Base64Error
from typing import Any, ClassVar
from uuid import UUID

import orjson

from sandbox.clock import Clock
from sandbox.http import Json, Request, Response
from sandbox.limits import RollingWindow
from sandbox.mailchimp.audiences import LIVE
from sandbox.mailchimp.lists import AskedWrongError, choice, paging, time, way, written
from sandbox.mailchimp.mailings import Mailings
from sandbox.mailchimp.parts import Body, stamp, subscriber_hash
from sandbox.names import letters, number
from sandbox.routing import route
from sandbox.store import Row

KEY = letters("mailchimp key", "daybreak", 32).lower() + "-us21"
TOKEN = letters("mailchimp token", "daybreak", 32)
STATUSES = frozenset(
    {"subscribed", "unsubscribed", "cleaned", "pending", "transactional", "archived"}
)
SORTS = {"": "id", "timestamp_opt": "created_at", "last_changed": "updated_at"}
TITLES = {
    400: "Invalid Resource",
    401: "API Key Invalid",
    403: "Forbidden",
    404: "Resource Not Found",
    405: "Method Not Allowed",
    429: "Too Many Requests",
    500: "InternalServerError",
    503: "ComplianceRelated",
}


class Mailchimp(Mailings):
    """Mailchimp Marketing in miniature.

    Args:
        clock: The sandbox's.
        connections: How many requests at a time.
        volume: Requests in so many seconds above which a bare 403 comes; no figure is published.
        hidden: Statuses a list of members leaves out unless it is asked for one.
        options: See `Mailings` and `Audiences`.
    """

    name: ClassVar[str] = "mailchimp"

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        connections: int = 10,
        volume: tuple[float, float] | None = None,
        hidden: tuple[str, ...] = ("archived",),
        **options: bool,
    ) -> None:
        super().__init__(clock, **options)
        self._free = threading.BoundedSemaphore(connections)
        self._hidden = hidden
        if volume is not None:
            self.limits["volume"] = RollingWindow(*volume, self.seconds)

    def credentials(self) -> dict[str, str]:
        """Give the environment a connector needs."""
        return {"MAILCHIMP_API_KEY": KEY, "MAILCHIMP_BASE_URL": self.url}

    def __call__(self, request: Request) -> Response:
        """Answer one request, if there is a connection left for it."""
        if not self._free.acquire(blocking=False):
            return self.refuse(429, "You have exceeded the limit of simultaneous connections.")
        try:
            return super().__call__(request)
        except AskedWrongError as wrong:
            return self.refuse(400, str(wrong))
        finally:
            self._free.release()

    def guard(self, request: Request) -> Response | None:
        """Check the key, and how much was asked of late."""
        if not _lets_in(request.headers.get("Authorization", "")):
            return self.refuse(401, "Your API key may be invalid.")
        volume = self.limits.get("volume")
        if volume is not None and not volume.take().allowed:
            return Response(403, "<html>Access Denied</html>", {"Content-Type": "text/html"})
        return None

    def refuse(self, status: int, message: str = "", retry_after: float | None = None) -> Response:
        """Say no in the form of a problem document."""
        body = {
            "type": "https://mailchimp.com/developer/marketing/docs/errors/",
            "title": TITLES.get(status, f"Error {status}"),
            "status": status,
            "detail": message or "The request could not be answered.",
            "instance": str(UUID(int=number("instance", str(self.store.tick()), 18))),
        }
        headers = {"Content-Type": "application/problem+json; charset=utf-8"}
        if retry_after is not None:
            headers["Retry-After"] = str(round(retry_after))
        return Response(status, body, headers)

    @route("GET", "/3.0/ping")
    def ping(self, _: Request) -> Response:
        """Say that all is well."""
        return Response(200, {"health_status": "Everything's Chimpy!"})

    @route("GET", "/3.0/lists")
    def lists(self, request: Request) -> Response:
        """List audiences."""
        count, offset = paging(request)
        order = f"created_at {way(request)}, id"
        rows = self.audiences.rows(LIVE, order=order, limit=count, offset=offset)
        texts = [orjson.dumps(self._audience(row)).decode() for row in rows]
        limits = {
            "may_create": True,
            "max_instances": 5,
            "current_total_instances": self.audiences.count(),
        }
        return self._page(
            request, "lists", "audiences", texts, self.audiences.count(), constraints=limits
        )

    @route("GET", "/3.0/lists/{listed}")
    def one_list(self, _: Request, listed: str) -> Response:
        """Give one audience."""
        row = self.audiences.get(listed)
        return self._one(None if row is None or row.deleted_at else self._audience(row))

    @route("GET", "/3.0/lists/{listed}/members")
    def list_members(self, request: Request, listed: str) -> Response:
        """List who is in an audience."""
        if self._living(listed) is None:
            return self.refuse(404, "The requested resource could not be found.")
        where, args = self._wanted(request, listed)
        count, offset = paging(request)
        by = SORTS[choice(request, "sort_field", frozenset(SORTS))]
        rows = self.members.rows(
            where, args, order=f"{by} {way(request)}, id", limit=count, offset=offset
        )
        texts, total = [row.body for row in rows], self.members.count(where, args)
        return self._page(request, "members", "members", texts, total, list_id=listed)

    @route("GET", "/3.0/lists/{listed}/members/{asked}")
    def one_member(self, _: Request, listed: str, asked: str) -> Response:
        """Give one member, whatever its status."""
        row = self._found(listed, asked)
        return self._one(None if row is None else row.json())

    @route("DELETE", "/3.0/lists/{listed}/members/{asked}")
    def archive_member(self, _: Request, listed: str, asked: str) -> Response:
        """Archive a member: this is what DELETE means here."""
        row = self._found(listed, asked)
        if row is None:
            return self._one(None)
        if row.extra["status"] == "archived":
            return self.refuse(405, "Can not archive a contact that is archived")
        self.archive(row, self.clock.now())
        return Response(204)

    @route("POST", "/3.0/lists/{listed}/members/{asked}/actions/delete-permanent")
    def delete_member(self, _: Request, listed: str, asked: str) -> Response:
        """Delete a member for good."""
        row = self._found(listed, asked)
        if row is None:
            return self._one(None)
        self.delete(row, self.clock.now())
        return Response(204)

    @route("GET", "/3.0/campaigns")
    def list_campaigns(self, request: Request) -> Response:
        """List campaigns."""
        where, args = _between(request, "create_time", "created_at")
        rows, total = self._campaigns(request, where, args)
        texts = [orjson.dumps(self._summed(row)).decode() for row in rows]
        return self._page(request, "campaigns", "campaigns", texts, total)

    @route("GET", "/3.0/campaigns/{campaign}")
    def one_campaign(self, _: Request, campaign: str) -> Response:
        """Give one campaign."""
        row = self.campaigns.get(campaign)
        return self._one(None if row is None or row.deleted_at else self._summed(row))

    @route("GET", "/3.0/reports")
    def list_reports(self, request: Request) -> Response:
        """List what campaigns came to."""
        where, args = _between(request, "send_time", "created_at")
        rows, total = self._campaigns(request, where, args)
        texts = [orjson.dumps(self.report(row)).decode() for row in rows]
        return self._page(request, "reports", "reports", texts, total)

    @route("GET", "/3.0/reports/{campaign}")
    def one_report(self, _: Request, campaign: str) -> Response:
        """Give what one campaign came to."""
        row = self.campaigns.get(campaign)
        return self._one(None if row is None or row.deleted_at else self.report(row))

    @route("GET", "/3.0/reports/{campaign}/email-activity")
    def email_activity(self, request: Request, campaign: str) -> Response:
        """List the mails of a campaign with what became of them, of late if ``since`` is given."""
        if self.campaigns.get(campaign) is None:
            return self._one(None)
        since, (count, offset) = time(request, "since"), paging(request)
        acts = self._acts(campaign, since)
        sent = self.sent.rows("campaign = ?", (campaign,), order="email")
        wanted = [row for row in sent if since is None or row.extra["email"] in acts]
        rows = [
            {**row.json(), "activity": acts.get(row.extra["email"], [])}
            for row in wanted[offset : offset + count]
        ]
        texts = [orjson.dumps(row).decode() for row in rows]
        return self._page(
            request, "emails", "email_activity", texts, len(wanted), campaign_id=campaign
        )

    def _page(
        self, request: Request, name: str, table: str, texts: list[str], total: int, **beside: Json
    ) -> Response:
        return Response(200, written(request, name, self.shown(table, texts), total, beside))

    def _one(self, body: Body | None) -> Response:
        if body is None:
            return self.refuse(404, "The requested resource could not be found.")
        return Response(200, {**body, "_links": []})

    def _living(self, listed: str) -> Row | None:
        row = self.audiences.get(listed)
        return row if row is not None and row.deleted_at is None else None

    def _found(self, listed: str, asked: str) -> Row | None:
        hashed = subscriber_hash(asked) if "@" in asked else asked
        where = f"list = ? and (hash = ? or contact = ?) and {LIVE}"
        rows = self.members.rows(where, (listed, hashed, asked), limit=1)
        return rows[0] if rows else None

    def _wanted(self, request: Request, listed: str) -> tuple[str, list[Any]]:
        where, args = [LIVE, "list = ?"], [listed]
        status = choice(request, "status", STATUSES)
        if status:
            where, args = [*where, "status = ?"], [*args, status]
        else:
            where += [f"status <> '{one}'" for one in self._hidden]
        changed, values = _between(request, "last_changed", "updated_at")
        return " and ".join([*where, changed]), [*args, *values]

    def _campaigns(self, request: Request, where: str, args: list[Any]) -> tuple[list[Row], int]:
        count, offset = paging(request)
        found = f"{LIVE} and {where}"
        order = f"created_at {way(request)}, id"
        rows = self.campaigns.rows(found, args, order=order, limit=count, offset=offset)
        return rows, self.campaigns.count(found, args)

    def _summed(self, row: Row) -> Body:
        report = self.report(row)
        opens, clicks = report["opens"], report["clicks"]
        summary = {
            "opens": opens["opens_total"],
            "unique_opens": opens["unique_opens"],
            "open_rate": opens["open_rate"],
            "clicks": clicks["clicks_total"],
            "subscriber_clicks": clicks["unique_subscriber_clicks"],
            "click_rate": clicks["click_rate"],
        }
        sent = report["emails_sent"]
        return {**row.json(), "emails_sent": sent, "report_summary": summary}

    def _acts(self, campaign: str, since: int | None) -> dict[str, list[Body]]:
        after = 0 if since is None else (since + 1) * 1000
        where = "campaign = ? and created_at >= ?"
        found: dict[str, list[Body]] = {}
        for row in self.activity.rows(where, (campaign, after), order="created_at, id"):
            found.setdefault(row.extra["email"], []).append(row.json())
        return found

    def _audience(self, row: Row) -> Body:
        def size(status: str) -> int:
            where = f"list = ? and status = ? and {LIVE}"
            return self.members.count(where, (row.id, status))

        sent = self.campaigns.rows(LIVE, order="created_at desc", limit=1)
        stats = {
            "member_count": size("subscribed"),
            "unsubscribe_count": size("unsubscribed"),
            "cleaned_count": size("cleaned"),
            "campaign_count": self.campaigns.count() if row.id == self.house() else 0,
            "campaign_last_sent": stamp(sent[0].created_at) if sent else "",
            "merge_field_count": 5,
        }
        return {**row.json(), "stats": stats}


def _between(request: Request, name: str, column: str) -> tuple[str, list[Any]]:
    """Give the condition of ``since_..`` and ``before_..``; both leave their own second out."""
    where, args = ["1"], []
    since, before = time(request, f"since_{name}"), time(request, f"before_{name}")
    if since is not None:
        where.append(f"{column} >= ?")
        args.append((since + 1) * 1000)
    if before is not None:
        where.append(f"{column} < ?")
        args.append(before * 1000)
    return " and ".join(where), args


def _lets_in(header: str) -> bool:
    scheme, _, rest = header.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip() in {KEY, TOKEN}
    try:
        return scheme.lower() == "basic" and b64decode(rest).decode().partition(":")[2] == KEY
    except (Base64Error, UnicodeDecodeError):
        return False
