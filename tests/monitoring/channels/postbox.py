"""A real SMTP server on loopback that keeps what it is sent, and answers as it is told."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email import message_from_string
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


class Postbox:
    """What arrived, and how to answer: first by ``answers``, then well."""

    def __init__(self) -> None:
        self.mails: list[Envelope] = []
        self.answers: list[str] = []

    @property
    def subjects(self) -> list[str]:
        """The subject of each mail, in their order."""
        return [str(message_from_string(text(mail))["Subject"]) for mail in self.mails]

    async def handle_DATA(  # noqa: N802 - the server's name for it
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.answers:
            return self.answers.pop(0)
        self.mails.append(envelope)
        return "250 OK"


def text(envelope: Envelope) -> str:
    """Return a mail as it was sent."""
    content = envelope.content
    return content.decode() if isinstance(content, bytes) else str(content)


def _login(_server: Any, _session: Any, _envelope: Any, _how: str, given: Any) -> AuthResult:
    good = given.login == b"ops" and given.password == b"right"
    return AuthResult(success=good, handled=False)


@contextmanager
def mailing() -> Iterator[tuple[Postbox, int]]:
    """Serve until the block ends; yields what arrives, and the port."""
    box = Postbox()
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    server = Controller(
        box,
        hostname="127.0.0.1",
        port=port,
        authenticator=_login,
        auth_require_tls=False,
    )
    server.start()
    try:
        yield box, port
    finally:
        server.stop()
