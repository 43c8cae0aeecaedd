"""Bring one table up to date: rebuild the groups that changed, and no others.

A full rebuild is the same with every group taken as changed; why: docs/adr/0003.
"""

from __future__ import annotations

from core.errors import ContractError
from transforms import checks
from transforms.bench import Bench, Changes
from transforms.kinds import KINDS
from transforms.model import Model
from transforms.restrict import key_query, restricted

ROW = {"duckdb": "rowid", "postgres": "ctid"}
"""Where a row is, until this transaction changes it."""
MANY = 10_000
"""Rows of a change after which Postgres's planner wants to be told."""


def build(
    model: Model,
    bench: Bench,
    *,
    replaced: str | None = None,
    fresh: bool = False,
) -> Changes:
    """Rebuild the groups of ``model`` that its inputs' changes touch, and say what became of them.

    Args:
        model: The model.
        bench: The run so far; its changes of every input are read, this table's are added.
        replaced: A passing table with only the changed rows of the raw table it reads.
        fresh: The table is to be made anew: the model's text is not what built it.

    Raises:
        ContractError: the grain or a check does not hold; nothing of this run is then kept.
    """
    keys, whole = _keys(model, bench, everything=fresh or bench.everything)
    if keys is None and not whole and not fresh:
        changes = Changes(model.name, 0)
    else:
        query = restricted(model, keys, replaced, bench.session.dialect)
        if fresh:
            new, changes = model.name, _made(model, bench, query)
        else:
            new = bench.keep_rendered(model.name, query)
            changes = _applied(model, bench, new, keys)
        checks.verify(model, bench, new, changes)
    bench.changes[model.name] = changes
    return changes


def _keys(model: Model, bench: Bench, *, everything: bool) -> tuple[str | None, bool]:
    """Return the table of changed groups (None: none or every group) and whether it is every."""
    touched = []
    everything = everything or any(bench.changed(name).whole for name in model.looks)
    for item in model.reads:
        changes = bench.changed(item.relation)
        if changes.whole or everything:
            return None, True
        if changes:
            touched.append(key_query(model, item, changes.relation, bench.session.dialect))
    if not touched:
        return None, False
    return bench.keep_rendered(f"{model.name}_keys", " union ".join(touched)), False


def _made(model: Model, bench: Bench, query: str) -> Changes:
    if model.into:
        create_staging(model, bench)
        bench.session.execute(f"insert into {model.name} {query}")
    else:
        bench.session.execute(f"drop table if exists {model.name}")
        bench.session.execute(f"create table {model.name} as {query}")
    bench.settle(model.name)
    return Changes(model.name, bench.count(model.name), whole=True)


def create_staging(model: Model, bench: Bench) -> None:
    """Create the table of a staging model, empty, with the types of its kind."""
    types = KINDS[model.into]
    bench.create(model.name, {name: types.get(name, "text") for name in model.columns})


def _held(model: Model, bench: Bench, keys: str) -> str:
    """Return the rows that the table holds of the changed groups, with where they are: ``_row``."""
    by = ", ".join(model.by)
    return bench.keep_rendered(
        f"{model.name}_old",
        f"select *, {ROW[bench.session.dialect]} as _row from {model.name}"
        f" where ({by}) in (select {by} from {keys})",
    )


def _replace(model: Model, bench: Bench, old: str, new: str, different: str) -> None:
    """Put the different rows of ``new`` in the place of those of ``old``.

    Raises:
        ContractError: the table does not hold what was written.
    """
    removed, written = (bench.count(f"{rows} where {different}") for rows in (old, new))
    due = bench.count(model.name) - removed + written
    # Where it is known where they are, not all of the table is read for them.
    row = ROW[bench.session.dialect]
    there = f"{row} in (select _row from {old} where {different})"
    bench.execute(f"delete from {model.name} where {different if old == model.name else there}")
    columns = ", ".join(model.columns)
    bench.execute(f"insert into {model.name} select {columns} from {new} where {different}")
    if (held := bench.count(model.name)) != due:
        raise ContractError(f"{model.name}: {due} rows were due and {held} are there")


def _applied(model: Model, bench: Bench, new: str, keys: str | None) -> Changes:
    """Replace the rows that are different; ``new`` holds every row of the changed groups."""
    grain, columns = ", ".join(model.grain), ", ".join(model.columns)
    old = model.name if keys is None else _held(model, bench, keys)
    gone = f"select {columns} from {old} except select {columns} from {new}"
    come = f"select {columns} from {new} except select {columns} from {old}"
    changed = bench.keep(
        f"{model.name}_changed",
        f"select * from ({gone}) as g union all select * from ({come}) as c",
    )
    rows = int(bench.value(f"select count(*) from (select distinct {grain} from {changed}) as d"))
    if rows:
        _replace(model, bench, old, new, f"({grain}) in (select {grain} from {changed})")
    if rows > MANY:
        bench.settle(model.name)
    return Changes(changed, rows)
