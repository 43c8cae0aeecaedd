"""How many of the pairs that were joined are one person: what the evidence itself believes.

Nobody labels anything, so this is no measurement. Two readings of the same chances bound it. The
low one lets every two records speak for themselves: that a third vouches for both does not count.
The high one takes them for one if any chain of records leads from one to the other, as likely as
all of its links together. The truth lies between, where the weights are right; docs/adr/0004 says
how often it did.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from transforms.identity.engine import commonness, store
from transforms.identity.engine.columns import Codes, Ints
from transforms.identity.engine.engine import comparer_of, read, scored
from transforms.identity.engine.inference import inferred
from transforms.identity.engine.knowledge import Knowledge
from transforms.identity.engine.layout import COLUMNS
from transforms.identity.measure import OWN

Floats = npt.NDArray[np.float64]
DRAWN = 1500
"""Customers that are looked at: always the same of the same partition."""
LARGEST = 100
"""Records of one customer that are looked at."""
DRAWS = 400
AGAIN = 2026
CERTAIN = 1.0
SAMPLE = """
create or replace temp table drawn as
select customer_id from seen where records > 1 order by draw, customer_id limit $drawn
"""
RECORDS = f"""
select l.customer_id, coalesce(t.tie, r.record_id) as voice, {", ".join(f"r.{c}" for c in COLUMNS)}
from records as r join links as l using (record_id) left join ties as t using (record_id)
where l.customer_id in (select customer_id from drawn) and {OWN.replace("record_id", "r.record_id")}
qualify row_number() over (partition by l.customer_id order by r.record_id) <= $largest
order by l.customer_id, r.record_id
"""


@dataclass(frozen=True, slots=True)
class Belief:
    """Pairs of records of one customer, and the share of them believed to be one person.

    Attributes:
        low: Every pair by its own evidence; the lower end of 95 % of draws of customers.
        middle: Between the two readings: the geometric mean of what each doubts.
        high: Every pair by the best chain; the upper end of 95 % of draws.
        pairs: How many pairs were looked at; those joined by a ruling are not among them.
    """

    low: float
    middle: float
    high: float
    pairs: int


def believed(state: store.Session, known: Knowledge) -> Belief | None:
    """Look at some customers that were ``measured``; None if evidence joined no two records."""
    state.execute(SAMPLE, {"drawn": DRAWN})
    rows = state.execute(RECORDS, {"largest": LARGEST}).to_arrow_table()
    customer = rows["customer_id"].to_numpy()
    one, two = _pairs(customer)
    if not len(one):
        return None
    own = _chances(state, known, rows, one, two)
    voice = np.unique(rows["voice"].to_numpy(zero_copy_only=False), return_inverse=True)[1]
    ruled = voice[one] == voice[two]
    chain = _chained(customer, one, two, np.where(ruled, CERTAIN, own))
    said = ~ruled
    if not said.any():
        return None
    return _bounded(customer[one][said], 1 - own[said], 1 - chain[said])


def _pairs(customer: Ints) -> tuple[Codes, Codes]:
    """Return all pairs of rows of one customer; rows of a customer are side by side."""
    starts = np.flatnonzero(np.concatenate(([True], customer[1:] != customer[:-1])))
    ends = np.append(starts[1:], len(customer))
    found = [np.triu_indices(end - start, 1) for start, end in zip(starts, ends, strict=True)]
    one = [a + start for (a, _), start in zip(found, starts, strict=True)]
    two = [b + start for (_, b), start in zip(found, starts, strict=True)]
    nothing = np.zeros(0, np.int32)
    return (
        np.concatenate([nothing, *one]).astype(np.int32),
        np.concatenate([nothing, *two]).astype(np.int32),
    )


def _chances(
    state: store.Session, known: Knowledge, rows: pa.Table, one: Codes, two: Codes
) -> Floats:
    found = read(rows.select(list(COLUMNS)), known.home)
    frame = inferred(found.frame, commonness.fields(found.frame), known.common)
    comparer = comparer_of(frame, known.common, store.beyond(state))
    unit = found.unit.astype(np.int32)
    odds = scored(comparer, known, unit[one], unit[two]).astype(np.float64)
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -50, 50))))


def _chained(customer: Ints, one: Codes, two: Codes, chance: Floats) -> Floats:
    """Return for each pair how likely the best chain of records between them holds."""
    out = np.empty(len(one))
    whose = customer[one]
    starts = np.flatnonzero(np.concatenate(([True], whose[1:] != whose[:-1])))
    for start, end in zip(starts, np.append(starts[1:], len(one)), strict=True):
        a, b = one[start:end] - one[start], two[start:end] - one[start]
        size = int(b.max()) + 1
        near = np.eye(size)
        near[a, b] = near[b, a] = chance[start:end]
        for through in range(size):
            near = np.maximum(near, near[:, [through]] * near[[through], :])
        out[start:end] = near[a, b]
    return out


def _bounded(customer: Ints, own: Floats, chain: Floats) -> Belief:
    """Draw the customers again and again: how far the two readings move tells how sure they are."""
    _, who = np.unique(customer, return_inverse=True)
    count = int(who.max()) + 1
    pairs = np.bincount(who).astype(np.float64)
    alone, chained = (np.bincount(who, weights=doubt) for doubt in (own, chain))
    draws = np.random.default_rng(AGAIN).multinomial(count, np.full(count, 1 / count), DRAWS)
    total = draws @ pairs
    low = 1 - np.quantile(draws @ alone / total, 0.975)
    high = 1 - np.quantile(draws @ chained / total, 0.025)
    middle = 1 - np.sqrt(alone.sum() * chained.sum()) / pairs.sum()
    return Belief(_said(low), _said(middle), _said(high), int(pairs.sum()))


def _said(share: float) -> float:
    return round(float(share), 4)
