"""What may be told: text without secrets and personal data.

Ledger, logs, alerts and Sentry get their words through here. What operations people need
survives: counts, dates, times, versions, machine addresses, record ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

MASK = "***"

SHORT_SECRET = 8
"""A shorter secret is masked only where it stands alone, or it would eat parts of words."""

PHONE_DIGITS = range(8, 16)
"""How many digits a phone number has in all; 15 is the most that E.164 allows."""


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Return ``text`` with what nobody should read replaced by ``***``.

    Masked are ``secrets`` (percent-encoded too), logins and query strings of URLs, credentials
    in headers and ``name=value`` pairs, keys in the forms vendors give them, e-mail addresses,
    phone numbers, and dates of birth that are called so. A bare run of digits is a count or an id
    and stays, unless it begins as only phone numbers do, with ``+`` or ``0``.
    """
    for secret in sorted({s for s in secrets if s.strip()}, key=len, reverse=True):
        text = _spellings(secret).sub(MASK, text)
    for rule in _RULES:
        text = rule.sub(_mask, text)
    return _NUMBER.sub(_mask_phone, text)


def _spellings(secret: str) -> re.Pattern[str]:
    forms = {secret, quote(secret, safe=""), quote_plus(secret)}
    either = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    return re.compile(either if len(secret) >= SHORT_SECRET else rf"(?<!\w)(?:{either})(?!\w)")


def _mask(found: re.Match[str]) -> str:
    return found.groupdict().get("kept", "") + MASK


_SCHEME = r"[a-z][a-z0-9+.-]{1,20}://"
_NAME = r"(?<![\w.-])[\w.-]{0,60}?"
_EQUALS = r"""["']?\s*[:=]\s*["']?"""
_VALUE = r"""[^\s"',;&)}]+"""
_AT_WORD_START = r"""(?<![^\s<>"'(),;:=/*\[\]{}|?&])"""
_LOCAL_PART = r"""[^\s<>"(),;:=@/*\[\]{}|?&]{1,1000}"""

# In this order: a URL's query may hold anything, and a header's value may be a URL. Whatever
# precedes a mask is bounded, so that no text takes long.
_RULES = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*-----|\Z)",
        # The query and the fragment of a URL, or of a path alone.
        rf"""(?P<kept>{_SCHEME}[^\s"'<>?\#]{{0,2000}}[?\#])[^\s"'<>]+""",
        r"""(?P<kept>[?\#])[\w.%\[\]-]{1,100}=[^\s"'<>]*""",
        # A URL's login: with a password up to the last @, since people forget to encode it.
        rf"""(?P<kept>{_SCHEME})[^\s/@?\#:"'<>]{{0,500}}:[^\s"'<>]{{0,500}}(?=@)""",
        rf"""(?P<kept>{_SCHEME})[^\s/?\#"'<>]{{0,500}}(?=@)""",
        rf"""(?P<kept>\b(?:authorization|cookie){_EQUALS})[^\r\n"']+""",
        r"(?P<kept>\bbearer\s+)(?!tokens?\b|auth)[\w.~+/=-]+",
        r"(?P<kept>\bbasic\s+)(?=[a-z+/]*[\d=])[\w+/]{8,}={0,2}",
        # A password is masked whatever it is; a token only if it is not an English word.
        rf"(?P<kept>{_NAME}(?:passw(?:or)?d|passphrase|pwd|secret)[\w-]{{0,60}}{_EQUALS}){_VALUE}",
        rf"(?P<kept>{_NAME}(?:token|key|signature|session|dsn|code){_EQUALS})"
        rf"(?=[^\s\"',;&]*[a-z_-])(?=[^\s\"',;&]*\d|[^\s\"',;&]{{16}}){_VALUE}",
        rf"(?P<kept>{_NAME}(?:phone|mobile|msisdn|tel){_EQUALS})\+?\d{{6,15}}",
        rf"(?P<kept>{_NAME}(?:date_of_birth|birthdate|birthday|\bdob){_EQUALS}){_VALUE}",
        # Stripe, Shopify, Slack, GitHub, GitLab, HubSpot, SendGrid, AWS, Google, JWT.
        r"\b(?:(?:sk|rk|pk)_(?:live|test)_|whsec_|shp[a-z]{2}_|xox[a-z]-|gh[a-z]_|glpat-"
        r"|pat-[a-z]{2}\d-|SG\.|AKIA|ya29\.)[\w.-]{6,}",
        r"\beyJ[\w-]{8,}(?:\.[\w-]*){1,4}",
        # E-mail: plain or percent-encoded, any script, with or without a quoted local part.
        rf"""{_AT_WORD_START}(?:"[^"\n]{{1,200}}"|{_LOCAL_PART}?)(?:@|%40)"""
        r"""[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}""",
        # A long run of small letters, capitals and digits is a key; ids and digests have one case.
        r"(?<![\w-])(?-i:(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{32,})",
    )
)

_NUMBER = re.compile(r"(?<![\w.:-])(?<!\d,)[+(]?\d[\d ().\-/]{5,28}\d(?![\w:]|[.,-]\d)")
_PHONE = re.compile(
    r"\+\d[\d ().\-/]+"
    r"|0\d{9,}|0\d+[ \-/.](?:\d+[ \-/.]?)+"
    r"|(?:\+?\d{1,3}[ -]?)?\(\d{2,5}\)[ -]?\d+(?:[ -]\d+)*"
    r"|\d{2,4}-\d{2,4}-\d{2,}(?:-\d+)*|\d{3}\.\d{3}\.\d{4}|\d{1,3}[ -]\d{3}-\d{3}-?\d{4}"
)
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}\b")


def _mask_phone(found: re.Match[str]) -> str:
    number = found[0]
    digits = sum(character.isdigit() for character in number)
    is_phone = _PHONE.fullmatch(number) and not _DATE.match(number)
    return MASK if is_phone and digits in PHONE_DIGITS else number
