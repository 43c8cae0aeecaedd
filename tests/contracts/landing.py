"""A first pull into a real warehouse, and a second one."""

from __future__ import annotations

import sources
from core.pipeline import raw_tables
from core.records import OURS
from tests.installation import Installation, arrived

CALLS_A_TABLE = 4


def lands_once(here: Installation, name: str) -> None:
    """Pull twice: the first brings what the vendor has, as declared; the second nothing."""
    here.pull(name)
    assert here.untrue(name) == {}
    assert _misdeclared(here, name) == []
    here.pull(name)
    assert arrived(here.pulled) == {}
    assert here.meter.calls <= CALLS_A_TABLE * len(sources.load(name).tables)


def _misdeclared(here: Installation, name: str) -> list[str]:
    """Return declared columns that are not there, and keys that are empty or not unique."""
    wrong = []
    with here.warehouse.session([name], read_only=True) as session:
        for table, shape in raw_tables(sources.load(name)).items():
            there = session.columns(f"raw_{name}.{table}")
            declared = {*shape.columns, *shape.key, *OURS}
            wrong += [f"{table}.{column}" for column in sorted(declared - {*there})]
    for table, shape in raw_tables(sources.load(name)).items():
        keys = [tuple(row[part] for part in shape.key) for row in here.rows(name, table)]
        if len(keys) != len({*keys}) or any(part in {None, ""} for key in keys for part in key):
            wrong.append(f"{table}: key {shape.key}")
    return wrong
