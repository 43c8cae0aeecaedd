"""docs/data-model.md, written from the headers of the models: ``python -m transforms.document``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from transforms import (
    history,
    quality,
    rates,
    seeds,
    segments,
    tones,
    views,
    violations,
    written_back,
)
from transforms.identity import publish
from transforms.identity.resolve import TABLES
from transforms.identity.standardise import READINGS
from transforms.kinds import KINDS, TYPES, view
from transforms.model import Model, folder
from transforms.order import in_order
from transforms.restrict import restricted

DOCUMENT = Path("docs/data-model.md")
NAMES = {"VARCHAR": "text", "TIMESTAMP WITH TIME ZONE": "timestamptz", "BOOLEAN": "bool"}
REGISTRY = {
    "identities": "whose customer a source record is, and was: one row for each time it changed;"
    " the one in force has no `valid_to`.",
    "identity_events": "what happened to customer ids: born, merged (into `other_id`), split (off"
    " `other_id`), gone, returned.",
    "customer_redirects": "a retired customer id and the one it leads to, for ever.",
}
OPENING = """\
# The data model

*Written from the headers in `transforms/` by `python -m transforms.document`; do not edit.*

Rows come in as each vendor has them (`raw_<source>.<table>`), are conformed (tables named
`<source>__<table>`, united by kind in the views `all_<kind>`), are given a customer, and become the
tables below. A fact's `source` and `source_id` name the source record it belongs to, and
`customer_id` the customer. Money is integer minor units (`_minor`) of `currency`; times are UTC;
what a vendor deleted stays, with `deleted_at`.

Read them with `daybreak sql`, in a notebook with `cli.notebook` (Arrow, pandas or Polars), or as
the SQLAlchemy classes in `transforms/tables.py`, which are written from the same headers.
"""


def render() -> str:
    """Return the whole document."""
    types = column_types()
    marts = sorted(folder("marts"), key=lambda model: model.name)
    parts = [OPENING, "## Customers and their facts\n", *(_mart(m, types) for m in marts)]
    parts += [
        _table(history.table(mart), history.ABOUT.format(mart=mart), types[history.table(mart)])
        for mart in history.FOLLOWED
    ]
    parts.append(_table(tones.TABLE, tones.ABOUT, types[tones.TABLE]))
    parts.append(_table(segments.TABLE, segments.ABOUT, types[segments.TABLE]))
    parts.append(_table(violations.TABLE, violations.ABOUT, types[violations.TABLE]))
    parts += [_table(name, quality.ABOUT[name], types[name]) for name in quality.ABOUT]
    parts.append("## Views: what is asked most\n")
    parts += [_mart(model, types) for model in sorted(views.models(), key=lambda m: m.name)]
    parts.append("## Segments that come along\n")
    parts += [f"- **{m.name}**: {m.about}" for m in segments.segments()]
    parts.append("\n## Rules that come along\n")
    parts += [f"- **{m.name}**: {m.about}" for m in violations.rules()]
    parts.append("\n## Who is who\n")
    parts += [_table(name, about, types[name]) for name, about in REGISTRY.items()]
    parts.append(_table(publish.TABLE, publish.ABOUT, types[publish.TABLE]))
    parts += [_mart(model, types) for model in folder("identity")]
    parts.append("## What each source delivers\n")
    parts.append("| staging model | reads | into | what it is |\n| --- | --- | --- | --- |")
    parts += [_line(model) for model in folder("staging")]
    return "\n".join(parts) + "\n"


def _mart(model: Model, types: dict[str, dict[str, str]]) -> str:
    reads = ", ".join(dict.fromkeys(item.relation for item in model.reads))
    about = model.about.replace("\n\n", "\0").replace("\n", " ").replace("\0", "\n\n")
    grain = ", ".join(model.grain)
    return _table(
        model.name, f"{about}\n\nOne row per **{grain}**. From {reads}.", types[model.name]
    )


def _table(name: str, about: str, columns: dict[str, str]) -> str:
    listed = ", ".join(f"`{column}` {kind}" for column, kind in columns.items())
    return f"### {name}\n\n{about[0].upper()}{about[1:]}\n\n{listed}\n"


def _line(model: Model) -> str:
    about = model.about.partition("\n\n")[0].replace("\n", " ")
    return f"| {model.name} | {model.reads[0].relation} | {model.into} | {about} |"


def column_types() -> dict[str, dict[str, str]]:
    """Return table -> column -> type, as an empty DuckDB tells them."""
    connection = duckdb.connect()
    for name, columns in _given():
        types = ", ".join(f"{c} {TYPES['duckdb'][kind]}" for c, kind in columns.items())
        connection.execute(f"create table {name} ({types})")
    for name in seeds.names():
        connection.register("seed", seeds.read(name))
        connection.execute(f"create table {name} as from seed")
    tables = (*in_order(folder("identity")), *in_order(folder("marts")))
    for model in (*tables, *views.models()):
        select = restricted(model, None, None, "duckdb")
        connection.execute(f"create table {model.name} as {select}")
    told = connection.execute("select table_name, column_name, data_type from duckdb_columns()")
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in told.fetchall():
        found.setdefault(table, {})[column] = NAMES.get(kind, kind.lower())
    return found


def _given() -> Iterable[tuple[str, dict[str, str]]]:
    yield from ((view(kind), columns) for kind, columns in KINDS.items())
    yield from TABLES.items()
    yield publish.TABLE, publish.COLUMNS
    yield from ((history.table(mart), history.columns(mart)) for mart in history.FOLLOWED)
    yield segments.TABLE, segments.MEMBERS.columns
    yield violations.TABLE, violations.VIOLATIONS.columns
    yield from ((kept.table, kept.columns) for kept in (quality.QUALITY, quality.VALUES))
    yield tones.TABLE, tones.COLUMNS
    yield rates.TABLE, rates.COLUMNS
    yield written_back.TABLE, written_back.COLUMNS
    yield views.MOMENT, views.MOMENT_COLUMNS
    for reading in READINGS:
        yield reading.table, dict.fromkeys(("raw", "country", *reading.columns), "text")


if __name__ == "__main__":
    DOCUMENT.write_text(render(), encoding="utf-8")
