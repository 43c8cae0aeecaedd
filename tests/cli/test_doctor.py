"""The doctor says what is wrong in the order in which to put it right, and tries the channels."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from cli.main import app
from tests.monitoring.channels.receiver import listening


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own, without a source, a channel or a Prefect."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DAYBREAK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    return tmp_path


def doctor(*words: str) -> dict[str, dict[str, object]]:
    done = CliRunner().invoke(app, ["doctor", "--json", *words])
    return {check["check"]: check for check in orjson.loads(done.output)}


def test_versions_disk_and_clock_are_looked_at_before_all_that_stands_on_them() -> None:
    checks = doctor()

    assert list(checks)[:5] == ["versions", "disk", "ledger", "warehouse", "clock"]
    assert checks["versions"]["ok"]
    assert checks["disk"]["ok"]


def test_a_house_nobody_is_told_of_is_no_fault_and_worth_a_word() -> None:
    assert doctor()["channels"]["ok"] is None
    assert "nobody is told" in str(doctor()["channels"]["says"])


def test_a_test_message_is_sent_only_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as receiver:
        monkeypatch.setenv("SLACK_WEBHOOK_URL", receiver.url)
        assert doctor()["slack"]["ok"]
        assert receiver.received == []

        assert doctor("--send-test")["slack"]["says"] == "took a test message"
        receiver.status = 404
        assert doctor("--send-test")["slack"]["ok"] is False

    assert b"A test of daybreak" in receiver.received[0][2]


def test_a_route_that_leads_nowhere_is_found(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = home / "routes.yaml"
    monkeypatch.setenv("SLACK_WEBHOOK_URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("DAYBREAK_ROUTES", str(path))
    for file, says in (
        ("routes: [{channels: [email]}]", "email is not set up"),
        ("fallback: [pigeon]", "no channel pigeon"),
    ):
        path.write_text(file)
        assert says in str(doctor()["routes"]["says"])


def test_what_is_wrong_is_listed_in_the_order_to_put_it_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TEAMS_WEBHOOK_URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("DAYBREAK_ROUTES", "nowhere.yaml")

    done = CliRunner().invoke(app, ["doctor"])

    assert done.exit_code == 1
    assert "To be put right, in this order:\n1. routes: See docs/watch.md" in done.output
