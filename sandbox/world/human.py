"""One of the cast, and all the ways in which the same human gets written down."""

import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from sandbox.happenings import Address
from sandbox.world.births import born
from sandbox.world.firm import Firm
from sandbox.world.locales import LOCALES, NICKNAMES, Locale
from sandbox.world.moods import Mood

PLAIN_LETTERS = str.maketrans(
    {"ß": "ss", "ł": "l", "Ł": "L", "ı": "i", "đ": "d", "Đ": "D", "ø": "o"}
)
SOUND = 1_299_709  # a prime: serial numbers become phone numbers that look unrelated
GMAIL = "gmail.com"


@dataclass(slots=True)
class Human:
    """Who somebody really is. ``first`` and ``last`` are in their own script.

    ``customer``, ``payer``, ``user`` and ``contact`` are the keys of the records that stand for
    this human now, one a system; ``subscription`` is the key of a running one.
    ``gone`` is forgotten everywhere, ``left`` comes no more; ``mood`` is None in worlds without.
    ``spare`` holds the keys of second records by kind, "" once they were merged away.
    """

    id: str
    serial: int
    locale: Locale
    first: str
    last: str
    latin: tuple[str, str]
    email: str
    phone: str
    address: Address
    firm: Firm | None = None
    work_email: str = ""
    job: str = ""
    born: date | None = None
    shops: str = ""
    gone: bool = False
    left: bool = False
    mood: Mood | None = None
    customer: str | None = None
    payer: str | None = None
    user: str | None = None
    contact: str | None = None
    subscription: str | None = None
    spare: dict[str, str] = field(default_factory=dict)

    def balks(self, at: datetime, share: float) -> bool:
        """Throw a coin in bad times; it never falls where people have no moods."""
        return self.mood is not None and self.mood.balks(at, share)


def make_human(rng: Random, serial: int, firm: Firm | None, kin: Human | None) -> Human:
    """Make somebody; ``kin`` lends surname, home and the phone in the hall to a relative."""
    locale = kin.locale if kin else firm.locale if firm else LOCALES[rng.randrange(len(LOCALES))]
    first, latin_first = split(_given_name(rng, locale, kin))
    last, latin_last = (kin.last, kin.latin[1]) if kin else split(rng.choice(locale.last))
    latin = (plain(latin_first), plain(latin_last))
    dotted = f"{latin[0]}.{latin[1]}".lower().replace(" ", "").replace("'", "")
    domain = GMAIL if rng.random() < 0.25 else locale.mail
    return Human(
        id=f"person-{serial}",
        serial=serial,
        locale=locale,
        first=first,
        last=last,
        latin=latin,
        email=f"{dotted}.{serial}@{domain}",
        phone=kin.phone if kin else phone(locale, serial),
        address=kin.address if kin else address(rng, locale),
        firm=firm,
        work_email=f"{dotted}{serial}@{firm.domain}" if firm else "",
        job=rng.choice(("Buyer", "Owner", "Office Manager", "Head of IT", "")) if firm else "",
        born=born(serial),
    )


def _given_name(rng: Random, locale: Locale, kin: Human | None) -> str:
    """Draw a given name; whoever lives with a namesake would be told from them by nobody."""
    number = rng.randrange(len(locale.first))
    if kin and split(locale.first[number])[0] == kin.first:
        number += 1
    return locale.first[number % len(locale.first)]


def split(name: str) -> tuple[str, str]:
    """Give a name in its own script and in Latin letters."""
    own, bar, latin = name.partition("|")
    return own, latin if bar else own


def plain(name: str) -> str:
    """Give a Latin name without accents."""
    base = unicodedata.normalize("NFKD", name.translate(PLAIN_LETTERS))
    return "".join(letter for letter in base if not unicodedata.combining(letter))


def phone(locale: Locale, serial: int) -> str:
    """Give a mobile number in E.164, a different one for each serial as far as digits go."""
    places = locale.phone.count("#")
    digits = iter(str(serial * SOUND % 10**places).zfill(places))
    return f"+{locale.calling}" + "".join(next(digits) if c == "#" else c for c in locale.phone)


def address(rng: Random, locale: Locale) -> Address:
    """Give an address of a country."""
    city, region, postcode = rng.choice(locale.places).split("|")
    line1 = f"{locale.street} {rng.randint(1, 180)}"
    line2 = f"#{rng.randint(1, 40)}" if rng.random() < 0.2 else ""
    return Address(line1, line2, city, region, postcode, locale.country)


def as_name(rng: Random, human: Human) -> tuple[str, str]:
    """Write the name as somebody might: mostly right, else short, shouted, mistyped, plain."""
    first, last, chance = human.first, human.last, rng.random()
    if chance < 0.70:
        return first, last
    return rng.choice(
        (
            (NICKNAMES.get(first, NICKNAMES.get(human.latin[0], first)), last),
            (NICKNAMES.get(first, first), last),
            human.latin,
            human.latin,
            (first, mistyped(rng, last)),
            (first.upper(), last.upper()),
            (f" {first}", f"{last}  "),
            (f"{first[:1]}.", last),
            ("", last),
        )
    )


def as_email(rng: Random, address: str) -> str:
    """Write an address as somebody might: other case, a plus tag, Gmail dots put elsewhere."""
    local, _, domain = address.partition("@")
    chance = rng.random()
    if chance < 0.75:
        return address
    if chance < 0.85:
        return address.title() if chance < 0.80 else address.upper()
    if domain == GMAIL:
        return f"{local}+shop@{domain}" if chance < 0.92 else f"{local.replace('.', '')}@{domain}"
    return f" {address}" if chance < 0.88 else address


def as_phone(rng: Random, human: Human) -> str:
    """Write the number as somebody might: E.164, with 00, national, with spaces, not at all."""
    code, number = human.locale.calling, human.phone.removeprefix(f"+{human.locale.calling}")
    chance = rng.random()
    if chance < 0.15:
        return ""
    if chance < 0.55:
        return human.phone
    if chance < 0.65:
        return f"00{code}{number}"
    if chance < 0.80:
        return f"{human.locale.trunk}{number}"
    return f"+{code} {number[:3]} {number[3:6]} {number[6:]}"


def mistyped(rng: Random, word: str) -> str:
    """Swap, drop or double a letter."""
    if len(word) < 3:
        return word
    spot = rng.randrange(1, len(word) - 1)
    swapped = word[:spot] + word[spot + 1] + word[spot] + word[spot + 2 :]
    dropped = word[:spot] + word[spot + 1 :]
    doubled = word[:spot] + word[spot] + word[spot:]
    return rng.choice((swapped, dropped, doubled))
