"""Is the machine fit: its disk, its clock, the versions that are installed?"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from core.errors import ConfigError
from monitoring.machine import GB, Machine, find_disk, find_set_back, find_skew

if TYPE_CHECKING:
    from core.ledger import Run
    from flows.house import House


def disk(home: Path) -> str:
    """Look at the disk under ``home``.

    Raises:
        ConfigError: it is full, or nearly so.
    """
    home.mkdir(parents=True, exist_ok=True)
    machine = Machine.at(home)
    for finding in find_disk(machine, ()):
        raise ConfigError(finding.detail, next_step=finding.next_step)
    return f"{machine.free / GB:,.0f} GB are free; daybreak has {machine.used_by_us / GB:,.1f} GB"


def clock(house: House) -> str:
    """Compare our clock with what the vendors' last answers said, and with what has run.

    Raises:
        ConfigError: at least two vendors agree that it is wrong, or something ran after now.
    """
    ledger, now = house.ledger, house.clock.now()
    runs: list[Run] = [run for s in house.in_use() if (run := ledger.last_run(s, ended=True))]
    for finding in find_skew(runs) or find_set_back(ledger.newest(), runs, now):
        raise ConfigError(finding.detail, next_step=finding.next_step)
    asked = sum("skew_seconds" in run.details for run in runs)
    return f"agrees with {asked} vendors" if asked else "no vendor has answered yet"


def versions() -> str:
    """Compare what is installed with what this daybreak was made for.

    Raises:
        ConfigError: something is missing, or of a version that does not go together.
    """
    wrong = [says for line in requires("daybreak") or () if (says := _wrong(Requirement(line)))]
    if wrong:
        raise ConfigError("; ".join(wrong), next_step="`make setup` installs what goes together.")
    return f"daybreak {version('daybreak')}, Prefect {version('prefect')}, dlt {version('dlt')}"


def _wrong(needed: Requirement) -> str:
    if needed.marker and not needed.marker.evaluate():
        return ""
    try:
        found = version(needed.name)
    except PackageNotFoundError:
        return f"{needed.name} is not installed"
    if needed.specifier.contains(found, prereleases=True):
        return ""
    return f"{needed.name} is {found}, and must be {needed.specifier}"
