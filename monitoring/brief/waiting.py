"""What breaks a rule, by whose it is to mend: a line an owner. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.redaction import redact
from monitoring.brief.arrived import domain_name
from monitoring.night import Waiting
from monitoring.wording import counted, title

OWNERS_SHOWN = 8
NOBODY = "data"
ALL = "`daybreak sql 'select * from open_violations'`"


def waiting(
    found: Sequence[Waiting], owners: Mapping[str, str], domains: Mapping[str, str]
) -> list[str]:
    """Return a line for each owner, whose list is longest first.

    Args:
        found: What waits, as the night counted it.
        owners: How the house calls who looks after a domain, and the owners its systems know by
            id alone: ``hubspot 4711``.
        domains: Source -> whose business it is, for what has no owner.
    """
    # On a first night all is new.
    is_first = all(one.new == one.count for one in found)
    grouped: dict[str, list[Waiting]] = {}
    for one in found:
        grouped.setdefault(_owner(one, owners, domains), []).append(one)
    longest = sorted(grouped.items(), key=lambda item: (-sum(w.count for w in item[1]), item[0]))
    shown = longest[:OWNERS_SHOWN]
    lines = [f"**{_called(who, theirs)}:** {_list(theirs, is_first)}." for who, theirs in shown]
    rest = len(longest) - len(lines)
    more = f"{counted(rest, 'more owner')}. " if rest else ""
    return [*lines, f"{more}All of it: {ALL}."] if lines else []


def _owner(one: Waiting, owners: Mapping[str, str], domains: Mapping[str, str]) -> str:
    """Say whose it is; those of one system who are known by number alone are told together."""
    if not one.owner:
        domain = domains.get(one.source) or NOBODY
        return owners.get(domain) or domain_name(domain)
    known = owners.get(f"{one.source} {one.owner}")
    where = title(one.source)
    return known or (f"{redact(one.owner)} ({where})" if one.is_named else where)


def _called(who: str, theirs: Sequence[Waiting]) -> str:
    unnamed = sorted({one.owner for one in theirs if one.owner and not one.is_named})
    if not unnamed or who != title(theirs[0].source):
        return who
    if len(unnamed) == 1:
        return f"Owner {redact(unnamed[0])} in {who}"
    return f"{len(unnamed)} owners in {who}"


def _list(theirs: Sequence[Waiting], is_first: bool) -> str:  # noqa: FBT001 - read where it is passed
    """Say what waits, a rule once; its systems together."""
    rules: dict[str, tuple[int, int]] = {}
    for one in theirs:
        count, new = rules.get(one.about, (0, 0))
        rules[one.about] = count + one.count, new + (0 if is_first else one.new)
    return "; ".join(_said(about, *figures) for about, figures in rules.items())


def _said(about: str, count: int, new: int) -> str:
    fresh = f", {new:,} of them new" if 0 < new < count else ", all new" if new else ""
    return f"{about}: {count:,}{fresh}"
