"""The mapping file: which of a person's own columns go into which of our tables.

system: till                      # whose records these are; keeps the ids of two systems apart
feeds:
  customers:
    files: "customers-*.csv"      # or, of a database, `from:` or `query:`
    table: people
    key: [CUSTNO]
    updated: CHANGED
    deleted: INACTIVE
    time_zone: Europe/Berlin
    columns:
      last_name: NAME
      created_at: {column: SINCE, dates: ["%d.%m.%Y"]}
      email_consent: {column: MAILOK, values: {"1": opted_in, "0": opted_out}}
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Self, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from core.errors import ConfigError
from sources._tables import MEANINGS
from sources._values import Style


class Column(BaseModel):
    """Where one of our columns comes from. A bare name in the file stands for ``column`` alone.

    Attributes:
        column: The source's column; dots go into nested objects.
        value: The same for every row, instead of a column.
        values: The source's word -> ours; a word that is not listed stays as it is.
        dates: As the feed's, for this column alone.
        decimal: As the feed's, for this column alone.
        time_zone: As the feed's, for this column alone.
        times: What an amount is multiplied by: 0.01 where the source counts cents.
        optional: The source may lack the column; else that is an error and not an empty value.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str = ""
    value: str | int | float | bool | None = None
    values: dict[str, str | int | float | bool | None] = Field(default_factory=dict)
    dates: tuple[str, ...] | None = None
    decimal: Literal[".", ","] | None = None
    time_zone: str | None = None
    times: Decimal | None = None
    optional: bool = False

    @model_validator(mode="before")
    @classmethod
    def _named(cls, given: object) -> object:
        return {"column": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _something(self) -> Self:
        if bool(self.column) == (self.value is not None):
            raise ValueError("say either the column it comes from or the value it always has")
        return self


class Deleted(BaseModel):
    """How a row says that it is deleted. A bare name in the file stands for ``column`` alone.

    Attributes:
        column: A flag, or the moment of the deletion.
        when: The words that mean deleted; left out, any but 0, false, no and nothing.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str
    when: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _named(cls, given: object) -> object:
        return {"column": given} if isinstance(given, str) else given


class Feed(BaseModel):
    """What goes into one table from one place.

    Attributes:
        table: One of our tables.
        key: The source's columns that identify a record; several are joined.
        columns: Our column -> the source's.
        system: Whose records these are, where it is not the whole mapping's.
        updated: The source's column that says when a record last changed; fills ``updated_at``.
        deleted: How a row says that it is deleted.
        time_zone: Where moments without a zone were noted, as in ``Europe/Berlin``.
        decimal: The decimal mark of amounts and numbers.
        dates: Forms of moments other than ISO 8601, as for ``strptime``; or epoch, epoch_ms.
        nulls: Texts that mean nothing.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str
    key: tuple[str, ...] = Field(min_length=1)
    columns: dict[str, Column]
    system: str = ""
    updated: str | None = None
    deleted: Deleted | None = None
    time_zone: str = "UTC"
    decimal: Literal[".", ","] = "."
    dates: tuple[str, ...] = ()
    nulls: tuple[str, ...] = ("",)

    @field_validator("table")
    @classmethod
    def _known_table(cls, name: str) -> str:
        if name not in MEANINGS:
            raise ValueError(f"there is no table {name}; there are {', '.join(MEANINGS)}")
        return name

    @field_validator("key", "dates", "nulls", mode="before")
    @classmethod
    def _one_is_enough(cls, given: object) -> object:
        return (given,) if isinstance(given, str) else given

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"{name} is no time zone; say it as in Europe/Berlin") from None
        return name

    @model_validator(mode="after")
    def _known_columns(self) -> Self:
        for name, column in self.columns.items():
            if name not in MEANINGS[self.table]:
                known = ", ".join(sorted(MEANINGS[self.table]))
                raise ValueError(f"columns.{name}: {self.table} has no {name}; it has {known}")
            self._known_zone(column.time_zone or "UTC")
        return self

    @property
    def is_whole(self) -> bool:
        """Whether what is absent from it is deleted."""
        return False

    def fields(self) -> dict[str, Column]:
        """Return our column -> where it comes from, ``updated_at`` included."""
        told = {"updated_at": Column(column=self.updated)} if self.updated else {}
        return {**told, **self.columns}

    def needed(self) -> dict[str, str]:
        """Return the source's columns that must be there -> what they are for."""
        used = dict.fromkeys(self.key, "key")
        for name, column in self.fields().items():
            if column.column and not column.optional:
                used.setdefault(column.column, name)
        if self.deleted:
            used.setdefault(self.deleted.column, "deleted")
        return used

    def style(self, column: Column) -> Style:
        """Return how the source writes the values of ``column``."""
        return Style(
            decimal=column.decimal or self.decimal,
            dates=self.dates if column.dates is None else column.dates,
            zone=ZoneInfo(column.time_zone or self.time_zone),
            times=column.times,
        )


