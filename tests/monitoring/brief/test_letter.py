"""The brief goes out as a letter that every mail program can show."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from monitoring.brief.compose import compose
from monitoring.brief.letter import letter
from tests.monitoring.brief.nights import BUSY, ORDINARY, TERRIBLE


def sent(night: object = BUSY) -> EmailMessage:
    page = compose(night)  # type: ignore[arg-type] # any of the nights
    written = letter(page, "daybreak@shop.example", ["crm@shop.example", "ops@shop.example"])
    read = message_from_bytes(written.as_bytes(), policy=default)
    assert isinstance(read, EmailMessage)
    return read


def test_the_subject_says_whether_to_open_it() -> None:
    assert sent(TERRIBLE)["Subject"].startswith("6 January: 2 of 6 systems arrived; HubSpot, Mail")
    assert sent()["To"] == "crm@shop.example, ops@shop.example"


def test_it_has_text_and_html_of_the_same_brief_and_the_whole_page_attached() -> None:
    message = sent()

    text, page = message.get_body(("plain",)), message.get_body(("html",))
    [attached] = message.iter_attachments()

    assert text is not None
    assert page is not None
    assert "# The night of Tuesday 6 January 2026" in text.get_content()
    assert "Everything arrived." in page.get_content()
    assert attached.get_filename() == "brief-2026-01-06.html"
    assert "<svg" in attached.get_content()


def test_what_mail_programs_leave_out_is_not_in_the_letter() -> None:
    page = sent().get_body(("html",))

    assert page is not None
    assert "<svg" not in page.get_content()
    assert "Last nights" not in page.get_content()


def test_no_verdict_can_add_a_header() -> None:
    page = replace(compose(ORDINARY), verdict="Good.\nBcc: x@x.example")

    message = letter(page, "daybreak@shop.example", ["crm@shop.example"])

    assert message["Bcc"] is None
    assert message["Subject"] == "6 January: Good. Bcc: x@x.example"
