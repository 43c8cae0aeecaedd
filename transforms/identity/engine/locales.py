"""The country a record speaks of: told, or seen from its e-mail address."""

from __future__ import annotations

import numpy as np
import phonenumbers
import pyarrow as pa

from transforms.identity.engine import countries
from transforms.identity.engine.columns import Codes, Column, again, through, united
from transforms.identity.engine.hashes import hashed
from transforms.identity.engine.text import fold

# Country domains that are sold as if they meant something else.
SOLD = frozenset(
    {"CO", "IO", "ME", "TV", "AI", "EU", "CC", "FM", "AG", "LY", "GG", "TO", "SO", "WS"}
)


def regions_of(country: Column) -> tuple[Codes, list[str | None]]:
    """Read countries as people spell them: each record's place in a list of two-letter codes."""
    found = [countries.iso(f) for f in fold(country.values).to_pylist()]
    names = sorted({f for f in found if f})
    place = {name: i for i, name in enumerate(names)}
    mapping = np.array([place.get(f or "", -1) for f in found], dtype=np.int32)
    return through(country.codes, mapping), list(names)


def locales(region: Codes, names: list[str | None], domain: Column) -> Column:
    """Return each record's country; where it tells none, that of its e-mail's domain."""
    by_domain = [_of_domain(d) for d in domain.values.to_pylist()]
    seen = again(domain.codes, pa.array(by_domain, pa.string()))
    dictionary, (one, two) = united(Column(region, pa.array(names, pa.string())), seen)
    return hashed(Column(np.where(region >= 0, one, two), dictionary))


def _of_domain(domain: str | None) -> str | None:
    ending = (domain or "").rpartition(".")[2].upper()
    ending = "GB" if ending == "UK" else ending
    return ending if ending in phonenumbers.SUPPORTED_REGIONS and ending not in SOLD else None
