"""Who works where: many small firms and few large ones, each with a switchboard and info@."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.identity.countries import COUNTRIES
from benchmarks.identity.pools import Numbers, Strings, pools, strings
from benchmarks.identity.telephones import SWITCHBOARDS, telephone

EMPLOYED = 0.38
TRADES = ("Foods", "Tools", "Logistik", "Dental", "Studio", "Books", "Energy", "Software", "Bau")
ENDINGS = {"US": "com", "GB": "co.uk", "BR": "com.br", "TR": "com.tr", "JP": "co.jp"}
ROLES = ("info", "office", "sales", "support", "contact", "admin")
MANY = 1_024
"""More firms than a block ever has."""
EACH = 4
"""People there are for every firm."""


@dataclass(frozen=True, slots=True)
class Firms:
    """The firms of a block. ``role`` is the mailbox that nobody in person reads."""

    country: Numbers
    name: Strings
    form: Strings
    domain: Strings
    role: Strings
    phone: Strings


def hire(
    rng: np.random.Generator, country: Numbers, grown: np.ndarray, block: int
) -> tuple[Numbers, Firms]:
    """Give some people of age a firm of their country; -1 is none."""
    firm = np.full(len(country), -1, dtype=np.int64)
    lands: list[int] = []
    for land in range(len(COUNTRIES)):
        staff = np.flatnonzero((country == land) & grown & (rng.random(len(country)) < EMPLOYED))
        there = max(1, len(staff) // EACH)
        # Squared and more: the first firms of a country are large, the others small.
        firm[staff] = len(lands) + (rng.random(len(staff)) ** 2.2 * there).astype(np.int64)
        lands += [land] * there
    return firm, _founded(rng, np.array(lands, dtype=np.int64), block)


def _founded(rng: np.random.Generator, lands: Numbers, block: int) -> Firms:
    pool = pools()
    founder = pool.last.pick(lands, rng.random(len(lands)), 1.0)
    trade = rng.integers(0, len(TRADES), len(lands))
    names = [f"{pool.last.latin[who]} {TRADES[t]}" for who, t in zip(founder, trade, strict=True)]
    countries = [COUNTRIES[land] for land in lands]
    domains = [
        f"{pool.last.plain[who]}-{TRADES[t].lower()}{number:x}x{block:x}."
        + ENDINGS.get(country.code, country.code.lower())
        for number, (who, t, country) in enumerate(zip(founder, trade, countries, strict=True))
    ]
    forms = [country.forms[number % len(country.forms)] for number, country in enumerate(countries)]
    roles = [f"{ROLES[number % len(ROLES)]}@{domain}" for number, domain in enumerate(domains)]
    serials = SWITCHBOARDS + block * MANY + np.arange(len(lands))
    phones = telephone(lands, serials, "landlines")
    name, form, domain, role = map(strings, (names, forms, domains, roles))
    return Firms(lands, name, form, domain, role, phones)
