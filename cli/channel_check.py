"""Is everybody reached who is to be told?"""

from __future__ import annotations

from datetime import datetime

from core.errors import ConfigError
from core.ledger.alert import Severity
from core.settings import WatchSettings, load
from monitoring.channels import NAMES, configured
from monitoring.notices import Channel, News, Notice
from monitoring.routes import read_routes

STEP = "Set one up in .env: SLACK_WEBHOOK_URL, TEAMS_WEBHOOK_URL, EMAIL_HOST ... (.env.example)."

NOBODY = "nobody is told when something fails"


def routes(channels: list[Channel]) -> str:
    """Compare the routes with the channels that are set up.

    Raises:
        ConfigError: a route leads nowhere, or the file is wrong.
    """
    given = load(WatchSettings).routes
    found = read_routes(given)
    unknown = sorted(found.names() - set(NAMES))
    if unknown:
        raise ConfigError(
            f"DAYBREAK_ROUTES: there is no channel {', '.join(unknown)}",
            next_step=f"Channels are {', '.join(NAMES)}.",
        )
    missing = sorted(found.names() - {channel.name for channel in channels})
    if missing:
        raise ConfigError(
            f"DAYBREAK_ROUTES: {', '.join(missing)} is not set up, and routes lead there",
            next_step=STEP,
        )
    return f"read from {given}" if given else "none set: every channel hears everything"


def channels() -> list[Channel]:
    """Return the channels that are set up.

    Raises:
        ConfigError: one is set up wrongly, or there is none: nobody would be told anything.
    """
    found = configured()
    if not found:
        raise ConfigError(NOBODY, next_step=STEP)
    return found


def test(channel: Channel, now: datetime) -> str:
    """Tell ``channel`` something harmless.

    Raises:
        ChannelError: it did not arrive.
    """
    channel.tell(
        Notice(
            news=News.UPDATE,
            tellings=(),
            subjects=("test",),
            severity=Severity.WARNING,
            title="A test of daybreak's alerts",
            lines=("Nothing is wrong. Somebody ran `daybreak doctor --send-test`.",),
            next_step="",
            fingerprint="test",
            at=now,
        )
    )
    return "took a test message"
