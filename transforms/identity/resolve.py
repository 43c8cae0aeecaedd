"""identity_records -> identities: decide anew what changed, and nothing else."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import duckdb
import numpy as np
import numpy.typing as npt
import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc

from transforms.bench import Bench, Changes
from transforms.identity import claims, publish, rulings, weights, words
from transforms.identity.cache import Cache, Observe
from transforms.identity.engine import delta, store
from transforms.identity.engine.columns import Ints
from transforms.identity.engine.knowledge import Knowledge
from transforms.identity.engine.layout import COLUMNS
from transforms.identity.publish import Quality
from transforms.identity.registry import EVENTS, NOBODY, Verdict, settle
from transforms.identity.settings import Steering
from transforms.memory import Memory

HERE = Path(__file__).parent
DECIDERS = ("bridges.py", "claims.py", "measure.py", "names.py", "rulings.py", "weights.npz")
TABLES = {
    "identities": {
        "source": "text",
        "source_id": "text",
        "customer_id": "text",
        "valid_from": "timestamptz",
        "valid_to": "timestamptz",
    },
    "identity_events": {
        "occurred_at": "timestamptz",
        "event": "text",
        "customer_id": "text",
        "other_id": "text",
    },
    "customer_redirects": {
        "customer_id": "text",
        "survivor_id": "text",
        "retired_at": "timestamptz",
    },
    "identity_sequence": {"last": "bigint"},
    "identity_state": {"token": "text"},
}
# What a record's id begins with is its source, so that both can be told from it.
SOURCE = "split_part(record_id, ':', 1)"
SOURCE_ID = "substr(record_id, position(':' in record_id) + 1)"


@dataclass(frozen=True, slots=True)
class Night:
    """What is the same for all steps of one night.

    Attributes:
        bench: The 360.
        cache: The engine's state.
        steering: What this run is told.
        now: The moment changes are dated with; UTC.
        observe: Told what a person should hear of.
    """

    bench: Bench
    cache: Cache
    steering: Steering
    now: datetime
    observe: Observe


@dataclass(frozen=True, slots=True)
class Resolved:
    """What one night decided.

    Attributes:
        events: What happened to customer ids, and how often.
        duplicates: Records that joined a customer that another record had begun.
        learned: Of how many records weights were learned tonight; 0 if those before serve.
        quality: What who is who looks like now; None before anybody was decided about.
    """

    events: Mapping[str, int] = field(default_factory=dict)
    duplicates: int = 0
    learned: int = 0
    quality: Quality | None = None

    def count(self, event: str) -> int:
        """Return how often ``event`` happened."""
        return self.events.get(event, 0)


def resolve(night: Night, memory: Memory) -> Resolved:
    """Bring ``identities`` up to date with ``identity_records``, claims and decisions.

    The engine's state says which records are one person now; who of them keeps which id is decided
    here, from what the 360 itself remembers.
    """
    bench = night.bench
    first = not bench.exists("identities")
    for name, columns in TABLES.items():
        if not bench.exists(name):
            bench.create(name, columns)
    anew, ruled = _is_stale(night, memory)
    bench.changes["identities"] = Changes("identities", 0, whole=first)
    changes = [bench.changed(name) for name in ("identity_records", "identity_claims")]
    if not (anew or ruled or any(changes)):
        return Resolved(quality=publish.carried(bench, night.steering.limits, night.now))
    known = _knowledge(night)
    anew = anew or known is None or any(c.whole for c in changes)
    near = _apply(night, known, anew=anew)
    learned = bench.count("identity_records") if known is None else 0
    if learned:
        _keep_knowledge(night, learned)
    return _decide(night, near, first=first, learned=learned)


def _is_stale(night: Night, memory: Memory) -> tuple[bool, bool]:
    """Tell whether all must be decided anew, and whether somebody decided something since."""
    told = {
        "identities": fingerprint(),
        "identity_decisions": rulings.fingerprint(night.steering.decisions),
    }
    stale = [memory.is_stale(name, print_) for name, print_ in told.items()]
    for name, print_ in told.items():
        memory.remember(name, print_)
    return stale[0] or night.bench.everything or night.steering.retrain, stale[1]


def fingerprint() -> str:
    """Return what changes when the same records might be decided otherwise."""
    files = [HERE / name for name in DECIDERS] + sorted((HERE / "engine").glob("*.[ps][yq]*"))
    parts = [file.read_bytes() for file in files]
    parts += [words.fingerprint().encode(), phonenumbers.__version__.encode()]
    parts.append(duckdb.__version__.encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _knowledge(night: Night) -> Knowledge | None:
    """Return the weights in force; None if they are to be learned from these records."""
    bench = night.bench
    known = weights.kept(bench)
    if known is not None and not night.steering.retrain:
        return known
    count = bench.count("identity_records")
    if count >= night.steering.learn_from:
        return None
    if night.steering.retrain:
        weights.forget(bench)
        night.observe(
            f"identities: {count:,} records are too few to learn from; shipped weights serve"
        )
    return weights.shipped()


def _keep_knowledge(night: Night, count: int) -> None:
    known = store.knowledge_of(night.cache.session())
    weights.keep(night.bench, known, count, night.now)
    night.observe(f"identities: weights were learned from {count:,} records; all was decided anew")


def layout(bench: Bench, where: str = "true") -> pa.Table:
    """Return records in the engine's layout, in the order of their ids.

    Put in order here: DuckDB takes the memory for so wide a sort as if the tables of this run,
    which it keeps in memory, too, were not there, and ends for want of it.
    """
    have = [c for c in COLUMNS if c not in {"ext_id", "updated_at"}]
    found = bench.query(f"select {', '.join(have)} from identity_records where {where}")
    order = pc.sort_indices(found["record_id"]).to_numpy()
    columns: dict[str, pa.ChunkedArray[Any]] = {}
    for name in have:
        columns[name] = found[name].take(order)
        found = found.drop_columns([name])
    return pa.table(columns)


def _apply(night: Night, known: Knowledge | None, *, anew: bool) -> str | None:
    """Let the state take in what is new; return a table of records that may be another's now.

    None is everybody: all was decided anew, or the state was not the one that the 360 goes with.
    """
    bench, cache = night.bench, night.cache
    state = cache.session()
    ruled = rulings.table([*rulings.of(night.steering.decisions), *claims.rulings(bench)])
    token = bench.value("select token from identity_state")
    if anew or not token or token != cache.token():
        cache.empty()
        delta.load(state, _with_change(layout(bench), "upsert"), known, ruled)
        near = None
    else:
        before = store.runs(state)
        delta.applied(state, _changes(bench), known, ruled)
        near = _near(bench, state, before)
    bench.execute("delete from identity_state")
    bench.execute(f"insert into identity_state values ('{cache.stamp()}')")
    return near


def _changes(bench: Bench) -> pa.Table:
    changed = bench.changed("identity_records").relation
    ids = f"select distinct record_id from {changed}" if changed != "identity_records" else ""
    if not ids:
        return _with_change(layout(bench, "1 = 0"), "upsert")
    gone = bench.query(
        f"select record_id from ({ids}) as c"
        " where record_id not in (select record_id from identity_records)"
    )
    come = _with_change(layout(bench, f"record_id in ({ids})"), "upsert")
    return pa.concat_tables([come, _with_change(gone, "delete")], promote_options="default")


def _with_change(records: pa.Table, change: str) -> pa.Table:
    return records.append_column("change", pa.array([change] * records.num_rows, pa.string()))


def _near(bench: Bench, state: store.Session, before: int) -> str:
    """List records that moved, or were told otherwise, and all who share a customer with them."""
    state.register("moved_now", store.moved(state, before).select(["record_id"]))
    changed = bench.changed("identity_records").relation
    told = (
        bench.query(f"select distinct record_id from {changed}")
        if changed != "identity_records"
        else pa.table({"record_id": pa.array([], pa.string())})
    )
    state.register("told_now", told)
    near = state.sql(
        "with moved as (from moved_now union from told_now), theirs as ("
        "  select record_id from links where customer_id in ("
        "    select customer_id from links semi join moved using (record_id)))"
        f" select distinct {SOURCE} as source, {SOURCE_ID} as source_id"
        f" from (from moved union from theirs) where not contains({SOURCE}, '#')"
    ).to_arrow_table()
    return bench.load("near", near)


def _affected(bench: Bench, near: str | None) -> str:
    if near is None:
        return bench.keep(
            "affected",
            "select source, source_id from identity_records"
            " union select source, source_id from identities where valid_to is null",
        )
    customers = bench.keep("near_customers", _had(near, "distinct h.customer_id"))
    return bench.keep(
        "affected",
        f"select source, source_id from {near}"
        " union select source, source_id from identities where valid_to is null"
        f" and customer_id in (select customer_id from {customers})",
    )


def _had(records: str, columns: str) -> str:
    """Select what customer the records are, or were last; retired ids lead to their survivors."""
    return f"""
        select {columns}
        from (
            select
                i.source,
                i.source_id,
                coalesce(r.survivor_id, i.customer_id) as customer_id,
                i.valid_from,
                i.valid_to,
                row_number() over (
                    partition by i.source, i.source_id order by i.valid_from desc
                ) as rn
            from identities as i
            left join customer_redirects as r on r.customer_id = i.customer_id
            where (i.source, i.source_id) in (select source, source_id from {records})
        ) as h
        where h.rn = 1
    """


def _decide(night: Night, near: str | None, *, first: bool, learned: int) -> Resolved:
    bench = night.bench
    affected = _affected(bench, near)
    nodes = _nodes(bench, affected)
    rows = bench.query(
        "select n.node, n.source, n.source_id, n.is_live, n.is_listed, h.customer_id,"
        " h.valid_to is null as is_current"
        f" from {nodes} as n left join ({_had(affected, 'h.*')}) as h"
        " on h.source = n.source and h.source_id = n.source_id order by n.node"
    )
    verdict, was = _settled(bench, rows, _components(night.cache.session(), rows))
    opened = _those(rows, verdict, verdict.ids, was)
    closed = _those(rows, verdict, was, verdict.ids)
    del rows
    _write(bench, opened, closed, verdict, night.now)
    moved = pa.concat_tables([opened, closed])
    if first:
        bench.changes["identities"] = Changes("identities", opened.num_rows, whole=True)
    else:
        relation = bench.load("identities_changed", moved)
        bench.changes["identities"] = Changes(relation, moved.num_rows)
    quality = _judged(night, verdict, moved, learned)
    begun = verdict.count("born", "split", "returned")
    counts = {event: verdict.count(event) for event in EVENTS}
    return Resolved(counts, opened.num_rows - begun, learned, quality)


def _judged(night: Night, verdict: Verdict, moved: pa.Table, learned: int) -> Quality:
    """Hold what was decided against its limits before anything stands on it."""
    steering = night.steering
    ended = verdict.count("merged", "gone")
    sources = Counter(map(str, moved["source"].to_pylist()))
    tonight = publish.Tonight(
        begun=verdict.count("born", "split", "returned"),
        churned=ended + verdict.count("split"),
        ended=ended,
        is_relearned=learned > 0 and not steering.retrain,
        moved=sources,
    )
    quality = publish.judge(
        night.bench, night.cache, steering.limits, tonight, anyway=steering.anyway
    )
    publish.write(night.bench, quality, night.now)
    return quality


def _nodes(bench: Bench, affected: str) -> str:
    """Number the affected records in the order of their keys."""
    return bench.keep(
        "nodes",
        "select row_number() over (order by a.source, a.source_id) - 1 as node,"
        " a.source, a.source_id, r.source is not null as is_listed,"
        " coalesce(r.is_live, false) as is_live"
        f" from {affected} as a left join"
        " (select source, source_id, is_live from identity_records where ordinal = 0) as r"
        " on r.source = a.source and r.source_id = a.source_id",
    )


def _components(state: store.Session, rows: pa.Table) -> Ints:
    """Return the number of each record's customer by the engine; -1 for one that takes no part.

    A merged record leads to the one it became, but makes no customer by itself.
    """
    state.register("nodes_now", rows.select(["node", "source", "source_id"]))
    found = state.sql(
        "select coalesce(customer_id, -1) as customer_id from nodes_now left join links"
        " on record_id = concat(source, ':', source_id) order by node"
    ).to_arrow_table()
    state.unregister("nodes_now")
    labels = found["customer_id"].to_numpy()
    is_live, is_listed = _told(rows["is_live"]), _told(rows["is_listed"])
    takes_part = is_listed & np.isin(labels, np.unique(labels[is_live]))
    return np.where(takes_part, labels, NOBODY)


def _told(flags: pa.ChunkedArray[Any]) -> npt.NDArray[np.bool_]:
    # A null becomes None here, and no.
    return flags.to_numpy().astype(bool)


def _settled(bench: Bench, rows: pa.Table, parts: Ints) -> tuple[Verdict, Ints]:
    """Give every part its id; also return which id each record has until now, -1 for none."""
    names, had = _ids(rows["customer_id"])
    is_current = _told(rows["is_current"]) & (had >= 0)
    alive = np.zeros(len(names), dtype=bool)
    alive[had[is_current]] = True
    # Who has an id now decides where it stays; who had it last does so only if nobody has it.
    counts = is_current | ~np.append(alive, True)[had]
    last = bench.value("select last from identity_sequence") or 0
    verdict = settle(parts, np.where(counts, had, NOBODY), names, alive, int(last))
    return verdict, np.where(is_current, had, NOBODY)


def _ids(column: pa.ChunkedArray[Any]) -> tuple[pa.Array[Any], Ints]:
    """Return the ids there are, in order, and of each record the place of its own; -1 for none."""
    found = cast("pa.Array[Any]", pc.unique(column)).drop_null()
    names = found.take(pc.sort_indices(found))
    places = pc.index_in(column, value_set=names).fill_null(NOBODY)
    return names, places.to_numpy().astype(np.int64)


def _those(rows: pa.Table, verdict: Verdict, here: Ints, not_here: Ints) -> pa.Table:
    """Return the records that have an id here and another, or none, there, each with it."""
    which = np.flatnonzero((here != not_here) & (here >= 0))
    told = rows.select(["source", "source_id"]).take(which)
    return told.append_column("customer_id", verdict.names.take(here[which]))


def _write(
    bench: Bench, opened: pa.Table, closed: pa.Table, verdict: Verdict, now: datetime
) -> None:
    at = f"cast('{now.isoformat()}' as timestamptz)"
    _write_identities(bench, opened, closed, at)
    if not verdict.events.num_rows:
        return
    table = bench.load("events", verdict.events)
    bench.execute(
        f"insert into identity_events select {at}, event, customer_id, other_id from {table}"
    )
    bench.execute(
        "update customer_redirects set survivor_id = (select e.other_id from"
        f" {table} as e where e.event = 'merged'"
        " and e.customer_id = customer_redirects.survivor_id)"
        f" where survivor_id in (select customer_id from {table} where event = 'merged')"
    )
    bench.execute(
        f"insert into customer_redirects select customer_id, other_id, {at} from {table}"
        " where event = 'merged'"
    )
    bench.execute("delete from identity_sequence")
    bench.execute(f"insert into identity_sequence values ({verdict.last})")


def _write_identities(bench: Bench, opened: pa.Table, closed: pa.Table, at: str) -> None:
    if closed.num_rows:
        table = bench.load("closed", closed)
        these = f"(source, source_id) in (select source, source_id from {table})"
        # A row that was opened this very instant never held: it leaves no history.
        bench.execute(
            f"delete from identities where valid_to is null and valid_from = {at} and {these}"
        )
        bench.execute(f"update identities set valid_to = {at} where valid_to is null and {these}")
    if opened.num_rows:
        table = bench.load("opened", opened)
        bench.execute(
            "insert into identities select source, source_id, customer_id,"
            f" {at}, cast(null as timestamptz) from {table}"
        )
        bench.settle("identities")
