"""E-mail addresses as people type them -> the address to write to, and the mailbox it means."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from transforms.identity.words import words

LONGEST = 254  # RFC 5321, section 4.5.3.1.3: a path is at most 256 octets, brackets included.
LONGEST_LOCAL = 64
SHAPE = re.compile(r"^[^@\s,;<>()\"]+@[^@\s,;<>()\"]+\.[^@\s.,;<>()\"]{2,}$")
# Providers that deliver these spellings to one mailbox: (dots do not count, tags after a plus).
DOTLESS = frozenset({"gmail.com", "googlemail.com"})
TAGGED = DOTLESS | {
    "outlook.com",
    "hotmail.com",
    "live.com",
    "icloud.com",
    "me.com",
    "mac.com",
    "fastmail.com",
    "proton.me",
    "protonmail.com",
}
SAME_AS = {"googlemail.com": "gmail.com", "protonmail.com": "proton.me", "me.com": "icloud.com"}
ROLES = words("roles")
JUNK = words("junk")
JUNK_DOMAINS = words("junk_domains")


@dataclass(frozen=True, slots=True)
class Email:
    """One e-mail as read.

    Attributes:
        address: What to write to: trimmed, lower case; None if it is no address.
        mailbox: The provider's canonical form: what two spellings must share to be one mailbox.
        status: ``personal``, ``role``, ``junk`` or ``invalid``; only personal ones join records.
        reason: Why it is not personal; empty if it is.
    """

    address: str | None
    mailbox: str | None
    status: str
    reason: str


def read_email(raw: str) -> Email:
    """Read an e-mail as a person typed it."""
    text = unicodedata.normalize("NFKC", raw).strip().strip("<>\"'").strip().lower()
    text = text.removeprefix("mailto:")
    if len(text) > LONGEST or len(text.partition("@")[0]) > LONGEST_LOCAL:
        return Email(None, None, "invalid", "longer than an address can be")
    if not SHAPE.match(text):
        return Email(None, None, "invalid", "not an address")
    local, _, domain = text.partition("@")
    status, reason = _judge(local, domain)
    return Email(text, _mailbox(local, domain), status, reason)


def _judge(local: str, domain: str) -> tuple[str, str]:
    stem = re.sub(r"[\d._-]+$", "", local.partition("+")[0])
    if local in JUNK or stem in {"test", "noreply", "no-reply", "donotreply"}:
        return "junk", "a placeholder, not a person's"
    if domain in JUNK_DOMAINS or len(set(local)) == 1:
        return "junk", "a placeholder, not a person's"
    if local.partition("+")[0] in ROLES:
        return "role", "a role's mailbox, shared by design"
    return "personal", ""


def _mailbox(local: str, domain: str) -> str:
    if domain in TAGGED:
        local = local.partition("+")[0] or local
    if domain in DOTLESS:
        local = local.replace(".", "") or local
    return f"{local}@{SAME_AS.get(domain, domain)}"
