"""A model's query, cut down to the groups that changed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlglot import exp

from core.errors import ContractError
from transforms.kinds import KINDS, TYPES
from transforms.model import Input, Model


@cache
def restricted(model: Model, keys: str | None, replaced: str | None, dialect: str) -> str:
    """Return the query of ``model`` over the groups listed in the table ``keys``.

    Args:
        model: The model.
        keys: A table with the columns of ``by``; None for every group.
        replaced: What the first input is read from instead; None to read it itself.
        dialect: What to write it in.

    Raises:
        ContractError: the query reads something its header does not declare.
    """
    query = model.query.copy()
    inputs = {item.relation: item for item in model.reads}
    names = {cte.alias for cte in query.find_all(exp.CTE)}
    if hidden := names & set(inputs):
        raise ContractError(f"{model.name}: {', '.join(sorted(hidden))} hides what it reads")
    for table in list(query.find_all(exp.Table)):
        name = f"{table.db}.{table.name}" if table.db else table.name
        if name in names or name in model.looks:
            continue
        if name not in inputs:
            raise ContractError(f"{model.name}: reads {name}, which its header does not declare")
        if replaced and name == model.reads[0].relation:
            table.replace(exp.to_table(replaced, alias=table.alias_or_name))
        elif keys is not None:
            table.replace(_slice(model, inputs[name], keys).subquery(table.alias_or_name))
    return _typed(model, query).sql(dialect)


@cache
def key_query(model: Model, item: Input, changed: str, dialect: str) -> str:
    """Return the select of the groups of ``model`` that the rows of ``changed`` touch.

    Args:
        model: The model.
        item: The input that changed.
        changed: The relation of its changed rows, as before and as after.
        dialect: What to write it in.
    """
    if item.via:
        there, here = zip(*item.columns, strict=True)
        hit = exp.select(*here).from_(changed)
        rows = _by_columns(model, _direct(model, item.via), item.via)
        return str(rows.where(_within(there, hit)).distinct().sql(dialect))
    return str(_by_columns(model, item, changed).distinct().sql(dialect))


def _typed(model: Model, query: exp.Query) -> exp.Query:
    """Give a staging model's columns the types of its kind; they come as each vendor has them."""
    if not model.into:
        return query
    types = KINDS[model.into]
    casts = [
        exp.alias_(exp.cast(exp.column(c), TYPES["duckdb"][types[c]], dialect="duckdb"), c)
        if c in types
        else exp.column(c)
        for c in model.columns
    ]
    return exp.select(*casts).from_(query.subquery("typed"))


def _slice(model: Model, item: Input, keys: str) -> exp.Select:
    if item.via:
        there, here = zip(*item.columns, strict=True)
        linked = _slice(model, _direct(model, item.via), keys)
        linked.set("expressions", [exp.column(name, "r") for name in there])
        inner = linked
    else:
        renamed = {by: column for column, by in item.columns}
        here = tuple(renamed.get(name, name) for name in model.by)
        inner = exp.select(*model.by).from_(keys)
    rows = exp.select(exp.Star()).from_(exp.to_table(item.relation, alias="r"))
    return rows.where(_within(tuple(f"r.{name}" for name in here), inner))


def _direct(model: Model, relation: str) -> Input:
    for item in model.reads:
        if item.relation == relation and not item.via:
            return item
    raise ContractError(f"{model.name}: via {relation}, which it does not read itself")


def _by_columns(model: Model, item: Input, relation: str) -> exp.Select:
    renamed = {by: column for column, by in item.columns}
    columns = [renamed.get(name, name) for name in model.by]
    # As text, for some vendors number their rows and a key of ours is text.
    picked = [
        exp.alias_(exp.cast(exp.column(c), "varchar"), by)
        for c, by in zip(columns, model.by, strict=True)
    ]
    known = [exp.column(name).is_(exp.null()).not_() for name in columns]
    return exp.select(*picked).from_(relation).where(*known)


def _within(columns: Sequence[str], inner: exp.Select) -> exp.In:
    left: exp.Expression
    parts = [exp.to_column(name) for name in columns]
    left = parts[0] if len(parts) == 1 else exp.Tuple(expressions=parts)
    return exp.In(this=left, query=inner.subquery())
