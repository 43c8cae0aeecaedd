"""What was killed is started again by the watch, once, and never twice for one death."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.states import Running

import schedules
from core.ledger import Ledger
from core.ledger.ending import CRASHED, HUNG, SUCCEEDED, Ending
from flows.again import begin_again

NOW = datetime(2026, 1, 6, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
CADENCES = [c for c in schedules.every() if c.source in {None, "shopify", "stripe"}]

pytestmark = pytest.mark.usefixtures("prefect")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")


def ended(ledger: Ledger, source: str | None, end: Ending, ago: timedelta = HOUR) -> int:
    """Let a run end so; without a source it is a night."""
    number = ledger.begin("pull" if source else "night", source, at=NOW - ago)
    ledger.finish(number, end, NOW - ago)
    return number


@contextmanager
def deployed(*names: str) -> Iterator[list[UUID]]:
    """Have the server know these deployments; yields their numbers."""
    from prefect import flow  # noqa: PLC0415 - after the server's environment is set

    with get_client(sync_client=True) as client:
        made = []
        for name in names:

            @flow(name="night" if name == "night" else "pull")
            def stand_in() -> None:
                """Stand in for a flow."""

            made.append(client.create_deployment(client.create_flow(stand_in), name))
        yield made
        for number in made:
            client.delete_deployment(number)


def waiting() -> list[FlowRun]:
    with get_client(sync_client=True) as client:
        return [r for r in client.read_flow_runs() if (r.idempotency_key or "").startswith("again")]


@pytest.mark.parametrize("end", [CRASHED, HUNG])
def test_a_lost_pull_is_started_again_once(ledger: Ledger, end: Ending) -> None:
    ended(ledger, "stripe", SUCCEEDED, 2 * HOUR)
    ended(ledger, "stripe", end)
    ended(ledger, "shopify", SUCCEEDED)
    before = len(waiting())

    with deployed("pull-stripe", "pull-shopify"):
        assert begin_again(ledger, CADENCES, NOW) == ["pull-stripe"]
        assert begin_again(ledger, CADENCES, NOW) == ["pull-stripe"]
        assert len(waiting()) == before + 1


def test_the_dead_give_back_the_slot_of_their_schedule_and_the_living_keep_theirs(
    ledger: Ledger,
) -> None:
    with deployed("pull-stripe") as [schedule], get_client(sync_client=True) as client:
        dead = client.create_flow_run_from_deployment(schedule, state=Running())
        now = datetime.now(UTC)
        number = ledger.begin("pull", "stripe", at=now)
        living = client.create_flow_run_from_deployment(schedule, state=Running())
        ledger.finish(number, CRASHED, now)

        assert begin_again(ledger, CADENCES, now + HOUR) == ["pull-stripe"]
        states = [client.read_flow_run(run.id).state for run in (dead, living)]

    assert [state.type for state in states if state] == [StateType.CRASHED, StateType.RUNNING]


def test_what_is_lost_twice_in_a_row_is_left_to_a_person(ledger: Ledger) -> None:
    for ago in (2, 1):
        ended(ledger, "stripe", CRASHED, ago * HOUR)

    with deployed("pull-stripe"):
        assert begin_again(ledger, CADENCES, NOW) == []


def test_a_lost_night_brings_its_pulls_back_itself(ledger: Ledger) -> None:
    for source in ("stripe", None):
        ended(ledger, source, CRASHED)

    with deployed("pull-stripe", "night"):
        assert begin_again(ledger, CADENCES, NOW) == ["night"]


def test_what_was_lost_yesterday_waits_for_its_next_hour(ledger: Ledger) -> None:
    ended(ledger, "stripe", CRASHED, 24 * HOUR)

    with deployed("pull-stripe"):
        assert begin_again(ledger, CADENCES, NOW) == []


def test_without_a_deployment_nothing_is_started(ledger: Ledger) -> None:
    ended(ledger, "stripe", CRASHED)

    assert begin_again(ledger, CADENCES, NOW) == []
