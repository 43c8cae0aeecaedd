"""The ids of customers: minted once, kept through change, never given to somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transforms.identity.engine.columns import Ints

NOBODY = -1
EVENTS = ("born", "split", "returned", "merged", "gone")
"""What can happen to an id: it began, alone or off another; its records were deleted and are there
again; it is another one now; its last record was deleted."""
BORN, SPLIT, RETURNED, MERGED, GONE = range(len(EVENTS))
PART = (1 << 32) - 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who is which customer now.

    Attributes:
        names: The ids there were, in order, and those minted now.
        ids: Record -> the place of its id in ``names``; -1 for one that takes no part.
        events: What happened, in a fixed order: ``event``, ``customer_id`` and ``other_id``, into
            or off whom; empty where there is no other.
        last: The number of the id minted last.
    """

    names: pa.Array[Any]
    ids: Ints
    events: pa.Table
    last: int

    def count(self, *events: str) -> int:
        """Return how often any of ``events`` happened."""
        return len(self.events.filter(pc.is_in(self.events["event"], pa.array(events))))


@dataclass(frozen=True, slots=True)
class _Settled:
    """Parts in the order of their smallest records, and ids by their places.

    Attributes:
        part: Record -> its part.
        home: Id -> the part that holds most of its records.
        oldest: Part -> the oldest id at home there.
        origin: Part -> the id that its smallest record with one had.
    """

    part: Ints
    home: Ints
    oldest: Ints
    origin: Ints


def customer_id(number: int) -> str:
    """Return the id with this number; ids sort by birth."""
    return f"c{number:010d}"


def settle(parts: Ints, had: Ints, names: pa.Array[Any], alive: np.ndarray, last: int) -> Verdict:
    """Give every part its customer id.

    An id stays with the part that holds most of its records, on a tie with the one that has its
    smallest record. Of several ids that stay with one part the oldest survives and the others lead
    to it. A part with no id gets a new one, in the order of smallest records.

    Args:
        parts: Record -> the number of its part, -1 for none; records in the order of their keys.
        had: Record -> the place of the id it had, or had last; -1 for a record never seen.
        names: The ids there are, in order.
        alive: Of each of them, whether some record has it now.
        last: The number of the id minted last.
    """
    part = _in_order(parts)
    told = (part >= 0) & (had >= 0)
    count = int(part.max(initial=NOBODY)) + 1
    home = _homes(part[told], had[told], len(names))
    found = _Settled(part, home, _oldest(home, count), _origins(part[told], had[told], count))
    born = found.oldest < 0
    ids = np.where(born, len(names) + np.cumsum(born) - 1, found.oldest)
    everybody = pa.concat_arrays([names, _minted(last, int(born.sum()))])
    return Verdict(
        everybody,
        np.where(part >= 0, ids[part] if count else NOBODY, NOBODY),
        _events(found, ids, everybody, alive),
        last + int(born.sum()),
    )


def _in_order(parts: Ints) -> Ints:
    """Number the parts by their smallest records."""
    takes_part = parts >= 0
    _, first, which = np.unique(parts[takes_part], return_index=True, return_inverse=True)
    place = np.empty(len(first), dtype=np.int64)
    place[np.argsort(first)] = np.arange(len(first))
    out = np.full(len(parts), NOBODY, dtype=np.int64)
    out[takes_part] = place[which]
    return out


def _homes(part: Ints, had: Ints, names: int) -> Ints:
    pairs, first, records = np.unique(had << 32 | part, return_index=True, return_counts=True)
    order = np.lexsort((first, -records, pairs >> 32))
    known, at = np.unique(pairs[order] >> 32, return_index=True)
    home = np.full(names, NOBODY, dtype=np.int64)
    home[known] = (pairs[order] & PART)[at]
    return home


def _oldest(home: Ints, count: int) -> Ints:
    out = np.full(count, NOBODY, dtype=np.int64)
    part, first = np.unique(home, return_index=True)
    out[part[part >= 0]] = first[part >= 0]
    return out


def _origins(part: Ints, had: Ints, count: int) -> Ints:
    out = np.full(count, NOBODY, dtype=np.int64)
    known, first = np.unique(part, return_index=True)
    out[known] = had[first]
    return out


def _minted(last: int, count: int) -> pa.Array[Any]:
    return pa.array(
        [customer_id(number) for number in range(last + 1, last + count + 1)], pa.string()
    )


def _events(found: _Settled, ids: Ints, names: pa.Array[Any], alive: np.ndarray) -> pa.Table:
    """Tell part by part what became of its id, then of the ids that lead to it; the gone last."""
    parts = np.arange(len(ids))
    born, origin = found.oldest < 0, found.origin
    back = parts[~born & ~np.append(alive, False)[found.oldest]]
    merged = np.flatnonzero((found.home >= 0) & (_at(found.oldest, found.home) != _all(found.home)))
    gone = np.flatnonzero(alive & (found.home < 0))
    into, split, fresh = found.home[merged], parts[born & (origin >= 0)], parts[born & (origin < 0)]
    rows = np.concatenate(
        [
            _rows(fresh, BORN, ids[fresh]),
            _rows(split, SPLIT, ids[split], origin[split]),
            _rows(back, RETURNED, ids[back]),
            _rows(into, MERGED, merged, ids[into], after=merged),
            _rows(np.full(len(gone), len(ids)), GONE, gone, after=gone),
        ]
    )
    _, _, event, whose, other = rows[np.lexsort((rows[:, 1], rows[:, 0]))].T
    others = names.take(pa.array(other, mask=other < 0)).fill_null("")
    words = pa.DictionaryArray.from_arrays(event, pa.array(EVENTS)).cast(pa.string())
    return pa.table(
        {"event": words, "customer_id": names.take(pa.array(whose)), "other_id": others}
    )


def _all(of: Ints) -> Ints:
    return np.arange(len(of))


def _at(values: Ints, places: Ints) -> Ints:
    return np.append(values, NOBODY)[places]


def _rows(
    place: Ints, event: int, whose: Ints, other: Ints | None = None, after: Ints | None = None
) -> Ints:
    """Return events in columns: two to sort by, what happened, to whose id, and the other id."""
    nothing = np.full(len(whose), NOBODY, dtype=np.int64)
    first = nothing if after is None else after
    told = (place, first, np.full(len(whose), event), whose, nothing if other is None else other)
    return np.column_stack(told).astype(np.int64)
