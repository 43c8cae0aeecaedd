"""A block of people: who lives with whom, works where, was born, married, moved; all drawn at once.

A block is made from the seed and its number alone, so a million people need no more memory than
two thousand households. Shares, of people unless said otherwise:

    registered people of a household   1: 70 %, 2: 20 %, 3: 6.5 %, 4: 3.5 %
    twins                              of households of four 12 %: same birthday, other given name
    father and son of one name         of households of three or more 10 %
    namesakes in one city              2 %: the name and the city of somebody else of their country
    another family name at home        22 % of second adults; 5 % of women have an earlier one
    moved house                        12 %; a new mobile number 10 %, a third of these recycled:
                                       somebody else of the country has the old one now
    at work somewhere                  38 %, most of them in few firms
    a second private mailbox           12 %; a mailbox of the whole family 10 % of households
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from benchmarks.identity.countries import COUNTRIES
from benchmarks.identity.firms import Firms, hire
from benchmarks.identity.pools import POSTCODES, Numbers, Strings, pools, strings, where
from benchmarks.identity.telephones import CHANGED, telephone

HOUSEHOLDS = 2_000
"""Of a block."""
PEOPLE = 4_096
"""More than a block ever has."""
SIZES = (0.70, 0.20, 0.065, 0.035)
YEAR = 365.25
TODAY = 20_458
"""2026-01-05, in days since 1970."""
HANDLES = ("sunny", "tiger", "blue", "nova", "pixel", "luna", "rocky", "zen", "maple", "ghost")


@dataclass(frozen=True, slots=True)
class Homes:
    """Addresses: ``city`` and ``street`` into the pools."""

    city: Numbers
    street: Numbers
    number: Numbers
    unit: Numbers
    postcode: Strings

    def of(self, who: Numbers) -> Homes:
        """Return those of some."""
        return Homes(
            self.city[who], self.street[who], self.number[who], self.unit[who], self.postcode[who]
        )


@dataclass(frozen=True, slots=True)
class People:
    """A block of people, one place an array. Names are numbers into the pools; -1 is none.

    ``moved``: has lived in ``before``. ``junior``: a son with his father's name; ``senior`` the
    father. ``landline``, ``family_mail`` and ``home`` are the household's.
    """

    block: int
    household: Numbers
    country: Numbers
    man: np.ndarray
    first: Numbers
    last: Numbers
    maiden: Numbers
    patronymic: Numbers
    born: Numbers
    junior: np.ndarray
    senior: np.ndarray
    home: Homes
    before: Homes
    moved: np.ndarray
    landline: Strings
    mobile: Strings
    old_mobile: Strings
    mail: Strings
    second_mail: Strings
    family_mail: Strings
    firm: Numbers
    firms: Firms
    work_mail: Strings
    serial: Numbers

    def __len__(self) -> int:
        """Tell how many."""
        return len(self.country)


@cache
def _shares() -> np.ndarray:
    shares = np.array([country.share for country in COUNTRIES], dtype=float)
    return np.asarray(shares / shares.sum())


def people(seed: int, block: int) -> People:
    """Make a block of people."""
    rng = np.random.default_rng([seed, block])
    size = rng.choice(len(SIZES), HOUSEHOLDS, p=SIZES) + 1
    household = np.repeat(np.arange(HOUSEHOLDS), size)
    place = np.arange(len(household)) - np.repeat(np.cumsum(size) - size, size)
    lands = rng.choice(len(COUNTRIES), HOUSEHOLDS, p=_shares())
    many, country = len(household), lands[household]
    homes = _homes(rng, lands)
    home, before = homes.of(household), _homes(rng, country)
    man = rng.random(many) < 0.5
    born = _born(rng, place)
    first, last = _named(rng, country, man), _surnamed(rng, lands, household, place)
    patronymic = np.where(_in("RU")[country], rng.integers(0, 1 << 30, many), -1)
    sons = _sons(rng, place, size[household])
    _call_after_fathers(rng, sons, country, (man, first, last), born)
    _twins(rng, place, size[household], born)
    home = _namesakes(rng, country, man, (first, last), home, {*sons, *(sons - 2)})
    maiden = np.where(~man & (rng.random(many) < 0.05), _named_last(rng, country), -1)
    serial = block * PEOPLE + np.arange(many)
    mobile, old_mobile = _mobiles(rng, country, serial)
    stem = _stems(rng, country, first, last)
    mail, second = _mailboxes(rng, country, stem, born, block)
    firm, firms = hire(rng, country, born < TODAY - 19 * YEAR, block)
    landlines = telephone(lands, block * HOUSEHOLDS + np.arange(HOUSEHOLDS), "landlines")
    return People(
        block=block,
        household=household,
        country=country,
        man=man,
        first=first,
        last=last,
        maiden=maiden,
        patronymic=patronymic,
        born=born,
        junior=np.isin(np.arange(many), sons),
        senior=np.isin(np.arange(many), sons - 2),
        home=home,
        before=before,
        moved=rng.random(many) < 0.12,
        landline=where(rng.random(HOUSEHOLDS) < 0.5, landlines)[household],
        mobile=mobile,
        old_mobile=old_mobile,
        mail=mail,
        second_mail=where(rng.random(many) < 0.12, second),
        family_mail=_family_mail(rng, lands, household, place, last, block),
        firm=firm,
        firms=firms,
        work_mail=_work_mail(stem, firm, firms),
        serial=serial,
    )


def _in(*codes: str) -> np.ndarray:
    return np.array([country.code in codes for country in COUNTRIES])


def _homes(rng: np.random.Generator, country: Numbers) -> Homes:
    pool, many = pools(), len(country)
    city = pool.cities.pick(country, rng.random(many), 1.7)
    street = pool.streets.pick(country, rng.random(many), 1.0)
    return Homes(
        city=city,
        street=street,
        number=rng.integers(1, 190, many),
        unit=np.where(rng.random(many) < 0.3, rng.integers(1, 60, many), 0),
        postcode=pool.postcodes[city * POSTCODES + street % POSTCODES],
    )


def _born(rng: np.random.Generator, place: Numbers) -> Numbers:
    age = np.where(place < 2, rng.uniform(22, 82, len(place)), rng.uniform(15, 30, len(place)))
    return np.asarray((TODAY - age * YEAR).astype(np.int64))


def _named(rng: np.random.Generator, country: Numbers, man: np.ndarray) -> Numbers:
    pool, chance = pools(), rng.random(len(country))
    return np.where(man, pool.men.pick(country, chance, 1.6), pool.women.pick(country, chance, 1.6))


def _named_last(rng: np.random.Generator, country: Numbers) -> Numbers:
    return pools().last.pick(country, rng.random(len(country)), 1.5)


def _surnamed(
    rng: np.random.Generator, lands: Numbers, household: Numbers, place: Numbers
) -> Numbers:
    shared, own = _named_last(rng, lands)[household], _named_last(rng, lands[household])
    alone = (place == 1) & (rng.random(len(place)) < 0.22)
    return np.where(alone, own, shared)


def _sons(rng: np.random.Generator, place: Numbers, size: Numbers) -> Numbers:
    """Choose who is called as his father, who is two places before him."""
    return np.flatnonzero((place == 2) & (size > 2) & (rng.random(len(place)) < 0.10))


def _call_after_fathers(
    rng: np.random.Generator,
    sons: Numbers,
    country: Numbers,
    named: tuple[np.ndarray, Numbers, Numbers],
    born: Numbers,
) -> None:
    fathers, (man, first, last) = sons - 2, named
    man[sons], man[fathers] = True, True
    first[fathers] = pools().men.pick(country[fathers], rng.random(len(sons)), 1.6)
    first[sons], last[sons] = first[fathers], last[fathers]
    born[fathers] = born[sons] - (rng.uniform(22, 40, len(sons)) * YEAR).astype(np.int64)


def _twins(rng: np.random.Generator, place: Numbers, size: Numbers, born: Numbers) -> None:
    second = np.flatnonzero((place == 3) & (size > 3) & (rng.random(len(place)) < 0.12))
    born[second] = born[second - 1]


def _namesakes(
    rng: np.random.Generator,
    country: Numbers,
    man: np.ndarray,
    names: tuple[Numbers, Numbers],
    home: Homes,
    spared: set[int],
) -> Homes:
    """Let some be called as somebody else of their country, and live in the same city."""
    city, postcode = home.city.copy(), home.postcode.copy()
    for land in range(len(COUNTRIES)):
        there = np.flatnonzero(country == land)
        doubles = there[rng.random(len(there)) < 0.02]
        doubles = doubles[[int(who) not in spared for who in doubles]]
        models = rng.permutation(there)[: len(doubles)]
        for array in (man, *names, city, postcode):
            array[doubles] = array[models]
    return Homes(city, home.street, home.number, home.unit, postcode)


def _mobiles(
    rng: np.random.Generator, country: Numbers, serial: Numbers
) -> tuple[Strings, Strings]:
    """Give the number of now and, of those who changed it, the one before."""
    mobile, changed = telephone(country, serial, "mobiles"), rng.random(len(country)) < 0.10
    others = telephone(country, CHANGED + serial // 2, "mobiles")
    old = where(changed & (serial % 2 == 0), others)
    givers = np.flatnonzero(changed & (serial % 2 == 0) & (rng.random(len(serial)) < 0.66))
    takers = rng.permutation(len(country))
    for land in range(len(COUNTRIES)):
        gave, took = givers[country[givers] == land], takers[country[takers] == land]
        few = min(len(gave), len(took))
        mobile[took[:few]] = old[gave[:few]]
    return mobile, old


def _stems(rng: np.random.Generator, country: Numbers, first: Numbers, last: Numbers) -> Strings:
    """Give what people make mail addresses of."""
    pool = pools()
    given = pool.men.plain[first]
    family = pool.last.plain[last]
    initial = strings(name[:1] for name in given)
    handle = strings(HANDLES)
    a, b = (handle[rng.integers(0, len(HANDLES), len(country))] for _ in range(2))
    forms = np.stack(
        [given + "." + family, initial + family, given + "_" + family, family + "." + given, a + b]
    )
    chosen = rng.choice(5, len(country), p=(0.5, 0.18, 0.1, 0.08, 0.14))
    return np.asarray(forms[chosen, np.arange(len(country))])


def _mailboxes(
    rng: np.random.Generator, country: Numbers, stem: Strings, born: Numbers, block: int
) -> tuple[Strings, Strings]:
    """Give two private mailboxes; no two people share one, with or without dots."""
    year = np.where(rng.random(len(stem)) < 0.5, (1970 + born / YEAR).astype(int) % 100, -1)
    seen: set[str] = set()
    boxes = []
    for gmail in (0.45, 0.7):
        own = rng.random(len(stem)) >= gmail
        pick = rng.integers(0, 12, len(stem))
        boxes.append(
            strings(
                _unused(
                    f"{local}{'' if y < 0 else y}{suffix(block)}",
                    _provider(int(land), int(n)) if elsewhere else "gmail.com",
                    seen,
                )
                for local, y, land, n, elsewhere in zip(stem, year, country, pick, own, strict=True)
            )
        )
    return boxes[0], boxes[1]


def _provider(land: int, number: int) -> str:
    mail = COUNTRIES[land].mail
    return mail[number % len(mail)]


def suffix(block: int) -> str:
    """Give the digits by which mailboxes of one block differ from those of all others."""
    return f"{block * 617 % 1000:03}" if block < 1000 else str(block)


def _unused(local: str, domain: str, seen: set[str]) -> str:
    bare = local.replace(".", "").replace("_", "")
    while f"{bare}@{domain}" in seen:
        local, bare = "x" + local, "x" + bare
    seen.add(f"{bare}@{domain}")
    return f"{local}@{domain}"


def _family_mail(
    rng: np.random.Generator,
    lands: Numbers,
    household: Numbers,
    place: Numbers,
    last: Numbers,
    block: int,
) -> Strings:
    has = rng.random(HOUSEHOLDS) < 0.10
    names = pools().last.plain[last[place == 0]]
    boxes = strings(
        f"family.{name}{number}-{suffix(block)}@{_provider(int(land), 0)}" if some else None
        for number, (name, land, some) in enumerate(zip(names, lands, has, strict=True))
    )
    return np.asarray(boxes[household])


def _work_mail(stem: Strings, firm: Numbers, firms: Firms) -> Strings:
    seen: set[str] = set()
    return strings(
        None if at < 0 else _unused(local, firms.domain[at], seen)
        for local, at in zip(stem, firm, strict=True)
    )
