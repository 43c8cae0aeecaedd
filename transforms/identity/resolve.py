"""identity_keys -> identities: decide anew what changed, and nothing else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from transforms.bench import Bench, Changes
from transforms.identity import words
from transforms.identity.cluster import components
from transforms.identity.guard import GuardSettings
from transforms.identity.registry import Event, Verdict, settle
from transforms.memory import Memory

HERE = Path(__file__).parent
DECIDERS = ("cluster.py", "guard.py", "names.py")
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
}


@dataclass(frozen=True, slots=True)
class Resolved:
    """What one night decided.

    Attributes:
        events: What happened to customer ids.
        duplicates: Records that joined a customer that another record had begun.
    """

    events: tuple[Event, ...] = ()
    duplicates: int = 0

    def count(self, event: str) -> int:
        """Return how often ``event`` happened."""
        return sum(e.event == event for e in self.events)


def resolve(bench: Bench, memory: Memory, settings: GuardSettings, now: datetime) -> Resolved:
    """Bring ``identities`` up to date with ``identity_keys``.

    Affected are the records whose keys changed, everybody who holds a value that they gained or
    lost, and the customers of all those. Because a value's verdict depends on its holders alone,
    nothing else can change.
    """
    first = not bench.exists("identities")
    for name, columns in TABLES.items():
        if not bench.exists(name):
            bench.create(name, columns)
    fingerprint = _fingerprint(settings)
    anew = bench.everything or memory.is_stale("identities", fingerprint)
    memory.remember("identities", fingerprint)
    changes = bench.changed("identity_keys")
    bench.changes["identities"] = Changes("identities", 0, whole=first)
    if not changes and not anew:
        return Resolved()
    affected = _everybody(bench) if anew or changes.whole else _affected(bench, changes.relation)
    return _decide(bench, affected, settings, now, first=first)


def _fingerprint(settings: GuardSettings) -> str:
    parts = [(HERE / name).read_bytes() for name in DECIDERS]
    parts += [words.fingerprint().encode(), settings.model_dump_json().encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _everybody(bench: Bench) -> str:
    return bench.keep(
        "affected",
        "select source, source_id from identity_keys"
        " union select source, source_id from identities where valid_to is null",
    )


def _affected(bench: Bench, changed: str) -> str:
    values = bench.keep("values", f"select distinct kind, value from {changed}")
    near = bench.keep(
        "near",
        f"select source, source_id from {changed}"
        " union select source, source_id from identity_keys"
        f" where (kind, value) in (select kind, value from {values})",
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


def _decide(
    bench: Bench, affected: str, settings: GuardSettings, now: datetime, *, first: bool
) -> Resolved:
    nodes = _nodes(bench, affected)
    rows = bench.query(
        "select n.node, n.source, n.source_id, n.is_live, n.is_listed, h.customer_id,"
        " h.valid_to is null as is_current, h.valid_from"
        f" from {nodes} as n left join ({_had(affected, 'h.*')}) as h"
        " on h.source = n.source and h.source_id = n.source_id order by n.node"
    )
    decided = _with_live_member(rows, components(rows.num_rows, _shared(bench, nodes), settings))
    verdict = _settled(bench, rows, decided)
    opened, closed = _difference(rows, decided, verdict)
    _write(bench, opened, closed, verdict, now)
    moved = pa.concat_tables([opened, closed])
    if first:
        bench.changes["identities"] = Changes("identities", opened.num_rows, whole=True)
    else:
        relation = bench.load("identities_changed", moved)
        bench.changes["identities"] = Changes(relation, moved.num_rows)
    begun = sum(e.event in {"born", "split", "returned"} for e in verdict.events)
    return Resolved(tuple(verdict.events), opened.num_rows - begun)


def _nodes(bench: Bench, affected: str) -> str:
    """Number the affected records in the order of their keys."""
    return bench.keep(
        "nodes",
        "select row_number() over (order by a.source, a.source_id) - 1 as node,"
        " a.source, a.source_id, k.source is not null as is_listed,"
        " coalesce(k.is_live, false) as is_live"
        f" from {affected} as a left join"
        " (select source, source_id, bool_or(is_live) as is_live from identity_keys"
        " group by source, source_id) as k"
        " on k.source = a.source and k.source_id = a.source_id",
    )


def _shared(bench: Bench, nodes: str) -> pa.Table:
    """Return the values that an affected record shares with another, with all their holders."""
    values = bench.keep(
        "shared",
        "select kind, value, row_number() over (order by kind, value) - 1 as number"
        " from (select k.kind, k.value from identity_keys as k"
        " where (k.kind, k.value) in (select h.kind, h.value from identity_keys as h"
        f" inner join {nodes} as n on n.source = h.source and n.source_id = h.source_id)"
        " group by k.kind, k.value having count(*) > 1) as v",
    )
    return bench.query(
        "select coalesce(n.node, -1) as node, v.number as value, k.given, k.family, k.strength"
        " from identity_keys as k"
        f" inner join {values} as v on v.kind = k.kind and v.value = k.value"
        f" left join {nodes} as n on n.source = k.source and n.source_id = k.source_id"
        " order by 2, 1"
    )


def _with_live_member(rows: pa.Table, labels: Any) -> list[int | None]:  # noqa: ANN401 - numpy's
    """Return the component of each record; None for one that takes no part.

    A merged record leads to the one it became, but makes no customer by itself.
    """
    live = {
        int(label)
        for label, is_live in zip(labels, rows.column("is_live").to_pylist(), strict=True)
        if is_live
    }
    listed = rows.column("is_listed").to_pylist()
    return [
        int(label) if takes_part and int(label) in live else None
        for label, takes_part in zip(labels, listed, strict=True)
    ]


def _settled(bench: Bench, rows: pa.Table, decided: list[int | None]) -> Verdict:
    ids = rows.column("customer_id").to_pylist()
    current = rows.column("is_current").to_pylist()
    alive = {name for name, is_current in zip(ids, current, strict=True) if name and is_current}
    # Who has an id now decides where it stays; who had it last does so only if nobody has it.
    had = [n if c or n not in alive else None for n, c in zip(ids, current, strict=True)]
    part = [(d, name) for d, name in zip(decided, had, strict=True) if d is not None]
    last = bench.value("select last from identity_sequence") or 0
    return settle([d for d, _ in part], [name for _, name in part], alive, int(last))


def _difference(
    rows: pa.Table, decided: list[int | None], verdict: Verdict
) -> tuple[pa.Table, pa.Table]:
    """Return the identity rows to open and those to close: source, source_id, customer_id."""
    opened: list[tuple[str, str, str]] = []
    closed: list[tuple[str, str, str]] = []
    columns = [rows.column(c).to_pylist() for c in ("source", "source_id", "customer_id")]
    current = rows.column("is_current").to_pylist()
    for source, source_id, had, is_current, component in zip(
        *columns, current, decided, strict=True
    ):
        was = had if is_current else None
        now = verdict.ids[component] if component is not None else None
        if was != now and was is not None:
            closed.append((source, source_id, was))
        if was != now and now is not None:
            opened.append((source, source_id, now))
    return _triples(opened), _triples(closed)


def _triples(rows: list[tuple[str, str, str]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    names = ("source", "source_id", "customer_id")
    return pa.table({n: pa.array(c, pa.string()) for n, c in zip(names, columns, strict=True)})


def _write(
    bench: Bench, opened: pa.Table, closed: pa.Table, verdict: Verdict, now: datetime
) -> None:
    at = f"cast('{now.isoformat()}' as timestamptz)"
    _write_identities(bench, opened, closed, at)
    if not verdict.events:
        return
    events = [[e.event, e.customer_id, e.other_id] for e in verdict.events]
    names = ("event", "customer_id", "other_id")
    columns = {n: pa.array(c) for n, c in zip(names, zip(*events, strict=True), strict=True)}
    table = bench.load("events", pa.table(columns))
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
