"""The brief as an e-mail: text for those who read text, HTML, and the page itself attached.

Mail programs leave out drawings, so the HTML in the letter has none; the attached page has.
"""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import format_datetime

from monitoring.brief import html, markdown
from monitoring.brief.page import Page


def letter(page: Page, sender: str, recipients: Sequence[str]) -> EmailMessage:
    """Return ``page`` as a message that is ready to be sent.

    Args:
        page: What to say.
        sender: The address it comes from.
        recipients: The addresses it goes to.
    """
    message = EmailMessage()
    day = f"{page.began_at.day} {page.began_at:%B}"
    message["Subject"] = " ".join(f"{day}: {page.verdict}".split())
    message["From"] = sender
    message["To"] = ", ".join(recipients)
    # Dated by its night, so that a folder of briefs is in the order of the nights.
    message["Date"] = format_datetime(page.began_at)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(markdown.render(page))
    message.add_alternative(html.render(page, charts=False), subtype="html")
    message.add_attachment(
        html.render(page), subtype="html", filename=f"brief-{page.began_at:%Y-%m-%d}.html"
    )
    return message
