"""What an e-mail as typed means."""

from __future__ import annotations

import pytest

from transforms.identity.emails import read_email


@pytest.mark.parametrize(
    ("raw", "mailbox"),
    [
        (" Ada@Firm.Example ", "ada@firm.example"),
        ("<ada@firm.example>", "ada@firm.example"),
        ("mailto:ada@firm.example", "ada@firm.example"),
        ("A.da+news@googlemail.com", "ada@gmail.com"),
        ("ada+shop@outlook.com", "ada@outlook.com"),
        ("a.da@firm.example", "a.da@firm.example"),
        ("ada+shop@firm.example", "ada+shop@firm.example"),
        ("\uff41da@firm.example", "ada@firm.example"),
    ],
)
def test_spellings_that_one_provider_delivers_together_are_one_mailbox(
    raw: str, mailbox: str
) -> None:
    email = read_email(raw)
    assert (email.mailbox, email.status) == (mailbox, "personal")


def test_the_address_to_write_to_keeps_its_dots_and_tags() -> None:
    assert read_email("A.da+News@gmail.com").address == "a.da+news@gmail.com"


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        ("info@firm.example", "role"),
        ("Support@firm.example", "role"),
        ("test@firm.example", "junk"),
        ("test1@gmail.com", "junk"),
        ("noreply@firm.example", "junk"),
        ("xxx@firm.example", "junk"),
        ("somebody@test.com", "junk"),
        ("ada", "invalid"),
        ("ada@firm", "invalid"),
        ("ada@firm.example, bob@firm.example", "invalid"),
        ("a" * 400 + "@firm.example", "invalid"),
        ("", "invalid"),
    ],
)
def test_what_is_nobodys_own_says_why(raw: str, status: str) -> None:
    email = read_email(raw)
    assert email.status == status
    assert email.reason
    if status == "invalid":
        assert email.address is None
