"""The teller: chance, time, what was told and who is behind it."""

import heapq
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from sandbox.happenings import Happening
from sandbox.world.base import Person
from sandbox.world.firm import Firm
from sandbox.world.human import Human

T = TypeVar("T")
Action = Callable[[], None]


class Story:
    """Shared by all that happens in a seeded world.

    ``at`` is the moment being told, ``agenda`` what is to come. Chance has one source, drawn from
    in order of time, so the same seed tells the same story however often it is paused.
    """

    def __init__(self, seed: int, begin: datetime) -> None:
        self.rng = Random(f"daybreak:{seed}")  # noqa: S311 - a story, not a secret
        self.at = begin
        self.told: list[Happening] = []
        self.people: list[Person] = []
        self.humans: list[Human] = []
        self.firms: list[Firm] = []
        self._agenda: list[tuple[datetime, int, Action]] = []
        self._order = 0
        self._keys: Counter[str] = Counter()

    def tell(self, happening: Happening) -> None:
        """Say what happens at this moment."""
        self.told.append(happening)

    def key(self, kind: str) -> str:
        """Give the next neutral key of a kind: customer-1, customer-2, ..."""
        self._keys[kind] += 1
        return f"{kind}-{self._keys[kind]}"

    def know(
        self, system: str, kind: str, key: str, human: Human | None, firm: Firm | None = None
    ) -> None:
        """Keep aside who is behind a record."""
        company = firm or (human.firm if human else None)
        person = human.id if human else None
        self.people.append(Person(system, kind, key, person, company.id if company else None))

    def chance(self, share: float) -> bool:
        """Throw a coin that falls this way this often."""
        return self.rng.random() < share

    def one_of(self, things: list[T]) -> T | None:
        """Pick one, or nothing from nothing."""
        return things[self.rng.randrange(len(things))] if things else None

    def somebody(self, crowd: list[Human], attribute: str = "id") -> Human | None:
        """Pick somebody who is still there and has ``attribute``, in a few tries."""
        for _ in range(8):
            human = self.one_of(crowd)
            if human and not human.gone and not human.left and getattr(human, attribute):
                return human
        return None

    def later(self, low: float, high: float, action: Action) -> None:
        """Have something happen between ``low`` and ``high`` days from now."""
        wait = timedelta(seconds=int(self.rng.uniform(low, high) * 86_400) + 1)
        self.put(self.at + wait, action)

    def put(self, at: datetime, action: Action) -> None:
        """Have something happen at a moment."""
        self._order += 1
        heapq.heappush(self._agenda, (at, self._order, action))

    def next(self, before: datetime) -> bool:
        """Let the next thing happen if its time is before that; False when it is not."""
        if not self._agenda or self._agenda[0][0] >= before:
            return False
        self.at, _, action = heapq.heappop(self._agenda)
        action()
        return True
