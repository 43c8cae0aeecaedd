"""Campaigns, and what became of each mail of theirs."""

from typing import Any

import orjson

from sandbox.clock import Clock, millis
from sandbox.happenings import MailEvent
from sandbox.mailchimp.audiences import Audiences
from sandbox.mailchimp.parts import Body, hexed, second, stamp, subscriber_hash, web_id
from sandbox.store import Row
from sandbox.vendor import hears

ACTIONS = frozenset({"open", "click", "bounce"})
OFF = {"unsubscribe": "No longer interested", "spamreport": "Marked as spam"}


class Mailings(Audiences):
    """The campaigns of one account, all of them to the house's audience.

    Args:
        clock: The sandbox's.
        hard_bounces: Whether a bounce is final, and cleans its member.
        options: See `Audiences`.
    """

    def __init__(
        self, clock: Clock | None = None, *, hard_bounces: bool = False, **options: bool
    ) -> None:
        super().__init__(clock, **options)
        self.campaigns = self.store.collection("campaigns")
        self.sent = self.store.collection("sent", ("campaign", "email"))
        self.activity = self.store.collection("email_activity", ("campaign", "email", "action"))
        self._bounce = "hard" if hard_bounces else "soft"

    @hears(MailEvent)
    def mailed(self, fact: MailEvent) -> None:
        """Take down what became of a mail to somebody who is here."""
        if fact.contact is None or self._contact(fact.contact) is None:
            return
        campaign, email = hexed("campaign", fact.campaign), subscriber_hash(fact.email)
        at = millis(fact.at)
        if self.campaigns.get(campaign) is None:
            text = orjson.dumps(self._campaign(campaign, fact)).decode()
            self.campaigns.put(Row(campaign, text, at, at, fact.campaign))
        if self.sent.get(f"{campaign}:{email}") is None:
            told = self._addressed(campaign, email, fact.email)
            extra = {"campaign": campaign, "email": email}
            found = f"{campaign}:{email}"
            self.sent.put(Row(found, orjson.dumps(told).decode(), at, at, extra=extra))
        if fact.kind in ACTIONS:
            self._act(campaign, email, fact)
        if fact.kind in OFF:
            self.opt(fact.contact, fact.at, is_out=True, reason=OFF[fact.kind])
        if fact.kind == "bounce" and self._bounce == "hard":
            self.clean(fact.contact, fact.at)

    def truth(self, table: str | None = None) -> dict[str, dict[Any, dict[str, Any]]]:
        """Give what there is; a report is there for every campaign.

        An activity goes by campaign, MD5 of the address, action, second, and which it is of those
        that share all these: Mailchimp gives it no id of its own.
        """
        found = super().truth(table)
        if table in {None, "reports"}:
            found["reports"] = super().truth("campaigns")["campaigns"]
        return found

    def report(self, row: Row) -> Body:
        """Give what a campaign came to."""
        campaign, opens, clicks = row.json(), *(self._of(row, act) for act in ("open", "click"))
        bounces = self._of(row, "bounce")
        readers, clickers = ({one.extra["email"] for one in some} for some in (opens, clicks))
        sent = self.sent.count("campaign = ?", (row.id,))
        return {
            "id": row.id,
            "campaign_title": campaign["settings"]["title"],
            "type": "regular",
            "list_id": campaign["recipients"]["list_id"],
            "list_is_active": True,
            "list_name": campaign["recipients"]["list_name"],
            "subject_line": campaign["settings"]["subject_line"],
            "preview_text": "",
            "emails_sent": sent,
            "abuse_reports": 0,
            "unsubscribed": 0,
            "send_time": campaign["send_time"],
            "bounces": {
                "hard_bounces": len(bounces) if self._bounce == "hard" else 0,
                "soft_bounces": len(bounces) if self._bounce == "soft" else 0,
                "syntax_errors": 0,
            },
            "opens": {
                "opens_total": len(opens),
                "unique_opens": len(readers),
                "open_rate": len(readers) / sent if sent else 0,
                "last_open": _last(opens),
            },
            "clicks": {
                "clicks_total": len(clicks),
                "unique_clicks": len(clickers),
                "unique_subscriber_clicks": len(clickers),
                "click_rate": len(clickers) / sent if sent else 0,
                "last_click": _last(clicks),
            },
        }

    def _act(self, campaign: str, email: str, fact: MailEvent) -> None:
        at = second(fact.at)
        told: Body = {"action": fact.kind, "timestamp": stamp(fact.at)}
        if fact.kind == "bounce":
            told["type"] = self._bounce
        else:
            told["ip"] = "198.51.100.7"
        if fact.kind == "click":
            told["url"] = fact.url
        same = f"{campaign}:{email}:{fact.kind}:{at}"
        nth = 0
        while self.activity.get(f"{same}:{nth}") is not None:
            nth += 1
        extra = {"campaign": campaign, "email": email, "action": fact.kind}
        text = orjson.dumps(told).decode()
        row = Row(f"{same}:{nth}", text, millis(fact.at), millis(fact.at), fact.key, extra=extra)
        self.activity.put(row)

    def _of(self, row: Row, action: str) -> list[Row]:
        where = "campaign = ? and action = ?"
        return self.activity.rows(where, (row.id, action), order="created_at, id")

    def _addressed(self, campaign: str, email: str, address: str) -> Body:
        return {
            "campaign_id": campaign,
            "list_id": self.house(),
            "list_is_active": True,
            "email_id": email,
            "email_address": address,
        }

    def _campaign(self, found: str, fact: MailEvent) -> Body:
        at = stamp(fact.at)
        return {
            "id": found,
            "web_id": web_id(found),
            "type": "regular",
            "create_time": at,
            "archive_url": "",
            "long_archive_url": "",
            "status": "sent",
            "send_time": at,
            "content_type": "template",
            "needs_block_refresh": False,
            "resendable": True,
            "recipients": {
                "list_id": self.house(),
                "list_is_active": True,
                "list_name": "Everybody",
                "segment_text": "",
            },
            "settings": {
                "subject_line": fact.subject,
                "preview_text": "",
                "title": fact.campaign,
                "from_name": "Daybreak",
                "reply_to": "news@daybreak.example",
            },
            "tracking": {"opens": True, "html_clicks": True, "text_clicks": False},
            "delivery_status": {"enabled": False},
        }


def _last(rows: list[Row]) -> str:
    return stamp(rows[-1].created_at) if rows else ""
