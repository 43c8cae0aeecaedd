"""What people ask support, and how it ends."""

from functools import partial

from sandbox.happenings import (
    OrganisationJoined,
    Rated,
    TicketDeleted,
    TicketOpened,
    TicketRestored,
    TicketSolved,
    TicketUpdated,
    UserEdited,
    UserJoined,
    UsersMerged,
)
from sandbox.names import shop_customer
from sandbox.world.firm import Firm, as_company
from sandbox.world.human import Human, as_email, as_name, as_phone
from sandbox.world.story import Story

SUBJECTS = (
    "Where is my order?",
    "Invoice has the wrong name",
    "Ürün kırık geldi",
    "Cannot log in 😡",
    "Frage zur Rückgabe",
    "返品について",
    "أين طلبي؟",
    "Please delete my data",
)
AGENTS = ("Ines Okoye", "Tom Hale", "Yuki Arai", "Marta Lind")


class Support:
    """Users, organisations, tickets and ratings."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self.users: list[Human] = []
        self.doubles: list[tuple[Human, str]] = []
        self._agents: list[str] = []
        self._deleted: list[str] = []

    def hire(self) -> None:
        """Let the agents in."""
        for name in AGENTS:
            key = self._story.key("agent")
            email = f"{name.lower().replace(' ', '.')}@daybreak.example"
            fact = UserJoined(key=key, at=self._story.at, name=name, email=email, role="agent")
            self._agents.append(key)
            self._story.know("support", "user", key, None)
            self._story.tell(fact)

    def meet(self, firm: Firm) -> None:
        """Make an organisation for a company."""
        story = self._story
        firm.organisation = story.key("organisation")
        story.know("support", "organisation", firm.organisation, None, firm)
        domains = (firm.domain,) if story.chance(0.8) else ()
        name = as_company(story.rng, firm)
        fact = OrganisationJoined(key=firm.organisation, at=story.at, name=name, domains=domains)
        story.tell(fact)

    def join(self, human: Human) -> None:
        """Become a user."""
        email = human.work_email if human.work_email and self._story.chance(0.6) else human.email
        human.user = self._join(human, email)
        self.users.append(human)

    def join_again(self) -> None:
        """Write from another address and be taken for somebody new."""
        human = self._story.somebody(self.users, "user")
        if human and human.work_email and "user" not in human.spare:
            human.spare["user"] = self._join(human, human.email.replace("@", ".home@"))
            self.doubles.append((human, human.spare["user"]))

    def merge(self) -> None:
        """Have an agent join two users who are one."""
        while self.doubles:
            human, double = self.doubles.pop(0)
            if not human.gone and human.user:
                self._story.tell(UsersMerged(key=human.user, at=self._story.at, loser=double))
                human.spare["user"] = ""
                return

    def edit(self, human: Human, changes: dict[str, object]) -> None:
        """Let somebody's user change."""
        if human.user:
            self._story.tell(UserEdited(key=human.user, at=self._story.at, changes=changes))

    def ask(self) -> None:
        """Let somebody open a ticket."""
        human = self._story.somebody(self.users, "user")
        if human:
            self._ask(human)

    def complain(self, human: Human) -> None:
        """Let somebody who lost heart write to us, a first time perhaps."""
        if human.gone or human.left:
            return
        if human.user is None:
            self.join(human)
        self._ask(human)

    def _ask(self, human: Human) -> None:
        story = self._story
        if human.user is None:
            return
        fact = TicketOpened(
            key=story.key("ticket"),
            at=story.at,
            requester=human.user,
            subject=story.rng.choice(SUBJECTS),
            description=f"{self._words(human)}\n\n— {human.first}",
            priority=story.rng.choice((None, "low", "normal", "normal", "high", "urgent")),
            kind=story.rng.choice((None, "question", "incident", "problem")),
            channel=story.rng.choice(("email", "email", "web", "chat")),
            tags=("refund",) if story.chance(0.1) else (),
        )
        story.tell(fact)
        if story.chance(0.03):
            story.later(0.05, 2, partial(self._bin, fact.key))
        else:
            story.later(0.05, 1, partial(self._answer, human, fact.key))

    def _words(self, human: Human) -> str:
        if human.balks(self._story.at, 0.8):
            return "Again! This is terrible, nobody cares. I am very disappointed and angry."
        return "Hello,\nplease help."

    def _answer(self, human: Human, ticket: str) -> None:
        story, agent = self._story, self._story.rng.choice(self._agents)
        changes = {"status": "pending" if story.chance(0.4) else "open", "assignee": agent}
        fact = TicketUpdated(
            key=ticket, at=story.at, changes=changes, comment="We are on it.", author=agent
        )
        story.tell(fact)
        if story.chance(0.93):
            story.later(0.1, 6, partial(self._solve, human, ticket, agent))

    def _solve(self, human: Human, ticket: str, agent: str) -> None:
        story = self._story
        story.tell(TicketSolved(key=ticket, at=story.at, assignee=agent))
        if story.chance(0.35):
            story.later(0.1, 3, partial(self._rate, human, ticket))
        if story.chance(0.08):
            story.later(0.5, 4, partial(self._reopen, human, ticket))

    def _reopen(self, human: Human, ticket: str) -> None:
        if human.user and not human.gone:
            fact = TicketUpdated(
                key=ticket,
                at=self._story.at,
                changes={"status": "open"},
                comment="It is broken again.",
                author=human.user,
            )
            self._story.tell(fact)
            self._story.later(0.2, 4, partial(self._solve, human, ticket, self._agents[0]))

    def _rate(self, human: Human, ticket: str) -> None:
        story = self._story
        if human.user is None or human.gone:
            return
        good = story.chance(0.75) and not human.balks(story.at, 0.8)
        fact = Rated(
            key=story.key("rating"),
            at=story.at,
            requester=human.user,
            ticket=ticket,
            score="good" if good else "bad",
            reason="" if good else "The issue took too long to resolve",
            comment="Danke! 💛" if good and story.chance(0.3) else "",
        )
        story.tell(fact)

    def _bin(self, ticket: str) -> None:
        self._story.tell(TicketDeleted(key=ticket, at=self._story.at))
        if self._story.chance(0.3):
            self._story.later(0.5, 5, partial(self._take_out, ticket))

    def _take_out(self, ticket: str) -> None:
        self._story.tell(TicketRestored(key=ticket, at=self._story.at))

    def _join(self, human: Human, email: str) -> str:
        story, rng = self._story, self._story.rng
        key, (first, last) = story.key("user"), as_name(rng, human)
        linked = human.customer is not None and story.chance(0.25)
        if human.firm and human.firm.organisation is None and story.chance(0.7):
            self.meet(human.firm)
        story.know("support", "user", key, human)
        fact = UserJoined(
            key=key,
            at=story.at,
            name=f"{first} {last}".strip(),
            email=as_email(rng, email).strip(),
            phone=as_phone(rng, human) if story.chance(0.5) else "",
            external_id=str(shop_customer(human.customer or "")) if linked else None,
            organisation=human.firm.organisation if human.firm else None,
            locale=human.locale.code,
            tags=("b2b",) if human.firm else (),
        )
        story.tell(fact)
        return key
