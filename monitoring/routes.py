"""Who is told what, and when not: one file, read once a look.

    quiet: {from: "20:00", until: "06:00", zone: Europe/Berlin}
    routes:
      - {at_least: critical, channels: [pagerduty]}
      - {domains: [billing], channels: [email]}
      - {channels: [slack, sentry]}
    fallback: [email]

Every route that fits adds its channels. What no route fits, and everything without a file, goes
to all channels; PagerDuty, which wakes people, then hears of errors and worse.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from core.errors import ConfigError
from core.ledger.alert import Finding, Severity

WAKES = "pagerduty"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Quiet(_Strict):
    """Hours in which only what is critical is told; the rest waits for their end.

    Attributes:
        begins: The hour they begin, on the clock of ``zone``; ``from`` in the file.
        until: The hour they end; may be of the next day.
    """

    begins: time = Field(alias="from")
    until: time
    zone: str = "UTC"

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("no such time zone") from None
        return value

    def holds(self, now: datetime) -> bool:
        """Say whether it is quiet now."""
        clock = now.astimezone(ZoneInfo(self.zone)).time()
        if self.begins <= self.until:
            return self.begins <= clock < self.until
        return clock >= self.begins or clock < self.until


class Route(_Strict):
    """Whom to tell of some alerts; what is left out fits everything."""

    channels: tuple[str, ...]
    at_least: Severity = Severity.WARNING
    sources: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def fits(self, finding: Finding, domains: Mapping[str, str]) -> bool:
        """Say whether a finding goes this way."""
        return (
            finding.severity.rank >= self.at_least.rank
            and (not self.sources or finding.subject in self.sources)
            and (not self.domains or domains.get(finding.subject) in self.domains)
            and (not self.kinds or finding.kind in self.kinds)
        )


class Routes(_Strict):
    """The whole file.

    Attributes:
        fallback: Who is told, in this order, when a channel could not be.
    """

    quiet: Quiet | None = None
    routes: tuple[Route, ...] = ()
    fallback: tuple[str, ...] = ()

    def leads(self, finding: Finding, channel: str, domains: Mapping[str, str]) -> bool:
        """Say whether ``channel`` is to hear of a finding."""
        if finding.family == "channel":
            return channel != finding.subject and (not self.fallback or channel in self.fallback)
        ways = [route for route in self.routes if route.fits(finding, domains)]
        if ways:
            return any(channel in route.channels for route in ways)
        return channel != WAKES or finding.severity.rank >= Severity.ERROR.rank

    def waits(self, finding: Finding, now: datetime) -> bool:
        """Say whether a finding is kept until the quiet hours are over."""
        is_quiet = self.quiet is not None and self.quiet.holds(now)
        return is_quiet and finding.severity is not Severity.CRITICAL

    def names(self) -> set[str]:
        """Return every channel the file speaks of."""
        return {name for route in self.routes for name in route.channels} | set(self.fallback)


def read_routes(path: Path | None) -> Routes:
    """Read the file at ``path``; without one, everybody is told everything.

    Raises:
        ConfigError: there is no such file, or it says something we do not know.
    """
    if path is None:
        return Routes()
    step = "See docs/watch.md for the form."
    try:
        return Routes.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except OSError as error:
        raise ConfigError(f"DAYBREAK_ROUTES: {path}: {error.strerror}", next_step=step) from None
    except yaml.YAMLError:
        raise ConfigError(f"DAYBREAK_ROUTES: {path} is not YAML", next_step=step) from None
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, problem["loc"]))
        raise ConfigError(
            f"DAYBREAK_ROUTES: {path}: {where}: {problem['msg'].lower()}", next_step=step
        ) from None
