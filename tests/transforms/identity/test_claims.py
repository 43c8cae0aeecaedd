"""Whom an id that several records hold or claim makes one."""

from __future__ import annotations

from transforms.identity.claims import MOST_RECORDS, Holder, groups
from transforms.identity.names import NAMELESS, Name

ADA, BOB, A = Name("ada", "lovelace"), Name("bob", "lovelace"), Name("a", "lovelace")


def joined(*holders: tuple[Name, str]) -> set[frozenset[int]]:
    """Return the groups of two or more; holders are numbered as given."""
    listed = [
        Holder(str(number), name, strength) for number, (name, strength) in enumerate(holders)
    ]
    return {frozenset(map(int, g)) for _, g in groups(listed) if len(g) > 1}


def test_an_id_joins_all_who_do_not_contradict_each_other() -> None:
    assert joined((ADA, "claimed"), (A, "claimed"), (NAMELESS, "claimed")) == {frozenset({0, 1, 2})}


def test_one_shopper_with_dozens_of_nameless_records_is_one_customer() -> None:
    assert joined(*[(NAMELESS, "claimed")] * 51) == {frozenset(range(51))}


def test_an_id_that_a_family_claims_joins_each_person_only_with_themselves() -> None:
    assert joined((ADA, "claimed"), (BOB, "claimed"), (ADA, "claimed"), (NAMELESS, "claimed")) == {
        frozenset({0, 2})
    }


def test_an_initial_between_two_people_joins_neither() -> None:
    alan = Name("alan", "lovelace")
    assert joined((ADA, "claimed"), (A, "claimed"), (alan, "claimed")) == set()


def test_an_id_that_everybody_claims_joins_nobody_not_even_namesakes() -> None:
    claimed = [
        (Name(given, "x"), "claimed")
        for given in (*(f"p{chr(97 + n)}q" for n in range(10)), "paq", "zoe")
    ]
    assert joined(*claimed) == set()


def test_an_id_on_too_many_records_joins_nobody() -> None:
    assert joined(*[(ADA, "claimed")] * (MOST_RECORDS + 1)) == set()


def test_an_id_of_which_nobody_said_whose_it_is_joins_only_where_names_agree() -> None:
    assert joined((ADA, "weak"), (ADA, "weak"), (BOB, "weak")) == {frozenset({0, 1})}
    assert joined((ADA, "weak"), (NAMELESS, "weak"), (ADA, "weak")) == {frozenset({0, 2})}
    assert joined((NAMELESS, "weak"), (NAMELESS, "weak")) == set()
    assert joined((ADA, "weak"), (Name("ada", "king"), "weak")) == set()


def test_a_merge_that_the_system_tells_of_joins_whatever_the_names() -> None:
    assert frozenset({0, 1}) in joined((ADA, "sure"), (BOB, "sure"))


def test_an_id_that_nobody_vouches_for_does_not_join_a_nameless_owner() -> None:
    assert joined((NAMELESS, "sure"), (ADA, "weak")) == set()
    assert joined((ADA, "sure"), (ADA, "weak")) == {frozenset({0, 1})}
    assert joined((BOB, "sure"), (ADA, "weak")) == set()
