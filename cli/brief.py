"""daybreak brief: the one page about last night."""

from __future__ import annotations

from dataclasses import asdict

import orjson
import typer

from cli import options
from core.errors import ConfigError


def command(as_json: options.Json = False) -> None:
    """Show what last night brought, what failed, and what to do about it.

    Example: daybreak brief
    """
    from cli import stage
    from monitoring.brief import write_brief
    from monitoring.night import assemble

    house = stage.at_home()
    night = assemble(house.ledger, house.cadences(), house.clock.now())
    if night is None:
        raise ConfigError("there was no night yet", next_step="Run `daybreak night` first.")
    if as_json:
        typer.echo(orjson.dumps(asdict(night), default=str, option=orjson.OPT_INDENT_2))
    else:
        stage.show_brief(write_brief(night))
