"""What marketing and sales do with people."""

from functools import partial

from sandbox.happenings import (
    CompanyEdited,
    CompanyJoined,
    ContactArchived,
    ContactEdited,
    ContactJoined,
    ContactRestored,
    ContactsMerged,
    DealArchived,
    DealMoved,
    DealOpened,
    ListCreated,
    ListJoined,
    ListLeft,
    MailEvent,
)
from sandbox.names import shop_customer
from sandbox.world.births import as_born
from sandbox.world.firm import Firm
from sandbox.world.human import Human, as_email, as_name, as_phone
from sandbox.world.story import Story

LISTS = ("Newsletter", "Customers", "Webinar", "VIP 🎉", "Win back")
STAGES = ("appointmentscheduled", "qualifiedtobuy", "presentationscheduled", "contractsent")
SOURCES = ("ORGANIC_SEARCH", "PAID_SEARCH", "EMAIL_MARKETING", "REFERRALS", "DIRECT_TRAFFIC")
LIFECYCLES = ("subscriber", "lead", "marketingqualifiedlead", "opportunity", "customer")


class Marketing:
    """Contacts, companies, deals, lists and what became of each mail.

    ``known_source`` is the share of new contacts whose lead source is filled in: it sinks night
    by night once the doors are open, as it does in life.
    """

    def __init__(self, story: Story) -> None:
        self._story = story
        self.contacts: list[Human] = []
        self.doubles: list[tuple[Human, str]] = []
        self.known_source = 0.95
        self._lists: list[str] = []
        self._listed: dict[tuple[str, str], bool] = {}
        self._mails = 0

    def print_lists(self) -> None:
        """Make the lists."""
        for name in LISTS:
            key = self._story.key("list")
            self._lists.append(key)
            fact = ListCreated(key=key, at=self._story.at, name=name, dynamic=name == "Customers")
            self._story.tell(fact)

    def meet(self, firm: Firm) -> None:
        """Note a company."""
        story = self._story
        firm.company = story.key("company")
        story.know("marketing", "company", firm.company, None, firm)
        fact = CompanyJoined(
            key=firm.company,
            at=story.at,
            name=firm.name,
            domain=firm.domain,
            industry=firm.trade,
            employees=firm.employees if story.chance(0.7) else None,
        )
        story.tell(fact)

    def touch_company(self) -> None:
        """Let a company grow."""
        firm = self._story.one_of(self._story.firms)
        if firm and firm.company:
            firm.employees += 5
            changes = {"employees": firm.employees}
            self._story.tell(CompanyEdited(key=firm.company, at=self._story.at, changes=changes))

    def join(self, human: Human) -> None:
        """Become a contact."""
        human.contact = self._join(human, human.work_email or human.email)
        self.contacts.append(human)

    def join_again(self) -> None:
        """Fill in a form with the other address."""
        human = self._story.somebody(self.contacts, "contact")
        if human and human.work_email and "contact" not in human.spare:
            human.spare["contact"] = self._join(human, human.email)
            self.doubles.append((human, human.spare["contact"]))

    def merge(self) -> None:
        """Have two contacts joined who are one."""
        while self.doubles:
            human, double = self.doubles.pop(0)
            if not human.gone and human.contact:
                fact = ContactsMerged(key=human.contact, at=self._story.at, loser=double)
                self._story.tell(fact)
                human.spare["contact"] = ""
                return

    def edit(self, human: Human, changes: dict[str, object]) -> None:
        """Let somebody's contact change."""
        if human.contact:
            self._story.tell(ContactEdited(key=human.contact, at=self._story.at, changes=changes))

    def promote(self) -> None:
        """Move a contact on in its life."""
        human = self._story.somebody(self.contacts, "contact")
        if human:
            self.edit(human, {"lifecycle": self._story.rng.choice(LIFECYCLES)})

    def archive(self) -> None:
        """Put a contact in the bin; two of three come back."""
        story, human = self._story, self._story.somebody(self.contacts, "contact")
        if human and human.contact:
            key, human.contact = human.contact, None
            story.tell(ContactArchived(key=key, at=story.at))
            if story.chance(0.66):
                story.later(0.5, 3, partial(self._restore, human, key))

    def _restore(self, human: Human, key: str) -> None:
        if not human.gone and human.contact is None:
            human.contact = key
            self._story.tell(ContactRestored(key=key, at=self._story.at))

    def deal(self) -> None:
        """Open a deal with a contact."""
        story = self._story
        human = story.somebody(self.contacts, "contact")
        if human is None or human.contact is None:
            return
        fact = DealOpened(
            key=story.key("deal"),
            at=story.at,
            name=f"{human.firm.name if human.firm else human.last} {story.at.year}",
            amount=story.rng.choice((None, 50_000, 120_000, 990_000)),
            currency=human.locale.currency,
            contacts=(human.contact,),
            company=human.firm.company if human.firm else None,
            owner=story.rng.choice(("ana@daybreak.example", "ben@daybreak.example")),
        )
        story.tell(fact)
        story.later(1, 20, partial(self._move, fact.key, 1))

    def _move(self, deal: str, step: int) -> None:
        story = self._story
        if story.chance(0.03):
            story.tell(DealArchived(key=deal, at=story.at))
            return
        if step < len(STAGES) and story.chance(0.8):
            stage = STAGES[step]
            story.later(1, 30, partial(self._move, deal, step + 1))
        else:
            stage = "closedwon" if story.chance(0.45) else "closedlost"
        story.tell(DealMoved(key=deal, at=story.at, changes={"stage": stage}))

    def subscribe(self) -> None:
        """Put a contact on a list, or take it off."""
        story = self._story
        human, key = story.somebody(self.contacts, "contact"), story.one_of(self._lists)
        if human is None or human.contact is None or key is None:
            return
        listed = self._listed.get((key, human.contact), False)
        self._listed[key, human.contact] = not listed
        kind = ListLeft if listed else ListJoined
        story.tell(kind(key=key, at=story.at, contact=human.contact))

    def mail(self) -> None:
        """Send a mail; most arrive, some are read, few are clicked."""
        human = self._story.somebody(self.contacts, "contact")
        if human is None:
            return
        self._mails += 1
        campaign = f"campaign-{self._story.at:%Y-%m}"
        self._happened(human, campaign, "sent")
        if self._story.chance(0.03):
            self._happened(human, campaign, "bounce")
            return
        self._happened(human, campaign, "delivered")
        if self._story.chance(0.45):
            self._story.later(0.01, 2, partial(self._read, human, campaign))

    def _read(self, human: Human, campaign: str) -> None:
        self._happened(human, campaign, "open")
        if self._story.chance(0.2):
            self._happened(human, campaign, "click")
        if self._story.chance(0.02):
            self._happened(human, campaign, "unsubscribe")
            self.edit(human, {"opted_out": True})

    def _happened(self, human: Human, campaign: str, kind: str) -> None:
        if human.gone or human.contact is None:
            return
        fact = MailEvent(
            key=self._story.key("mail"),
            at=self._story.at,
            kind=kind,
            email=human.work_email or human.email,
            campaign=campaign,
            contact=human.contact,
            subject="What is new",
            url="https://shop.example/new" if kind == "click" else "",
        )
        self._story.tell(fact)

    def _join(self, human: Human, email: str) -> str:
        story, rng = self._story, self._story.rng
        key, (first, last) = story.key("contact"), as_name(rng, human)
        linked = human.customer is not None and story.chance(0.25)
        if human.firm and human.firm.company is None and story.chance(0.8):
            self.meet(human.firm)
        story.know("marketing", "contact", key, human)
        fact = ContactJoined(
            key=key,
            at=story.at,
            first_name=first,
            last_name=last,
            email=as_email(rng, email).strip(),
            phone=as_phone(rng, human) if story.chance(0.6) else "",
            mobile=human.phone if story.chance(0.2) else "",
            address=human.address if story.chance(0.4) else None,
            company=human.firm.company if human.firm else None,
            company_name=human.firm.name if human.firm else "",
            job_title=human.job,
            born=as_born(human.born, key),
            lifecycle=rng.choice(LIFECYCLES),
            source=rng.choice(SOURCES) if story.chance(self.known_source) else "",
            properties=(
                {"shop_customer_id": str(shop_customer(human.customer or ""))} if linked else {}
            ),
        )
        story.tell(fact)
        return key
