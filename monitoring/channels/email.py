"""E-mail, by any server that speaks SMTP.

    SMTP    STARTTLS, or TLS from the start, or neither on this machine    one message a notice

Docs    https://docs.python.org/3.11/library/smtplib.html
Auth    user and password, if the server wants them
Quirks  Messages of one incident are a thread: they refer to a name that is the incident's alone.
"""

from __future__ import annotations

import smtplib
import ssl
import time
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

import tenacity

from core.redaction import redact
from core.settings import EmailSettings
from monitoring.channels.post import ATTEMPTS, Sleep
from monitoring.channels.text import MARKS, plain
from monitoring.notices import ChannelError, Notice

SUBJECT_LENGTH = 150
DOMAIN = "daybreak.invalid"


class _LaterError(ChannelError):
    """The server may take it in a moment."""


class EmailChannel:
    """Tells notices to a list of people."""

    name = "email"

    def __init__(self, settings: EmailSettings, sleep: Sleep = time.sleep) -> None:
        self._settings, self._sleep = settings, sleep

    def tell(self, notice: Notice) -> None:
        """Send ``notice`` as one message.

        Raises:
            ChannelError: the server cannot be reached, or refuses it or all receivers.
        """
        self.send(message(notice, self._settings))

    def send(self, mail: EmailMessage) -> None:
        """Send any message; sender and receivers are added where it has none.

        Raises:
            ChannelError: the server cannot be reached, or refuses it or all receivers.
        """
        _address(mail, self._settings)
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_LaterError),
            stop=tenacity.stop_after_attempt(ATTEMPTS),
            wait=tenacity.wait_exponential(),
            sleep=self._sleep,
            reraise=True,
        )
        retrying(self._once, mail)

    def _once(self, mail: EmailMessage) -> None:
        try:
            self._deliver(mail)
        except smtplib.SMTPAuthenticationError:
            raise ChannelError(
                "email: the server does not let us in",
                next_step="Check EMAIL_USER and EMAIL_PASSWORD.",
            ) from None
        except smtplib.SMTPRecipientsRefused:
            raise ChannelError(
                "email: the server takes none of the receivers", next_step="Check EMAIL_TO."
            ) from None
        except smtplib.SMTPResponseException as error:
            kind = _LaterError if 400 <= error.smtp_code < 500 else ChannelError  # noqa: PLR2004 - SMTP's classes
            raise kind(
                f"email: the server answered {error.smtp_code}",
                next_step="Check EMAIL_FROM, EMAIL_TO and what the server allows.",
            ) from None
        except (OSError, smtplib.SMTPException) as error:
            raise _LaterError(
                f"email: the server cannot be reached ({type(error).__name__})",
                next_step="Check EMAIL_HOST, EMAIL_PORT and EMAIL_SECURITY.",
            ) from None

    def _deliver(self, mail: EmailMessage) -> None:
        given = self._settings
        kind = smtplib.SMTP_SSL if given.security == "tls" else smtplib.SMTP
        with kind(given.host, given.port, timeout=given.timeout_seconds) as server:
            if given.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if given.user:
                server.login(given.user, given.password.get_secret_value())
            server.send_message(mail)


def message(notice: Notice, settings: EmailSettings) -> EmailMessage:
    """Return ``notice`` as a message."""
    mail = EmailMessage()
    subject = f"{MARKS[notice.news]}: {redact(notice.title)}"
    mail["Subject"] = " ".join(subject.split())[:SUBJECT_LENGTH]
    mail["Date"] = format_datetime(notice.at)
    mail["Message-ID"] = make_msgid(domain=DOMAIN)
    threads = [f"<daybreak-incident-{number}@{DOMAIN}>" for number in notice.incidents]
    if threads:
        mail["References"] = " ".join(threads)
    mail["X-Priority"] = "1" if notice.severity.value == "critical" else "3"
    mail.set_content(plain(notice) + "\n")
    _address(mail, settings)
    return mail


def _address(mail: EmailMessage, settings: EmailSettings) -> None:
    for header, value in (("From", settings.sender), ("To", ", ".join(settings.receivers))):
        if mail[header] is None:
            mail[header] = value
