"""What is typed is read the same however it is typed, a whole column at a time."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from transforms.identity.engine import emails, phones
from transforms.identity.engine.columns import Column
from transforms.identity.engine.text import LONGEST, fold
from transforms.identity.engine.words import split


def texts(column: Column) -> list[str | None]:
    values = column.values.to_pylist()
    return [None if code < 0 else values[code] for code in column.codes.tolist()]


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("  Ann-Marie   O'Neil ", "ann marie oneil"),
        ("ÄRGER & Söhne", "arger sohne"),
        ("\u0418\u0432\u0430\u043d\n\u041f\u0435\u0442\u0440\u043e\u0432", "ivan petrov"),
        ("李 小龙", "li xiaolong"),
        ("--", ""),
        (None, ""),
        ("é" * 300, "e" * LONGEST),
    ],
)
def test_text_of_any_script_becomes_plain_words(typed: str | None, folded: str) -> None:
    beside = pa.array(["x ", typed, " y"], pa.string())
    assert fold(beside).to_pylist() == ["x", folded, "y"]
    assert fold(beside, spaces=False).to_pylist()[1] == folded.replace(" ", "")


def test_words_stand_where_they_stood() -> None:
    words = split(pa.array(["", "one", "two three one", ""]))
    assert texts(words.at(0)) == [None, "one", "two", None]
    assert texts(words.at(-1)) == [None, "one", "one", None]
    assert texts(words.without(["three"]).joined(" ")) == [None, "one", "two one", None]
    assert texts(words.alphabetical().joined("")) == [None, "one", "onethreetwo", None]


@pytest.mark.parametrize(
    "typed", ["+44 (0)20 7946 0958", "020 7946 0958", "0044-20-7946-0958", "+442079460958 ext. 12"]
)
def test_a_phone_number_is_one_number_in_every_form(typed: str) -> None:
    found = phones.national(
        pa.array([typed]), np.zeros(1, np.int32), np.zeros(1, np.int32), ["GB"], None
    )
    assert texts(found) == ["2079460958"]


@pytest.mark.parametrize("typed", ["0000000000", "1234567890", "12345", "", "n/a"])
def test_a_number_that_is_none_is_unknown(typed: str) -> None:
    found = phones.national(
        pa.array([typed]), np.zeros(1, np.int32), np.full(1, -1, np.int32), [], None
    )
    assert texts(found) == [None]


def test_addresses_of_one_mailbox_are_one() -> None:
    typed = ["A.Lee@GMail.com", "alee+shop@googlemail.com", "mailto:alee@gmail.com", "a.lee@x.org"]
    assert texts(emails.mailboxes(pa.array(typed)).mailbox) == [
        "alee@gmail.com", "alee@gmail.com", "alee@gmail.com", "a.lee@x.org",
    ]  # fmt: skip


def test_what_is_no_address_has_no_mailbox_and_a_role_is_told() -> None:
    mail = emails.mailboxes(pa.array(["ann", "a@b@c.de", "@x.de", "x@de", "info2@x.de"]))
    assert texts(mail.mailbox)[:4] == [None] * 4
    assert mail.role.tolist() == [False] * 4 + [True]