F = TypeVar("F", bound=Feed)


def load(path: Path, kind: type[F], variable: str) -> dict[str, F]:
    """Read the mapping at ``path``.

    Args:
        path: A YAML file, or TOML by its name.
        kind: What its feeds are.
        variable: The setting that named the file.

    Raises:
        ConfigError: naming the file, the feed and the field.
    """
    document = _document(path, variable)
    unknown = sorted(set(document) - {"system", "feeds"})
    feeds = document.get("feeds")
    if unknown or not isinstance(feeds, dict) or not feeds:
        wrong = f"{unknown[0]}: there is no such field" if unknown else "feeds: there are none"
        raise _told(path, [wrong])
    system = str(document.get("system") or "main")
    made, wrong_fields = {}, []
    for name, given in feeds.items():
        try:
            made[str(name)] = kind.model_validate(_of(system, given))
        except ValidationError as error:
            problems = error.errors(include_url=False, include_input=False)
            wrong_fields += [f"feeds.{name}{_where(one)}" for one in problems]
    wrong_fields += [] if wrong_fields else _not_alone(made)
    if wrong_fields:
        raise _told(path, wrong_fields)
    return made


def written(path: Path) -> str:
    """Return a mapping as it is written; nothing of one that is not there, as `load` will say."""
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _not_alone(feeds: Mapping[str, Feed]) -> list[str]:
    """Say which feeds fill what another one holds all of, and would delete each other's rows."""
    places = Counter((feed.table, feed.system) for feed in feeds.values())
    return [
        f"feeds.{name}: no other feed may fill {feed.table} of {feed.system}: this one is all there"
        " is, and who is not in it is deleted; give the other a system of its own"
        for name, feed in feeds.items()
        if feed.is_whole and places[feed.table, feed.system] > 1
    ]


def _of(system: str, given: object) -> object:
    if not isinstance(given, Mapping):
        return given
    return {**given, "system": str(given.get("system") or system)}


def _document(path: Path, variable: str) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = type(error).__name__ if not isinstance(error, OSError) else error.strerror
        raise ConfigError(
            f"{variable}: {path}: {said}", next_step="Name a mapping file; see .env.example."
        ) from None
    try:
        found = tomllib.loads(text) if path.suffix == ".toml" else yaml.safe_load(text)
    except (tomllib.TOMLDecodeError, yaml.YAMLError) as error:
        raise _told(path, [" ".join(str(error).split())]) from None
    if not isinstance(found, dict):
        raise _told(path, ["it must say system: and feeds:"])
    return found


def _where(problem: ErrorDetails) -> str:
    path = "".join(f".{part}" for part in problem["loc"])
    ours = problem["msg"].removeprefix("Value error, ")
    theirs = ours[:1].lower() + ours[1:]
    return f"{path}: {ours if problem['type'] == 'value_error' else theirs}"


def _told(path: Path, wrong: list[str]) -> ConfigError:
    return ConfigError(
        "; ".join(f"{path.name}: {one}" for one in wrong), next_step=f"Correct {path}."
    )
