"""Which names may be one person's."""

from __future__ import annotations

import pytest

from transforms.identity.names import NAMELESS, Name, agree, read_name


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("Ada", "Lovelace", ""), Name("ada", "lovelace")),
        (("", "", "Ada Lovelace"), Name("ada", "lovelace")),
        (("", "", "Lovelace, Ada"), Name("ada", "lovelace")),
        (("Dr. Åsa", "Ørsted", ""), Name("asa", "orsted")),
        (("ADA", "O'Neill", ""), Name("ada", "oneill")),
        (("", "", "Ludwig van Beethoven"), Name("ludwig", "van beethoven")),
        (("", "", "John Smith Jr."), Name("john", "smith")),
        (("Ada", "", ""), Name("ada", None)),
        (("", "", "\U0001f600 Ada"), Name("ada", None)),
        (("", "", "Пётр Ильич"), Name("петр", "ильич")),
        (("", "", "Acme Trading GmbH"), NAMELESS),
        (("Guest", "", ""), NAMELESS),
        (("Maria", "de Sá", ""), Name("maria", "de sa")),
        (("", "", ""), NAMELESS),
    ],
)
def test_a_name_is_folded_to_what_spellings_share(parts: tuple[str, str, str], name: Name) -> None:
    assert read_name(*parts) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Name("ada", "lovelace"), Name("a", "lovelace")),
        (Name("william", "smith"), Name("bill", "smith")),
        (Name("alex", "smith"), Name("alexander", "smith")),
        (Name("jonh", "smith"), Name("john", "smith")),
        (Name("katherine", "smith"), Name("kathrine", "smith")),
        (Name("ada", "lovelace"), Name("ada", "king")),
        (Name("lovelace", "ada"), Name("ada", "lovelace")),
        (Name("ada", None), Name("ada", "lovelace")),
        (NAMELESS, Name("ada", "lovelace")),
    ],
)
def test_these_may_be_one_person(one: Name, other: Name) -> None:
    assert agree(one, other)
    assert agree(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Name("ada", "lovelace"), Name("bob", "lovelace")),
        (Name("ann", "lee"), Name("amy", "lee")),
        (Name("john", "smith"), Name("joanna", "smith")),
    ],
)
def test_these_are_two_people(one: Name, other: Name) -> None:
    assert not agree(one, other)
    assert not agree(other, one)


def test_on_a_shared_phone_the_family_name_must_agree_too() -> None:
    assert not agree(Name("ada", "lovelace"), Name("ada", "king"), strictly=True)
    assert agree(Name("ada", "lovelace"), Name("ada", "king lovelace"), strictly=True)
    assert agree(Name("ada", None), Name("ada", "king"), strictly=True)
