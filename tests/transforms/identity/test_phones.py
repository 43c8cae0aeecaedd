"""What a phone number as typed means."""

from __future__ import annotations

import pytest

from transforms.identity.phones import read_phone


@pytest.mark.parametrize(
    ("raw", "country", "number"),
    [
        ("020 7946 0018", "GB", "+442079460018"),
        ("+44 (0)20 7946 0018", "", "+442079460018"),
        ("0044 20 7946 0018", "", "+442079460018"),
        ("030 901820", "DE", "+4930901820"),
        ("(212) 555-0143", "US", "+12125550143"),
        ("+1 212 555 0143 x12", "", "+12125550143;ext=12"),
    ],
)
def test_every_form_of_a_number_is_one_number(raw: str, country: str, number: str) -> None:
    phone = read_phone(raw, country)
    assert (phone.number, phone.status) == (number, "good")


@pytest.mark.parametrize(
    ("raw", "country", "status"),
    [
        ("000000", "GB", "junk"),
        ("+1 999 999 9999", "", "junk"),
        ("1234567890", "US", "junk"),
        ("020 7946 0018", "", "invalid"),
        ("call me", "GB", "invalid"),
        ("12", "GB", "junk"),
        ("+44 20 7946 0018 0018 0018", "", "invalid"),
    ],
)
def test_what_is_no_number_says_why(raw: str, country: str, status: str) -> None:
    phone = read_phone(raw, country)
    assert (phone.number, phone.status) == (None, status)
    assert phone.reason
