"""What each system keeps of a person: seven ways to be written down, with the systems' own habits.

Shares, of people: a shop account 50 % (a second one 5 %), guest checkouts 30 %, billing 30 %,
support 25 %, a CRM contact 12 % (50 % of those at work; a leftover of a merge 6 % of contacts), a
CRM lead 12 % (25 %), the mail list 35 %; whoever has none of it checks out as a guest. One in a
thousand is the same record eight to forty times over.

Shares, of records: a shared mailbox of the family 35 % where there is one, the mailbox of somebody
else at home 2 %, a role mailbox 7 % where there is an employer, a switchboard 45 % of contacts;
junk mail 1 %, junk phones 1.2 %. ``ext_id`` is the shop's customer number in the shop, billing and
support, the CRM's own number in the CRM: numbers of one range, so that the two collide.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from benchmarks.identity import writing
from benchmarks.identity.countries import COUNTRIES, Country
from benchmarks.identity.people import TODAY, Homes, People
from benchmarks.identity.pools import Names, pools

JUNK_MAILS = ("test@test.com", "n/a", "none@none.com", "noemail@noemail.com", "a@a.com", "unknown")
JUNK_PHONES = ("0000000000", "1234567890", "n/a", "9999999999", "+10000000000", "00000")
JUNK_DAYS = ("1900-01-01", "1970-01-01", "0000-00-00")
JOBS = ("Buyer", "Owner", "Office Manager", "Head of IT", "CEO", "Einkauf", "Gerente", None)
SUFFIXED = {"US", "GB", "MX", "BR"}
"""Where sons of one name with their fathers say so."""
NUMBERS = 100_000
"""Customer numbers of the shop start here, and so do those of the CRM."""
CRM_SPREAD = 7_919
FIRST_DAY = date(1930, 1, 1)
DATES = tuple((FIRST_DAY + timedelta(days)).isoformat() for days in range(40_000))
EPOCH = (date(1970, 1, 1) - FIRST_DAY).days


@dataclass(frozen=True, slots=True)
class Record:
    """A record as its system keeps it, and the truth: ``entity`` and ``household``."""

    source: str
    entity: str
    household: str | None = None
    ext_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    full_name: str | None = None
    email: str | None = None
    phone: str | None = None
    dob: str | None = None
    street: str | None = None
    city: str | None = None
    state: str | None = None
    postcode: str | None = None
    country: str | None = None
    company: str | None = None
    job_title: str | None = None
    updated_at: str | None = None


class Systems:
    """The systems that know a block of people."""

    def __init__(self, people: People, rng: Random) -> None:
        self._people, self._rng, self._pools = people, rng, pools()

    def records(self) -> Iterator[Record]:
        """Tell all that any system keeps, person by person."""
        for who in range(len(self._people)):
            yield from self._of(who)

    def _of(self, who: int) -> Iterator[Record]:
        chance, working = self._rng.random, self._people.firm[who] >= 0
        shopper, nowhere = chance() < 0.5, True
        number = str(NUMBERS + int(self._people.serial[who])) if shopper else None
        wishes = (
            (self._shop, shopper),
            (self._shop, shopper and chance() < 0.05),
            (self._billing, chance() < 0.3),
            (self._support, chance() < 0.25),
            (self._contact, chance() < (0.5 if working else 0.12)),
            (self._lead, chance() < (0.25 if working else 0.12)),
            (self._listed, chance() < 0.35),
        )
        for system, wanted in wishes:
            if wanted:
                nowhere = False
                yield from system(who, number)
        while nowhere or chance() < 0.23:
            nowhere = False
            yield from self._guest(who)

    def _shop(self, who: int, number: str | None) -> Iterator[Record]:
        first, last, _ = self._name(who)
        yield self._placed(
            who,
            Record(
                source="shop",
                **self._truth(who),
                ext_id=number,
                first_name=first,
                last_name=last,
                email=self._private(who),
                phone=self._phone(who, 0.6),
                dob=self._birthday(who, 0.25),
            ),
            0.75,
        )

    def _guest(self, who: int) -> Iterator[Record]:
        first, last, whole = self._name(who)
        split = self._rng.random() < 0.6
        record = self._placed(
            who,
            Record(
                source="checkout",
                **self._truth(who),
                first_name=first if split else None,
                last_name=last if split else None,
                full_name=None if split else whole,
                email=self._private(who) if self._rng.random() < 0.55 else None,
                phone=self._phone(who, 0.4),
            ),
            0.97,
        )
        yield record
        if self._rng.random() < 0.001 or self._people.serial[who] == 0:
            for _ in range(self._rng.randint(8, 40)):
                yield record

    def _billing(self, who: int, number: str | None) -> Iterator[Record]:
        record = Record(
            source="billing",
            **self._truth(who),
            ext_id=number if self._rng.random() < 0.65 else None,
            full_name=self._name(who)[2],
            email=self._at_work(who, 0.15),
            phone=self._phone(who, 0.3),
            dob=self._birthday(who, 0.08),
            company=self._company(who, 0.3),
        )
        yield self._placed(who, record, 0.65)

    def _support(self, who: int, number: str | None) -> Iterator[Record]:
        by_phone = self._rng.random() < 0.2
        yield Record(
            source="support",
            **self._truth(who),
            ext_id=number if self._rng.random() < 0.3 else None,
            full_name=self._name(who)[2] if self._rng.random() < 0.9 else None,
            email=None if by_phone else self._at_work(who, 0.2),
            phone=self._phone(who, 1.0 if by_phone else 0.25),
            country=self._country_name(who, 0.3),
            updated_at=self._when(old=False),
        )

    def _contact(self, who: int, _number: str | None) -> Iterator[Record]:
        first, last, _ = self._name(who)
        record = Record(
            source="crm",
            **self._truth(who),
            ext_id=str(NUMBERS + int(self._people.serial[who]) * CRM_SPREAD % 3_000_000),
            first_name=first,
            last_name=last,
            email=self._at_work(who, 0.75),
            phone=self._desk_phone(who, 0.45),
            dob=self._birthday(who, 0.1),
            company=self._company(who, 0.9),
            job_title=self._rng.choice(JOBS) if self._people.firm[who] >= 0 else None,
        )
        yield self._placed(who, record, 0.3)
        if self._rng.random() < 0.06:
            first, last, _ = self._name(who)
            yield replace(
                record,
                first_name=first,
                last_name=last,
                email=self._private(who) if self._rng.random() < 0.5 else None,
                phone=self._phone(who, 0.4),
                updated_at=self._when(old=True),
            )

    def _lead(self, who: int, _number: str | None) -> Iterator[Record]:
        yield Record(
            source="leads",
            **self._truth(who),
            full_name=self._name(who)[2],
            email=self._at_work(who, 0.7),
            phone=self._desk_phone(who, 0.3),
            country=self._country_name(who, 0.6),
            company=self._company(who, 0.85),
            job_title=self._rng.choice(JOBS) if self._people.firm[who] >= 0 else None,
            updated_at=self._when(old=False),
        )

    def _listed(self, who: int, _number: str | None) -> Iterator[Record]:
        named = self._rng.random() < 0.3
        yield Record(
            source="newsletter",
            **self._truth(who),
            first_name=self._name(who)[0] if named else None,
            email=writing.mail(self._rng, self._own_mail(who)),
            updated_at=self._when(old=False),
        )

    def _truth(self, who: int) -> dict[str, str]:
        block = self._people.block
        return {"entity": f"p{block}-{who}", "household": f"h{block}-{self._people.household[who]}"}

    def _land(self, who: int) -> Country:
        return COUNTRIES[self._people.country[who]]

    def _name(self, who: int) -> tuple[str, str, str]:
        """Write the name, given and family name in the same letters: first, last, whole."""
        people, rng, chance = self._people, self._rng, self._rng.random()
        letters = "own" if chance < 0.72 else "latin" if chance < 0.9 else "other"
        family = int(people.last[who])
        if people.maiden[who] >= 0 and rng.random() < 0.35:
            family = int(people.maiden[who])
        lasts: Names = self._pools.last if people.man[who] else self._pools.last_of_women
        first: str = getattr(self._pools.men, letters)[people.first[who]]
        last: str = getattr(lasts, letters)[family]
        country = self._land(who)
        first, last = writing.given(rng, first), writing.family(rng, last, country)
        if country.code in SUFFIXED and rng.random() < 0.3:
            last += " Jr." if people.junior[who] else " Sr." if people.senior[who] else ""
        patronymic = ""
        if people.patronymic[who] >= 0 and people.man[who] and letters == "own":
            known = self._pools.patronymics
            patronymic = known[people.patronymic[who] % len(known)]
        return first, last, writing.whole(rng, first, last, patronymic, country)

    def _own_mail(self, who: int) -> str:
        people = self._people
        second = people.second_mail[who]
        return str(second if second and self._rng.random() < 0.3 else people.mail[who])

    def _private(self, who: int) -> str:
        """Give the mailbox somebody shops with: mostly an own one."""
        people, chance = self._people, self._rng.random()
        if chance < 0.01:
            return self._rng.choice(JUNK_MAILS)
        neighbour = who - 1
        if chance < 0.03 and who and people.household[neighbour] == people.household[who]:
            return writing.mail(self._rng, people.mail[neighbour])
        if people.family_mail[who] and chance < 0.38:
            return str(people.family_mail[who])
        return writing.mail(self._rng, self._own_mail(who))

    def _at_work(self, who: int, share: float) -> str | None:
        """Give the mailbox at work for a share of those who have one, else the private one."""
        people, chance = self._people, self._rng.random()
        firm = int(people.firm[who])
        if firm >= 0 and chance < 0.07:
            return str(people.firms.role[firm])
        if firm >= 0 and chance < 0.07 + share:
            return writing.mail(self._rng, people.work_mail[who])
        return self._private(who)

    def _phone(self, who: int, share: float) -> str | None:
        people, rng = self._people, self._rng
        if rng.random() >= share:
            return None
        chance = rng.random()
        if chance < 0.012:
            return rng.choice(JUNK_PHONES)
        number = people.mobile[who]
        if people.landline[who] and chance < 0.3:
            number = people.landline[who]
        elif people.old_mobile[who] and chance > 0.65:
            number = people.old_mobile[who]
        return writing.phone(rng, number, self._land(who))

    def _desk_phone(self, who: int, share: float) -> str | None:
        firm = int(self._people.firm[who])
        if firm >= 0 and self._rng.random() < share:
            number = self._people.firms.phone[firm]
            return writing.phone(self._rng, number, self._land(who))
        return self._phone(who, 0.5)

    def _birthday(self, who: int, share: float) -> str | None:
        """Write the day of birth; the first of some year, day and month changed, or only a year."""
        if self._rng.random() >= share:
            return None
        day, chance = date_of(int(self._people.born[who])), self._rng.random()
        if chance < 0.02:
            return self._rng.choice(JUNK_DAYS)
        if chance < 0.04:
            return f"{day[:4]}-{day[8:]}-{day[5:7]}"
        if chance < 0.07:
            return day[:4] if chance < 0.055 else day[:7]
        return day

    def _company(self, who: int, share: float) -> str | None:
        firm, firms = int(self._people.firm[who]), self._people.firms
        if firm < 0 or self._rng.random() >= share:
            return None
        return writing.company(self._rng, firms.name[firm], firms.form[firm])

    def _country_name(self, who: int, share: float) -> str | None:
        if self._rng.random() >= share:
            return None
        return writing.country_name(self._rng, self._land(who))

    def _placed(self, who: int, record: Record, share: float) -> Record:
        """Write the address into a share of records, older ones with where somebody lived then."""
        people, rng = self._people, self._rng
        old = bool(people.moved[who]) and rng.random() < 0.35
        record = replace(record, updated_at=self._when(old=old))
        if rng.random() >= share:
            return record
        homes: Homes = people.before if old else people.home
        country, pool, latin = self._land(who), self._pools, rng.random() < 0.25
        city, road = int(homes.city[who]), int(homes.street[who])
        streets, cities = pool.streets, pool.cities
        return replace(
            record,
            street=writing.street(
                rng,
                (streets.latin if latin else streets.own)[road],
                int(homes.number[who]),
                int(homes.unit[who]),
                country,
            ),
            city=(cities.latin if latin else cities.own)[city],
            state=writing.region(rng, pool.regions[city]),
            postcode=writing.postcode(rng, homes.postcode[who]) if rng.random() < 0.93 else None,
            country=writing.country_name(rng, country),
        )

    def _when(self, *, old: bool) -> str:
        first, last = (TODAY - 1_500, TODAY - 700) if old else (TODAY - 700, TODAY)
        return f"{date_of(self._rng.randrange(first, last))}T{self._rng.randrange(10, 23)}:00:00Z"


def date_of(day: int) -> str:
    """Give the date of so many days after 1970."""
    return DATES[day + EPOCH]
