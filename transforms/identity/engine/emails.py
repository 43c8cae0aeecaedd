"""E-mail addresses as typed -> the mailbox they mean, its local part and domain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from transforms.identity.engine import strings
from transforms.identity.engine.columns import NONE, Column, again, encode
from transforms.identity.engine.vocabulary import ROLES
from transforms.identity.words import words

Flags = npt.NDArray[np.bool_]
AT, DOT = ord("@"), ord(".")
LOST = np.isin(np.arange(256), list(b'<>" '))
LOWER = np.arange(256, dtype=np.uint8)
LOWER[ord("A") : ord("Z") + 1] += 32
# Providers that deliver these spellings to one mailbox.
DOTLESS = ("gmail.com", "googlemail.com")
SAME = {
    "googlemail.com": "gmail.com",
    "protonmail.com": "proton.me",
    "me.com": "icloud.com",
    "mac.com": "icloud.com",
}
SHORT = 4


@dataclass(frozen=True, slots=True)
class Mail:
    """Addresses read; null where it is none.

    Attributes:
        mailbox: What one mailbox's addresses have in common; null for a placeholder.
        local: The part before the @, without tags and dots that do not count.
        domain: The part after it, one spelling for each provider.
        role: Whether the local part is the word of a role.
    """

    mailbox: Column
    local: Column
    domain: Column
    role: Flags


def mailboxes(emails: pa.Array) -> Mail:
    """Read distinct addresses."""
    typed, domain = _parted(emails)
    local = _undotted(_untagged(typed), domain)
    plain = domain.values.to_pylist()
    domain = _renamed(domain, [SAME.get(d, d) for d in plain])
    known = domain.codes >= 0
    at = pa.array(domain.codes, mask=~known)
    junk = pc.is_in(local, value_set=_listed("junk")).to_numpy(zero_copy_only=False)
    away = np.append(_in(domain.values, words("junk_domains")), False)[domain.codes]
    real = known & ~junk & ~away & ~_called_as_domain(local, domain)
    mailbox = pc.binary_join_element_wise(local, domain.values.take(at), "@")
    told = pc.utf8_rtrim(local, characters="0123456789")
    numbers = np.arange(len(emails), dtype=np.int32)
    return Mail(
        Column(np.where(real, numbers, NONE), mailbox),
        Column(np.where(known, numbers, NONE), local),
        domain,
        known & _in(told, ROLES),
    )


def _parted(emails: pa.Array) -> tuple[pa.Array, Column]:
    """Return the local parts, empty where it is no address, and the domains."""
    text = emails.cast(pa.string()).fill_null("")
    if not (pc.all(pc.string_is_ascii(text)).as_py() or False):
        text = pc.utf8_lower(text)
    offsets, data = strings.parts(pc.replace_substring_regex(text, "^mailto:", ""))
    offsets, data = strings.without(offsets, data, np.flatnonzero(LOST[data]))
    data = LOWER[data]
    starts, ends = offsets[:-1], offsets[1:]
    ats, dots = np.flatnonzero(data == AT), np.flatnonzero(data == DOT)
    at, dot = strings.first(ats, offsets), strings.last(dots, offsets)
    one = at == strings.last(ats, offsets)
    valid = one & (at > starts) & (dot > at + 1) & (ends - dot > 2)
    local = strings.whole(*strings.between(data, starts, np.where(valid, at, starts)))
    after = strings.between(data, np.where(valid, at + 1, ends), ends)
    return local, again(np.arange(len(emails), dtype=np.int32), strings.whole(*after))


def _untagged(local: pa.Array) -> pa.Array:
    """Cut what follows a plus, which is the reader's own note."""
    tagged = pc.match_substring(local, "+")
    if not pc.any(tagged).as_py():
        return local
    plain = pc.replace_substring_regex(local.filter(tagged), r"^(.[^+]*)[+].*$", r"\1")
    return pc.replace_with_mask(local, tagged, plain)


def _undotted(local: pa.Array, domain: Column) -> pa.Array:
    dotless = np.append(_in(domain.values, DOTLESS), False)[domain.codes]
    offsets, data = strings.parts(local)
    dots = np.flatnonzero(data == DOT)
    text = np.searchsorted(offsets, dots, side="right") - 1
    return strings.whole(*strings.without(offsets, data, dots[dotless[text]]))


def _called_as_domain(local: pa.Array, domain: Column) -> Flags:
    """Tell of addresses like x@x.com, which somebody made up."""
    out = np.zeros(len(local), dtype=bool)
    short = np.flatnonzero(
        (pc.utf8_length(local).to_numpy(zero_copy_only=False) < SHORT) & (domain.codes >= 0)
    )
    texts = local.take(pa.array(short)).to_pylist()
    domains = domain.values.take(pa.array(domain.codes[short])).to_pylist()
    out[short] = [d.startswith(f"{t}.") for t, d in zip(texts, domains, strict=True)]
    return out


def _renamed(column: Column, names: list[str]) -> Column:
    fresh = encode(pa.array(names, pa.string()))
    return Column(np.append(fresh.codes, NONE)[column.codes], fresh.values)


def _listed(name: str) -> pa.Array:
    return pa.array(sorted(words(name)), pa.string())


def _in(values: pa.Array, wanted: frozenset[str] | tuple[str, ...]) -> Flags:
    found = pc.is_in(values, value_set=pa.array(sorted(wanted), pa.string()))
    return np.asarray(found.to_numpy(zero_copy_only=False))
