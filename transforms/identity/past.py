"""Who was who on any past night."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.warehouse import Session
from transforms.identity.steward import CUSTOMER

THEN = "from identity_spans where valid_from <= ? and ? < valid_to"
HELD = f"""
select s.source, s.source_id, s.valid_from, s.valid_to, i.customer_id as customer_now
from (select * {THEN} and customer_id = ?) as s
left join identities as i
    on i.source = s.source and i.source_id = s.source_id and i.valid_to is null
order by s.source, s.source_id
"""
LED = """
select other_id from identity_events
where event = 'merged' and customer_id = ? and occurred_at <= ? order by occurred_at desc limit 1
"""
# Whose the records were that are one customer's now.
WERE = f"""
select distinct customer_id {THEN} and (source, source_id) in (
    select source, source_id from identities where valid_to is null and customer_id = ?
) order by 1
"""


@dataclass(frozen=True, slots=True)
class Past:
    """A customer as they were at a moment.

    Attributes:
        customer_id: The id that was in force then.
        at: The moment.
        records: source, source_id, valid_from, valid_to (year 9999: still so) and customer_now:
            whose the record is today; null if it is nobody's.
    """

    customer_id: str
    at: datetime
    records: tuple[dict[str, Any], ...]


def as_of(session: Session, customer_id: str, at: datetime) -> list[Past]:
    """Return who a customer was at a moment.

    An id that was retired before leads to its survivor of then. Of an id that began later, the
    customers whose records it has now are returned; none if nothing of it was known yet.
    """
    if not CUSTOMER.fullmatch(customer_id) or not session.columns("identity_spans"):
        return []
    here = _held(session, _led(session, customer_id, at), at)
    if here.records:
        return [here]
    were = session.query(WERE, [at, at, customer_id]).column(0).to_pylist()
    return [_held(session, str(one), at) for one in were]


def _led(session: Session, customer_id: str, at: datetime) -> str:
    """Follow merges up to a moment; each leads to an id that lived on, so they end."""
    while (found := session.query(LED, [customer_id, at])).num_rows:
        customer_id = str(found.column(0)[0])
    return customer_id


def _held(session: Session, customer_id: str, at: datetime) -> Past:
    rows = session.query(HELD, [at, at, customer_id]).to_pylist()
    return Past(customer_id, at, tuple(rows))
