"""Telling: each channel what is due to it, another one where it cannot be told, each thing once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.errors import DaybreakError
from core.ledger import Ledger
from core.ledger.alert import Alert, Finding, Severity
from core.ledger.alert_book import RECENT
from core.redaction import redact
from monitoring.links import Links
from monitoring.notices import Channel, News, Notice, due, settle
from monitoring.routes import Routes
from monitoring.wording import title

FAMILY = "channel"


@dataclass(slots=True)
class Telling:
    """One round of telling.

    Attributes:
        domains: Source -> whose business it is, for routes by domain.
        told: Each notice that arrived, by the name of its channel.
        undelivered: Channel name -> why it could not be told; the next look tries again.
    """

    ledger: Ledger
    channels: Sequence[Channel]
    now: datetime
    routes: Routes = field(default_factory=Routes)
    links: Links = field(default_factory=Links)
    domains: Mapping[str, str] = field(default_factory=dict)
    told: list[tuple[str, Notice]] = field(default_factory=list)
    undelivered: dict[str, str] = field(default_factory=dict)

    def tell(self) -> None:
        """Tell everybody what is due; then tell the others who could not be told."""
        lost: list[tuple[str, Notice]] = []
        for channel in self.channels:
            lost += self._tell(channel)
        for name, notice in lost:
            self._fall_over(name, notice)
        if self._note_channels():
            for channel in self.channels:
                if channel.name not in self.undelivered:
                    self._tell(channel)

    def _tell(self, channel: Channel) -> list[tuple[str, Notice]]:
        """Tell one channel; return what it should have heard and did not."""
        lost: list[tuple[str, Notice]] = []
        for notice in due(self._alerts(channel.name), channel.name, self.now, self.links):
            try:
                if self._told(channel, notice):
                    self.told.append((channel.name, notice))
            except DaybreakError as error:
                self.undelivered[channel.name] = redact(str(error))
                lost.append((channel.name, notice))
        return lost

    def _alerts(self, channel: str) -> list[Alert]:
        """Return what concerns a channel now; the end of something is never held back.

        An incident is told whole: who is to hear of a part of it hears what it is a part of.
        """
        book, opened = self.ledger.alerts, self.ledger.open_alerts()
        concern = {a.incident for a in opened if a.heard(channel) or self._concerns(a, channel)}
        mine = [alert for alert in opened if alert.incident in concern]
        return [*mine, *book.closed_since(self.now - RECENT)]

    def _concerns(self, alert: Alert, channel: str) -> bool:
        leads = self.routes.leads(alert.finding, channel, self.domains)
        return leads and not self.routes.waits(alert.finding, self.now)

    def _fall_over(self, deaf: str, notice: Notice) -> None:
        """Tell the next channel that works what ``deaf`` could not be told."""
        if notice.news is News.OVER:
            return
        heard = {name for name, one in self.told if set(one.numbers) >= set(notice.numbers)}
        if heard:
            return
        words = f"{title(deaf)} could not be told of this: {self.undelivered[deaf]}."
        passed_on = replace(notice, lines=(*notice.lines, words))
        for channel in self._stand_ins(deaf, notice):
            try:
                if self._told(channel, passed_on):
                    self.told.append((channel.name, passed_on))
                    return
            except DaybreakError as error:
                self.undelivered[channel.name] = redact(str(error))

    def _stand_ins(self, deaf: str, notice: Notice) -> list[Channel]:
        """Return who may take over: those the routes name first, then anybody.

        Nobody is told that they cannot be told.
        """
        order = [*self.routes.fallback]
        unable = {deaf, *self.undelivered, *notice.subjects}
        able = [c for c in self.channels if c.name not in unable]
        return sorted(able, key=lambda c: order.index(c.name) if c.name in order else len(order))

    def _note_channels(self) -> bool:
        """Open and close the alerts about channels; say whether that leaves something to tell.

        A channel that nothing was tried on stays as it was: nobody knows.
        """
        known = [a for a in self.ledger.open_alerts() if a.finding.family == FAMILY]
        arrived = {name for name, _ in self.told}
        lasting = [
            a.finding for a in known if a.finding.subject not in arrived | self.undelivered.keys()
        ]
        found = [_deaf(name, why) for name, why in self.undelivered.items()]
        change = settle([*found, *lasting], known)
        self.ledger.alerts.settle(change.found, change.seen, change.over, self.now)
        return bool(change.found or change.over)

    def _told(self, channel: Channel, notice: Notice) -> bool:
        """Tell one channel one thing, unless another look is doing so."""
        book, name = self.ledger.alerts, channel.name
        ours = [
            (number, event)
            for number, event in notice.tellings
            if book.claim([number], name, event, self.now)
        ]
        try:
            if len(ours) < len(notice.tellings):
                self._release(ours, name)
                return False
            channel.tell(notice)
        except BaseException:
            self._release(ours, name)
            raise
        for number, event in ours:
            book.told([number], name, event, self.now)
        return True

    def _release(self, ours: Sequence[tuple[int, str]], channel: str) -> None:
        for number, event in ours:
            self.ledger.alerts.release([number], channel, event)


def _deaf(name: str, why: str) -> Finding:
    return Finding(
        kind="channel",
        subject=name,
        cause=f"channel {name}",
        reason="deaf",
        severity=Severity.ERROR,
        title=f"{title(name)} cannot be told of alerts",
        detail=f"{why}. Every look tries again; meanwhile others are told in its place.",
        next_step="`daybreak doctor --send-test` shows whether it works again.",
        family=FAMILY,
        affects=(f"whoever reads alerts in {title(name)}",),
        runbook="A channel cannot be told",
    )
