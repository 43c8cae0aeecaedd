"""Campaigns, metrics, and the events that say what became of each mail."""

from datetime import datetime

import orjson

from sandbox.clock import Clock, millis
from sandbox.happenings import MailEvent
from sandbox.klaviyo.parts import METRICS, Body, related, resource, short, stamp, ulid, uuid
from sandbox.klaviyo.people import People
from sandbox.store import Row
from sandbox.vendor import hears


class Mail(People):
    """What one account sent, and what came of it.

    Args:
        clock: The sandbox's.
        options: See `People`.
    """

    def __init__(self, clock: Clock | None = None, **options: bool) -> None:
        super().__init__(clock, **options)
        self.metrics = self.store.collection("metrics")
        self.campaigns = self.store.collection("campaigns", ("channel", "archived"))
        self.events = self.store.collection("events", ("metric",))

    @hears(MailEvent)
    def mailed(self, fact: MailEvent) -> None:
        """Take down what became of a mail to somebody who is here; that it left is no event."""
        row = self._of(fact.contact) if fact.contact else None
        if row is None:
            return
        self._sent(fact)
        if fact.kind in METRICS:
            self._event(fact, str(row.id), self._metric(METRICS[fact.kind], fact.at))
        if fact.contact and fact.kind in {"unsubscribe", "spamreport"}:
            self.opt(fact.contact, fact.at, is_out=True)

    def archive_campaign(self, key: str, at: datetime) -> None:
        """Put a campaign away."""
        found = ulid("campaign", key)

        def change(body: Body) -> None:
            body["attributes"] |= {"archived": True, "updated_at": stamp(at)}

        self.campaigns.edit(found, change, millis(at), archived=1)

    def _event(self, fact: MailEvent, profile: str, metric: str) -> None:
        found, at = ulid("event", fact.key), millis(fact.at)
        told: Body = {
            "Recipient Email Address": fact.email,
            "Campaign Name": fact.campaign,
            "Subject": fact.subject,
            "$message": ulid("message", fact.campaign),
            **({"URL": fact.url} if fact.url else {}),
        }
        attributes = {
            "timestamp": at // 1000,
            "event_properties": told,
            "datetime": stamp(fact.at),
            "uuid": uuid(fact.key),
        }
        links = {
            "profile": related("event", found, "profile", profile),
            "metric": related("event", found, "metric", metric),
        }
        text = orjson.dumps(resource("event", found, attributes, links)).decode()
        self.events.put(Row(found, text, at, at, fact.key, extra={"metric": metric}))

    def _metric(self, name: str, at: datetime) -> str:
        found = short("metric", name)
        if self.metrics.get(found) is None:
            attributes = {
                "name": name,
                "created": stamp(at),
                "updated": stamp(at),
                "integration": {"object": "integration", "id": "0rG4eQ", "name": "Klaviyo"},
            }
            text = orjson.dumps(resource("metric", found, attributes, {})).decode()
            self.metrics.put(Row(found, text, millis(at), millis(at), name))
        return found

    def _sent(self, fact: MailEvent) -> None:
        found, at = ulid("campaign", fact.campaign), stamp(fact.at)
        if self.campaigns.get(found) is not None:
            return
        attributes = {
            "name": fact.campaign,
            "status": "Sent",
            "archived": False,
            "audiences": {"included": [], "excluded": []},
            "send_options": {"use_smart_sending": True},
            "tracking_options": {"is_tracking_opens": True, "is_tracking_clicks": True},
            "send_strategy": {"method": "immediate"},
            "created_at": at,
            "scheduled_at": at,
            "updated_at": at,
            "send_time": at,
        }
        message = {"type": "campaign-message", "id": ulid("message", fact.campaign)}
        links: Body = {"campaign-messages": {"data": [message]}}
        text = orjson.dumps(resource("campaign", found, attributes, links)).decode()
        extra = {"channel": "email", "archived": 0}
        self.campaigns.put(
            Row(found, text, millis(fact.at), millis(fact.at), fact.campaign, extra=extra)
        )
