"""A notice is a message in Slack's form, and the webhook's URL stays a secret."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import SecretStr

from core.settings import SlackSettings
from monitoring.channels.slack import SlackChannel
from monitoring.notices import ChannelError, News
from tests.monitoring.channels.receiver import listening, patient
from tests.monitoring.channels.test_sentry import NOTICE


def channel(url: str) -> SlackChannel:
    return SlackChannel(SlackSettings(webhook_url=SecretStr(url), timeout_seconds=5), patient)


def test_a_notice_arrives_with_title_cause_and_next_step() -> None:
    with listening() as receiver:
        channel(receiver.url + "/services/T0/B0/xyz").tell(NOTICE)

    [body] = receiver.bodies()
    header, cause, step = body["blocks"]
    assert body["text"] == ":red_circle: Stripe failed"
    assert header["text"]["text"] == ":red_circle: Stripe failed"
    assert cause["text"]["text"] == "It does not accept our key for ***."
    assert step["text"]["text"] == "*Next step:* Check STRIPE_API_KEY."


def test_good_news_is_green_and_asks_for_nothing() -> None:
    with listening() as receiver:
        channel(receiver.url).tell(replace(NOTICE, news=News.OVER, next_step=""))

    [body] = receiver.bodies()
    assert body["text"].startswith(":large_green_circle:")
    assert len(body["blocks"]) == 2


def test_a_vendors_words_cannot_write_markup_or_burst_the_message() -> None:
    with listening() as receiver:
        channel(receiver.url).tell(
            replace(NOTICE, title="T" * 400, lines=("<!channel> & <http://x|y>" * 400,))
        )

    [body] = receiver.bodies()
    header, cause, _ = body["blocks"]
    assert len(header["text"]["text"]) == 150
    assert len(cause["text"]["text"]) <= 3000
    assert "<" not in cause["text"]["text"]


def test_a_webhook_that_refuses_or_is_away_is_an_error_without_its_url() -> None:
    with listening() as receiver:
        slack = channel(receiver.url + "/services/secret")
        receiver.status = 404
        with pytest.raises(ChannelError, match="answered 404") as refused:
            slack.tell(NOTICE)
    with pytest.raises(ChannelError, match="cannot be reached") as away:
        slack.tell(NOTICE)

    assert "secret" not in f"{refused.value}{away.value}"
