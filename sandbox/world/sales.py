"""What sales do with people: leads that ripen and turn into contacts; cases; tasks; campaigns.

Chance has a source of its own here, so that the rest of the story is the same with it or without.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random

from sandbox.happenings import (
    CampaignMembered,
    CampaignStarted,
    CaseDeleted,
    CaseOpened,
    CaseUpdated,
    LeadConverted,
    LeadDeleted,
    LeadEdited,
    LeadJoined,
    LeadRestored,
    TaskDeleted,
    TaskPlanned,
    TaskUpdated,
)
from sandbox.world.human import Human, as_email, as_name, as_phone
from sandbox.world.marketing import Marketing
from sandbox.world.story import Story

OPENING, DAY_SECONDS = timedelta(hours=5), 66_000
SOURCES = ("Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Trade Show", "")
STEPS = ("working", "nurturing", "qualified", "unqualified")
CAMPAIGNS = ("Spring fair", "Webinar 2025", "Win back", "Partner day 🤝")
SUBJECTS = ("Invoice is wrong", "Where is my order?", "Cannot log in", "Exchange", "Пожалуйста")
OWNERS = ("ana@daybreak.example", "ben@daybreak.example")
KNOWN_SOURCE = 0.85


class Sales:
    """Leads, cases, tasks and campaigns of one sales CRM.

    ``people``: how large the cast is when the doors open; all numbers follow it.
    """

    def __init__(self, story: Story, marketing: Marketing, seed: int, people: int) -> None:
        self._story, self._marketing = story, marketing
        self._rng = Random(f"daybreak:sales:{seed}")  # noqa: S311 - a story, not a secret
        self._people = people
        self._campaigns: list[str] = []
        self._leads: list[tuple[Human, str]] = []

    def begin(self, days: int) -> None:
        """Start the campaigns, and plan the days: so many of history, and the nights after."""
        for name in CAMPAIGNS:
            key = self._story.key("campaign")
            self._campaigns.append(key)
            self._story.tell(CampaignStarted(key=key, at=self._story.at, name=name))
        self._plan(0, days)

    def _plan(self, day: int, history: int) -> None:
        past, midnight = day < history, self._story.at
        for action, in_all, nightly in self._habits():
            often = in_all / history if past else nightly
            for _ in range(int(often * (day + 1)) - int(often * day)):
                seconds = self._rng.random() * DAY_SECONDS
                self._story.put(midnight + OPENING + timedelta(seconds=int(seconds)), action)
        self._story.put(midnight + timedelta(days=1), partial(self._plan, day + 1, history))

    def _habits(self) -> list[tuple[Callable[[], None], float, float]]:
        people = self._people
        return [
            (self.lead, people * 0.3, people * 0.004 + 1),
            (self.case, people * 0.3, people * 0.004 + 1),
            (self.task, people * 0.3, people * 0.004 + 1),
            (self.invite, people * 0.3, people * 0.004 + 1),
        ]

    def lead(self) -> None:
        """Write somebody down as a lead: mostly of the cast, whoever they are elsewhere."""
        story, rng = self._story, self._rng
        human = self._somebody(story.humans)
        if human is None:
            return
        key, (first, last) = story.key("lead"), as_name(rng, human)
        story.know("crm", "lead", key, human)
        fact = LeadJoined(
            key=key,
            at=story.at,
            first_name=first,
            last_name=last,
            email=as_email(rng, human.work_email or human.email).strip(),
            phone=as_phone(rng, human) if rng.random() < 0.5 else "",
            company_name=human.firm.name if human.firm else "",
            job_title=human.job,
            source=rng.choice(SOURCES) if rng.random() < KNOWN_SOURCE else "",
            owner=rng.choice(OWNERS),
            opted_out=rng.random() < 0.1,
        )
        story.tell(fact)
        self._leads.append((human, key))
        self._later(1, 12, partial(self._ripen, human, key))

    def _ripen(self, human: Human, key: str) -> None:
        chance, at = self._rng.random(), self._story.at
        if human.gone or chance < 0.06:
            self._story.tell(LeadDeleted(key=key, at=at))
            self._leads.remove((human, key))
            if not human.gone and chance < 0.03:
                self._later(0.5, 5, partial(self._restore, key))
        elif human.contact and chance < 0.35:
            company = human.firm.company if human.firm else None
            fact = LeadConverted(key=key, at=at, contact=human.contact, company=company)
            self._story.tell(fact)
            self._leads.remove((human, key))
        else:
            status = self._rng.choice(STEPS)
            self._story.tell(LeadEdited(key=key, at=at, changes={"status": status}))
            if status in {"working", "nurturing"}:
                self._later(2, 30, partial(self._ripen, human, key))

    def _restore(self, key: str) -> None:
        self._story.tell(LeadRestored(key=key, at=self._story.at))

    def case(self) -> None:
        """Open a case for a contact."""
        story, rng, human = self._story, self._rng, self._contact()
        if human is None:
            return
        fact = CaseOpened(
            key=story.key("case"),
            at=story.at,
            contact=human.contact,
            company=human.firm.company if human.firm else None,
            subject=rng.choice(SUBJECTS),
            priority=rng.choice(("low", "medium", "high")),
            origin=rng.choice(("email", "phone", "web")),
            owner=rng.choice(OWNERS),
        )
        story.tell(fact)
        self._later(0.05, 2, partial(self._work, fact.key))

    def _work(self, key: str) -> None:
        chance, at = self._rng.random(), self._story.at
        if chance < 0.04:
            self._story.tell(CaseDeleted(key=key, at=at))
            return
        status = "closed" if chance > 0.5 else "working" if chance > 0.15 else "escalated"
        self._story.tell(CaseUpdated(key=key, at=at, changes={"status": status}))
        if status != "closed":
            self._later(0.2, 6, partial(self._work, key))

    def task(self) -> None:
        """Plan a task for a contact."""
        story, rng, human = self._story, self._rng, self._contact()
        if human is None:
            return
        fact = TaskPlanned(
            key=story.key("task"),
            at=story.at,
            contact=human.contact,
            company=human.firm.company if human.firm else None,
            subject=f"Call {human.first}",
            kind=rng.choice(("call", "email", "meeting", "todo")),
            due_at=story.at + timedelta(days=rng.randrange(1, 14)),
            owner=rng.choice(OWNERS),
        )
        story.tell(fact)
        self._later(0.5, 10, partial(self._finish, fact.key))

    def _finish(self, key: str) -> None:
        if self._rng.random() < 0.1:
            self._story.tell(TaskDeleted(key=key, at=self._story.at))
        else:
            fact = TaskUpdated(key=key, at=self._story.at, changes={"status": "done"})
            self._story.tell(fact)

    def invite(self) -> None:
        """Make a contact or a lead a member of a campaign."""
        story, rng = self._story, self._rng
        lead = rng.choice(self._leads) if self._leads and rng.random() < 0.4 else None
        human = None if lead else self._contact()
        if lead is None and human is None:
            return
        fact = CampaignMembered(
            key=story.key("member"),
            at=story.at,
            campaign=rng.choice(self._campaigns),
            contact=human.contact if human else None,
            lead=lead[1] if lead else None,
            status="responded" if rng.random() < 0.2 else "sent",
        )
        story.tell(fact)

    def _contact(self) -> Human | None:
        human = self._somebody(self._marketing.contacts)
        return human if human and human.contact else None

    def _somebody(self, crowd: list[Human]) -> Human | None:
        for _ in range(8 if crowd else 0):
            human = self._rng.choice(crowd)
            if not human.gone:
                return human
        return None

    def _later(self, low: float, high: float, action: Callable[[], None]) -> None:
        seconds = int(self._rng.uniform(low, high) * 86_400) + 1
        self._story.put(self._story.at + timedelta(seconds=seconds), action)
