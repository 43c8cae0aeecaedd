"""Worker, server and machine are really killed: whoever is left, or somebody outside, tells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psutil
import pytest

from core.ledger import RunState
from core.ledger.ending import CRASHED
from tests.journeys.standing import Standing, kill, patiently, standing
from tests.monitoring.channels.crons import alarms, checkins
from tests.monitoring.channels.postbox import mailing
from tests.monitoring.channels.receiver import Receiver, listening

pytestmark = [pytest.mark.proof, pytest.mark.timeout(1200)]
PULL = "pull/pull-shopify"
HANGING = {"vendor": "shopify", "do": "hang", "seconds": 900, "times": 0}


def dsn(receiver: Receiver) -> str:
    return receiver.url.replace("//", "//key@") + "/1"


def titles(receiver: Receiver) -> list[str]:
    return [body["title"] for body in receiver.bodies()]


def test_a_run_killed_with_its_worker_is_told_and_started_again_once(tmp_path: Path) -> None:
    with (
        listening() as hook,
        listening() as sentry,
        standing(tmp_path, WEBHOOK_URL=hook.url, SENTRY_DSN=dsn(sentry)) as up,
    ):
        httpx.post(f"{up.sandbox}/__sim__/faults", json=HANGING).raise_for_status()
        schedule = up.schedule(PULL)
        struck = up.await_run("shopify", RunState.RUNNING)
        httpx.delete(schedule).raise_for_status()
        worker = up.part("worker")
        kill([worker, *worker.children(recursive=True)])
        httpx.delete(f"{up.sandbox}/__sim__/faults").raise_for_status()

        beside = {"DAYBREAK_SANDBOX": up.sandbox}
        first = up.command("watch", **beside)
        again = up.await_run("shopify", RunState.SUCCEEDED, after=struck.id)
        second = up.command("watch", **beside)

        pulls = [r for r in up.runs() if r["name"] == "pull-shopify"]
        said = checkins(sentry)

    assert first.returncode == 3, first.stdout + first.stderr
    assert titles(hook)[0] == "Shopify was stopped in the middle"
    assert titles(hook)[-1] == "Shopify: over"
    assert len(titles(hook)) == 2
    assert "prefect-worker had ended by itself" in up.log
    assert second.returncode == 0, second.stdout + second.stderr
    assert sum((r["idempotency_key"] or "").startswith("again") for r in pulls) == 1
    assert {r["state"]["type"] for r in pulls} <= {"CRASHED", "COMPLETED", "CANCELLED"}
    assert sum(r["state"]["type"] == "COMPLETED" for r in pulls) == 1
    assert up.ledger.runs_of("pull", struck.started_at, "shopify")[0].error == CRASHED.error
    mine = [(one.number, one.status) for one in said if one.slug == "daybreak-pull-shopify"]
    assert [status for _, status in mine] == ["in_progress", "in_progress", "ok"]
    assert mine[1][0] == mine[2][0] != mine[0][0]
    assert again.rows.new > 0


def test_a_server_that_is_killed_is_started_again_and_a_machine_that_is_killed_is_told_outside(
    tmp_path: Path,
) -> None:
    with (
        listening() as hook,
        listening() as sentry,
        mailing() as (post, port),
        standing(tmp_path, WEBHOOK_URL=hook.url, SENTRY_DSN=dsn(sentry), **mail(port)) as up,
    ):
        kill([up.part("server start")])
        back(up)
        up.schedule(PULL)
        up.await_run("shopify", RunState.SUCCEEDED)

        whole = psutil.Process(up.process.pid)
        kill([whole, *whole.children(recursive=True)])
        told = up.command("watch")
        again = up.command("watch")
        now = datetime.now(UTC)
        said = checkins(sentry)

    assert told.returncode == again.returncode == 3, told.stdout + told.stderr
    assert titles(hook) == ["Prefect does not answer"]
    assert post.subjects == ["Trouble: Prefect does not answer"]
    assert "prefect-server had ended by itself" in up.log
    assert alarms(said, now) == {}
    missing = alarms(said, now + timedelta(days=1))
    assert missing["daybreak-pull-shopify"] == "missed"


def mail(port: int) -> dict[str, str]:
    return {
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(port),
        "EMAIL_SECURITY": "none",
        "EMAIL_TO": "ops@example.org",
    }


@patiently
def back(up: Standing) -> None:
    assert "prefect-server had ended by itself" in up.log
    httpx.get(f"{up.api}/health").raise_for_status()
