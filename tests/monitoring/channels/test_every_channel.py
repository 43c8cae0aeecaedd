"""Whatever the form, a notice arrives whole, without personal data, and it is known that it did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from core.ledger.alert import Severity
from core.settings import (
    PagerDutySettings,
    SentrySettings,
    SlackSettings,
    TeamsSettings,
    WebhookSettings,
)
from monitoring.channels.pagerduty import PagerDutyChannel
from monitoring.channels.sentry import SentryChannel
from monitoring.channels.slack import SlackChannel
from monitoring.channels.teams import TeamsChannel
from monitoring.channels.webhook import WebhookChannel
from monitoring.notices import Channel, ChannelError, News
from tests.monitoring.channels.receiver import listening, patient
from tests.monitoring.channels.test_sentry import NOTICE

WHOLE = replace(
    NOTICE,
    incidents=(7,),
    since=datetime(2026, 1, 6, 1, tzinfo=UTC),
    affects=("invoices and payments from Stripe",),
    links=(("The run in Prefect", "https://prefect.example/runs/flow-run/1"),),
    severity=Severity.CRITICAL,
)
Make = Callable[[str], Channel]
CHANNELS: dict[str, Make] = {
    "slack": lambda url: SlackChannel(SlackSettings(webhook_url=SecretStr(url)), patient),
    "teams": lambda url: TeamsChannel(TeamsSettings(webhook_url=SecretStr(url)), patient),
    "pagerduty": lambda url: PagerDutyChannel(
        PagerDutySettings(routing_key=SecretStr("R0UT1NG"), base_url=url), patient
    ),
    "webhook": lambda url: WebhookChannel(
        WebhookSettings(url=SecretStr(url), token=SecretStr("t0ken-t0ken")), patient
    ),
    "sentry": lambda url: SentryChannel(
        SentrySettings(dsn=SecretStr(url.replace("//", "//key@") + "/1")), patient
    ),
}


@pytest.fixture(params=CHANNELS)
def make(request: pytest.FixtureRequest) -> Make:
    return CHANNELS[request.param]


def test_everybody_learns_what_is_wrong_since_when_what_it_touches_and_what_to_do(
    make: Make,
) -> None:
    with listening() as receiver:
        make(receiver.url).tell(WHOLE)

    said = receiver.received[0][2].decode()
    for words in (
        "Stripe failed",
        "It does not accept our key",
        "Check STRIPE_API_KEY.",
        "invoices and payments from Stripe",
        "https://prefect.example/runs/flow-run/1",
    ):
        assert words in said
    assert "6 January 01:00" in said or "2026-01-06T01:00" in said


def test_nobody_is_named_in_any_form(make: Make) -> None:
    with listening() as receiver:
        make(receiver.url).tell(
            replace(WHOLE, title="For ada@example.org", affects=("+49 30 1234567",))
        )

    said = receiver.received[0][2].decode()
    assert "ada@example.org" not in said
    assert "1234567" not in said


def test_a_server_that_is_busy_for_a_moment_is_asked_again(make: Make) -> None:
    with listening() as receiver:
        receiver.answers = [503, 429]
        make(receiver.url).tell(WHOLE)

    assert len(receiver.received) == 3


def test_a_server_that_stays_busy_refuses_or_is_away_is_an_error_without_secrets(
    make: Make,
) -> None:
    with listening() as receiver:
        channel = make(receiver.url)
        receiver.status = 500
        with pytest.raises(ChannelError, match="answered 500") as busy:
            channel.tell(WHOLE)
        assert len(receiver.received) == 3
        receiver.status = 403
        with pytest.raises(ChannelError, match="answered 403") as refused:
            channel.tell(WHOLE)
        assert len(receiver.received) == 4
    with pytest.raises(ChannelError, match="cannot be reached") as away:
        channel.tell(WHOLE)

    for error in (busy, refused, away):
        assert error.value.next_step
        assert receiver.url.partition("//")[2] not in f"{error.value}{error.value.next_step}"


def test_a_server_is_given_the_time_it_asks_for() -> None:
    waited: list[float] = []
    with listening() as receiver:
        receiver.answers, receiver.headers = [429], {"Retry-After": "7"}
        SlackChannel(SlackSettings(webhook_url=SecretStr(receiver.url)), waited.append).tell(WHOLE)

    assert waited == [7.0]


def test_pagerduty_opens_updates_and_closes_one_incident_by_its_key() -> None:
    with listening() as receiver:
        channel = CHANNELS["pagerduty"](receiver.url)
        channel.tell(WHOLE)
        channel.tell(replace(WHOLE, news=News.UPDATE))
        channel.tell(replace(WHOLE, news=News.OVER, incidents=(7, 9)))

    bodies = receiver.bodies()
    assert [path for path, _, _ in receiver.received] == ["/v2/enqueue"] * 4
    assert [(b["event_action"], b["dedup_key"]) for b in bodies] == [
        ("trigger", "daybreak-7"),
        ("trigger", "daybreak-7"),
        ("resolve", "daybreak-7"),
        ("resolve", "daybreak-9"),
    ]
    assert bodies[0]["payload"]["severity"] == "critical"
    assert bodies[0]["routing_key"] == "R0UT1NG"


def test_teams_is_sent_one_adaptive_card_that_no_word_of_a_vendor_can_mark_up() -> None:
    with listening() as receiver:
        CHANNELS["teams"](receiver.url).tell(replace(WHOLE, lines=("[x](http://y) **b**",)))

    [body] = receiver.bodies()
    [attachment] = body["attachments"]
    assert body["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert card["body"][0]["text"] == "Stripe failed"
    assert not set(card["body"][1]["text"]) & set("[]*")
    assert card["actions"][0]["url"].startswith("https://prefect.example/")


def test_a_webhook_is_sent_everything_under_names_that_stay() -> None:
    with listening() as receiver:
        CHANNELS["webhook"](receiver.url).tell(WHOLE)

    [(_, headers, _)], [body] = receiver.received, receiver.bodies()
    assert headers["Authorization"] == "Bearer t0ken-t0ken"
    assert set(body) == {
        "news",
        "severity",
        "incidents",
        "title",
        "lines",
        "next_step",
        "since",
        "affects",
        "subjects",
        "links",
        "at",
    }
