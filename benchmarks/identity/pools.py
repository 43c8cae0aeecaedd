"""Names and places of every country, drawn once from faker and then combined by number.

A name has three spellings: its own, one in plain Latin letters, and another that people use as
well (Mueller for Müller, Yuriy and Iurii). All countries lie behind one another in one array, so
that a block of people of all countries is one look-up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from anyascii import anyascii
from faker import Faker

from benchmarks.identity.countries import COUNTRIES, Country

Strings = np.ndarray[tuple[int], np.dtype[np.object_]]
Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]

DRAWS, CITIES, STREETS = 2_500, 120, 300
POSTCODES = 6
"""A city has so many; people of one street share one."""

PARTICLES = {
    "NL": ("van der ", "de ", "van den ", "van ", "ten "),
    "DE": ("von ", "von der "),
    "FR": ("de ", "de la ", "du "),
    "BR": ("dos ", "de ", "da "),
    "IN": (),
    "ES": ("de ", "de la "),
}
ARABIC_FIRST = (
    "محمد|Mohammed|Muhammad,أحمد|Ahmed|Ahmad,عبد الله|Abdullah|Abdallah,خالد|Khalid|Khaled,"
    "يوسف|Yousef|Yusuf,عمر|Omar|Umar,حسين|Hussein|Husain,سعيد|Saeed|Said,طارق|Tariq|Tarek,"
    "سلطان|Sultan|Soltan,ماجد|Majid|Majed,إبراهيم|Ibrahim|Ebrahim;"
    "فاطمة|Fatima|Fatimah,عائشة|Aisha|Ayesha,نورة|Noura|Nora,مريم|Maryam|Mariam,سارة|Sarah|Sara,"
    "ليلى|Layla|Leila,هند|Hind|Hend,ريم|Reem|Rim,خديجة|Khadija|Khadijah,أمل|Amal|Amel"
)
ARABIC_LAST = (
    "العتيبي|Al-Otaibi|Alotaibi,القحطاني|Al-Qahtani|El Qahtani,الحربي|Al-Harbi|Alharbi,"
    "الشمري|Al-Shammari|Alshamari,الغامدي|Al-Ghamdi|Alghamdi,الدوسري|Al-Dosari|Aldossary,"
    "الزهراني|Al-Zahrani|Alzahrani,المالكي|Al-Malki|Almaliki,الشهري|Al-Shehri|Alshahri,"
    "العنزي|Al-Anazi|Alenezi,السبيعي|Al-Subaie|Alsubaiey,المطيري|Al-Mutairi|Almutairy,"
    "الرشيدي|Al-Rashidi|Alrasheedi,البلوي|Al-Balawi|Albalawi,اليامي|Al-Yami|Alyami"
)
PLACES = {
    "SA": (
        "الرياض|Riyadh|Ar Riyad",
        "جدة|Jeddah|Jiddah",
        "Dammam",
        "مكة|Mecca|Makkah",
        "Medina",
        "Taif",
    ),
    "TR": ("İstanbul", "Ankara", "İzmir", "Bursa", "Adana", "Konya", "Eskişehir", "Şanlıurfa"),
}
STREET_FORMS = {"SA": "King {} Street", "TR": "{} Sokak", "JP": "", "GB": "", "US": ""}
CJK = {"JP", "CN"}
"""Their places are always written in their own letters here."""
SHORT = {
    "Robert": "Bob", "William": "Bill", "Elizabeth": "Liz", "Thomas": "Tom", "Michael": "Mike",
    "James": "Jim", "Jennifer": "Jen", "Patricia": "Pat", "Christopher": "Chris", "Daniel": "Dan",
    "Benjamin": "Ben", "Samuel": "Sam", "Edward": "Ted", "Matthew": "Matt", "Joshua": "Josh",
    "Anthony": "Tony", "Andrew": "Andy", "Joseph": "Joe", "Nicholas": "Nick", "Rebecca": "Becky",
    "Katherine": "Kate", "Margaret": "Peggy", "Richard": "Rick", "Stephen": "Steve",
    "Александр": "Саша", "Дмитрий": "Дима", "Екатерина": "Катя", "Мария": "Маша", "Иван": "Ваня",
    "José": "Pepe", "Francisco": "Paco", "Guadalupe": "Lupita", "Francesca": "Franci",
    "Giuseppe": "Beppe", "Małgorzata": "Gosia", "Agnieszka": "Aga", "Stanisław": "Staszek",
    "Maximilian": "Max", "Katharina": "Kathi", "Johannes": "Hans", "Joaquín": "Quino",
    "Γεώργιος": "Γιώργος", "István": "Pisti", "Erzsébet": "Bözsi",
}  # fmt: skip
DIGRAPHS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "å": "aa", "Å": "Aa"}
)
OTHER_SOUNDS = (("Y", "I"), ("yy", "y"), ("y", "i"), ("kh", "h"), ("ts", "c"), ("Zh", "J"))


@dataclass(frozen=True, slots=True)
class Names:
    """Names of all countries behind one another; a country's start at ``at`` and are ``many``.

    ``plain`` is ``latin`` in small letters and nothing else, as mail addresses want it.
    """

    own: Strings
    latin: Strings
    other: Strings
    plain: Strings
    at: Numbers
    many: Numbers

    def pick(self, country: Numbers, chance: np.ndarray, skew: float) -> Numbers:
        """Pick names; the greater the skew, the more people share the first ones."""
        picked: Numbers = self.at[country] + (chance**skew * self.many[country]).astype(np.int64)
        return picked


@dataclass(frozen=True, slots=True)
class Pools:
    """All that people are made of.

    Attributes:
        men, women: Given names; both hold all of them, so that a number alone tells the name.
        last: Family names, as men bear them.
        last_of_women: The same ones, as women do (Kowalska, Петрова).
        patronymics: Of Russian men.
        streets, cities: ``latin`` is without accents, ``other`` in other words.
        postcodes: So many a city, in the cities' order.
        regions: Of each city; every one with its spellings, the first the usual one.
    """

    men: Names
    women: Names
    last: Names
    last_of_women: Names
    patronymics: Strings
    streets: Names
    cities: Names
    postcodes: Strings
    regions: list[tuple[str, ...]]


@cache
def pools() -> Pools:
    """Draw them; the same ones every time."""
    fakers = [Faker(country.locale) for country in COUNTRIES]
    for number, faker in enumerate(fakers):
        faker.seed_instance(number)
    pairs = list(zip(COUNTRIES, fakers, strict=True))
    last = [_lasts(country, faker) for country, faker in pairs]
    cities = [_cities(country, faker) for country, faker in pairs]
    men = [_firsts(country, faker, men=True) for country, faker in pairs]
    given = _names(men + [_firsts(country, faker, men=False) for country, faker in pairs])
    return Pools(
        men=replace(given, at=given.at[: len(men)], many=given.many[: len(men)]),
        women=replace(given, at=given.at[len(men) :], many=given.many[len(men) :]),
        last=_names(last),
        last_of_women=_names(
            [
                [tuple(_feminine(country.code, n) for n in name) for name in group]
                for country, group in zip(COUNTRIES, last, strict=True)
            ]
        ),
        patronymics=strings(_patronymics()),
        streets=_names([_streets(country, faker) for country, faker in pairs]),
        cities=_names(cities),
        postcodes=strings(
            faker.postcode().removeprefix("H-")
            for (_, faker), group in zip(pairs, cities, strict=True)
            for _ in range(len(group) * POSTCODES)
        ),
        regions=[
            country.regions[number % len(country.regions)] if country.regions else ("",)
            for (country, _), group in zip(pairs, cities, strict=True)
            for number in range(len(group))
        ],
    )


Spelt = tuple[str, ...]


def _patronymics() -> list[str]:
    faker = Faker("ru_RU")
    faker.seed_instance(0)
    return list(dict.fromkeys(faker.middle_name_male() for _ in range(DRAWS)))


def spelt(own: str, latin: str = "", other: str = "") -> Spelt:
    """Give a name in its own letters, in plain ones, and as it is spelt by others."""
    latin = latin or anyascii(own).replace("`", "")
    if not other:
        other = own.translate(DIGRAPHS)
        if other == own and not own.isascii():
            other = latin
            for sound, another in OTHER_SOUNDS:
                other = other.replace(sound, another)
        other = anyascii(other)
    return own, latin, other


def _firsts(country: Country, faker: Faker, *, men: bool) -> list[Spelt]:
    if country.code == "SA":
        return _written(ARABIC_FIRST.split(";")[0 if men else 1])
    if country.code == "JP":
        pair = faker.first_name_male_pair if men else faker.first_name_female_pair
        return _paired(pair)
    return _drawn(faker.first_name_male if men else faker.first_name_female)


def _lasts(country: Country, faker: Faker) -> list[Spelt]:
    if country.code == "SA":
        return _written(ARABIC_LAST)
    if country.code == "JP":
        return _paired(faker.last_name_pair)
    names = _drawn(faker.last_name_male if country.code in {"RU", "PL"} else faker.last_name)
    particles = PARTICLES.get(country.code, ())
    for number, name in enumerate(names):
        if particles and number % 9 == 4 and " " not in name[0]:
            particle = particles[number // 9 % len(particles)]
            names[number] = spelt(particle + name[0])
        elif country.code in {"ES", "MX"}:
            second = names[(number * 7 + 3) % len(names)][0].split(" ")[0]
            names[number] = spelt(f"{name[0]} {second}")
    return names


def _cities(country: Country, faker: Faker) -> list[Spelt]:
    if country.code in PLACES:
        return [spelt(*place.split("|")) for place in PLACES[country.code]]
    return _local(country, _drawn(faker.city)[:CITIES])


def _streets(country: Country, faker: Faker) -> list[Spelt]:
    form = STREET_FORMS.get(country.code)
    if country.code == "JP":
        return _local(country, _drawn(faker.town)[:STREETS])
    if form:
        return [spelt(form.format(name[1])) for name in _lasts(country, faker)][:STREETS]
    return _local(country, _drawn(faker.street_name)[:STREETS])


def _local(country: Country, names: list[Spelt]) -> list[Spelt]:
    return [(own,) * 3 for own, *_ in names] if country.code in CJK else names


def _drawn(draw: Callable[[], str]) -> list[Spelt]:
    return [spelt(name) for name in dict.fromkeys(draw() for _ in range(DRAWS))]


def _paired(draw: Callable[[], tuple[str, str, str]]) -> list[Spelt]:
    found = dict.fromkeys(draw() for _ in range(DRAWS))
    return [(own, latin, kana) for own, kana, latin in found]


def _written(names: str) -> list[Spelt]:
    return [tuple(name.split("|")) for name in names.split(",")]


def _feminine(country: str, name: str) -> str:
    if country == "PL" and name.endswith(("ski", "cki", "dzki")):
        return name[:-1] + "a"
    if country == "RU" and name.endswith(("ов", "ев", "ин", "ov", "ev", "in")):
        return name + ("a" if name.isascii() else "а")
    return name


def _names(groups: list[list[Spelt]]) -> Names:
    many = np.array([len(group) for group in groups], dtype=np.int64)
    flat = [name for group in groups for name in group]
    own, latin, other = (strings(name[n] for name in flat) for n in range(3))
    plain = strings("".join(filter(str.isalpha, name[1].lower())) for name in flat)
    return Names(own, latin, other, plain, np.cumsum(many) - many, many)


def where(condition: np.ndarray, values: Strings) -> Strings:
    """Keep the values where the condition holds, None elsewhere."""
    kept = values.copy()
    kept[~condition] = None
    return kept


def strings(values: Iterable[str | None]) -> Strings:
    """Make an array of them."""
    listed = list(values)
    array = np.empty(len(listed), dtype=object)
    array[:] = listed
    return array
