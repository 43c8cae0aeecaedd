"""The last word before a night's identities are published: last night's stay if it is no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum

import pyarrow as pa

from core.errors import UnpublishedError
from transforms.bench import Bench
from transforms.identity import weights
from transforms.identity.belief import Belief, believed
from transforms.identity.cache import Cache
from transforms.identity.gates import Limits, Measures, beyond
from transforms.identity.measure import measured, tail

TABLE = "identity_quality"
ABOUT = (
    "what who-is-who looked like whenever it was published, one row a reconcile; `precision_low`,"
    " `precision_middle` and `precision_high` are what the evidence itself believes of `pairs`"
    " joined pairs, and no measurement. `verdict` is `kept` (within the limits), `first` or"
    " `anyway` (somebody said so); a night beyond its limits is not published and has no row."
)
COUNTS = tuple(Measures.__slots__)
BELIEFS = ("precision_low", "precision_middle", "precision_high")
COLUMNS = {
    "measured_at": "timestamptz",
    "verdict": "text",
    **dict.fromkeys(COUNTS, "bigint"),
    **dict.fromkeys(BELIEFS, "double"),
    "pairs": "bigint",
}
ANYWAY = "daybreak reconcile --publish-anyway"


class Word(StrEnum):
    """How it came that identities were published."""

    KEPT = "kept"
    FIRST = "first"
    ANYWAY = "anyway"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Quality:
    """What one night's identities look like, and what became of them.

    Attributes:
        verdict: ``held`` if they were not published.
        measures: What was counted.
        belief: What the evidence believes of itself; None where nothing was joined by evidence.
        beyond: What is beyond its limit, in words without names; empty on an ordinary night.
        tail: How many customers there are of each size; empty where nobody counted anew.
    """

    verdict: Word
    measures: Measures
    belief: Belief | None = None
    beyond: tuple[str, ...] = ()
    tail: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Tonight:
    """What happened to customer ids.

    Attributes:
        begun: Customers that began.
        churned: Customers merged, split or gone.
        ended: Those of them that are no more.
        is_relearned: Weights were learned for the first time.
        moved: Source -> its records that changed their customer.
    """

    begun: int
    churned: int
    ended: int
    is_relearned: bool
    moved: Mapping[str, int]


def judge(bench: Bench, cache: Cache, limits: Limits, tonight: Tonight, *, anyway: bool) -> Quality:
    """Measure what is about to be published.

    Raises:
        UnpublishedError: it is beyond its limits, and nobody said to publish it all the same.
            Whoever catches it must keep nothing of this night.
    """
    state = cache.session()
    found = measured(state, limits)
    before = found.customers - tonight.begun + tonight.ended
    found = replace(found, churned=tonight.churned, before=before)
    last = last_published(bench)
    known = weights.kept(bench) or weights.shipped()
    worse = beyond(found, limits, last, is_relearned=tonight.is_relearned)
    quality = Quality(
        verdict=_verdict(last, worse, anyway=anyway),
        measures=found,
        belief=believed(state, known),
        beyond=beyond(found, limits, None, is_relearned=tonight.is_relearned),
        tail=tail(state),
    )
    if quality.verdict is Word.HELD:
        raise _held(quality, worse, tonight)
    return quality


def _verdict(last: Measures | None, worse: tuple[str, ...], *, anyway: bool) -> Word:
    if last is None:
        return Word.FIRST
    if not worse:
        return Word.KEPT
    return Word.ANYWAY if anyway else Word.HELD


def _held(quality: Quality, worse: tuple[str, ...], tonight: Tonight) -> UnpublishedError:
    moved = sorted(tonight.moved.items(), key=lambda one: (-one[1], one[0]))
    whose = f"See what changed in {moved[0][0]} since yesterday. " if moved else ""
    return UnpublishedError(
        f"who is who was held back and last night's customers stay: {'; '.join(worse)}",
        next_step=f"{whose}If it is right after all: `{ANYWAY}`. If not, mend it there; the next "
        "night tries again and catches up.",
        facts=asdict(quality),
    )


def last_published(bench: Bench) -> Measures | None:
    """Return what was published last; None before the first night."""
    prepare(bench)
    rows = bench.query(
        f"select {', '.join(COUNTS)} from {TABLE} order by measured_at desc limit 1"
    ).to_pylist()
    return Measures(**{name: int(rows[0][name]) for name in COUNTS}) if rows else None


def prepare(bench: Bench) -> None:
    """Create the table if it is not there."""
    if not bench.exists(TABLE):
        bench.create(TABLE, COLUMNS)


def write(bench: Bench, quality: Quality, now: datetime) -> None:
    """Write down what is published; said twice of one moment, the last word holds."""
    belief = quality.belief
    row = {
        "verdict": quality.verdict.value,
        **asdict(quality.measures),
        "precision_low": belief.low if belief else None,
        "precision_middle": belief.middle if belief else None,
        "precision_high": belief.high if belief else None,
        "pairs": belief.pairs if belief else 0,
    }
    types = {"text": pa.string(), "bigint": pa.int64(), "double": pa.float64()}
    table = bench.load(
        "quality", pa.table({n: pa.array([v], types[COLUMNS[n]]) for n, v in row.items()})
    )
    at = f"cast('{now.isoformat()}' as timestamptz)"
    bench.execute(f"delete from {TABLE} where measured_at = {at}")
    bench.execute(f"insert into {TABLE} select {at}, {', '.join(row)} from {table}")


def carried(bench: Bench, limits: Limits, now: datetime) -> Quality | None:
    """Say of a night in which nobody changed what was said last; None before the first."""
    last = last_published(bench)
    if last is None:
        return None
    rows = bench.query(
        f"select {', '.join(BELIEFS)}, pairs from {TABLE} order by measured_at desc limit 1"
    ).to_pylist()
    (low, middle, high), pairs = (rows[0][name] for name in BELIEFS), rows[0]["pairs"]
    belief = None if middle is None else Belief(low, middle, high, pairs)
    now_too = replace(last, churned=0, before=last.customers)
    quality = Quality(Word.KEPT, now_too, belief, beyond(now_too, limits, None))
    write(bench, quality, now)
    return quality
