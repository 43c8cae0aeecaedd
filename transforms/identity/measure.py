"""What a night's identities look like, measured in the engine's state before they are published."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from transforms.identity import bridges
from transforms.identity.engine import dates
from transforms.identity.engine.store import Session
from transforms.identity.gates import Limits, Measures
from transforms.identity.names import Name, agree, read_name

MOST_NAMES = 3
# A row of another e-mail or phone is no record of its own; those of customers without a live
# record take no part.
OWN = "not contains(split_part(record_id, ':', 1), '#')"
SIZES = f"""
create or replace temp table sizes as
select customer_id, count(*) filter ({OWN}) as records from links group by all
"""
FIGURES = """
select count(*) filter (records > 0)::bigint, count(*) filter (records > 1)::bigint,
    coalesce(sum(records), 0)::bigint, coalesce(max(records), 0)::bigint,
    count(*) filter (records > $large)::bigint
from sizes
"""
NAMED = """
select customer_id, first_name, last_name, full_name
from (select distinct l.customer_id, r.first_name, r.last_name, r.full_name
    from records as r join links as l using (record_id)
    where coalesce(r.first_name, r.full_name) is not null
    and l.customer_id in (select customer_id from links group by all having count(*) > $most))
qualify count(*) over (partition by customer_id) > $most
order by all
"""
BORN = """
select distinct l.customer_id, r.dob from records as r join links as l using (record_id)
where r.dob is not null
qualify min(r.dob) over (partition by l.customer_id) <> max(r.dob) over (partition by l.customer_id)
"""
BUCKETS = (1, 2, 3, 4, 5, 10, 20, 50, 100, 200, 500, 1000)
"""Sizes of customers are counted up to each of these, and beyond."""


def measured(state: Session, limits: Limits) -> Measures:
    """Measure the partition that a state holds; what came of ids is not known here."""
    state.execute(SIZES)
    row = state.execute(FIGURES, {"large": limits.large_from}).fetchone() or (0,) * 5
    return Measures(
        customers=row[0],
        joined=row[1],
        records=row[2],
        largest=row[3],
        large=row[4],
        births=_births(state),
        names=_names(state),
        bridged=len(np.unique(bridges.found(state)["customer_id"].to_numpy())),
    )


def tail(state: Session) -> tuple[tuple[str, int], ...]:
    """Return how many customers there are of each size; sizes in words, ``6 to 10``."""
    cuts = ", ".join(map(str, BUCKETS))
    rows = state.execute(
        f"select len(list_filter([{cuts}], cut -> cut < records)) as bucket, count(*)"
        " from sizes where records > 0 group by all"
    ).fetchall()
    counts = dict(rows)
    last = max(counts, default=-1)
    return tuple((_size(bucket), counts.get(bucket, 0)) for bucket in range(last + 1))


def _size(bucket: int) -> str:
    low = BUCKETS[bucket - 1] + 1 if bucket else 1
    if bucket == len(BUCKETS):
        return f"over {BUCKETS[-1]}"
    return str(low) if low == BUCKETS[bucket] else f"{low} to {BUCKETS[bucket]}"


def _births(state: Session) -> int:
    """Count customers with more than one full birth; days and months alone contradict nobody."""
    found = state.sql(BORN).to_arrow_table()
    if not found.num_rows:
        return 0
    year, month, day = dates.parts(found["dob"].combine_chunks())
    full = (year > 0) & (month > 0) & (day > 0)
    birth = (year * 100 + month) * 100 + day
    return _several(found["customer_id"].to_numpy()[full], birth[full])


def _several(customer: npt.NDArray[np.int64], value: npt.NDArray[np.int64]) -> int:
    pairs = np.unique(np.stack([customer, value]), axis=1)
    return int((np.unique(pairs[0], return_counts=True)[1] > 1).sum())


def _names(state: Session) -> int:
    given: dict[int, set[str]] = {}
    for customer, *parts in state.execute(NAMED, {"most": MOST_NAMES}).fetchall():
        name = read_name(*(part or "" for part in parts))
        if name.given:
            given.setdefault(customer, set()).add(name.given)
    return sum(_unlike(names) > MOST_NAMES for names in given.values())


def _unlike(names: set[str]) -> int:
    """Return how many names are unlike all that were counted before, the longest first."""
    kept: list[Name] = []
    for given in sorted(names, key=lambda name: (-len(name), name)):
        name = Name(given, None)
        if not any(agree(name, one) for one in kept):
            kept.append(name)
    return len(kept)
