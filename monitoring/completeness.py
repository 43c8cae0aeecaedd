"""Whether everything is here, in words: the vendors' own counts beside ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.ledger import Counted
from core.ledger.counted import INEXACT
from monitoring.plain import cause
from monitoring.wording import counted, hour, listed, title

NEXT_STEP = "Nothing to do yet: the next night counts again. To read everything now: {}."


def short(counts: Iterable[Counted]) -> list[Counted]:
    """Return what differs from the vendor's own count, for no reason we know."""
    return [one for one in counts if one.is_complete is False]


def next_step(source: str) -> str:
    """Return what may be done about a table that is not complete."""
    return NEXT_STEP.format(f"`daybreak pull {source} --full`")


def told(source: str, one: Counted) -> str:
    """Say how a table compares, as a sentence or two for people who know what an order is.

    Shopify says 1,204 orders changed since 5 January 02:00 UTC, 1,203 are here. Asked again,
    still one short.
    """
    return f"{_compared(source, one)} {_left(one)}"


def mended(source: str, counts: Iterable[Counted]) -> list[str]:
    """Say what was missing after the first reading and is here now, a line a source at most."""
    found = [f"{one.healed:,} of its {_rows(one)}" for one in counts if one.healed]
    if not found:
        return []
    many = sum(one.healed for one in counts) > 1
    them = "they were" if many else "it was"
    return [
        f"{title(source)}: {listed(found)} {'were' if many else 'was'} missing at first;"
        f" {them} noticed by counting, and read again."
    ]


def unknown(source: str, counts: Iterable[Counted]) -> list[str]:
    """Say what could not be counted though it can be, a line a reason."""
    reasons: dict[str, list[str]] = {}
    for one in counts:
        if one.theirs is None and one.note != INEXACT:
            reasons.setdefault(one.note, []).append(_rows(one))
    return [
        f"{title(source)}: {listed(tables)} could not be counted. {cause(note, source)}"
        for note, tables in reasons.items()
    ]


def agreed(counts: Sequence[Counted]) -> str:
    """Say in a few words how many tables were counted and found complete; empty without any."""
    known = [one.is_complete for one in counts if one.how != "reference"]
    asked, whole = len(known) - known.count(None), known.count(True)
    if not asked:
        return ""
    if whole == asked:
        return f"{counted(whole, 'table')} counted and complete"
    return f"{whole:,} of {counted(asked, 'table')} that were counted complete"


def _compared(source: str, one: Counted) -> str:
    theirs, ours = one.theirs or 0, one.ours
    if one.how == "sample":
        shown = f"{title(source)} showed {theirs:,} {_rows(one)} a second time"
        return f"{shown}, {ours:,} of them are here."
    if one.how == "reference":
        return f"Other records of {title(source)} name {theirs:,} {_rows(one)}, {ours:,} are here."
    since = f" changed since {hour(one.window.since)}" if one.window.since else ""
    return f"{title(source)} says {theirs:,} {_rows(one)}{since or ' exist'}, {ours:,} are here."


def _left(one: Counted) -> str:
    if one.missing < 0:
        extra = "one is" if one.missing == -1 else f"{-one.missing:,} are"
        return f"Asked again, {extra} still here that it no longer has."
    said = "one" if one.missing == 1 else f"{one.missing:,}"
    return f"Asked and read again, still {said} short."


def _rows(one: Counted) -> str:
    return one.table.replace("_", " ")
