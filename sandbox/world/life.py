"""What people do that more than one system hears of: they come, move, change names, go."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sandbox.happenings import (
    ContactErased,
    ContactJoined,
    CustomerDeleted,
    PayerDeleted,
    UserDeleted,
    UserJoined,
)
from sandbox.world.billing import Billing
from sandbox.world.firm import Firm, make_firm
from sandbox.world.human import Human, address, make_human, phone
from sandbox.world.marketing import Marketing
from sandbox.world.moods import Mood
from sandbox.world.shop import Shop
from sandbox.world.story import Story
from sandbox.world.support import Support

PEOPLE_A_FIRM = 9
NEW_NUMBERS = 400_000
"""Serials of second phone numbers start here, so that they meet no first one in a usual world."""


class Life:
    """The cast, seen whole."""

    def __init__(
        self, story: Story, shop: Shop, billing: Billing, support: Support, marketing: Marketing
    ) -> None:
        self._story = story
        self._shop = shop
        self._billing = billing
        self._support = support
        self._marketing = marketing
        self._serial = 0
        self.moods: Callable[[Human], Mood] | None = None
        self.left: dict[str, datetime] = {}

    def arrive(self) -> None:
        """Bring somebody new, a stranger or a relative, at work somewhere or not."""
        story = self._story
        self._serial += 1
        if self._serial % PEOPLE_A_FIRM == 1:
            self._found()
        firm = story.one_of(story.firms) if story.chance(0.4) else None
        kin = story.one_of(story.humans) if story.chance(0.1) else None
        human = make_human(story.rng, self._serial, None if kin else firm, kin)
        story.humans.append(human)
        self._show_up(human)
        if self.moods:
            self._feel(human, self.moods(human))

    def _feel(self, human: Human, mood: Mood) -> None:
        """Give somebody a mood, and write down what will come of it."""
        story, human.mood = self._story, mood
        if mood.sours_at < mood.ends_at:
            for days in (1, mood.rng.randint(10, 40))[: mood.rng.randint(0, 2)]:
                at = mood.sours_at + timedelta(days=days)
                story.put(at, partial(self._support.complain, human))
        if mood.leaves:
            story.put(mood.ends_at, partial(self._leave, human))

    def _leave(self, human: Human) -> None:
        """Let somebody end what runs, and come no more. The records stay."""
        if not human.gone:
            self._billing.cancel(human)
            human.left = True
            self.left[human.id] = self._story.at

    def _found(self) -> None:
        story = self._story
        firm = make_firm(story.rng, len(story.firms) + 1)
        story.firms.append(firm)
        if story.chance(0.3):
            self._open_mailbox(firm)

    def _show_up(self, human: Human) -> None:
        """Turn up in some systems, at once or within a month; the first always in the shop."""
        story, chance = self._story, self._story.rng.random()
        if chance < 0.62 or human.serial == 1:
            self._shop.join(human)
        elif chance < 0.72:
            self._shop.visit(human)
        supported, marketed = story.chance(0.4), story.chance(0.55)
        if story.chance(0.45 if human.shops else 0.15):
            self._billing.join(human)
        if supported or not (human.shops or human.payer or marketed):
            story.later(0, 25, partial(self._ask_for_help, human))
        if marketed:
            story.later(0, 25, partial(self._sign_up, human))

    def _ask_for_help(self, human: Human) -> None:
        if not human.gone:
            self._support.join(human)

    def _sign_up(self, human: Human) -> None:
        if not human.gone:
            self._marketing.join(human)

    def _open_mailbox(self, firm: Firm) -> None:
        """Let a mailbox that is nobody's write to support and fill in a form."""
        story = self._story
        user, contact = story.key("user"), story.key("contact")
        story.know("support", "user", user, None, firm)
        story.know("marketing", "contact", contact, None, firm)
        story.tell(UserJoined(key=user, at=story.at, name=firm.name, email=firm.role_mail))
        fact = ContactJoined(
            key=contact, at=story.at, email=firm.role_mail, company_name=firm.name, source="OFFLINE"
        )
        story.tell(fact)

    def change(self) -> None:
        """Let somebody move, or take another number or address; not every system hears of it."""
        story = self._story
        human = story.somebody(story.humans)
        if human is None:
            return
        chance, changes = story.rng.random(), dict[str, object]()
        if chance < 0.4:
            human.address = address(story.rng, human.locale)
            changes["address"] = human.address
        elif chance < 0.7:
            human.email = (
                f"{human.latin[1].lower().replace(' ', '')}{story.key('mailbox')[8:]}@new.example"
            )
            changes["email"] = human.email
        else:
            human.phone = phone(human.locale, NEW_NUMBERS + human.serial)
            changes["phone"] = human.phone
        self._shop.edit(human, changes)
        if story.chance(0.6):
            self._billing.edit(human, changes)
        self._tell_others(human, changes)

    def _tell_others(self, human: Human, changes: dict[str, object]) -> None:
        """Work addresses stay as they are; support keeps no postal ones."""
        if self._story.chance(0.5) and not ("email" in changes and human.work_email):
            self._marketing.edit(human, changes)
        if self._story.chance(0.5) and "phone" in changes:
            self._support.edit(human, changes)

    def forget(self) -> None:
        """Let somebody ask to be forgotten, everywhere on the same day."""
        story, human = self._story, self._story.somebody(self._story.humans)
        if human is None or human.serial == 1:
            return
        self._billing.cancel(human)
        gone = (
            (CustomerDeleted, human.customer, human.spare.get("customer")),
            (UserDeleted, human.user, human.spare.get("user")),
            (ContactErased, human.contact, human.spare.get("contact")),
            (PayerDeleted, human.payer, None),
        )
        for kind, *keys in gone:
            for key in filter(None, keys):
                story.tell(kind(key=key, at=story.at))
        human.gone = True
