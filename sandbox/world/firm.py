"""A company of the cast."""

from dataclasses import dataclass
from random import Random

from sandbox.world.locales import LOCALES, Locale

STEMS = (
    *("Nordlicht", "Blue Harbour", "Alder", "Quarry", "Meridian", "Sol", "Ironwood", "Kestrel"),
    *("Lumen", "Tidewater", "Basalt", "Copper Kettle", "Fjord", "Granite", "Hazel", "Juniper"),
    *("Larch", "Monsoon", "Orchard", "Pebble"),
)
TRADES = ("Foods", "Tools", "Logistics", "Dental", "Studios", "Books", "Energy", "Software")
FORMS = {"DE": "GmbH", "GB": "Ltd", "US": "Inc.", "FR": "SARL", "ES": "S.L.", "IT": "S.r.l."}


@dataclass(slots=True)
class Firm:
    """A company: what it is called, and its keys as support and the CRM know it."""

    id: str
    name: str
    domain: str
    locale: Locale
    trade: str
    employees: int
    organisation: str | None = None
    company: str | None = None

    @property
    def role_mail(self) -> str:
        """The mailbox that nobody in person reads."""
        return f"info@{self.domain}"


def make_firm(rng: Random, serial: int) -> Firm:
    """Make a company."""
    locale = LOCALES[rng.randrange(len(LOCALES))]
    stem, trade = rng.choice(STEMS), rng.choice(TRADES)
    domain = f"{stem.replace(' ', '')}-{trade}{serial}.example".lower()
    name = f"{stem} {trade} {FORMS.get(locale.country, '')}".strip()
    return Firm(
        f"company-{serial}", name, domain, locale, trade, rng.choice((3, 12, 40, 250, 4000))
    )


def as_company(rng: Random, firm: Firm) -> str:
    """Write the company's name as somebody might."""
    bare = firm.name.rsplit(" ", 1)[0]
    return rng.choice((firm.name, firm.name, bare, firm.name.upper(), f"{bare} Group"))
