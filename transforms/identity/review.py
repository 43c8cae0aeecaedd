"""What a steward should look at first: doubts by what is to be gained, with what would move."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from core.errors import BusyError, ConfigError
from core.warehouse import Session
from transforms.identity.doubts import JOIN, Doubt, doubts
from transforms.identity.engine import store

HUNDRED = 10_000
"""Minor units of the reporting currency that weigh as much as one record or one order."""
LOOKED_AT = 5
"""Of so many times the questions asked for it is looked up what they would move."""
AT_ONCE = 500
DECIDE = "daybreak decide"
AGAIN = "daybreak reconcile --full"
# What a record brought, counted once: see money_movements.
BROUGHT = """
with items as (
    select source, 'order' as kind, order_id as item_id, source_id from orders
    union all select source, 'payment' as kind, payment_id as item_id, source_id from payments
)
select items.source || ':' || items.source_id as record,
    count(*) filter (where m.kind = 'order') as orders,
    cast(coalesce(sum(m.reporting_minor), 0) as bigint) as earned_minor
from items join money_movements as m
    on m.source = items.source and m.kind = items.kind and m.item_id = items.item_id
where m.is_counted and items.source || ':' || items.source_id in ({})
group by 1
"""
WHOSE = """
select source || ':' || source_id as record, customer_id from identities
where valid_to is null and source || ':' || source_id in ({})
"""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a question.

    Attributes:
        customer_id: Whose it is now.
        record: A record that the evidence is about, as ``source:source_id``.
        records: How many records are on this side.
        orders: Orders of these records that count as sales.
        earned_minor: What was earned of them, in minor units of the currency of reports.
    """

    customer_id: str
    record: str
    records: int
    orders: int
    earned_minor: int


@dataclass(frozen=True, slots=True)
class Question:
    """One thing for a steward to decide.

    Attributes:
        kind: ``join`` (are these two customers one?) or ``part`` (is this customer two?).
        wrong: The chance that what holds now is wrong, as the evidence has it.
        gain: That, times what would be put right: records, orders and hundreds of money.
        stays: The larger side.
        moves: The smaller side: what a change would move.
        change: What to say if it is wrong.
        keep: What to say if it is right; the question is not asked again then.
    """

    kind: str
    wrong: float
    gain: float
    stays: Side
    moves: Side
    change: str
    keep: str


def review(session: Session, state: store.Session, limit: int) -> list[Question]:
    """Return the questions of the largest gain, always in the same order.

    Args:
        session: The warehouse.
        state: The engine's state of the same night.
        limit: How many at most.
    """
    found = sorted(doubts(state), key=lambda doubt: (-doubt.wrong * len(doubt.two), doubt.ends))
    some = found[: LOOKED_AT * limit]
    records = sorted({record for doubt in some for record in (*doubt.one, *doubt.two)})
    whose = {str(row["record"]): row for row in _asked(session, WHOSE, records)}
    brought = {str(row["record"]): row for row in _asked(session, BROUGHT, records)}
    questions = [
        _question(
            doubt,
            *(_side(part, end, whose, brought) for part, end in _both(doubt)),
        )
        for doubt in some
        if all(end in whose for end in doubt.ends)
    ]
    return sorted(questions, key=lambda q: (-q.gain, q.moves.record, q.stays.record))[:limit]


@contextmanager
def opened(folder: Path, session: Session) -> Iterator[store.Session]:
    """Open the engine's state to read it.

    Raises:
        ConfigError: there is none, or it is not of the customers that are in use now.
        BusyError: a reconcile is at it.
    """
    lost = "what was decided last is not at hand"
    file = folder / store.FILE
    if not session.columns("identity_state"):
        raise ConfigError("there are no customers yet", next_step="Run `daybreak night` first.")
    if not file.exists():
        raise ConfigError(lost, next_step=f"`{AGAIN}` decides it again; ids stay.")
    try:
        state = duckdb.connect(str(file), read_only=True)
    except duckdb.Error as error:
        raise BusyError(f"{folder} is in use by another run.") from error
    with state:
        kept = state.sql("select value from meta where name = 'token'").fetchone()
        told = session.query("select token from identity_state").column(0).to_pylist()
        if kept is None or [kept[0]] != told:
            raise ConfigError(lost, next_step=f"`{AGAIN}` decides it again; ids stay.")
        yield state


def _both(doubt: Doubt) -> Iterable[tuple[tuple[str, ...], str]]:
    return zip((doubt.one, doubt.two), doubt.ends, strict=True)


def _asked(session: Session, sql: str, records: Sequence[str]) -> Iterator[dict[str, object]]:
    for start in range(0, len(records), AT_ONCE):
        some = records[start : start + AT_ONCE]
        yield from session.query(sql.format(", ".join("?" * len(some))), some).to_pylist()


def _side(
    records: tuple[str, ...],
    end: str,
    whose: dict[str, dict[str, object]],
    brought: dict[str, dict[str, object]],
) -> Side:
    rows = [brought[record] for record in records if record in brought]
    return Side(
        customer_id=str(whose[end]["customer_id"]),
        record=end,
        records=sum(record in whose for record in records),
        orders=sum(int(str(row["orders"])) for row in rows),
        earned_minor=sum(int(str(row["earned_minor"])) for row in rows),
    )


def _question(doubt: Doubt, stays: Side, moves: Side) -> Question:
    stake = moves.records + moves.orders + max(0, moves.earned_minor) / HUNDRED
    change, keep = _commands(doubt.kind, stays, moves)
    return Question(
        kind=doubt.kind,
        wrong=round(doubt.wrong, 4),
        gain=round(doubt.wrong * stake, 4),
        stays=stays,
        moves=moves,
        change=f"{DECIDE} {change}",
        keep=f"{DECIDE} {keep}",
    )


def _commands(kind: str, stays: Side, moves: Side) -> tuple[str, str]:
    """Return what changes and what keeps; of a customer's side, the records at the bridge."""
    if kind == JOIN:
        ids = f"{stays.customer_id} {moves.customer_id}"
        return f"merge {ids}", f"never {ids}"
    ends = f"{stays.record} {moves.record}"
    if moves.records == 1:
        return f"split {stays.customer_id} {moves.record}", f"merge {ends}"
    return f"never {ends}", f"merge {ends}"
