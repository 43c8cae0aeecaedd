"""Phone numbers in any form -> E.164."""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers

FEWEST_DIFFERENT_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone number as read.

    Attributes:
        number: E.164, with ``;ext=`` where an extension was given; None if it is no number.
        status: ``good``, ``junk`` or ``invalid``.
        reason: Why it is not good; empty if it is.
    """

    number: str | None
    status: str
    reason: str


def read_phone(raw: str, country: str) -> Phone:
    """Read a phone number.

    Args:
        raw: As a person typed it.
        country: ISO 3166 code of where a number without ``+`` is local to; empty if unknown.
    """
    text = raw.strip()
    if text.startswith("00"):
        text = f"+{text[2:]}"
    if _is_junk(text):
        return Phone(None, "junk", "a placeholder, not a number")
    if not text.startswith("+") and not country:
        return Phone(None, "invalid", "a local number without a country")
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return Phone(None, "invalid", "not a phone number")
    if not phonenumbers.is_possible_number(number):
        return Phone(None, "invalid", "not a phone number")
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(f"{e164};ext={number.extension}" if number.extension else e164, "good", "")


def _is_junk(text: str) -> bool:
    digits = [c for c in text if c.isdigit()]
    run = "".join(digits).lstrip("0")
    if digits and len(set(digits)) < FEWEST_DIFFERENT_DIGITS:
        return True
    # A subscriber number of one repeated digit, and the keys pressed from left to right.
    return len(set(run[-7:])) == 1 or run in {"123456789", "1234567890", "12345678", "1234567"}
