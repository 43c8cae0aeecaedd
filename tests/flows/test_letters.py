"""The brief is mailed to whoever wants it, and a server that is away fails no night."""

from __future__ import annotations

import logging

import pytest

from flows.letters import send_brief
from monitoring.brief.compose import compose
from tests.monitoring.brief.nights import ORDINARY
from tests.monitoring.channels.receiver import patient


def test_a_brief_that_cannot_be_mailed_is_a_line_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("prefect.flow_runs").addHandler(caplog.handler)
    for name, value in {
        "HOST": "127.0.0.1",
        "PORT": "1",
        "SECURITY": "none",
        "BRIEF_TO": "crm@example.org",
        "TIMEOUT_SECONDS": "1",
    }.items():
        monkeypatch.setenv(f"EMAIL_{name}", value)

    send_brief(compose(ORDINARY, {}), patient)

    assert "the brief was not sent: email: the server cannot be reached" in caplog.text
