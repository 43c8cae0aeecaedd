"""The brief by e-mail, to whoever wants it. A server that does not take it fails no night."""

from __future__ import annotations

import logging
import time

from core.settings import EmailSettings, load
from monitoring.brief.letter import letter
from monitoring.brief.page import Page
from monitoring.channels.email import EmailChannel
from monitoring.channels.post import Sleep
from monitoring.notices import ChannelError

_LOG = logging.getLogger("prefect.flow_runs")


def send_brief(page: Page, sleep: Sleep = time.sleep) -> None:
    """Send ``page`` to EMAIL_BRIEF_TO, if a server and somebody there are set."""
    settings = load(EmailSettings)
    readers = settings.brief_readers
    if not (settings.host and readers):
        return
    try:
        EmailChannel(settings, sleep).send(letter(page, settings.sender, readers))
    except ChannelError as error:
        _LOG.warning("the brief was not sent: %s", error)
