"""daybreak new: the files of a new source, small and real, to be made into yours."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

import typer

from cli.exits import GOOD
from core.errors import ConfigError

FOLDERS = ("sources", "sandbox", "schedules", "transforms/staging", "tests/sources")
LONGEST = 30
# Where the skeleton's schedule stands until it is given a minute of its own.
MINUTE = "59 12"


class Kind(StrEnum):
    """What can be made new."""

    SOURCE = "source"


def command(
    kind: Annotated[Kind, typer.Argument(help="What to make.")],
    name: Annotated[str, typer.Argument(help="The vendor, as its files will be called: acme.")],
) -> int:
    """Write a small working source to begin with: connector, twin, schedule, model, test.

    Example: daybreak new source acme
    """
    here = Path.cwd()
    check(name, here)
    written = write(skeleton(kind, name), here)
    for path in written:
        typer.echo(f"wrote {path}")
    typer.echo(next_steps(name))
    return GOOD


def check(name: str, root: Path) -> None:
    """Refuse a name that cannot be a file, a schema and a variable at once, and a wrong place.

    Raises:
        ConfigError: says what is wrong with it.
    """
    missing = [folder for folder in FOLDERS if not (root / folder).is_dir()]
    if missing:
        raise ConfigError(
            f"there is no {missing[0]}/ in {root}",
            next_step="Run it in the folder daybreak was cloned into.",
        )
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name) or keyword.iskeyword(name):
        raise ConfigError(
            f"{name!r} cannot be a source's name",
            next_step="Use lower-case letters, digits and single underscores, as in acme_shop.",
        )
    if len(name) > LONGEST:
        raise ConfigError(
            f"{name} has {len(name)} letters",
            next_step=f"Tables are called raw_{name}: {LONGEST} letters are enough.",
        )
    for taken in (root / "sources" / name, root / "sandbox" / name):
        if taken.is_dir():
            raise ConfigError(f"{name} is taken: there is a folder {taken.relative_to(root)}/")


def skeleton(kind: Kind, name: str) -> dict[Path, str]:
    """Return the files of the skeleton, by path, with ``name`` where Acme stood."""
    import schedules

    home = files("cli.skeletons") / kind
    spelt = {"acme": name, "Acme": _class_name(name), "ACME": name.upper()}
    minute = free_minute([cadence.cron for cadence in schedules.every()])
    return {
        Path(_renamed(str(path), spelt)): _renamed(text, spelt).replace(MINUTE, f"{minute} 12")
        for path, text in _texts(home, Path()).items()
    }


def free_minute(crons: list[str]) -> int:
    """Return a minute in which nothing starts: deployments keep out of each other's way."""
    taken = {cron.split()[0] for cron in crons}
    return next((minute for minute in range(1, 60) if str(minute) not in taken), 59)


def write(texts: Mapping[Path, str], root: Path) -> list[Path]:
    """Write every file, or none if one is there already.

    Raises:
        ConfigError: names what would have been overwritten.
    """
    there = [str(path) for path in texts if (root / path).exists()]
    if there:
        raise ConfigError(
            f"{', '.join(there)} would be overwritten",
            next_step="Choose another name, or move what is there away.",
        )
    for path, text in texts.items():
        (root / path).write_text(text, encoding="utf-8")
    return list(texts)


def next_steps(name: str) -> str:
    """Return what a person does now."""
    return f"""
It works already, against a vendor that we made up. Now make it yours, file by file:

  1. sandbox/{name}.py     what the vendor's documents say: paths, pages, filters, limits, errors
  2. sources/{name}.py     the data sheet on top, then settings, tables, and how they are read
  3. tests/sources/test_{name}.py           a story for each trap of this vendor
  4. transforms/staging/{name}__customers.sql   what of it belongs in the customer 360
  5. schedules/{name}.py   when, and why then; then run: daybreak deployments
  6. .env.example and README.md             its settings, and its line in the table of vendors

See that it keeps every promise:  pytest tests/sources/test_{name}.py tests/contracts -k {name}
CONTRIBUTING.md walks through it: A new source in an afternoon."""


def _texts(folder: Traversable, at: Path) -> dict[Path, str]:
    found: dict[Path, str] = {}
    for item in sorted(folder.iterdir(), key=lambda each: each.name):
        if item.is_dir() and item.name != "__pycache__":
            found |= _texts(item, at / item.name)
        elif item.is_file():
            found[at / item.name] = item.read_text(encoding="utf-8")
    return found


def _renamed(text: str, spelt: Mapping[str, str]) -> str:
    return re.sub("|".join(spelt), lambda match: spelt[match.group()], text)


def _class_name(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
