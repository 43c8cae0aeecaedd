"""Records read: each field as numbers that stand for standard values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from transforms.identity.engine import dates, emails, phones
from transforms.identity.engine.abreast import abreast
from transforms.identity.engine.columns import NONE, Codes, Column, again, encode, through
from transforms.identity.engine.hashes import hashed
from transforms.identity.engine.locales import locales, regions_of
from transforms.identity.engine.names import READ, SPELLED, Names, names_of, read_hints, read_parts
from transforms.identity.engine.text import fold
from transforms.identity.engine.vocabulary import LEGAL, STREETS
from transforms.identity.engine.words import Words, split

NOTHING = np.int32(0)


@dataclass(frozen=True, slots=True)
class Frame:
    """Standardised records. Codes are places in dictionaries; -1 is unknown."""

    count: int
    names: Names
    mailbox: Column
    local: Column
    domain: Column
    role: npt.NDArray[np.bool_]
    phone: Column
    year: Codes
    month: Codes
    day: Codes
    street: Column
    number: Column
    postcode: Column
    city: Column
    state: Column
    company: Column
    brand: Column
    letters: Column
    job: Column
    ext: Column
    source: Column
    locale: Column


def column_of(records: pa.Table, name: str) -> Column:
    """Return an encoded column; one that is not there is all null."""
    if name in records.column_names:
        return encode(records.column(name))
    return Column(np.full(records.num_rows, -1, dtype=np.int32), pa.array([], pa.string()))


def plain(column: Column, *, spaces: bool = False) -> Column:
    """Fold a column's values and encode them anew."""
    return hashed(again(column.codes, fold(column.values, spaces=spaces)))


def standardise(records: pa.Table, home: str | None = None) -> Frame:
    """Read records; only distinct values are parsed."""
    region, regions = regions_of(column_of(records, "country"))
    named = [column_of(records, f"{part}_name") for part in ("first", "last", "full")]
    readings: list[Callable[[], dict[str, Any]]] = [
        lambda: _mail(records, region, regions),
        lambda: {"parts": read_parts(*named)},
        lambda: _phone(records, region, regions, home),
        lambda: _streets(column_of(records, "street")),
        lambda: _companies(column_of(records, "company")),
        lambda: _births(column_of(records, "dob")),
        *(partial(_plain, records, field) for field in PLAIN),
    ]
    parts: dict[str, Any] = {"count": records.num_rows}
    for found in abreast(lambda reading: reading(), readings):
        parts |= found
    first, last, full = (column.codes for column in named)
    local, hints = parts.pop("written").codes, parts.pop("hints")
    names = names_of(first, last, full, parts.pop("parts"), local, hints)
    return Frame(names=replace(names, script=_script(names, parts["locale"])), **parts)


def _script(names: Names, locale: Column) -> npt.NDArray[np.uint8]:
    """Return how names are written; signs are read as in Chinese, which only in Japan is wrong."""
    elsewhere = np.array([v != "JP" for v in locale.values.to_pylist()] + [False], dtype=bool)
    read_otherwise = (names.script == READ) & elsewhere[locale.codes]
    return np.where(read_otherwise, np.uint8(SPELLED), names.script)


# Fields that are only folded, and the columns they come from.
PLAIN = {
    "postcode": "postcode", "city": "city", "state": "state", "job": "job_title",
    "ext": "ext_id", "source": "source",
}  # fmt: skip


def _plain(records: pa.Table, field: str) -> dict[str, Any]:
    return {field: plain(column_of(records, PLAIN[field]), spaces=field == "job")}


def _mail(records: pa.Table, region: Codes, regions: list[str | None]) -> dict[str, Any]:
    email = column_of(records, "email")
    mail = emails.mailboxes(email.values)
    mailbox, written, domain = (_read(email, c) for c in (mail.mailbox, mail.local, mail.domain))
    return {
        "mailbox": mailbox,
        # One person is anna.berg here and annaberg there.
        "local": plain(written),
        "written": written,
        "domain": domain,
        "role": np.append(mail.role, False)[email.codes],
        "locale": locales(region, regions, domain),
        "hints": read_hints(written),
    }


def _phone(
    records: pa.Table, region: Codes, regions: list[str | None], home: str | None
) -> dict[str, Any]:
    phone = column_of(records, "phone")
    return {"phone": hashed(phones.national(phone.values, phone.codes, region, regions, home))}


def _births(column: Column) -> dict[str, Any]:
    year, month, day = (
        np.append(part.astype(np.int32), NOTHING)[column.codes]
        for part in dates.parts(column.values)
    )
    return {"year": year, "month": month, "day": day}


def _again(column: Column, values: pa.Array) -> Column:
    return hashed(again(column.codes, values))


def _read(column: Column, read: Column) -> Column:
    """Return a column of what was read from the values of another."""
    return _again(Column(through(column.codes, read.codes), read.values), read.values)


def _streets(column: Column) -> dict[str, Any]:
    """Read streets: the words, in their short forms, and the first number."""
    words = split(fold(column.values))
    numeric = pc.match_substring_regex(words.values, "^[0-9]+[a-z]?$")
    is_number = numeric.to_numpy(zero_copy_only=False)[words.codes]
    named = words.keep(~is_number).told(STREETS).joined(" ")
    number = words.keep(is_number).at(0)
    return {"street": _read(column, named), "number": _read(column, number)}


def _companies(column: Column) -> dict[str, Any]:
    """Read companies: the name without its legal form, how its words begin, and its initials.

    Words are taken in alphabetical order: "Logistics, Penhale" begins as "Penhale Log." does.
    A name of one short word may be initials itself.
    """
    words = split(fold(column.values))
    bare = words.without(LEGAL)
    whole = words.joined(" ")
    name = bare.joined(" ")
    # Whoever is called nothing but a legal form is called so.
    texts = pc.coalesce(
        *(c.values.take(pa.array(c.codes, mask=c.codes < 0)) for c in (name, whole))
    )
    short = pc.less_equal(pc.binary_length(bare.values), 4).to_numpy(zero_copy_only=False)
    alone = (bare.lengths == 1) & np.append(short, False)[bare.at(0).codes]
    begins = bare.shortened(3).alphabetical().joined(" ")
    return {
        "company": _again(column, texts),
        "brand": _read(column, begins),
        "letters": _again(column, _letters(bare, alone)),
    }


def _letters(words: Words, alone: npt.NDArray[np.bool_]) -> pa.Array:
    """Return the initials of texts in alphabetical order, of some the letters of their word."""
    texts = []
    for found, which in ((words.joined(), alone), (words.shortened(1).joined(), ~alone)):
        codes = np.where(which, found.codes, NONE)
        texts.append(found.values.take(pa.array(codes, mask=codes < 0)))
    letters = pc.coalesce(*texts).to_pylist()
    return pa.array(["".join(sorted(v)) if v else None for v in letters], pa.string())
