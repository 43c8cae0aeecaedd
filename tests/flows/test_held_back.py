"""A night that is held back is written down: what was wrong, and what to do about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.clock import SystemClock
from core.errors import UnpublishedError
from core.ledger import RunState
from core.settings import DaybreakSettings
from flows.house import House
from flows.work import rebuild
from tests.transforms.raw import Raw

EMAIL = "default_email_address__email_address"


def test_the_ledger_says_why_and_a_person_can_publish_it_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDENTITY_MOST_RECORDS", "3")
    house, raw = House(DaybreakSettings(home=tmp_path), SystemClock(), None), Raw()
    for shared in (False, True):
        raw.version += 1
        for n in range(5):
            email = "ada@firm.example" if shared else f"person{n}@firm{n}.example"
            raw.put("shopify", "customers", id=str(n), **{EMAIL: email})
        with house.warehouse.session([]) as session:
            raw.land(session)
        if not shared:
            assert rebuild(house).total == 5

    with pytest.raises(UnpublishedError):
        rebuild(house)

    run = house.ledger.last_run(None, "reconcile")
    assert run is not None
    assert (run.state, run.error_kind) == (RunState.FAILED, "UnpublishedError")
    assert "one customer would have 5 records (the limit is 3)" in (run.error or "")
    assert "`daybreak reconcile --publish-anyway`" in (run.next_step or "")
    assert run.details["quality"]["measures"]["largest"] == 5
    assert rebuild(house, anyway=True).total == 1
