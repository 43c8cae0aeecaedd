"""A notice is an event in Sentry, without personal data, and is known to have arrived."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sentry_sdk
from pydantic import SecretStr

from core.errors import ConfigError, VendorRefusedError
from core.ledger.alert import Severity
from core.settings import SentrySettings
from monitoring.channels.sentry import SentryChannel
from monitoring.notices import ChannelError, News, Notice
from tests.monitoring.channels.bugsink import Bugsink, running
from tests.monitoring.channels.receiver import listening, patient
from tests.monitoring.world import World

NOTICE = Notice(
    news=News.TROUBLE,
    tellings=((7, "quiet:VendorRefusedError"),),
    subjects=("stripe",),
    severity=Severity.ERROR,
    title="Stripe failed",
    lines=("It does not accept our key for ada@example.org.",),
    next_step="Check STRIPE_API_KEY.",
    fingerprint="quiet:401",
    at=datetime(2026, 1, 6, 2, tzinfo=UTC),
)


@pytest.fixture(scope="module")
def bugsink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bugsink]:
    folder: Path = tmp_path_factory.mktemp("bugsink")
    with running(folder) as server:
        yield server


def channel(dsn: str) -> SentryChannel:
    return SentryChannel(SentrySettings(dsn=SecretStr(dsn), environment="tests"), patient)


def test_a_failed_sync_becomes_one_issue_in_a_real_server(world: World, bugsink: Bugsink) -> None:
    sentry = channel(bugsink.dsn)
    for _ in range(2):
        world.pull(
            "stripe",
            VendorRefusedError(
                "stripe: GET /v1/charges answered 401: no ada@example.org",
                next_step="Check STRIPE_API_KEY.",
            ),
        )
        world.watch(sentry)
    world.pull("stripe")
    world.watch(sentry)

    trouble, over = bugsink.events()

    assert bugsink.issues() == 2
    assert trouble["message"].startswith("Stripe failed\nIt does not accept our key")
    assert (trouble["level"], over["level"]) == ("error", "info")
    assert trouble["environment"] == "tests"
    assert trouble["tags"] == {"news": "trouble", "subjects": "stripe"}
    assert trouble["extra"]["next_step"] == "Check STRIPE_API_KEY."
    assert "ada@example.org" not in str(trouble)


def test_personal_data_is_masked_before_it_leaves() -> None:
    with listening() as receiver:
        channel(receiver.url.replace("//", "//key@") + "/1").tell(NOTICE)

    [(path, headers, body)] = receiver.received
    assert path == "/api/1/envelope/"
    assert "sentry_key=key" in headers["X-Sentry-Auth"]
    assert b"does not accept our key for" in body
    assert b"ada@example.org" not in body
    assert b"server_name" not in body or b'"server_name":"daybreak"' in body


def test_a_server_that_refuses_or_is_away_is_an_error() -> None:
    with listening() as receiver:
        sentry = channel(receiver.url.replace("//", "//key@") + "/1")
        receiver.status = 429
        with pytest.raises(ChannelError, match="429"):
            sentry.tell(NOTICE)
    with pytest.raises(ChannelError, match="cannot be reached"):
        sentry.tell(NOTICE)


def test_a_channel_leaves_nothing_global_behind() -> None:
    channel("http://key@127.0.0.1:9/1")

    assert not sentry_sdk.get_client().is_active()


@pytest.mark.parametrize("wrong", ["nonsense", "http://127.0.0.1/1", "ftp://key@h/1"])
def test_a_wrong_dsn_names_its_setting(wrong: str) -> None:
    with pytest.raises(ConfigError, match="SENTRY_DSN"):
        channel(wrong)
