"""A night whose customers look wrong is not published: last night's stay, and nothing is lost."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from core.errors import UnpublishedError
from core.warehouse import Session
from tests.transforms.conftest import embedded
from tests.transforms.happenings import night
from tests.transforms.raw import Raw
from tests.transforms.snapshot import differences, rows, snapshot
from transforms import Reconciled, reconcile
from transforms.identity.gates import Limits, Measures, beyond
from transforms.identity.publish import Word
from transforms.identity.settings import Steering

EMAIL = "default_email_address__email_address"
STRICT = Limits(most_records=3)


def shop(raw: Raw, count: int = 6) -> None:
    """Fill a shop with people who have nothing in common."""
    for n in range(count):
        raw.put("shopify", "customers", id=str(n), **{EMAIL: f"person{n}@firm{n}.example"})


def spoilt(raw: Raw) -> None:
    """Let somebody import one person's address for everybody."""
    raw.version += 1
    for n in range(6):
        raw.put("shopify", "customers", id=str(n), **{EMAIL: "ada@firm0.example"})


def live(session: Session, raw: Raw, steering: Steering) -> Reconciled:
    raw.land(session)
    return reconcile(session, now=raw.now(), steering=steering)


def test_a_night_beyond_its_limits_leaves_last_nights_customers_as_they_were(
    session: Session, tmp_path: Path
) -> None:
    raw, steering = Raw(), Steering(state=tmp_path, limits=STRICT)
    shop(raw)
    assert live(session, raw, steering).total == 6
    before, told = snapshot(session), rows(session, "identity_quality")
    spoilt(raw)

    for _ in range(2):
        with pytest.raises(UnpublishedError, match="one customer would have 6 records") as held:
            live(session, raw, steering)
        assert differences(before, snapshot(session)) == {}
        assert rows(session, "identity_quality") == told
    assert "See what changed in shopify" in held.value.next_step
    assert "`daybreak reconcile --publish-anyway`" in held.value.next_step
    assert held.value.facts["verdict"] == Word.HELD
    assert "ada" not in f"{held.value} {held.value.facts}"


def test_the_next_healthy_night_catches_up_with_all_that_was_held_back(tmp_path: Path) -> None:
    raw, one, undisturbed = Raw(), embedded(), embedded()
    steering = Steering(state=tmp_path, limits=STRICT)
    shop(raw)
    live(one, raw, steering)
    live(undisturbed, raw, Steering())
    spoilt(raw)
    raw.put("shopify", "customers", id="new", **{EMAIL: "eve@firm9.example"})
    with pytest.raises(UnpublishedError):
        live(one, raw, steering)
    raw.version += 1
    shop(raw)

    done = live(one, raw, steering)

    live(undisturbed, raw, Steering())
    assert (done.total, done.new, done.quality and done.quality.verdict) == (7, 1, Word.KEPT)
    assert differences(snapshot(one), snapshot(undisturbed)) == {}


def test_somebody_may_publish_it_all_the_same_and_the_night_after_is_held_against_that(
    tmp_path: Path,
) -> None:
    raw, session = Raw(), embedded()
    steering = Steering(state=tmp_path, limits=STRICT)
    shop(raw)
    live(session, raw, steering)
    spoilt(raw)
    done = live(session, raw, Steering(state=tmp_path, limits=STRICT, anyway=True))
    assert (done.total, done.quality and done.quality.verdict) == (1, Word.ANYWAY)

    raw.version += 1
    raw.put("shopify", "customers", id="6", **{EMAIL: "ada@firm0.example"})
    after = live(session, raw, steering)

    assert after.quality
    assert (after.quality.verdict, after.quality.measures.largest) == (Word.KEPT, 7)
    assert after.quality.beyond == ("one customer would have 7 records (the limit is 3)",)


def test_the_first_night_has_no_other_to_fall_back_on_and_is_published_and_told() -> None:
    raw, session = Raw(), embedded()
    spoilt(raw)
    done = live(session, raw, Steering(limits=STRICT))
    assert done.quality
    assert (done.total, done.quality.verdict, len(done.quality.beyond)) == (1, Word.FIRST, 1)


def test_a_night_in_which_nobody_changed_says_what_was_said_last(tmp_path: Path) -> None:
    raw, session = Raw(), embedded()
    shop(raw)
    first = live(session, raw, Steering(state=tmp_path))
    raw.version += 1
    idle = live(session, raw, Steering(state=tmp_path))
    assert first.quality
    assert idle.quality
    assert idle.quality.measures.customers == first.quality.measures.customers == 6
    assert [row[0] for row in rows(session, "identity_quality")] == [
        raw.now().replace(day=6), raw.now()
    ]  # fmt: skip


def test_what_is_measured_by_what_changed_is_what_a_rebuild_measures(tmp_path: Path) -> None:
    dice, raw, one, other = Random(12), Raw(), embedded(), embedded()
    for count in (40, 6):
        night(raw, dice, count)
        by_change = live(one, raw, Steering(state=tmp_path))
        raw.land(other)
        by_everything = reconcile(other, now=raw.now(), full=True)
        assert by_change.quality
        assert by_everything.quality
        assert by_change.quality.measures == by_everything.quality.measures
        assert by_change.quality.belief == by_everything.quality.belief
    assert rows(one, "identity_quality") == rows(other, "identity_quality")


def test_a_share_is_beyond_its_limit_only_if_it_is_of_enough_customers() -> None:
    limits = Limits()
    few = Measures(customers=100, joined=20, names=9)
    many = Measures(customers=1000, joined=200, names=11)
    assert beyond(few, limits, None) == ()
    assert beyond(many, limits, None) == (
        "11 of 200 customers have more than three first names (the limit is 5.0%)",
    )
    assert beyond(many, limits, Measures(joined=200, names=10)) == ()


def test_customers_that_change_by_the_hundred_are_held_back_but_not_when_weights_are_new() -> None:
    now = Measures(customers=400, churned=150, before=500)
    (line,) = beyond(now, Limits(), Measures(customers=500))
    assert line == "150 of 500 customers changed who they are in one night (the limit is 20.0%)"
    assert beyond(now, Limits(), Measures(customers=500), is_relearned=True) == ()
