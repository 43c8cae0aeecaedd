"""What an error means, in words for people who do not read status codes."""

from __future__ import annotations

import re

from monitoring.wording import listed, sentence, title

_MEANINGS = (
    (r"answered 401\b", "it does not accept our key"),
    (r"answered 403\b", "our key may not read all that we ask for"),
    (r"answered 404\b", "it does not know the address we ask at"),
    (r"answered 429\b", "it had been asked too often and did not let us go on"),
    (r"answered 4\d\d\b", "it refused what we asked"),
    (r"answered 5\d\d\b", "its servers were in trouble"),
    (r"answered 200 with", "it answered with something that is not data"),
    (r"in time|did not finish answering", "it did not answer in time"),
    (r"could not be reached", "it could not be reached"),
    (r"broke off", "it broke off in the middle of an answer"),
)
MOST_WORDS = 120
_INCOMPLETE = re.compile(r"^(?P<tables>[\w, ]+) incomplete: ")

WAIT = "Nothing to do yet: the next night asks again and goes on where this one stopped."


def cause(error: str, source: str) -> str:
    """Return why ``source`` failed as one sentence, the error's own words behind it.

    Where only some tables are missing, they are named first.
    """
    # A vendor's own words stay on one line and inside their quotes.
    words = " ".join(_without(error, source).replace("`", "'").split())
    found = _INCOMPLETE.match(words)
    missing = ""
    if found:
        tables = found["tables"].replace("_", " ").split(", ")
        missing = f"Missing: {listed(tables)}. "
        words = words[found.end() :]
    meaning = next((said for sign, said in _MEANINGS if re.search(sign, words)), "")
    return missing + sentence(f"{meaning} (`{_short(words)}`)" if meaning else words)


def next_step(step: str, error: str) -> str:
    """Return what to do; where the vendor was only busy, that is nothing."""
    busy = re.search(r"answered (429|5\d\d|200)|in time|finish answering|reached|broke off", error)
    return step or (WAIT if busy else "See the log of this run.")


def _short(words: str) -> str:
    """Leave out what nobody reads of a vendor's own words; the ledger has them all."""
    return words if len(words) <= MOST_WORDS else words[:MOST_WORDS].rsplit(" ", 1)[0] + " ..."


def _without(error: str, source: str) -> str:
    """Leave out the source's name at the front of each part: the reader was just told it."""
    return re.sub(rf"(^|: )({re.escape(source)}|{re.escape(title(source))}): ", r"\1", error)
