"""Where alerts are told, one channel a file."""

from __future__ import annotations

from core.settings import (
    EmailSettings,
    PagerDutySettings,
    SentrySettings,
    SlackSettings,
    TeamsSettings,
    WebhookSettings,
    load,
)
from monitoring.channels.email import EmailChannel
from monitoring.channels.pagerduty import PagerDutyChannel
from monitoring.channels.sentry import SentryChannel
from monitoring.channels.slack import SlackChannel
from monitoring.channels.teams import TeamsChannel
from monitoring.channels.webhook import WebhookChannel
from monitoring.notices import Channel

NAMES = ("pagerduty", "slack", "teams", "email", "webhook", "sentry")


def configured() -> list[Channel]:
    """Return the channels that are set up, those that reach people first; none is fine.

    Raises:
        ConfigError: a channel is set up wrongly.
    """
    channels: list[Channel] = []
    pagerduty, slack = load(PagerDutySettings), load(SlackSettings)
    if pagerduty.routing_key.get_secret_value():
        channels.append(PagerDutyChannel(pagerduty))
    if slack.webhook_url.get_secret_value():
        channels.append(SlackChannel(slack))
    teams, email = load(TeamsSettings), load(EmailSettings)
    if teams.webhook_url.get_secret_value():
        channels.append(TeamsChannel(teams))
    if email.host and email.receivers:
        channels.append(EmailChannel(email))
    webhook, sentry = load(WebhookSettings), load(SentrySettings)
    if webhook.url.get_secret_value():
        channels.append(WebhookChannel(webhook))
    if sentry.dsn.get_secret_value():
        channels.append(SentryChannel(sentry))
    return channels
