"""A notice is a message on a real SMTP server; incidents are threads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest
from pydantic import SecretStr

from core.settings import EmailSettings
from monitoring.channels.email import EmailChannel
from monitoring.notices import ChannelError, News
from tests.monitoring.channels.postbox import Postbox, mailing, text
from tests.monitoring.channels.receiver import patient
from tests.monitoring.channels.test_every_channel import WHOLE


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    with mailing() as found:
        yield found


def channel(port: int, **more: Any) -> EmailChannel:
    given = {"to": "ops@example.org, crm@example.org", "security": "none", **more}
    return EmailChannel(EmailSettings(host="127.0.0.1", port=port, **given), patient)


def test_a_notice_arrives_at_everybody_who_is_named(postbox: tuple[Postbox, int]) -> None:
    box, port = postbox
    channel(port).tell(WHOLE)

    [mail] = box.mails
    assert mail.rcpt_tos == ["ops@example.org", "crm@example.org"]
    said = text(mail)
    assert "Subject: Trouble: Stripe failed" in said
    assert "Next step: Check STRIPE_API_KEY." in said
    assert "for ***" in said


def test_the_messages_of_one_incident_are_one_thread(postbox: tuple[Postbox, int]) -> None:
    box, port = postbox
    for news in News:
        channel(port).tell(replace(WHOLE, news=news))

    threads = [line for m in box.mails for line in text(m).splitlines() if "References" in line]
    assert threads == ["References: <daybreak-incident-7@daybreak.invalid>"] * 3


def test_a_server_that_is_busy_is_asked_again_and_one_that_refuses_is_an_error(
    postbox: tuple[Postbox, int],
) -> None:
    box, port = postbox
    box.answers = ["451 later", "451 later"]
    channel(port).tell(WHOLE)
    assert len(box.mails) == 1

    box.answers = ["554 no"]
    with pytest.raises(ChannelError, match="answered 554"):
        channel(port).tell(WHOLE)


def test_a_wrong_password_names_its_setting_and_not_itself(postbox: tuple[Postbox, int]) -> None:
    box, port = postbox
    channel(port, user="ops", password=SecretStr("right")).tell(WHOLE)
    assert len(box.mails) == 1

    with pytest.raises(ChannelError, match="does not let us in") as refused:
        channel(port, user="ops", password=SecretStr("wr0ng-word")).tell(WHOLE)
    assert "EMAIL_PASSWORD" in refused.value.next_step
    assert "wr0ng-word" not in str(refused.value)


def test_a_server_that_is_away_or_speaks_no_tls_is_an_error(postbox: tuple[Postbox, int]) -> None:
    _, port = postbox
    with pytest.raises(ChannelError, match="email: "):
        channel(port, security="starttls").tell(WHOLE)
    with pytest.raises(ChannelError, match="cannot be reached"):
        channel(1).tell(WHOLE)


def test_the_brief_can_be_sent_by_the_same_way(postbox: tuple[Postbox, int]) -> None:
    box, port = postbox
    brief = EmailMessage()
    brief["Subject"] = "The night of Tuesday"
    brief.set_content("plain")
    brief.add_alternative("<p>rich</p>", subtype="html")
    channel(port).send(brief)

    assert "multipart/alternative" in text(box.mails[0])
    assert box.mails[0].mail_from == "daybreak@localhost"
