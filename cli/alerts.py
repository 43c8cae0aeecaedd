"""daybreak alerts: what is wrong now, who is at it, and what is to be silent for a while."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli import options
from cli.exits import GOOD, INCOMPLETE
from core.errors import ConfigError

if TYPE_CHECKING:
    from core.ledger import Ledger
    from core.ledger.alert import Alert

COLOURS = {"critical": "bold red", "error": "red", "warning": "yellow"}


class What(StrEnum):
    """What is to be done."""

    LIST = "list"
    ACK = "ack"
    SNOOZE = "snooze"


def command(
    what: Annotated[What, typer.Argument(help="Show them, say you are at one, or silence one.")] = (
        What.LIST
    ),
    incident: Annotated[
        int | None, typer.Argument(help="Its number, as `daybreak alerts` and messages show it.")
    ] = None,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who is at it.")] = "",
    hours: Annotated[float, typer.Option(help="For how long to be silent; 0 ends it.")] = 8,
    as_json: options.Json = False,
) -> int:
    """Show what is wrong, an incident a line; `ack` says somebody is at it, `snooze` silences it.

    Example: daybreak alerts snooze 12 --hours 4
    """
    from cli import stage

    house = stage.at_home()
    now = house.clock.now()
    if what is not What.LIST:
        _answer(house.ledger, what, _demanded(incident), by, now, hours)
    incidents = gathered(house.ledger.open_alerts())
    if as_json:
        rows = [_facts(alerts) for alerts in incidents]
        typer.echo(orjson.dumps(rows, default=str, option=orjson.OPT_INDENT_2))
    else:
        _show(incidents, now)
    return INCOMPLETE if incidents and what is What.LIST else GOOD


def gathered(alerts: Sequence[Alert]) -> list[list[Alert]]:
    """Return alerts by incident, the gravest incident first, in each what leads it first."""
    from monitoring.causes import precedence

    ordered = sorted(alerts, key=lambda a: (a.incident, precedence(a.finding), a.id))
    found = [list(group) for _, group in groupby(ordered, key=lambda a: a.incident)]
    return sorted(found, key=lambda group: (-_worst(group), group[0].incident))


def _worst(group: Sequence[Alert]) -> int:
    return max(a.finding.severity.rank for a in group)


def _demanded(incident: int | None) -> int:
    if incident is None:
        raise ConfigError("which one?", next_step="`daybreak alerts list` shows their numbers.")
    return incident


def _answer(
    ledger: Ledger, what: What, incident: int, by: str, now: datetime, hours: float
) -> None:
    if what is What.ACK:
        changed = ledger.alerts.acknowledge(incident, by or getpass.getuser(), now)
    else:
        until = now + timedelta(hours=hours) if hours > 0 else None
        changed = ledger.alerts.snooze(incident, until)
    if not changed:
        raise ConfigError(
            f"no open alert has the number {incident}",
            next_step="`daybreak alerts list` shows their numbers.",
        )


def _facts(alerts: Sequence[Alert]) -> dict[str, Any]:
    lead = alerts[0]
    return {
        "incident": lead.incident,
        "severity": max((a.finding.severity for a in alerts), key=lambda s: s.rank).value,
        "title": lead.finding.title,
        "since": min(a.began_at for a in alerts).isoformat(),
        "subjects": [a.finding.subject for a in alerts],
        "kinds": sorted({a.finding.kind for a in alerts}),
        "detail": lead.finding.detail,
        "affects": list(dict.fromkeys(one for a in alerts for one in a.finding.affects)),
        "next_step": lead.finding.next_step,
        "acknowledged_by": lead.acknowledged_by,
        "snoozed_until": lead.snoozed_until.isoformat() if lead.snoozed_until else None,
        "told": sorted({channel for a in alerts for channel, _ in a.told}),
    }


def _show(incidents: Sequence[Sequence[Alert]], now: datetime) -> None:
    console = Console(highlight=False)
    if not incidents:
        console.print("Nothing is wrong.")
        return
    table = Table("no", "how bad", "what", "since", "", box=None, pad_edge=False)
    for alerts in incidents:
        facts = _facts(alerts)
        rest = len(alerts) - 1
        what = facts["title"] + (f" (and {rest} more)" if rest else "")
        table.add_row(
            str(facts["incident"]),
            Text(facts["severity"], style=COLOURS[facts["severity"]]),
            Text(f"{what}\n{facts['next_step']}"),
            f"{min(a.began_at for a in alerts):%Y-%m-%d %H:%M}",
            Text(_state(alerts[0], now)),
        )
    console.print(table)


def _state(alert: Alert, now: datetime) -> str:
    if alert.is_snoozed(now):
        return f"silent until {alert.snoozed_until:%m-%d %H:%M}"
    return f"{alert.acknowledged_by} is at it" if alert.acknowledged_by else ""
