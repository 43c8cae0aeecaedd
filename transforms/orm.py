"""transforms/tables.py, written from the headers of the models: ``python -m transforms.orm``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from transforms import history, quality, segments, views, violations
from transforms.document import REGISTRY, column_types
from transforms.identity import publish
from transforms.model import folder

TABLES = Path(__file__).parent / "tables.py"
KINDS = {
    "text": ("str", "Text"),
    "bigint": ("int", "BigInteger"),
    "integer": ("int", "BigInteger"),
    "bool": ("bool", "Boolean"),
    "double": ("float", "Double"),
    "timestamptz": ("datetime", "Moment"),
}
"""Type of a column -> what Python and what SQLAlchemy call it."""
GRAINS = {
    "identities": ("source", "source_id", "valid_from"),
    "identity_events": ("occurred_at", "event", "customer_id"),
    "customer_redirects": ("customer_id",),
    publish.TABLE: ("measured_at",),
    segments.TABLE: ("segment", "customer_id", "entered_at"),
    violations.TABLE: (*violations.VIOLATIONS.keys, "opened_at"),
    quality.QUALITY.table: (*quality.QUALITY.keys, "turn"),
    quality.VALUES.table: (*quality.VALUES.keys, "turn"),
}
ABOUT = {
    **REGISTRY,
    publish.TABLE: publish.ABOUT,
    segments.TABLE: segments.ABOUT,
    violations.TABLE: violations.ABOUT,
    **quality.ABOUT,
}
OPENING = '''\
"""The 360's tables for SQLAlchemy, one class each: ``select(Customer).where(...)``.

Written from the models' headers by ``python -m transforms.orm``; do not edit. The primary key is
the grain. They are to be read; nothing here creates a table. ``cli.notebook`` runs such a select
on every warehouse. A SQLAlchemy session of your own wants a dialect: psycopg's for Postgres; this
project brings none for DuckDB.
"""

# ruff: noqa: E501 - written by a program

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, DateTime, Double, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Moment = DateTime(timezone=True)


class Base(DeclarativeBase):
    """What all tables of the 360 are."""
'''


def render() -> str:
    """Return the whole module."""
    known = column_types()
    parts = [OPENING]
    for name, grain, about in sorted(_public()):
        parts.append(_class(name, grain, about, known[name]))
    return "\n\n".join(parts)


def class_name(table: str) -> str:
    """Return what a table's class is called: ``order_lines`` is ``OrderLine``."""
    singular = table.removesuffix("s")
    if table.endswith("ies"):
        singular = f"{table.removesuffix('ies')}y"
    return "".join(word.capitalize() for word in singular.split("_"))


def _public() -> Iterable[tuple[str, tuple[str, ...], str]]:
    for model in (*folder("marts"), *views.models()):
        yield model.name, model.grain, model.about.partition("\n\n")[0].replace("\n", " ")
    for mart in history.FOLLOWED:
        key = history.FOLLOWED[mart][0]
        yield history.table(mart), ("source", key, "turn"), history.ABOUT.format(mart=mart)
    for name, about in ABOUT.items():
        yield name, GRAINS[name], about


def _class(name: str, grain: tuple[str, ...], about: str, columns: dict[str, str]) -> str:
    lines = [
        f"class {class_name(name)}(Base):",
        f'    """{about[0].upper()}{about[1:]}"""',
        "",
        f'    __tablename__ = "{name}"',
        "",
    ]
    for column, kind in columns.items():
        ours, theirs = KINDS[kind]
        if column in grain:
            lines.append(
                f"    {column}: Mapped[{ours}] = mapped_column({theirs}, primary_key=True)"
            )
        else:
            lines.append(f"    {column}: Mapped[{ours} | None] = mapped_column({theirs})")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLES.write_text(render(), encoding="utf-8")
