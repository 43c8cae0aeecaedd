"""What is read of the marts: views, for answers that time itself changes or that cost no table.

A view never holds anything, so it is always true; those that speak of days look at ``reconciled``,
the moment of the last reconcile.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from transforms import scores
from transforms.bench import Bench, Changes
from transforms.memory import Memory
from transforms.model import Model, folder
from transforms.order import in_order
from transforms.restrict import restricted

MOMENT = "reconciled"
MOMENT_COLUMNS = {"reconciled_at": "timestamptz"}


def models() -> list[Model]:
    """Return every view, each after what it reads."""
    return in_order([*folder("views"), scores.model()])


def take_down(bench: Bench, memory: Memory, marts: Iterable[Model]) -> None:
    """Drop the views if one of them, or a mart that they may stand on, is to be made anew.

    Postgres keeps a table that a view stands on from being dropped.
    """
    views = models()
    if any(memory.is_stale(m.name, m.fingerprint) for m in (*marts, *views)):
        for model in reversed(views):
            bench.session.execute(f"drop view if exists {model.name}")


def put_up(bench: Bench, memory: Memory, now: datetime) -> None:
    """Write down the moment, and create the views that are not there."""
    if not bench.exists(MOMENT):
        bench.create(MOMENT, MOMENT_COLUMNS)
    bench.session.execute(f"delete from {MOMENT}")
    bench.session.execute(f"insert into {MOMENT} values (?)", (now,))
    for model in models():
        if not bench.exists(model.name):
            select = restricted(model, None, None, bench.session.dialect)
            bench.session.execute(f"create view {model.name} as {select}")
            bench.changes[model.name] = Changes(model.name, 0)
        memory.remember(model.name, model.fingerprint)
