"""What a night's identities look like, measured in the engine's state before they are published."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from transforms.identity import bridges
from transforms.identity.engine import dates
from transforms.identity.engine.columns import Ints
from transforms.identity.engine.store import Session
from transforms.identity.gates import Limits, Measures
from transforms.identity.names import Name, agree, read_name

MOST_NAMES = 3
NOBODY = np.zeros(0, dtype=np.int64)
# A row of another e-mail or phone is no record of its own; those of customers without a live
# record take no part.
OWN = "not contains(split_part(record_id, ':', 1), '#')"
SEEN = """
create table if not exists seen (
    customer_id bigint, records integer, draw ubigint, births boolean, names boolean,
    bridged boolean
)
"""
# A customer looks as before unless something was decided of it anew, and that is few of very many.
FORGET = "delete from seen where customer_id in (select customer_id from unseen)"
WHOSE = "customer_id in (select customer_id from unseen)"
LOOK = f"""
insert into seen
select customer_id, count(*) filter ({OWN}), md5_number_upper(min(record_id) filter ({OWN})),
    customer_id in (select customer_id from born_twice),
    customer_id in (select customer_id from of_many_names),
    customer_id in (select customer_id from of_one_link)
from links where {WHOSE} group by customer_id
"""
FIGURES = """
select count(*) filter (records > 0)::bigint, count(*) filter (records > 1)::bigint,
    coalesce(sum(records), 0)::bigint, coalesce(max(records), 0)::bigint,
    count(*) filter (records > $large)::bigint, count(*) filter (births)::bigint,
    count(*) filter (names)::bigint, count(*) filter (bridged)::bigint
from seen
"""
NAMED = f"""
select customer_id, first_name, last_name, full_name
from (select distinct l.customer_id, r.first_name, r.last_name, r.full_name
    from records as r join links as l using (record_id)
    where coalesce(r.first_name, r.full_name) is not null
    and l.customer_id in (
        select customer_id from links where {WHOSE} group by all having count(*) > $most
    ))
qualify count(*) over (partition by customer_id) > $most
order by all
"""
BORN = f"""
select distinct l.customer_id, r.dob from records as r join links as l using (record_id)
where r.dob is not null and l.{WHOSE}
qualify min(r.dob) over (partition by l.customer_id) <> max(r.dob) over (partition by l.customer_id)
"""
BUCKETS = (1, 2, 3, 4, 5, 10, 20, 50, 100, 200, 500, 1000)
"""Sizes of customers are counted up to each of these, and beyond."""


def measured(state: Session, limits: Limits) -> Measures:
    """Measure the partition that a state holds; what came of ids is not known here."""
    _look(state)
    row = state.execute(FIGURES, {"large": limits.large_from}).fetchone() or (0,) * 8
    return Measures(
        customers=row[0],
        joined=row[1],
        records=row[2],
        largest=row[3],
        large=row[4],
        births=row[5],
        names=row[6],
        bridged=row[7],
    )


def _look(state: Session) -> None:
    """Look at the customers of whom something was decided anew."""
    state.execute(SEEN)
    state.execute(FORGET)
    bridged = bridges.found(state, WHOSE)["customer_id"].to_numpy()
    told = {"born_twice": _births(state), "of_many_names": _names(state), "of_one_link": bridged}
    for name, customers in told.items():
        state.register(name, pa.table({"customer_id": np.unique(customers).astype(np.int64)}))
    state.execute(LOOK)
    for name in told:
        state.unregister(name)
    state.execute("truncate unseen")


def tail(state: Session) -> tuple[tuple[str, int], ...]:
    """Return how many customers there are of each size; sizes in words, ``6 to 10``."""
    cuts = ", ".join(map(str, BUCKETS))
    rows = state.execute(
        f"select len(list_filter([{cuts}], cut -> cut < records)) as bucket, count(*)"
        " from seen where records > 0 group by all"
    ).fetchall()
    counts = dict(rows)
    last = max(counts, default=-1)
    return tuple((_size(bucket), counts.get(bucket, 0)) for bucket in range(last + 1))


def _size(bucket: int) -> str:
    low = BUCKETS[bucket - 1] + 1 if bucket else 1
    if bucket == len(BUCKETS):
        return f"over {BUCKETS[-1]}"
    return str(low) if low == BUCKETS[bucket] else f"{low} to {BUCKETS[bucket]}"


def _births(state: Session) -> Ints:
    """Find customers with more than one full birth; days and months alone contradict nobody."""
    found = state.sql(BORN).to_arrow_table()
    if not found.num_rows:
        return NOBODY
    year, month, day = dates.parts(found["dob"].combine_chunks())
    full = (year > 0) & (month > 0) & (day > 0)
    birth = (year * 100 + month) * 100 + day
    pairs = np.unique(np.stack([found["customer_id"].to_numpy()[full], birth[full]]), axis=1)
    customers, births = np.unique(pairs[0], return_counts=True)
    return customers[births > 1].astype(np.int64)


def _names(state: Session) -> Ints:
    given: dict[int, set[str]] = {}
    for customer, *parts in state.execute(NAMED, {"most": MOST_NAMES}).fetchall():
        name = read_name(*(part or "" for part in parts))
        if name.given:
            given.setdefault(customer, set()).add(name.given)
    many = [customer for customer, names in given.items() if _unlike(names) > MOST_NAMES]
    return np.array(many, dtype=np.int64)


def _unlike(names: set[str]) -> int:
    """Return how many names are unlike all that were counted before, the longest first."""
    kept: list[Name] = []
    for given in sorted(names, key=lambda name: (-len(name), name)):
        name = Name(given, None)
        if not any(agree(name, one) for one in kept):
            kept.append(name)
    return len(kept)
