"""Lists and their members, and what became of each mail."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from uuid import UUID

import orjson

from sandbox.clock import Clock, millis, parse
from sandbox.happenings import ListCreated, ListJoined, ListLeft, MailEvent
from sandbox.http import Request, Response
from sandbox.hubspot.books import LIVE
from sandbox.hubspot.objects import FOREVER, Objects
from sandbox.hubspot.records import contact_id, list_id, stamp
from sandbox.names import number
from sandbox.routing import route
from sandbox.store import Row
from sandbox.vendor import hears

KINDS = {
    "open": "OPEN",
    "click": "CLICK",
    "sent": "SENT",
    "delivered": "DELIVERED",
    "bounce": "BOUNCE",
    "spamreport": "SPAMREPORT",
    "unsubscribe": "STATUSCHANGE",
}
MEMBERS_MOST, EVENTS_MOST, LISTS_MOST = 250, 1_000, 500


class Mail(Objects):
    """Lists and e-mail events: what happens to them, and their endpoints."""

    def __init__(self, clock: Clock | None = None, **options: bool) -> None:
        super().__init__(clock, **options)
        self.lists = self.store.collection("lists")
        self.campaigns = self.store.collection("campaigns")
        self.events = self.store.collection("email_events")
        self._campaigns_known: set[int] = set()

    def reset(self) -> None:
        """Forget every record."""
        super().reset()
        self._campaigns_known.clear()

    @hears(ListCreated)
    def list_created(self, fact: ListCreated) -> None:
        """Note a list."""
        at = millis(fact.at)
        body = {
            "listId": str(list_id(fact.key)),
            "name": fact.name,
            "processingType": "DYNAMIC" if fact.dynamic else "MANUAL",
            "processingStatus": "COMPLETE",
            "objectTypeId": "0-1",
            "listVersion": 1,
            "createdAt": stamp(at),
            "updatedAt": stamp(at),
        }
        self.lists.put(Row(list_id(fact.key), orjson.dumps(body).decode(), at, at, fact.key))

    @hears(ListJoined)
    def list_joined(self, fact: ListJoined) -> None:
        """Put a contact on a list."""
        own = self.live_id("contacts", contact_id(fact.contact))
        row = self.records["contacts"].get(own)
        if row is not None and row.deleted_at is None:
            self.members.join(list_id(fact.key), own, millis(fact.at))

    @hears(ListLeft)
    def list_left(self, fact: ListLeft) -> None:
        """Take a contact off a list."""
        own = self.live_id("contacts", contact_id(fact.contact))
        self.members.leave(list_id(fact.key), own, millis(fact.at))

    @hears(MailEvent)
    def mailed(self, fact: MailEvent) -> None:
        """Note what became of a mail."""
        at, campaign = millis(fact.at), number("campaign", fact.campaign, 9)
        own = str(UUID(int=number("mail", fact.key, 18) << 64))
        body = {
            "id": own,
            "created": at,
            "type": KINDS.get(fact.kind, fact.kind.upper()),
            "recipient": fact.email,
            "emailCampaignId": campaign,
            "appId": 113,
            "appName": "Batch",
            "portalId": 62515,
            **({"subject": fact.subject} if fact.subject else {}),
            **({"url": fact.url} if fact.url else {}),
        }
        if fact.kind == "unsubscribe":
            off = {"id": 1, "status": "UNSUBSCRIBED"}
            body |= {"source": "SOURCE_RECIPIENT", "subscriptions": [off]}
        self.events.put(Row(own, orjson.dumps(body).decode(), at, at, fact.key))
        if campaign not in self._campaigns_known:
            self._campaigns_known.add(campaign)
            named = {"id": campaign, "appId": 113, "appName": "Batch", "name": fact.campaign}
            body_text = orjson.dumps({**named, "subject": fact.subject}).decode()
            self.campaigns.put(Row(campaign, body_text, at, at, fact.campaign))

    @route("POST", "/crm/v3/lists/search")
    def search_lists(self, request: Request) -> Response:
        """Give a page of lists, by offset."""
        body = request.json() or {}
        count, offset = int(body.get("count") or 20), int(body.get("offset") or 0)
        if count > LISTS_MOST:
            return self.invalid(f"count is at most {LISTS_MOST}")
        word, more = str(body.get("query") or "").lower(), body.get("additionalProperties") or []
        rows = [r for r in self.lists.rows(LIVE) if word in r.json()["name"].lower()]
        page = []
        for row in rows[offset : offset + count]:
            size = str(self.members.size(int(row.id)))
            known = {"hs_list_size": size, "hs_list_reference_count": "0"}
            extra = {name: known[name] for name in more if name in known}
            page.append({**row.json(), "additionalProperties": extra})
        answer = {
            "lists": self.shown("lists", page),
            "total": len(rows),
            "offset": offset + len(page),
            "hasMore": offset + count < len(rows),
        }
        return Response(200, answer)

    @route("GET", "/crm/v3/lists/{listed}/memberships")
    def list_members(self, request: Request, listed: str) -> Response:
        """Give a page of the records on a list."""
        limit = int(request.arg("limit", "100"))
        if not listed.isdigit() or self.lists.get(int(listed)) is None:
            return self.refuse(404)
        if not 0 < limit <= MEMBERS_MOST:
            return self.invalid(f"limit must be between 1 and {MEMBERS_MOST}")
        after = _opened(request.arg("after")) if request.arg("after") else "0"
        rows = self.members.page(int(listed), int(after), limit + 1)
        texts = self.shown("list_memberships", [row.body for row in rows[:limit]])
        paging = ""
        if len(rows) > limit:
            cursor = _sealed(str(rows[limit - 1].extra["contact"]))
            paging = f',"paging":{{"next":{{"after":"{cursor}"}}}}'
        return Response(200, f'{{"results":[{",".join(texts)}]{paging}}}')

    @route("GET", "/email/public/v1/events")
    def mail_events(self, request: Request) -> Response:
        """Give a page of e-mail events, newest first, from one time up to before another."""
        limit = int(request.arg("limit", "10"))
        if not 0 < limit <= EVENTS_MOST:
            return self.invalid(f"limit must be between 1 and {EVENTS_MOST}")
        conditions = ["created_at >= ?", "created_at < ?"]
        args: list[Any] = [
            int(request.arg("startTimestamp", "0") or 0),
            int(request.arg("endTimestamp", "") or FOREVER),
        ]
        for name, field in (
            ("eventType", "type"),
            ("recipient", "recipient"),
            ("campaignId", "emailCampaignId"),
        ):
            if request.arg(name):
                conditions.append(f"cast(json_extract(body, '$.{field}') as text) = ?")
                args.append(request.arg(name))
        if request.arg("offset"):
            at, _, last = _opened(request.arg("offset")).partition(" ")
            conditions.append("(created_at, id) < (?, ?)")
            args += [int(at), last]
        rows = self.events.rows(
            " and ".join(conditions), args, order="created_at desc, id desc", limit=limit + 1
        )
        page = rows[:limit]
        texts = self.shown("email_events", [row.body for row in page])
        offset = _sealed(f"{page[-1].created_at} {page[-1].id}") if page else ""
        more = str(len(rows) > limit).lower()
        head = f'"hasMore":{more},"offset":"{offset}"'
        return Response(200, f'{{{head},"events":[{",".join(texts)}]}}')

    @route("GET", "/email/public/v1/campaigns/{campaign}")
    def one_campaign(self, _: Request, campaign: str) -> Response:
        """Give the name and subject of a campaign."""
        row = self.campaigns.get(int(campaign)) if campaign.isdigit() else None
        return self.refuse(404) if row is None else Response(200, row.body)

    @route("GET", "/events/v3/events")
    def unified_events(self, request: Request) -> Response:
        """Give a page of events in their newer form, newest first.

        One record's, or one type's: the names of the types are a guess nobody has verified.
        """
        limit = int(request.arg("limit", "100"))
        low, high = request.arg("occurredAfter"), request.arg("occurredBefore")
        conditions = ["created_at >= ?", "created_at < ?"]
        args: list[Any] = [
            millis(parse(low)) if low else 0,
            millis(parse(high)) if high else FOREVER,
        ]
        if request.arg("eventType"):
            conditions.append("lower(json_extract(body, '$.type')) = ?")
            args.append(request.arg("eventType").removeprefix("e_email_"))
        if request.arg("after"):
            at, _, last = _opened(request.arg("after")).partition(" ")
            conditions.append("(created_at, id) < (?, ?)")
            args += [int(at), last]
        rows = self.events.rows(
            " and ".join(conditions), args, order="created_at desc, id desc", limit=limit + 1
        )
        found = [self._unified(row.json()) for row in rows[:limit]]
        body: dict[str, Any] = {"results": self.shown("email_events", found)}
        if len(rows) > limit:
            after = _sealed(f"{rows[limit - 1].created_at} {rows[limit - 1].id}")
            body["paging"] = {"next": {"after": after}}
        return Response(200, body)

    def _unified(self, event: dict[str, Any]) -> dict[str, Any]:
        people = self.records["contacts"].rows("email = ?", (event["recipient"].lower(),), limit=1)
        return {
            "id": event["id"],
            "eventType": f"e_email_{event['type'].lower()}",
            "objectType": "CONTACT",
            "objectId": str(people[0].id) if people else "0",
            "occurredAt": stamp(event["created"]),
            "properties": {"hs_email_campaign_id": str(event["emailCampaignId"])},
        }


def _sealed(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode()


def _opened(cursor: str) -> str:
    return urlsafe_b64decode(cursor.encode()).decode()
