"""What happens to customers over nights: the state is only a help, and what was learned stays."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

from core.warehouse import Session
from tests.transforms.conftest import embedded
from tests.transforms.happenings import night
from tests.transforms.raw import Raw
from tests.transforms.snapshot import differences, snapshot
from transforms import reconcile
from transforms.identity.engine.store import FILE
from transforms.identity.settings import Steering


def lost(state: Path) -> None:
    shutil.rmtree(state)


def spoilt(state: Path) -> None:
    (state / FILE).write_bytes(b"not a database at all, but long enough to be taken for one" * 90)


def test_a_state_that_is_lost_or_spoilt_costs_time_and_nothing_else(tmp_path: Path) -> None:
    dice, raw, one, other = Random(8), Raw(), embedded(), embedded()
    for count, happens in ((40, lost), (8, spoilt), (8, None)):
        night(raw, dice, count)
        for session, home in ((one, tmp_path / "one"), (other, tmp_path / "other")):
            raw.land(session)
            reconcile(session, now=raw.now(), steering=Steering(state=home))
        assert differences(snapshot(one), snapshot(other)) == {}
        if happens:
            happens(tmp_path / "other")


def test_a_state_that_is_older_than_the_360_is_not_believed(tmp_path: Path) -> None:
    dice, raw, one, other = Random(9), Raw(), embedded(), embedded()
    for number, count in enumerate((40, 10, 10)):
        night(raw, dice, count)
        raw.land(one)
        raw.land(other)
        reconcile(one, now=raw.now(), steering=Steering(state=tmp_path / "state"))
        reconcile(other, now=raw.now())
        if number == 0:
            shutil.copytree(tmp_path / "state", tmp_path / "kept")
        if number == 1:
            shutil.rmtree(tmp_path / "state")
            shutil.copytree(tmp_path / "kept", tmp_path / "state")
    assert differences(snapshot(one), snapshot(other)) == {}


def test_weights_are_learned_once_there_are_enough_records_and_then_kept(
    session: Session, tmp_path: Path
) -> None:
    raw, said = Raw(), list[str]()
    learned = []
    for version in range(1, 4):
        raw.version = version
        for n in range(60 * version):
            raw.put(
                "shopify",
                "customers",
                id=str(n),
                first_name=f"given{n % 17}",
                last_name=f"family{n % 23}",
                default_email_address__email_address=f"person{n % 90}@firm.example",
            )
        raw.land(session)
        steering = Steering(state=tmp_path, learn_from=100)
        done = reconcile(session, now=raw.now(), observe=said.append, steering=steering)
        learned.append(done.learned)
    assert learned == [0, 120, 0]
    assert [line for line in said if "learned" in line] == [
        "identities: weights were learned from 120 records; all was decided anew"
    ]
    kept = session.query("select distinct records from identity_knowledge").to_pylist()
    assert kept == [{"records": 120}]

    again = Steering(state=tmp_path, learn_from=100, retrain=True)
    assert reconcile(session, now=raw.now(), steering=again).learned == 180


def test_every_record_has_its_customer_whatever_its_id_looks_like(tmp_path: Path) -> None:
    raw, session = Raw(), embedded()
    for key in ("1:2", "a#b", "#1:x", "x y"):
        raw.put(
            "shopify", "customers", id=key, default_email_address__email_address="ada@firm.example"
        )
    raw.land(session)
    reconcile(session, now=raw.now(), steering=Steering(state=tmp_path))
    raw.version += 1
    raw.put("shopify", "customers", id="a#b", default_email_address__email_address="bob@x.example")
    raw.land(session)
    assert reconcile(session, now=raw.now(), steering=Steering(state=tmp_path)).split == 1
