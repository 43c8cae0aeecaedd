"""Words of the world that reading depends on; the lists are files beside the other words."""

from __future__ import annotations

from transforms.identity.words import HERE, words

TITLES = words("name_titles")
PARTICLES = words("name_particles")
PLACEHOLDERS = words("name_placeholders")
# Words that no person's name holds: who is called so is whoever was at the till.
NOBODY = words("nobody")
ROLES = words("mail_roles")
LEGAL = words("company_forms")


def _short_forms() -> dict[str, str]:
    """Return how words of streets are written in short: first on its line; "-" is not at all."""
    text = (HERE / "street_words.txt").read_text(encoding="utf-8")
    lines = (line.split() for line in text.splitlines())
    return {word: short.strip("-") for short, *long in lines for word in long}


STREETS = _short_forms()
