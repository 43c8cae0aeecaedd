"""The seeded world: eighteen months of a made-up cast, then night after night.

The same seed tells the same story, byte for byte, on every machine; nothing is held but the cast
and what is still to come, so it streams however long it gets.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sandbox.happenings import Happening
from sandbox.world.base import MORNING, NIGHT, Person
from sandbox.world.billing import Billing
from sandbox.world.human import Human
from sandbox.world.life import Life
from sandbox.world.marketing import Marketing
from sandbox.world.moods import FIRST_DAY, Mood, make_mood
from sandbox.world.oddities import tell_oddities
from sandbox.world.sales import Sales
from sandbox.world.shop import Shop
from sandbox.world.story import Story
from sandbox.world.support import Support

DAYS = 548
OPENING = timedelta(hours=5)
DAY = timedelta(hours=18, minutes=30)
"""Things happen from 05:00 to 23:30 UTC, so a pull at 02:00 finds a quiet world."""
BEGIN = MORNING.replace(hour=0) - timedelta(days=DAYS)
SHELF = 40
ORDERS_EACH = 4


@dataclass(frozen=True, slots=True)
class Habit:
    """Something that happens again and again: so often in all history, so often a night after."""

    action: Callable[[], None]
    history: float
    nightly: float

    def times(self, day: int) -> int:
        """Say how often it happens on a day; the days of history add up exactly."""
        if day < DAYS:
            total = round(self.history)
            return total * (day + 1) // DAYS - total * day // DAYS
        night = day - DAYS
        return int(self.nightly * (night + 1)) - int(self.nightly * night)


class Seeded:
    """A world from a seed.

    Args:
        seed: Another seed, another cast and story.
        people: How many there are when the doors open.
        nights: How many nights after 2026-01-05T02:00Z the doors open.
        orders: How many orders there are in the history; four a head when left out.
        moods: 1 where people lose heart, show it and leave; 0 where they leave by dice.
    """

    def __init__(
        self,
        seed: int = 1,
        people: int = 400,
        nights: int = 0,
        orders: int | None = None,
        moods: int = 0,
    ) -> None:
        told = {"orders": orders, "moods": moods or None}
        options = ",".join(f"{name}={value}" for name, value in told.items() if value is not None)
        self.spec = f"seeded:{options}" if options else "seeded"
        self.vendors: tuple[str, ...] = ()
        self.start = MORNING + nights * NIGHT
        self.now = BEGIN
        self._made_of = (seed, people, nights, orders, moods)
        self._story = Story(seed, BEGIN)
        billing = Billing(self._story)
        self._billing, self._shop = billing, Shop(self._story, billing)
        self._support, self._marketing = Support(self._story), Marketing(self._story)
        self._life = Life(self._story, self._shop, billing, self._support, self._marketing)
        if moods:
            self._life.moods = partial(self._mood, seed)
        self._sales = Sales(self._story, self._marketing, seed, people)
        self._habits = self._all_habits(people, orders or people * ORDERS_EACH)
        self._story.put(BEGIN, self._found)
        self._story.put(BEGIN, partial(self._plan, 0))

    def until(self, at: datetime) -> Iterator[Happening]:
        """Tell everything up to a moment."""
        story = self._story
        while story.next(before=at):
            yield from story.told
            story.told.clear()
        self.now = max(self.now, at)

    def again(self) -> "Seeded":
        """Give the same world from its beginning."""
        return Seeded(*self._made_of)

    def people(self) -> Iterator[Person]:
        """Tell who is behind every record so far."""
        return iter(tuple(self._story.people))

    def left(self) -> dict[str, datetime]:
        """Tell who left so far, and when: what a score of health ought to foresee."""
        return dict(self._life.left)

    def _mood(self, seed: int, human: Human) -> Mood:
        first, last = (BEGIN + timedelta(days=days) for days in (FIRST_DAY, DAYS + 60))
        return make_mood(seed, human.serial, self._story.at, first, last)

    def _found(self) -> None:
        self._support.hire()
        self._marketing.print_lists()
        for _ in range(SHELF):
            self._shop.list_product()
        tell_oddities(self._story)
        self._life.arrive()
        self._sales.begin(DAYS)

    def _plan(self, day: int) -> None:
        midnight = self._story.at
        for habit in self._habits:
            for _ in range(habit.times(day)):
                seconds = int(self._story.rng.random() * DAY.total_seconds())
                self._story.put(midnight + OPENING + timedelta(seconds=seconds), habit.action)
        if day >= DAYS:
            self._marketing.known_source = max(0.2, self._marketing.known_source - 0.02)
        self._story.put(midnight + timedelta(days=1), partial(self._plan, day + 1))

    def _all_habits(self, people: int, orders: int) -> list[Habit]:
        shop, billing, support = self._shop, self._billing, self._support
        marketing, life = self._marketing, self._life
        charged = 0.6 * min(1.0, people * ORDERS_EACH / orders)
        return [
            Habit(life.arrive, people - 1, people * 0.005 + 1),
            Habit(life.change, people * 0.25, people * 0.01 + 1),
            Habit(life.forget, people * 0.01, people * 0.002 + 0.5),
            Habit(partial(shop.order, charged), orders, orders * 0.01 + 1),
            Habit(shop.touch_order, people * 0.1, people * 0.01 + 1),
            Habit(shop.list_product, 40, 0.5),
            Habit(shop.touch_product, 30, 2),
            Habit(shop.join_again, people * 0.05, people * 0.002 + 0.5),
            Habit(shop.merge, people * 0.02, people * 0.002 + 0.5),
            Habit(billing.subscribe, people * 0.25, people * 0.003 + 0.5),
            Habit(billing.touch_subscription, people * 0.1, people * 0.003 + 0.5),
            Habit(support.ask, people * 1.4, people * 0.015 + 1),
            Habit(support.join_again, people * 0.04, people * 0.002 + 0.5),
            Habit(support.merge, people * 0.02, people * 0.002 + 0.5),
            Habit(marketing.join_again, people * 0.04, people * 0.002 + 0.5),
            Habit(marketing.merge, people * 0.02, people * 0.002 + 0.5),
            Habit(marketing.promote, people * 0.3, people * 0.005 + 1),
            Habit(marketing.archive, people * 0.05, people * 0.003 + 0.5),
            Habit(marketing.touch_company, people * 0.02, people * 0.001 + 0.5),
            Habit(marketing.deal, people * 0.3, people * 0.004 + 0.5),
            Habit(marketing.subscribe, people * 1.2, people * 0.01 + 1),
            Habit(marketing.mail, people * 3, people * 0.03 + 1),
        ]
