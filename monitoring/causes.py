"""What explains what: findings of one cause are given one, and it leads that explains the rest.

Pure. A cause is only ever widened by evidence that is in the findings themselves: three vendors
that cannot be reached at once are our network, not three outages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from core.errors import VendorRefusedError
from core.ledger.alert import Finding

NETWORK = "network"
DISK = "disk"
MANY = 3

_UNREACHABLE = re.compile(r"could not be reached|did not answer in time|finish answering")
_NO_SPACE = re.compile(r"no space left|disk (is )?full|disk quota|not enough space", re.IGNORECASE)
_ENDED = frozenset({"failed", "incomplete", "crashed"})

# Who leads an incident: what is nearest to the root. What is not named comes last.
PRECEDENCE = (
    "resource",
    "clock",
    "schedule",
    "key",
    "crashed",
    "failed",
    "incomplete",
    "stale",
    "drifted",
    "backlog",
    "short",
    "odd",
    "behind",
)

Explains = Callable[[Finding, Finding], bool]


def traced(findings: Iterable[Finding]) -> list[Finding]:
    """Return ``findings`` with one cause for all that have one, each fingerprint once.

    The first of a fingerprint is kept. The order is that of who explains whom.
    """
    unique: dict[str, Finding] = {}
    for finding in sorted(findings, key=precedence):
        unique.setdefault(finding.fingerprint, finding)
    found = _networked(list(unique.values()))
    roots: list[Finding] = []
    for finding in found:
        root = next((one for one in roots if _explains(one, finding)), None)
        roots.append(replace(finding, cause=root.cause) if root else finding)
    return roots


def precedence(finding: Finding) -> int:
    """Return where a finding stands among those of one incident; the smallest leads."""
    kinds = PRECEDENCE
    return kinds.index(finding.kind) if finding.kind in kinds else len(kinds)


def _networked(findings: Sequence[Finding]) -> list[Finding]:
    """Take many vendors that do not answer at once for our own network."""
    silent = [f for f in findings if f.kind in _ENDED and _UNREACHABLE.search(f.detail)]
    if len(silent) < MANY:
        return list(findings)
    return [replace(f, cause=NETWORK) if f in silent else f for f in findings]


def _explains(root: Finding, other: Finding) -> bool:
    return any(rule(root, other) for rule in _RULES)


def _full_disk(root: Finding, other: Finding) -> bool:
    """A full disk explains whatever found no space, and what was stopped in the middle."""
    stopped = other.kind == "crashed" or bool(_NO_SPACE.search(other.detail))
    return root.subject == "disk" and root.reason != "filling" and stopped


def _no_space(root: Finding, other: Finding) -> bool:
    return bool(_NO_SPACE.search(root.detail) and _NO_SPACE.search(other.detail))


def _not_started(root: Finding, other: Finding) -> bool:
    """Nobody who starts runs, or no night, explains silence; a paused schedule that of its own."""
    if root.kind != "schedule" or root.reason == "moved" or other.kind not in {"stale", "behind"}:
        return False
    return root.subject in {"prefect", "worker", "night", other.subject}


def _no_night(root: Finding, other: Finding) -> bool:
    """A night that failed, was stopped or did not come explains a customer table left behind."""
    return other.kind == "behind" and root.subject in {"night", "reconcile"}


def _same_source(root: Finding, other: Finding) -> bool:
    """What is wrong with a source's reading explains what its rows look like."""
    read_badly = root.kind in {*_ENDED, "drifted"} or root.reason in {"standstill", "quarantine"}
    looks = {"stale", "short", "odd", "backlog", "budget"}
    return root.subject == other.subject and read_badly and other.kind in looks


def _ended_key(root: Finding, other: Finding) -> bool:
    """A key that is over explains that its vendor refuses us, and the silence that follows."""
    refused = other.reason == VendorRefusedError.__name__ or other.kind == "stale"
    return root.reason == "key ended" and root.subject == other.subject and refused


def _import(root: Finding, other: Finding) -> bool:
    """A flood of records explains a flood of duplicates."""
    is_flood = root.reason in {"surge", "quarantine"}
    return is_flood and other.subject == "reconcile" and other.kind == "odd"


def _night_of_the_dead(root: Finding, other: Finding) -> bool:
    """A process that was killed took its night and its pulls along."""
    return root.kind == other.kind == "crashed" and root.reason == other.reason


def _same_field(root: Finding, other: Finding) -> bool:
    """An edit of many records explains what became of their fields."""
    return root.reason == "surge" and other.subject == root.subject and other.kind == "odd"


_RULES: tuple[Explains, ...] = (
    _full_disk,
    _no_space,
    _not_started,
    _no_night,
    _same_source,
    _ended_key,
    _import,
    _night_of_the_dead,
    _same_field,
)
