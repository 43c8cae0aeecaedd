"""A model: one select in a file, whose header is its contract."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import sqlglot
from sqlglot import exp

from core.errors import ContractError
from transforms import lint
from transforms.kinds import KINDS
from transforms.macros import expand

HERE = Path(__file__).parent
FIELDS = ("grain", "by", "reads", "looks", "into", "checks")
INPUT = re.compile(
    r"(?P<relation>[\w.]+)(?:\s+via\s+(?P<via>\w+))?\s*(?:\((?P<columns>[^)]*)\))?(?:,|$)"
)


@dataclass(frozen=True, slots=True)
class Input:
    """A relation that a model is a function of.

    Attributes:
        relation: The table or view; ``raw_<source>.<table>`` for a raw one.
        via: Another input of the same model through whose rows this one is reached; empty if
            this relation itself carries the columns of ``by``.
        columns: Pairs. Without ``via``: (column here, column of ``by``). With it: (column of
            ``via``, column here).
    """

    relation: str
    via: str
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must hold for every row: ``not_null(a, b)``, ``accepted(state: a, b)``."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """One .sql file: the table it builds, what it reads, and what must hold afterwards.

    Attributes:
        name: The file's name and the table's.
        about: What the header says before its fields, as Markdown.
        grain: Columns that identify a row.
        by: Columns that cut the table into groups, each a function of the same group of every
            input; the runner rebuilds whole groups. The grain, unless the header says otherwise.
        reads: What it is a function of, group by group.
        looks: Constant tables it looks values up in.
        into: The kind a staging model delivers; empty for the others.
        checks: What must hold for every row.
        query: The select, macros expanded, in DuckDB's dialect.
        columns: The columns of the table, in order.
        fingerprint: Changes when the text does, or anything the text stands on.
    """

    name: str
    about: str
    grain: tuple[str, ...]
    by: tuple[str, ...]
    reads: tuple[Input, ...]
    looks: tuple[str, ...]
    into: str
    checks: tuple[Check, ...]
    query: exp.Query
    columns: tuple[str, ...]
    fingerprint: str


@cache
def folder(name: str) -> tuple[Model, ...]:
    """Return the models of ``transforms/<name>``, sorted by name."""
    return tuple(read(path) for path in sorted((HERE / name).glob("*.sql")))


def read(path: Path) -> Model:
    """Read a model file.

    Raises:
        ContractError: the header lacks its grain or speaks of something unknown, the text is not
            one select, or it uses a spelling that other engines read differently.
    """
    return parse(path.stem, path.read_text(encoding="utf-8"))


def parse(name: str, text: str) -> Model:
    """Read a model from its text; see ``read``."""
    header, about = _header(name, text)
    query = _query(name, text)
    grain = _names(header.get("grain", ""))
    into = header.get("into", "")
    if not grain:
        raise ContractError(f"{name}: the header must state the grain")
    if into and into not in KINDS:
        raise ContractError(f"{name}: into {into}: no such kind; one of {', '.join(sorted(KINDS))}")
    looks = _names(header.get("looks", ""))
    return Model(
        name=name,
        about=about,
        grain=grain,
        by=_names(header.get("by", "")) or grain,
        reads=tuple(_inputs(name, header.get("reads", ""))),
        looks=looks,
        into=into,
        checks=tuple(_checks(name, header.get("checks", ""))),
        query=query,
        columns=output_columns(query),
        fingerprint=_fingerprint(
            text, query.sql("duckdb"), str(KINDS.get(into, "")), *map(_seed, looks)
        ),
    )


def output_columns(query: exp.Query) -> tuple[str, ...]:
    """Return the columns a select yields; ``select * from <cte>`` is looked through."""
    if not query.is_star:
        return tuple(query.named_selects)
    source = query.find(exp.From)
    table = source.this if source else None
    for cte in query.ctes:
        if isinstance(table, exp.Table) and cte.alias == table.name:
            return output_columns(cte.this)
    raise ContractError("the last select must name its columns, or be `select * from <cte>`")


def _header(name: str, text: str) -> tuple[dict[str, str], str]:
    """Split the leading comment into its fields and its prose; deeper lines continue a field."""
    fields: dict[str, str] = {}
    prose: list[str] = []
    current = ""
    for line in _comment(text):
        word = line.split(maxsplit=1)[0] if line else ""
        if word in FIELDS and not line.startswith(" "):
            current = word
            fields[current] = line[len(word) :].strip()
        elif current and line.startswith("  "):
            fields[current] = f"{fields[current].rstrip(',')}, {line.strip()}"
        else:
            current = ""
            prose.append(line)
    about = re.sub(r"\n{3,}", "\n\n", "\n".join(prose)).strip()
    return fields, about.removeprefix(f"{name}:").strip()


def _comment(text: str) -> Iterable[str]:
    for line in text.splitlines():
        if not line.startswith("--"):
            return
        yield line[2:].removeprefix(" ").rstrip()


def _query(name: str, text: str) -> exp.Query:
    try:
        statements = sqlglot.parse(text, read="duckdb")
    except sqlglot.errors.ParseError as error:
        raise ContractError(f"{name}: {error}") from None
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise ContractError(f"{name}: a model is exactly one select")
    query = statements[0]
    findings = lint.findings(query)
    if findings:
        raise ContractError(f"{name}: " + "; ".join(findings))
    return expand(query)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _inputs(name: str, text: str) -> Iterable[Input]:
    for match in INPUT.finditer(text):
        pairs = [part.split(" as ") for part in _names(match["columns"] or "")]
        columns = tuple((pair[0].strip(), pair[-1].strip()) for pair in pairs)
        if match["via"] and not columns:
            raise ContractError(
                f"{name}: {match['relation']} via {match['via']}: by which columns?"
            )
        yield Input(match["relation"], match["via"] or "", columns)


def _checks(name: str, text: str) -> Iterable[Check]:
    for check, arguments in re.findall(r"(\w+)\(([^)]*)\)", text):
        if check not in {"not_null", "unique", "accepted", "refers"}:
            raise ContractError(f"{name}: unknown check {check}")
        yield Check(check, arguments.strip())


def _seed(name: str) -> str:
    path = HERE / "seeds" / f"{name}.csv"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
