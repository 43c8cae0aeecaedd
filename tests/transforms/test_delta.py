"""What the night rebuilds from what changed is what it would rebuild from everything."""

from __future__ import annotations

from random import Random

import pytest

from core.warehouse import Session
from tests.transforms.conftest import embedded
from tests.transforms.happenings import night
from tests.transforms.raw import Raw
from tests.transforms.snapshot import differences, snapshot
from transforms import reconcile


def test_the_same_nights_leave_the_same_on_every_warehouse(session: Session) -> None:
    dice, raw, reference = Random(20), Raw(), embedded()
    for number in range(5):
        night(raw, dice, 40 if number == 0 else 6)
        for one in (session, reference):
            raw.land(one)
            reconcile(one, now=raw.now())
        assert differences(snapshot(session), snapshot(reference)) == {}
    before = snapshot(session)
    reconcile(session, now=raw.now(), full=True)
    assert differences(before, snapshot(session)) == {}
