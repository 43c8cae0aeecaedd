"""The same SQL with nothing around it: every model as `create table ... as`, one after another.

What a runner costs is what it takes beyond this: no change is looked for, no grain asserted. Who is
who is not decided again: identities, and what else is no model, are read as the night left them.
"""

from __future__ import annotations

from typing import Any

import sources
from benchmarks.clock import Clock
from core.warehouse import Session
from destinations.warehouses.duckdb import DuckDBWarehouse
from transforms.bench import Bench
from transforms.kinds import KINDS, view
from transforms.model import Model, folder
from transforms.order import in_order
from transforms.restrict import restricted
from transforms.stage import raw_rows


def run(warehouse: DuckDBWarehouse) -> dict[str, Any]:
    """Build everything in a file of its own beside the night's; say what each model took."""
    clock, marts = Clock(), in_order(folder("marts"))
    with warehouse.session(sources.names()) as session:
        session.execute(f"attach '{warehouse.folder / 'plain.duckdb'}' as plain")
        _borrow({model.name for model in (*folder("staging"), *marts)}, session)
        session.execute("use plain")
        clock.start()
        for model in folder("staging"):
            _stage(model, Bench(session))
            clock.observe(f"{model.name}:")
        for kind in KINDS:
            members = [model.name for model in folder("staging") if model.into == kind]
            parts = [f"select {', '.join(KINDS[kind])} from {name}" for name in members]
            session.execute(f"create view {view(kind)} as {' union all '.join(parts)}")
        for model in marts:
            _create(model, None, session)
            clock.observe(f"{model.name}:")
        return clock.facts()


def _borrow(built: set[str], session: Session) -> None:
    """Show the night's tables that are no models as if they were here."""
    tables = session.query(
        "select table_name from duckdb_tables() where database_name = 'daybreak'"
    )
    for name in tables.column(0).to_pylist():
        if name not in built:
            session.execute(f"create view plain.{name} as from daybreak.{name}")


def _stage(model: Model, bench: Bench) -> None:
    raw = model.reads[0].relation
    source = raw.removeprefix("raw_").partition(".")[0]
    declared = {source: sources.load(source).tables}
    name = f"pulled_{model.name}"
    select = raw_rows(model, bench, declared, bench.session.columns(raw))
    bench.execute(f"create temporary view {name} as {select}")
    _create(model, name, bench.session)


def _create(model: Model, replaced: str | None, session: Session) -> None:
    query = restricted(model, None, replaced, session.dialect)
    session.execute(f"create table {model.name} as {query}")
