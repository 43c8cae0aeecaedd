"""Records behind which nobody in particular stands, and tills where everybody has one mailbox.

In every block: role mailboxes on the mail list (30 % of firms, one record each); a till of one shop
(every other block and the first: 60 to 300 records); the tills of a chain, which share one mailbox
in the whole world (0.2 % of records); test records (0.3 %); records that are empty (0.02 %). At a
till, one in ten is called "Walk-in Customer" and the like, and one in seven is somebody of the
block who leaves a phone number.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import numpy as np

from benchmarks.identity import writing
from benchmarks.identity.countries import COUNTRIES
from benchmarks.identity.people import People, suffix
from benchmarks.identity.pools import pools
from benchmarks.identity.systems import JUNK_MAILS, JUNK_PHONES, Record

CHAIN = "kasse@warenhaus-union.com"
WALK_INS = ("Walk-in Customer", "Guest Guest", "Laufkunde", "Cliente Mostrador", "Cash Customer")
TESTS = (("Test", "Test"), ("test", "order"), ("asdf", "asdf"), ("n/a", "n/a"), ("X", "X"))
SEEN = "2025-06-01T12:00:00Z"


class Traps:
    """The traps of a block."""

    def __init__(self, people: People, rng: Random) -> None:
        self._people, self._rng, self._count = people, rng, 0

    def records(self, people_records: int) -> Iterator[Record]:
        """Tell them, in proportion to so many records of people."""
        yield from self._role_mailboxes()
        block = self._people.block
        if block % 2 == 0:
            land = self._rng.randrange(len(COUNTRIES))
            yield from self._till(
                f"till@shop-{suffix(block)}.com", self._rng.randint(60, 300), land
            )
        yield from self._till(CHAIN, people_records // 500, 2)
        for _ in range(people_records * 3 // 1_000):
            yield self._test()
        for _ in range(1 + people_records // 5_000):
            yield Record(source="import", entity=self._nobody())

    def _role_mailboxes(self) -> Iterator[Record]:
        firms = self._people.firms
        for firm, mailbox in enumerate(firms.role):
            if self._rng.random() < 0.3:
                entity = f"m{self._people.block}-{firm}"
                name = firms.name[firm] if self._rng.random() < 0.5 else None
                yield Record(
                    source="newsletter", entity=entity, email=mailbox, company=name, updated_at=SEEN
                )

    def _till(self, mailbox: str, many: int, land: int) -> Iterator[Record]:
        rng, people = self._rng, self._people
        neighbours = np.flatnonzero(people.country == land)
        for _ in range(many):
            chance = rng.random()
            if chance < 0.1:
                yield self._at_till(mailbox, rng.choice(WALK_INS), self._nobody())
            elif chance < 0.24 and len(neighbours):
                who = int(neighbours[rng.randrange(len(neighbours))])
                yield self._neighbour(mailbox, who, land)
            else:
                yield self._at_till(mailbox, self._stranger(land), self._nobody())

    def _neighbour(self, mailbox: str, who: int, land: int) -> Record:
        people, pool = self._people, pools()
        lasts = pool.last if people.man[who] else pool.last_of_women
        name = f"{pool.men.own[people.first[who]]} {lasts.own[people.last[who]]}"
        block = people.block
        return self._at_till(
            mailbox,
            name,
            f"p{block}-{who}",
            writing.phone(self._rng, people.mobile[who], COUNTRIES[land]),
            f"h{block}-{people.household[who]}",
        )

    def _at_till(
        self,
        mailbox: str,
        name: str,
        entity: str,
        phone: str | None = None,
        household: str | None = None,
    ) -> Record:
        return Record(
            source="till",
            entity=entity,
            household=household,
            full_name=name,
            email=mailbox,
            phone=phone,
            updated_at=SEEN,
        )

    def _stranger(self, land: int) -> str:
        pool, country = pools(), np.array([land])
        given = pool.men if self._rng.random() < 0.5 else pool.women
        first = given.own[given.pick(country, np.array([self._rng.random()]), 1.6)[0]]
        last = pool.last.own[pool.last.pick(country, np.array([self._rng.random()]), 1.5)[0]]
        return f"{first} {last}"

    def _test(self) -> Record:
        first, last = self._rng.choice(TESTS)
        return Record(
            source="shop",
            entity=self._nobody(),
            first_name=first,
            last_name=last,
            email=self._rng.choice(JUNK_MAILS),
            phone=self._rng.choice(JUNK_PHONES) if self._rng.random() < 0.6 else None,
            updated_at=SEEN,
        )

    def _nobody(self) -> str:
        self._count += 1
        return f"x{self._people.block}-{self._count}"
