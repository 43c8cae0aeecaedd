"""Where customers hang by a single link: break it, and several records go on either side."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from transforms.identity.engine.columns import Ints
from transforms.identity.engine.store import Session

SIDE = 2
"""So many different records there must be on either side; one alone hangs by one link, always."""
# Those of one tie are one: no evidence could part them. Repeated records are one voice.
VOICES = """
create or replace temp table voices as
with mine as (
    select customer_id, record_id from links where {whose}
),
said as (
    select l.customer_id, r.content, min(t.tie) as tie
    from mine as l semi join (
        select customer_id from mine group by all having count(*) >= $voices
    ) as many using (customer_id)
    join records as r using (record_id) left join ties as t using (record_id)
    group by all
)
select customer_id, content,
    dense_rank() over (order by customer_id, coalesce(tie, content::varchar)) - 1 as voice,
    count(distinct coalesce(tie, content::varchar)) over (partition by customer_id) as voices,
    voices * (voices - 1) // 2 as most
from said
qualify voices >= $voices
"""
# A window and no arg_max of several columns: what that holds of each pair does not go to disk.
BETWEEN = """
with linked as (
    select a.customer_id, a.voice < b.voice as in_order, a.most, e.odds,
        least(a.voice, b.voice) as one, greatest(a.voice, b.voice) as two,
        if(in_order, e.one, e.two) as end_one, if(in_order, e.two, e.one) as end_two
    from edges as e join voices as a on a.content = e.one join voices as b on b.content = e.two
    where a.customer_id = b.customer_id and a.voice <> b.voice
)
select customer_id, one, two, most, count(*) over (partition by one, two) as links,
    odds, end_one, end_two
from linked
qualify row_number() over (partition by one, two order by odds desc, end_one desc, end_two desc) = 1
"""
# Where everybody is linked to everybody there is always another way round.
SPARSE = "qualify count(*) over (partition by customer_id) < most"


def links(state: Session, *, voices: int, whose: str = "true", where: str = "") -> pa.Table:
    """Return who is linked within customers of that many voices; fill ``voices`` with them.

    Args:
        state: The engine's state.
        voices: How many a customer must have.
        whose: Of which ``customer_id``; all if not given.
        where: Which of the links found.

    Returns:
        ``customer_id`` (the state's number), ``one`` and ``two`` (voices, the smaller number
        first), ``links`` between them, ``odds`` of the best, and the contents that one links:
        ``end_one`` and ``end_two``.
    """
    state.execute(VOICES.format(whose=whose), {"voices": voices})
    return state.sql(f"from ({BETWEEN}) {where} order by one, two").to_arrow_table()


def found(state: Session, whose: str = "true") -> pa.Table:
    """Return the links that alone hold a customer together.

    Args:
        state: The engine's state.
        whose: Of which ``customer_id``; all if not given.

    Returns:
        ``customer_id`` (the state's number), ``odds`` (log odds of the link), ``end_one`` and
        ``end_two`` (contents of the records it links), ``smaller`` (voices on the smaller side).
    """
    sparse = links(state, voices=2 * SIDE, whose=whose, where=SPARSE)
    one, two = (sparse[c].to_numpy().astype(np.int64) for c in ("one", "two"))
    count = int(max(one.max(initial=-1), two.max(initial=-1))) + 1
    smaller = _smaller_side(count, one, two) if len(one) else np.zeros(0, np.int64)
    smaller[sparse["links"].to_numpy() > 1] = 0
    kept = smaller >= SIDE
    out = sparse.filter(pa.array(kept)).select(["customer_id", "odds", "end_one", "end_two"])
    return out.append_column("smaller", pa.array(smaller[kept], pa.int64()))


def _smaller_side(count: int, one: Ints, two: Ints) -> Ints:
    """Return for each link how many hang on its smaller side; 0 if there is another way round.

    A link outside of a spanning tree gives a number of its own to its two ends; what a subtree's
    numbers come to (exclusive or) is nought only where no such link leaves it.
    """
    from scipy.sparse import coo_matrix  # noqa: PLC0415 - half a second, not for an idle night
    from scipy.sparse.csgraph import breadth_first_order, connected_components  # noqa: PLC0415 - the same

    ones = np.ones(len(one), dtype=np.int8)
    graph = coo_matrix((ones, (one, two)), shape=(count, count))
    _, label = connected_components(graph, directed=False)
    _, roots = np.unique(label, return_index=True)
    # One more node above all trees, so that they are walked as one.
    top = np.full(len(roots), count)
    ends = np.concatenate([one, top]), np.concatenate([two, roots])
    whole = coo_matrix((np.ones(len(ends[0]), np.int8), ends), shape=(count + 1, count + 1))
    order, above = breadth_first_order(whole.tocsr(), count, directed=False)
    size, mark = _gathered(order, above, _marked(count, above, one, two))
    total = np.bincount(label)[label]
    low = np.where(above[one] == two, one, two)
    in_tree = (above[one] == two) | (above[two] == one)
    alone = in_tree & (mark[low] == 0)
    return np.where(alone, np.minimum(size[low], total[low] - size[low]), 0)


def _marked(
    count: int, above: npt.NDArray[np.int32], one: Ints, two: Ints
) -> npt.NDArray[np.uint64]:
    mark = np.zeros(count + 1, dtype=np.uint64)
    outside = np.flatnonzero((above[one] != two) & (above[two] != one))
    numbers = np.random.default_rng(7).integers(1, 2**63, len(outside), dtype=np.uint64)
    np.bitwise_xor.at(mark, one[outside], numbers)
    np.bitwise_xor.at(mark, two[outside], numbers)
    return mark


def _gathered(
    order: npt.NDArray[np.int32], above: npt.NDArray[np.int32], mark: npt.NDArray[np.uint64]
) -> tuple[Ints, npt.NDArray[np.uint64]]:
    """Return the size of each node's subtree, and the exclusive or of its marks."""
    size = np.ones(len(mark), dtype=np.int64)
    # Plain numbers: one by one they are much quicker than an array's.
    sizes, marks, ups = size.tolist(), mark.tolist(), above.tolist()
    for node in order[:0:-1].tolist():
        sizes[ups[node]] += sizes[node]
        marks[ups[node]] ^= marks[node]
    return np.array(sizes, np.int64), np.array(marks, np.uint64)
