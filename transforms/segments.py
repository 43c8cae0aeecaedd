"""Who belongs to which group, and since which night: a segment is a .sql file that selects ids.

The header is the contract, as everywhere: ``grain customer_id`` and what it ``reads``, marts or
views. Files of one's own go into the folder that REPORT_SEGMENTS names. Membership is decided anew
each night, for time alone moves people in and out; what is kept is who came and who left.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from core.errors import ContractError
from transforms.bench import Bench
from transforms.model import Model, folder, read
from transforms.restrict import restricted
from transforms.stays import Stays, settle

TABLE = "segment_members"
MEMBERS = Stays(TABLE, {"segment": "text", "customer_id": "text"}, "entered_at", "left_at", {})
ABOUT = (
    "who is, or was, in a segment: one row for each stay. Who is in it now has no `left_at`."
    " See segment_audience for whom of them marketing may write to."
)


def segments(own: Path | None = None) -> list[Model]:
    """Return the segments that come along and those in a folder of one's own, by name.

    Raises:
        ContractError: one does not select customer ids, or two have one name.
    """
    mine = [read(path) for path in sorted(own.glob("*.sql"))] if own else []
    found = [*folder("segments"), *mine]
    for model in found:
        if model.grain != ("customer_id",) or "customer_id" not in model.columns:
            raise ContractError(
                f"{model.name}: a segment's grain is customer_id, and it selects it"
            )
    names = [model.name for model in found]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ContractError(f"two segments are called {', '.join(sorted(twice))}")
    return sorted(found, key=lambda model: model.name)


def assign(bench: Bench, now: datetime, own: Path | None = None) -> None:
    """Let people enter and leave, by what holds now; a segment that is no more has nobody.

    Raises:
        ContractError: a segment reads something its header does not declare.
    """
    parts = [
        f"select '{m.name}' as segment, customer_id from"
        f" ({restricted(m, None, None, bench.session.dialect)}) as s where customer_id is not null"
        for m in segments(own)
    ]
    parts = parts or [f"select segment, customer_id from {TABLE} where 1 = 0"]
    settle(MEMBERS, bench.keep_rendered("segments", " union ".join(parts)), bench, now)
