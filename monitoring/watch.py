"""One look: what is wrong, who must be told, what is over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from core.cadence import Cadence
from core.ledger import Ledger, Run, RunState
from core.ledger.alert import Alert, Finding
from monitoring.backlog import find_behind, find_quarantined
from monitoring.causes import traced
from monitoring.drift import find_conflicts, find_gone, find_sunsets
from monitoring.fields import find_odd_fields
from monitoring.findings import find
from monitoring.freshness import Stale, stale
from monitoring.identities import find_odd_identities
from monitoring.keys import find_ending, find_spent
from monitoring.links import Links
from monitoring.machine import Machine, find_creep, find_disk, find_set_back, find_skew
from monitoring.notices import Channel, Notice, settle
from monitoring.odd import find_odd_customers
from monitoring.reach import reached
from monitoring.routes import Routes
from monitoring.telling import FAMILY, Telling
from monitoring.timetable import HELD_FAMILIES, Held, find_unanswered, find_unkept
from monitoring.volume import find_volumes

REMEMBERED = timedelta(days=60)
"""How far back an ordinary night is read from: eight of each weekday."""

LOOKS = timedelta(days=7)
CONFLICTS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Around:
    """What a look may see besides the ledger; what is left out is not judged.

    Attributes:
        machine: How the machine is.
        held: Cadence name -> how the scheduler holds it; None while it does not answer.
        unanswered: Where a scheduler should be that does not answer.
        routes: Who is told what.
        links: Where more is to be read.
        keys: Source -> the day its key ends.
    """

    machine: Machine | None = None
    held: Mapping[str, Held] | None = field(default_factory=dict)
    unanswered: str = ""
    routes: Routes = field(default_factory=Routes)
    links: Links = field(default_factory=Links)
    keys: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """What one look found and told.

    Attributes:
        alerts: What is wrong now, oldest first.
        stale: Which promises are broken, whether or not something else explains it.
        told: Each notice that arrived, by the name of its channel.
        undelivered: Channel name -> why it could not be told; the next look tries again.
    """

    alerts: tuple[Alert, ...]
    stale: tuple[Stale, ...]
    told: tuple[tuple[str, Notice], ...]
    undelivered: Mapping[str, str]


def watch(
    ledger: Ledger,
    cadences: Sequence[Cadence],
    channels: Sequence[Channel],
    now: datetime,
    around: Around | None = None,
) -> Report:
    """Look at how the last runs ended and at what they brought; tell what was not told yet.

    Safe to repeat, and to run twice at once: the ledger remembers who was told what.

    Args:
        ledger: Where the runs are.
        cadences: What should run; leave out sources nobody has set up.
        channels: Whom to tell.
        now: The moment to judge by.
        around: What else there is to see.
    """
    around = around or Around()
    # This very look is the proof that the watch runs.
    judged = [cadence for cadence in cadences if cadence.verb != "watch"]
    domains = {c.source: c.domain for c in cadences if c.source}
    ledger.crashed(now)
    silent = overdue(ledger, judged, now)
    known = [alert for alert in ledger.open_alerts() if alert.finding.family != FAMILY]
    everything = [*_everything(ledger, cadences, silent, now, around), *_lasting(known, around)]
    found = reached(traced(everything), domains)
    change = settle(found, known)
    ledger.alerts.settle(change.found, change.seen, change.over, now)
    telling = Telling(ledger, channels, now, around.routes, around.links, domains)
    telling.tell()
    return Report(
        tuple(ledger.open_alerts()), tuple(silent), tuple(telling.told), telling.undelivered
    )


def _lasting(known: Sequence[Alert], around: Around) -> list[Finding]:
    """Return what was wrong with the schedules, while nobody says whether it still is."""
    if around.held is not None:
        return []
    return [a.finding for a in known if a.finding.family in HELD_FAMILIES]


def _everything(
    ledger: Ledger,
    cadences: Sequence[Cadence],
    silent: Sequence[Stale],
    now: datetime,
    around: Around,
) -> list[Finding]:
    """Return all that is wrong, before anybody asks what explains what."""
    everything, judged = cadences, [c for c in cadences if c.verb != "watch"]
    last = _last_runs(ledger, judged)
    pulls = {run.source: run for run in last if run.source}
    changed = ledger.changes_since(now - CONFLICTS)
    volumes = [v for v in ledger.volumes(now - REMEMBERED) if v.source in pulls]
    return [
        *find(last, silent),
        *find_unanswered(around.unanswered),
        *find_unkept(everything, around.held or {}),
        *find_volumes(volumes, pulls),
        *find_quarantined(volumes),
        *_of_customers(ledger, judged, pulls, now),
        *find_conflicts(changed),
        *find_gone(changed),
        *find_sunsets(pulls.values(), now),
        *find_ending(around.keys, now),
        *find_spent(pulls.values()),
        *_of_clock(ledger, pulls, now),
        *find_creep(ledger.runs_of("night", now - REMEMBERED)),
        *(_of_disk(ledger, around.machine, now) if around.machine else []),
    ]


def _of_customers(
    ledger: Ledger, cadences: Sequence[Cadence], pulls: Mapping[str, Run], now: datetime
) -> list[Finding]:
    rebuilt = ledger.runs_of("reconcile", now - REMEMBERED)
    good = [run for run in rebuilt if run.state is RunState.SUCCEEDED]
    pulled = {
        source: run.ended_at
        for source, run in pulls.items()
        if run.state is RunState.SUCCEEDED and run.rows.arrived and run.ended_at
    }
    at = good[-1].ended_at if good else None
    limit = next((c.stale_after for c in cadences if c.verb == "night"), None)
    behind = find_behind(pulled, at, now, limit) if limit else []
    fields = find_odd_fields(ledger.profiles(good, steered=True))
    return [*find_odd_customers(good), *find_odd_identities(good), *fields, *behind]


def _of_clock(ledger: Ledger, pulls: Mapping[str, Run], now: datetime) -> list[Finding]:
    """Return whether the clock is wrong, by what vendors say, else by what we remember."""
    found = find_skew(pulls.values())
    return found or find_set_back(ledger.newest(), pulls.values(), now)


def _of_disk(ledger: Ledger, machine: Machine, now: datetime) -> list[Finding]:
    looks = [
        (run.started_at, int(run.details["disk_free"]))
        for run in ledger.runs_of("watch", now - LOOKS)
        if "disk_free" in run.details
    ]
    return find_disk(machine, looks)


def _last_runs(ledger: Ledger, cadences: Sequence[Cadence]) -> list[Run]:
    """Return how everything last ended; reconcile has no cadence of its own, it is in the night."""
    flows = {(c.source, c.verb) for c in cadences} | {(None, "reconcile")}
    ended = (ledger.last_run(source, verb, ended=True) for source, verb in flows)
    return sorted((run for run in ended if run), key=lambda run: run.id)


def overdue(ledger: Ledger, cadences: Sequence[Cadence], now: datetime) -> list[Stale]:
    """Return which of ``cadences`` are stale, as the ledger remembers them."""
    successes = {c.name: ledger.last_success(c.source, c.verb) for c in cadences}
    return stale(cadences, successes, now, began_at=ledger.began_at() or now)
