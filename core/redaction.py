"""Masking what must not be told: addresses, numbers, keys."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PATTERNS = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"(?<=://)[^/\s:@]*:[^@\s]+(?=@)"), "[credentials]"),
    (re.compile(r"(?i)\b(bearer|token|key)\s+[\w.~+/-]{8,}=*"), r"\1 [secret]"),
    (re.compile(r"\+\d[\d\s().-]{7,}\d"), "[phone]"),
    (re.compile(r"(?<=\w)\?[^\s]*=[^\s]*"), "?[query]"),
)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Return ``text`` without personal data and without ``secrets``."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "[secret]")
    for pattern, mask in _PATTERNS:
        text = pattern.sub(mask, text)
    return text
