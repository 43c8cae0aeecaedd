"""Which fields are counted, and how each is judged: ``fields.yaml``, and the selects it becomes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.errors import ContractError
from transforms import seeds
from transforms.kinds import KINDS
from transforms.model import Model, parse

RULES = Path(__file__).parent / "fields.yaml"
LOOKS = ("standard_values", "states")
SHAPE = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Judged(BaseModel):
    """How one field is judged; see the head of ``fields.yaml``."""

    model_config = SHAPE

    filled: str | None = None
    valid: str | None = None
    on_list: str | None = Field(default=None, alias="list")
    duplicates: bool = False
    values: bool = False
    middle: bool = False


class Counted(BaseModel):
    """A table whose fields are counted.

    Attributes:
        source: Whose rows they are, where the table does not say.
        kind: SQL that says what a row is called; the table's name if not given.
        changed: SQL of the moment at which a row last became different.
        has_blanks: Whether a word of it may be nothing but blanks; looking costs time.
    """

    model_config = SHAPE

    source: str | None = None
    kind: str | None = None
    changed: str
    has_blanks: bool = True
    fields: dict[str, Judged] = Field(min_length=1)


class Rules(BaseModel):
    """The whole file."""

    model_config = SHAPE

    tests: dict[str, str]
    lists: dict[str, str]
    tables: dict[str, Counted]

    @model_validator(mode="after")
    def _named(self) -> Rules:
        """Refuse a test or a list that nobody wrote."""
        for table, counted in self.tables.items():
            for field, judged in counted.fields.items():
                for name, known in ((judged.valid, self.tests), (judged.on_list, self.lists)):
                    if name and name not in known:
                        raise ValueError(f"{table}.{field}: {name} is none of {', '.join(known)}")
        return self


@cache
def rules(path: Path = RULES) -> Rules:
    """Read the file.

    Raises:
        ContractError: it is not what it should be; says where.
    """
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Rules.model_validate(content)
    except (yaml.YAMLError, ValidationError) as error:
        raise ContractError(f"{path.name}: {error}") from None


def fingerprint(path: Path = RULES) -> str:
    """Return what changes when a field would be counted or judged otherwise."""
    parts = [path.read_bytes(), *(seeds.fingerprint(name).encode() for name in LOOKS)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


@cache
def counting(table: str, there: tuple[str, ...], path: Path = RULES) -> Model:
    """Return the select that counts ``table``: one row a source and kind, one scan.

    ``rows_count`` and ``newest_at``, and for a field ``x`` what there is of ``x_filled``,
    ``x_valid``, ``x_listed`` and ``x_distinct``.

    Args:
        table: A key of ``tables``.
        there: The columns it has; a raw table may lack some, and their fields are left out.
        path: The file.

    Raises:
        ContractError: a condition is no SQL that every engine reads alike.
    """
    told = rules(path)
    measures = [
        f"count(*) filter (where {condition}) as {name}"
        if name.rpartition("_")[2] != "distinct"
        else f"count(distinct {condition}) as {name}"
        for name, condition in _measures(table, there, told)
    ]
    return _model(table, there, told.tables[table], ["count(*) as rows_count", *measures])


@cache
def holding(table: str, there: tuple[str, ...], field: str, path: Path = RULES) -> Model:
    """Return the select that counts the values of one field, by source and kind."""
    held = f"coalesce(cast({field} as varchar), '')"
    told = rules(path).tables[table]
    return _model(table, there, told, [f"{held} as held", "count(*) as found"], group=f", {held}")


def rows_of(table: str, counted: Counted) -> str:
    """Return the select of the live rows of ``table``, each with its source and kind."""
    source = f"'{counted.source}' as source, " if counted.source else ""
    kind = counted.kind or f"'{table}'"
    return f"select {source}{kind} as kind, told.* from {table} as told where deleted_at is null"


def _measures(table: str, there: Sequence[str], told: Rules) -> Iterator[tuple[str, str]]:
    for field, judged in told.tables[table].fields.items():
        if field not in there:
            continue
        has_blanks = told.tables[table].has_blanks
        yield f"{field}_filled", judged.filled or _filled(table, field, has_blanks=has_blanks)
        if judged.valid:
            yield f"{field}_valid", told.tests[judged.valid].replace("{field}", field)
        if judged.on_list:
            yield f"{field}_listed", told.lists[judged.on_list].replace("{field}", field)
        if judged.duplicates:
            yield f"{field}_distinct", field


def _filled(table: str, field: str, *, has_blanks: bool) -> str:
    is_text = KINDS.get(table, {}).get(field, "text") == "text"
    return f"trim({field}) <> ''" if is_text and has_blanks else f"{field} is not null"


def _model(
    table: str, there: Sequence[str], counted: Counted, measures: Sequence[str], group: str = ""
) -> Model:
    newest = counted.changed if table in KINDS or counted.changed in there else "null"
    select = (
        f"select source, kind, {', '.join(measures)},"
        f" max(cast({newest} as timestamptz)) as newest_at"
        f" from ({rows_of(table, counted)}) as live group by source, kind{group}"
    )
    name = f"fields_of_{table.replace('.', '_')}"
    head = f"-- {name}: counts.\n--\n-- grain source, kind\n-- reads {table}\n"
    return parse(name, f"{head}-- looks {', '.join(LOOKS)}\n\n{select}\n")
