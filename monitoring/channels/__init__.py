"""Where alerts are told, one channel a file."""

from __future__ import annotations

from core.settings import SentrySettings, SlackSettings, load
from monitoring.channels.sentry import SentryChannel
from monitoring.channels.slack import SlackChannel
from monitoring.notices import Channel


def configured() -> list[Channel]:
    """Return the channels that are set up; none is fine.

    Raises:
        ConfigError: a channel is set up wrongly.
    """
    slack, sentry = load(SlackSettings), load(SentrySettings)
    channels: list[Channel] = []
    if slack.webhook_url.get_secret_value():
        channels.append(SlackChannel(slack))
    if sentry.dsn.get_secret_value():
        channels.append(SentryChannel(sentry))
    return channels
