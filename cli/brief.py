"""daybreak brief: the one page about last night."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from cli import options
from core.errors import ConfigError
from core.settings import BriefSettings, load

if TYPE_CHECKING:
    from monitoring.brief.page import Page
    from monitoring.night import Night


def command(
    path: Annotated[
        Path | None,
        typer.Argument(metavar="[PATH]", help="With --html: the file to write; - prints it."),
    ] = None,
    html: Annotated[
        bool, typer.Option("--html", metavar="", help="Write the page for a browser.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Show what last night brought, what failed, and what to do about it.

    Example: daybreak brief --html morning.html
    """
    if path and not html:
        raise typer.BadParameter("a PATH is only for --html", param_hint="PATH")
    from cli import stage
    from monitoring.brief import markdown
    from monitoring.brief.compose import compose

    night = _last_night()
    page = compose(night, load(BriefSettings).owners)
    if as_json:
        facts = {**asdict(night), "page": asdict(page)}
        typer.echo(orjson.dumps(facts, default=str, option=_JSON))
    elif html:
        _write(page, path)
    else:
        stage.show_brief(markdown.render(page))


_JSON = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS


def _last_night() -> Night:
    from cli import stage
    from monitoring.nights import assemble

    house = stage.at_home()
    night = assemble(house.ledger, house.cadences(), house.clock.now(), domains=house.domains())
    if night is None:
        raise ConfigError("there was no night yet", next_step="Run `daybreak night` first.")
    return night


def _write(page: Page, path: Path | None) -> None:
    """Write the page where it was asked for, or beside the Markdown; say where."""
    from cli import stage
    from flows.paths import brief_page_path
    from monitoring.brief.html import render

    text = render(page)
    if path == Path("-"):
        sys.stdout.write(text)
        return
    target = path or brief_page_path(stage.at_home().settings.home)
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"{target} cannot be written: {error.strerror}", next_step="Name another file."
        ) from None
    typer.echo(f"The brief is in {target}.")
