"""Records read: each field as numbers that stand for standard values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from transforms.identity.engine import dates, emails, phones
from transforms.identity.engine.columns import Codes, Column, Ints, encode, shared, through
from transforms.identity.engine.locales import locales, regions_of
from transforms.identity.engine.names import Names, read_names
from transforms.identity.engine.text import fold
from transforms.identity.engine.vocabulary import LEGAL, STREETS
from transforms.identity.engine.words import split


@dataclass(frozen=True, slots=True)
class Frame:
    """Standardised records. Codes are places in alphabetical dictionaries; -1 is unknown."""

    count: int
    names: Names
    mailbox: Column
    local: Column
    domain: Column
    role: npt.NDArray[np.bool_]
    phone: Column
    year: Ints
    month: Ints
    day: Ints
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
    """Fold a column's values and encode them anew, in alphabetical order."""
    found = fold(column.values, spaces=spaces)
    return again(column.codes, pc.if_else(pc.equal(found, ""), pa.scalar(None, pa.string()), found))


def standardise(records: pa.Table, home: str | None = None) -> Frame:
    """Read records; only distinct values are parsed."""
    country = column_of(records, "country")
    region, regions = regions_of(country)
    phone = column_of(records, "phone")
    numbers, number_codes = phones.national(phone.values, phone.codes, region, regions, home)
    email = column_of(records, "email")
    mail = emails.mailboxes(email.values)
    domain, local = again(email.codes, mail["domain"]), again(email.codes, mail["local"])
    named = (column_of(records, c) for c in ("first_name", "last_name", "full_name"))
    names = read_names(*named, local)
    dob = column_of(records, "dob")
    year, month, day = (_dated(dob.codes, part) for part in dates.parts(dob.values))
    company, brand, letters = _companies(column_of(records, "company"))
    street, house = _streets(column_of(records, "street"))
    role = through(email.codes, np.array([r is not None for r in mail["role"].to_pylist()], np.int32))
    return Frame(
        count=records.num_rows,
        names=names,
        mailbox=again(email.codes, mail["mailbox"]),
        local=local,
        domain=domain,
        role=role > 0,
        phone=again(number_codes, numbers),
        year=year,
        month=month,
        day=day,
        street=street,
        number=house,
        postcode=plain(column_of(records, "postcode")),
        city=plain(column_of(records, "city")),
        state=plain(column_of(records, "state")),
        company=company,
        brand=brand,
        letters=letters,
        job=plain(column_of(records, "job_title"), spaces=True),
        ext=plain(column_of(records, "ext_id")),
        source=plain(column_of(records, "source")),
        locale=locales(region, regions, domain),
    )


def again(codes: Codes, values: pa.Array) -> Column:
    """Encode values in alphabetical order, those that are the same now as one."""
    dictionary, (mapped,) = shared(values)
    return Column(through(codes, mapped), dictionary)


def _dated(codes: Codes, part: Ints) -> Ints:
    if not len(part):
        return np.zeros(len(codes), dtype=np.int64)
    return np.where(codes < 0, 0, part[codes])


def _streets(column: Column) -> tuple[Column, Column]:
    """Read streets: the words, in their short forms, and the first number."""
    words = split(fold(column.values))
    number = pc.match_substring_regex(words.values, "^[0-9]+[a-z]?$")
    is_number = number.to_numpy(zero_copy_only=False)[words.codes]
    named = words.keep(~is_number).told(STREETS).joined(" ")
    return again(column.codes, named), again(column.codes, words.keep(is_number).at(0))


def _companies(column: Column) -> tuple[Column, Column, Column]:
    """Read companies: the name without its legal form, how its words begin, and its initials.

    Words are taken in alphabetical order: "Logistics, Penhale" begins as "Penhale Log." does.
    A name of one short word may be initials itself.
    """
    words = split(fold(column.values))
    bare = words.without(LEGAL)
    name = pc.coalesce(bare.joined(" "), words.joined(" "))
    short = pc.less_equal(pc.binary_length(bare.values), 4).to_numpy(zero_copy_only=False)  # noqa: PLR2004
    alone = (bare.lengths == 1) & np.append(short, False)[np.append(bare.codes, -1)[bare.offsets[:-1]]]
    begins = bare.shortened(3).alphabetical().joined(" ")
    initials = pc.if_else(pa.array(alone), bare.joined(""), bare.shortened(1).joined(""))
    ordered = pa.array(["".join(sorted(v)) if v else None for v in initials.to_pylist()], pa.string())
    return again(column.codes, name), again(column.codes, begins), again(column.codes, ordered)
