"""What stewards decide holds in every later night, until they take it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import ConfigError
from core.ledger import Decision, Ledger
from core.ledger.decision import Word
from core.warehouse import Session
from tests.transforms.conftest import embedded
from tests.transforms.raw import Raw
from transforms import Reconciled, reconcile
from transforms.identity.settings import Steering
from transforms.identity.steward import sides

NOW = datetime(2026, 1, 5, tzinfo=UTC)


class Shop:
    """A shop of four people, its ledger, and the nights it lives."""

    def __init__(self, home: Path) -> None:
        self.raw, self.session, self.home = Raw(), embedded(), home
        self.ledger = Ledger.open(f"sqlite:///{home / 'ledger.sqlite'}")
        for key, name in enumerate(("Ada Lovelace", "Ada Byron", "Bob Byron", "Eve Noether"), 1):
            self.put(str(key), name, f"{name.split()[0]}.{key}@firm.example".lower())
        self.put("5", "Eve Noether", "eve.4@firm.example")
        self.live()

    def put(self, key: str, name: str, email: str) -> None:
        first, last = name.split()
        self.raw.put(
            "shopify",
            "customers",
            id=key,
            first_name=first,
            last_name=last,
            default_email_address__email_address=email,
        )

    def live(self, *, full: bool = False) -> Reconciled:
        self.raw.land(self.session)
        steering = Steering(self.home / "identity", self.ledger.decisions.in_force())
        done = reconcile(self.session, now=self.raw.now(), full=full, steering=steering)
        self.raw.version += 1
        return done

    def decide(self, verdict: Word, one: str, two: str) -> Decision:
        records = sides(self.session, verdict, one, two)
        return self.ledger.decisions.decide(verdict, records, f"{verdict} {one}", "ada", NOW)

    def customer(self, key: str) -> str:
        found = self.session.query(
            "select customer_id from identities where valid_to is null and source_id = ?", [key]
        )
        return str(found.column(0)[0])


@pytest.fixture
def here(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop for stories that change nothing of it."""
    return Shop(tmp_path_factory.mktemp("shop"))


def test_customers_that_a_steward_merged_stay_one_in_every_later_run_until_undone(
    here: Shop,
) -> None:
    one, two = here.customer("1"), here.customer("2")
    assert one != two
    decision = here.decide("merge", one, two)
    done = here.live()
    assert (done.merged, here.customer("1"), here.customer("2")) == (1, one, one)
    assert here.live(full=True).total == done.total
    here.put("1", "Zoe Other", "zoe@other.example")
    here.live()
    assert here.customer("1") == here.customer("2")
    here.ledger.decisions.undo(decision.number, "bob", NOW)
    assert here.live().split == 1
    assert here.customer("1") != here.customer("2")


def test_a_record_that_a_steward_split_off_stays_off_whatever_speaks_for_it(here: Shop) -> None:
    eve = here.customer("4")
    assert here.customer("5") == eve
    here.decide("split", eve, "shopify:5")
    assert here.live().split == 1
    assert here.live(full=True).split == 0
    assert here.customer("5") != here.customer("4")


def test_of_two_decisions_that_contradict_the_later_one_holds(here: Shop) -> None:
    here.decide("never", "shopify:4", "shopify:5")
    here.live()
    assert here.customer("4") != here.customer("5")
    here.decide("merge", here.customer("4"), here.customer("5"))
    here.live()
    assert here.customer("4") == here.customer("5")


def test_a_decision_outweighs_what_systems_claim(here: Shop) -> None:
    here.raw.put("stripe", "customers", id="cus_1", metadata__shopify_customer_id="1", created=NOW)
    here.live()
    ada = here.customer("1")
    assert here.customer("cus_1") == ada
    here.decide("split", ada, "stripe:cus_1")
    here.live()
    assert here.customer("cus_1") != here.customer("1")


@pytest.mark.parametrize(
    ("verdict", "one", "two", "said"),
    [
        ("merge", "c0000000001", "ada", "neither a customer id nor a record"),
        ("merge", "c0000000001", "c0000000099", "there is no c0000000099"),
        ("merge", "c0000000001", "shopify:1", "one customer already"),
        ("never", "shopify:1", "shopify:77", "there is no shopify:77"),
        ("split", "c0000000001", "shopify:2", "is no record of"),
        ("split", "c0000000001", "shopify:1", "nothing to split"),
    ],
)
def test_what_cannot_be_decided_is_refused_with_the_reason(
    verdict: Word, one: str, two: str, said: str, untouched: Shop
) -> None:
    with pytest.raises(ConfigError, match=said):
        untouched.decide(verdict, one, two)


def test_before_the_first_night_there_is_nobody_to_decide_about() -> None:
    session: Session = embedded()
    with pytest.raises(ConfigError, match="no customers yet"):
        sides(session, "merge", "c0000000001", "c0000000002")


def test_decisions_are_remembered_and_undone_once(here: Shop) -> None:
    made = here.decide("never", "shopify:1", "shopify:2")
    assert here.ledger.decisions.every() == [made]
    undone = here.ledger.decisions.undo(made.number, "bob", NOW)
    assert undone == replace(made, undone_at=NOW, undone_by="bob")
    assert here.ledger.decisions.in_force() == []
    with pytest.raises(ConfigError, match="undone before, by bob"):
        here.ledger.decisions.undo(made.number, "eve", NOW)
    with pytest.raises(ConfigError, match="there is no decision 9"):
        here.ledger.decisions.undo(9, "eve", NOW)
