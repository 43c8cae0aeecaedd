"""How the same person is written down: spellings, typing errors, forms; one string at a time.

Shares, of what is written: names in their own letters 72 %, in plain Latin ones 18 %, as others
spell them 10 %; a nickname 6 %, a mistyped name 3 %, an initial 2 %, shouted or whispered 4 %; one
of two family names 35 % (Spain, Mexico); mail in capitals 4 %, with Gmail's dots out or a tag 8 %,
mistyped 1.5 %; phones in one of seven forms; addresses shortened 25 %, mistyped 2 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from benchmarks.identity.countries import Country
from benchmarks.identity.pools import SHORT

ABBREVIATIONS = (
    ("Street", "St"), ("Avenue", "Ave"), ("Road", "Rd"), ("straße", "str."), ("strasse", "str."),
    ("Calle", "C/"), ("Avenida", "Av."), ("rue", "r."), ("boulevard", "bd"), ("Via", "V."),
    ("ulica", "ul."), ("utca", "u."), ("Sokak", "Sok."), ("Drive", "Dr"), ("Lane", "Ln"),
    ("Rua", "R."), ("gatan", "g."), ("Court", "Ct"), ("Square", "Sq"),
)  # fmt: skip
NUMBER_FIRST = {"US", "GB", "FR", "IN", "SA"}
UNITS = {"US": "Apt {}", "GB": "Flat {}", "DE": "Whg. {}", "FR": "Appt {}", "RU": "кв. {}"}
UNSPACED = {"JP", "CN"}
TITLES = {
    "US": "Mr.",
    "GB": "Dr",
    "DE": "Dr.",
    "FR": "Mme",
    "IT": "Dott.",
    "ES": "D.",
    "IN": "Shri",
}


def mistyped(rng: Random, word: str) -> str:
    """Swap, drop or double a letter."""
    if len(word) < 4:
        return word
    spot, kind = rng.randrange(1, len(word) - 2), rng.random()
    if kind < 0.4:
        return word[:spot] + word[spot + 1] + word[spot] + word[spot + 2 :]
    return word[:spot] + word[spot + 1 if kind < 0.75 else spot - 1 :]


def given(rng: Random, name: str) -> str:
    """Write a given name."""
    chance = rng.random()
    if chance > 0.15:
        return name
    if chance < 0.06:
        return SHORT.get(name, name)
    if chance < 0.09:
        return mistyped(rng, name)
    if chance < 0.11:
        return f"{name[:1]}." if chance < 0.10 else name[:1]
    return name.upper() if chance < 0.13 else name.lower()


def family(rng: Random, name: str, country: Country) -> str:
    """Write a family name: one of two, its particle small or joined, a letter wrong."""
    chance = rng.random()
    if country.code in {"ES", "MX"} and chance < 0.35 and name[:1].isupper():
        return " ".join(name.split(" ")[:-1]) or name
    if " " in name and chance > 0.9:
        return name.title() if chance < 0.95 else name.replace(" ", "")
    if 0.80 < chance < 0.83:
        return mistyped(rng, name)
    return name.upper() if 0.83 < chance < 0.86 else name


def whole(rng: Random, first: str, last: str, patronymic: str, country: Country) -> str:
    """Write a full name in the order of its country, or in another."""
    chance = rng.random()
    if country.code in UNSPACED and not last.isascii():
        return last + first if chance < 0.8 else f"{last} {first}"
    if country.family_first and chance < 0.7:
        return f"{last} {first}"
    if patronymic and chance < 0.5:
        return f"{last} {first} {patronymic}" if chance < 0.3 else f"{first} {patronymic} {last}"
    if chance > 0.95:
        return f"{last}, {first}"
    title = TITLES.get(country.code, "") if chance > 0.92 else ""
    return f"{title} {first} {last}".strip()


def mail(rng: Random, address: str) -> str:
    """Write a mail address."""
    chance = rng.random()
    if chance < 0.855:
        return address
    local, _, domain = address.partition("@")
    if chance < 0.935 and domain == "gmail.com":
        return f"{local.replace('.', '')}@{domain}" if chance < 0.895 else f"{local}+shop@{domain}"
    if chance < 0.975:
        return address.upper() if chance < 0.955 else address.title()
    if chance < 0.985:
        return f" {address}"
    return f"{mistyped(rng, local)}@{domain}"


def phone(rng: Random, number: str, country: Country) -> str:
    """Write a national number in one of the forms people use."""
    code, trunk, form = country.calling, country.trunk, rng.randrange(10)
    if country.code == "US":
        area, mid, end = number[:3], number[3:6], number[6:]
        forms: Sequence[str] = (
            f"({area}) {mid}-{end}",
            f"{area}-{mid}-{end}",
            f"1-{area}-{mid}-{end}",
        )
        return f"+1{number}" if form < 5 else number if form == 5 else forms[form % 3]
    if form < 4:
        return f"+{code}{number}"
    grouped = " ".join(filter(None, (number[:3], number[3:6], number[6:])))
    return (
        f"00{code}{number}",
        f"+{code} {grouped}",
        f"+{code} ({trunk}){grouped}" if trunk else f"{code}{number}",
        f"{trunk}{number}",
        f"{trunk}{grouped}",
        f"{trunk}{number[:3]}-{number[3:]}",
    )[form - 4]


def street(rng: Random, name: str, number: int, unit: int, country: Country) -> str:
    """Write street and house number."""
    chance = rng.random()
    if chance < 0.25:
        for long, short in ABBREVIATIONS:
            name = name.replace(long, short)
    elif chance < 0.27:
        name = mistyped(rng, name)
    line = f"{number} {name}" if country.code in NUMBER_FIRST else f"{name} {number}"
    if unit and chance < 0.85:
        line += " " + UNITS.get(country.code, "#{}").format(unit)
    return line.upper() if chance > 0.97 else line


def postcode(rng: Random, code: str) -> str:
    """Write a postcode, with or without what divides it."""
    return code.replace(" ", "").replace("-", "") if rng.random() < 0.15 else code


def country_name(rng: Random, country: Country) -> str | None:
    """Write the country: its code half of the time, else as people do, or not at all."""
    chance = rng.random()
    if chance < 0.1:
        return None
    return country.spellings[0] if chance < 0.55 else rng.choice(country.spellings)


def region(rng: Random, spellings: Sequence[str]) -> str | None:
    """Write a state or province."""
    if rng.random() < 0.2:
        return None
    return rng.choice(spellings) or None


def company(rng: Random, name: str, form: str) -> str:
    """Write a company's name, with its legal form or without."""
    chance = rng.random()
    if chance < 0.5:
        return f"{name} {form}"
    if chance < 0.85:
        return name
    return name.upper() if chance < 0.93 else f"{name} {form.replace('.', '').upper()}"
