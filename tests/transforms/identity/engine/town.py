"""A small town of families, shared mailboxes and misspellings, as several systems know it."""

from __future__ import annotations

import random

GIVEN = ("Ada", "Ben", "Carla", "Dmitri", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Mira")
FAMILY = ("Abbott", "Berger", "Costa", "Dubois", "Eriksen", "Fischer", "Gruber", "Horvat")
STREETS = ["Main Street", "Rue du Lac", "Hauptstrasse", "Calle Mayor", "Mill Lane", "Ulica Polna"]


def people(count: int, seed: int) -> list[dict[str, str]]:
    """Return ``count`` records; the same for the same seed."""
    luck = random.Random(seed)
    rows: list[dict[str, str]] = []
    home = 0
    while len(rows) < count:
        home += 1
        family, street = luck.choice(FAMILY), f"{luck.randint(1, 99)} {luck.choice(STREETS)}"
        phone = f"+49 30 {luck.randint(100000, 999999)}"
        for given in luck.sample(GIVEN, luck.choice([1, 1, 2])):
            person = {
                "first_name": given, "last_name": family, "street": street, "city": "Berlin",
                "postcode": f"1{home:04d}", "country": "DE", "phone": phone,
                "email": f"{given}.{family}{luck.randint(1, 99)}@example.com".lower(),
            }  # fmt: skip
            rows += [_heard(luck, person, len(rows) + n) for n in range(luck.choice([1, 2, 3]))]
    return rows[:count]


def _heard(luck: random.Random, person: dict[str, str], number: int) -> dict[str, str]:
    row = {k: v for k, v in person.items() if k == "last_name" or luck.random() < 0.75}
    if luck.random() < 0.15:
        name = row["last_name"]
        at = luck.randrange(1, len(name) - 1)
        row["last_name"] = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return row | {"record_id": f"r{number:05d}", "source": luck.choice(["shop", "desk"])}
