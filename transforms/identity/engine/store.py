"""A state: records, what was decided of them, and everything that deciding a change needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.errors import BusyError, ConfigError
from transforms.identity.engine import commonness, hashes, ids, persistence
from transforms.identity.engine.candidates import Key, crowds, keys
from transforms.identity.engine.clusters import Rulings
from transforms.identity.engine.columns import Ints
from transforms.identity.engine.engine import (
    Beyond,
    Decided,
    Read,
    decide,
    home_of,
    learn,
    met,
    read,
)
from transforms.identity.engine.frame import standardise
from transforms.identity.engine.hashes import Hashes
from transforms.identity.engine.inference import inferred
from transforms.identity.engine.knowledge import Knowledge
from transforms.identity.engine.layout import COLUMNS
from transforms.identity.engine.profiles import IDENTIFIERS, initials, judged

FILE = "identity.duckdb"
# Raise it when standard forms, keys or hashes change: an older state is decided anew then.
FORM = "5"
SQL = Path(__file__).with_name("state.sql")
Session = duckdb.DuckDBPyConnection
# The level of an identifier whose holders are of one name, and of one that nobody else holds.
ONE_NAME = 1
PIECE = 100_000
LOG = "64MB"
# What does not fit is on disk: who is who is one of several who want memory in a night.
MODEST = "1GB"
# One unit in so many may be gone with its keys still there.
FADED = 10


def signed(values: Hashes) -> Ints:
    """Return hashes as DuckDB keeps them: it cannot filter unsigned numbers that Arrow hands it."""
    return np.ascontiguousarray(values).view(np.int64)


def unsigned(column: pa.ChunkedArray) -> Hashes:
    """Return hashes from a column that DuckDB kept."""
    return np.ascontiguousarray(column.to_numpy()).view(np.uint64)


@contextmanager
def opened(folder: Path) -> Iterator[Session]:
    """Open a state's file in one transaction: it holds all of a run or nothing.

    Raises:
        BusyError: another run is using it.
        ConfigError: another version of daybreak wrote it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        session = connected(folder / FILE)
    except duckdb.IOException as error:
        raise BusyError(f"{folder} is in use by another run.") from error
    with session:
        session.execute("begin")
        if not prepare(session):
            raise ConfigError(
                f"{folder} was written by another version of daybreak.",
                next_step="Load all records into another folder.",
            )
        yield session
        session.execute("commit")


def connected(file: Path) -> Session:
    """Open a state's file; a night's few changes wait in its log until there are many.

    To work them in costs as much as half of deciding one in a hundred anew.
    """
    told = {"threads": 2, "checkpoint_threshold": LOG, "memory_limit": MODEST}
    session = duckdb.connect(str(file), config=told)
    session.execute("pragma disable_checkpoint_on_shutdown")
    return session


def prepare(session: Session) -> bool:
    """Make the tables of a state that has none; tell whether those there are of this form."""
    if not session.sql("from duckdb_tables() where table_name = 'meta'").fetchone():
        _make(session)
    found = session.execute("from meta where name = 'form' and value = $1", [FORM]).fetchone()
    return found is not None


def clear(session: Session) -> None:
    """Empty a state: nothing of it is kept, its form is this one."""
    session.execute("drop view if exists named")
    for (name,) in session.sql(
        "select table_name from duckdb_tables() where not temporary"
    ).fetchall():
        session.execute(f'drop table "{name}"')
    _make(session)


def _make(session: Session) -> None:
    session.execute(SQL.read_text(encoding="utf-8"))
    session.execute("insert into meta values ('form', $1)", [FORM])


def is_new(session: Session) -> bool:
    """Tell whether nothing was ever loaded."""
    return session.sql("select 1 from knowledge").fetchone() is None


def knowledge_of(session: Session) -> Knowledge:
    """Return what was learned at the first load or the last training.

    Raises:
        ConfigError: nothing was loaded yet.
    """
    row = session.sql("select data from knowledge").fetchone()
    if row is None:
        raise ConfigError("There is no state yet: load records with --changes first.")
    return persistence.loaded(row[0])


def live(session: Session, where: str = "true") -> pa.Table:
    """Return live records, as they were loaded."""
    columns = ", ".join(COLUMNS)
    return session.sql(f"select {columns} from records where {where}").to_arrow_table()


def runs(session: Session) -> int:
    """Return how many runs there were that changed anything: the number of the last one."""
    row = session.sql("select value from meta where name = 'runs'").fetchone()
    return int(row[0]) if row else 0


def begun(session: Session) -> int:
    """Count this run and return its number."""
    number = runs(session) + 1
    session.execute("delete from meta where name = 'runs'")
    session.execute("insert into meta values ('runs', $1)", [str(number)])
    return number


def rebuilt(session: Session, knowledge: Knowledge | None) -> int:
    """Decide every live record anew; return how many records changed their customer.

    Args:
        session: An open state.
        knowledge: What was learned; None learns from the live records and keeps that.
    """
    return decided(session, knowledge, *taken_in(session, live(session), knowledge))


def taken_in(
    session: Session, records: pa.Table, knowledge: Knowledge | None
) -> tuple[Read, pa.ChunkedArray, str | None]:
    """Let a state hold these records and no others; return what they say, their ids and home.

    They are written down as soon as they are read, for what was typed is a quarter of the memory.
    """
    home = knowledge.home if knowledge else home_of(records)
    found = read(records, home, apart(session, records["record_id"]))
    for table in ("records", "units", "keys", "faded", "edges", "crowded", "divided"):
        session.execute(f"truncate {table}")
    said(session, records, found)
    return found, records["record_id"], home


def decided(
    session: Session,
    knowledge: Knowledge | None,
    found: Read,
    record_ids: pa.ChunkedArray,
    home: str | None,
) -> int:
    """Decide all that was ``taken_in``; return how many records changed their customer."""
    run = begun(session)
    if knowledge is None:
        knowledge, pairs = learn(found, home)
        know(session, knowledge)
    else:
        pairs = met(found, knowledge.common)
    result = decide(found, knowledge, pairs, rulings(session, record_ids, found))
    del pairs
    _keep_all(session, found, knowledge, result)
    return number(session, found, result, run)


def said(session: Session, records: pa.Table, found: Read) -> None:
    """Keep records and what unit each is."""
    content = pa.array(signed(found.content[found.unit]))
    # Plain texts in pieces: of one long dictionary DuckDB would copy all for every piece.
    plain = pa.table({c: records[c].cast(pa.string()) for c in COLUMNS} | {"content": content})
    pieces = plain.to_batches(max_chunksize=PIECE)
    session.register("rows_now", pa.Table.from_batches(pieces, plain.schema))
    columns = ", ".join(COLUMNS)
    session.execute(
        f"insert into records (content, {columns}) select content, {columns} from rows_now"
    )
    session.unregister("rows_now")


def know(session: Session, knowledge: Knowledge) -> None:
    """Keep what was learned, in place of what was known."""
    session.execute("delete from knowledge")
    session.execute("insert into knowledge values (now(), $1)", [persistence.dumped(knowledge)])


def apart(session: Session, record_ids: pa.ChunkedArray) -> Hashes:
    """Return of records that a ruling names a number of their own, of all others 0."""
    session.register("asked", pa.table({"record_id": record_ids}))
    rows = session.sql("select record_id from asked semi join named using (record_id)")
    ruled = rows.to_arrow_table()["record_id"].combine_chunks()
    out = np.zeros(len(record_ids), dtype=np.uint64)
    if len(ruled):
        at = pc.index_in(record_ids, value_set=ruled).fill_null(-1).to_numpy()
        out[at >= 0] = hashes.of_values(ruled)[at[at >= 0]]
    return out


def rulings(session: Session, record_ids: pa.ChunkedArray, found: Read) -> Rulings:
    """Return what is ruled about the units of records that were read together."""
    session.register("asked", pa.table({"record_id": record_ids, "unit": found.unit}))
    told = session.sql(
        "select unit, dense_rank() over (order by tie) - 1 as tie "
        "from asked join ties using (record_id)"
    ).to_arrow_table()
    tie = np.full(found.frame.count, -1, dtype=np.int64)
    tie[told["unit"].to_numpy()] = told["tie"].to_numpy()
    pairs = session.sql(
        "select least(a.unit, b.unit) as low, greatest(a.unit, b.unit) as high from nevers "
        "join asked as a on a.record_id = one join asked as b on b.record_id = two"
    ).to_arrow_table()
    low, high = (pairs[c].to_numpy().astype(np.int64) for c in ("low", "high"))
    return Rulings(tie, (low << 32) | high)


def moved(session: Session, since: int) -> pa.Table:
    """Return the records whose customer changed after run ``since``: ``record_id, customer_id``.

    The customer of a record that is gone is null.
    """
    return session.execute(
        "select record_id, customer_id from links where changed_in > $since union all "
        "select record_id, null from departed where gone_in > $since",
        {"since": since},
    ).to_arrow_table()


def keep(session: Session, found: Read, result: Decided) -> None:
    """Keep components and edges of what was decided, in place of what was known of these units."""
    session.register("kept_units", _units(found, result))
    session.execute(
        "update units set component = k.component, sure = k.sure from kept_units as k "
        "where units.content = k.content"
    )
    session.execute(
        "delete from edges where one in (select content from kept_units) "
        "or two in (select content from kept_units)"
    )
    _keep_edges(session, found, result)


def _units(found: Read, result: Decided) -> pa.Table:
    least = np.full(
        int(result.components.max(initial=-1)) + 1, np.iinfo(np.uint64).max, dtype=np.uint64
    )
    np.minimum.at(least, result.components, found.content)
    component = signed(least[result.components])
    return pa.table({"content": signed(found.content), "component": component, "sure": result.sure})


def _keep_edges(session: Session, found: Read, result: Decided) -> None:
    one, two = (signed(found.content[ends]) for ends in (result.one, result.two))
    ends = {"one": np.minimum(one, two), "two": np.maximum(one, two), "odds": result.odds}
    session.register("kept_edges", pa.table(ends))
    session.execute("insert into edges select one, two, odds from kept_edges")


def _keep_all(session: Session, found: Read, knowledge: Knowledge, result: Decided) -> None:
    """Fill an empty state with all units, their keys and what was decided."""
    frame = inferred(found.frame, commonness.fields(found.frame), knowledge.common)
    first = initials(frame)
    initial = pa.array(first.astype(np.int16))
    session.register("kept_units", _units(found, result).append_column("initial", initial))
    session.execute("insert into units select content, component, initial, sure from kept_units")
    _keep_edges(session, found, result)
    for kind, key in enumerate(keys(frame)):
        if not len(key.rows):
            continue
        session.register("new_keys", _held(kind, key, found))
        session.execute("insert into keys select kind, value, content from new_keys")
        _crowded(session, kind, *crowds(key))
        if key.name in IDENTIFIERS:
            _divided(session, kind, *judged(key.values, first[key.rows]))


def keep_born(session: Session, found: Read, knowledge: Knowledge) -> None:
    """Keep units that are ``born`` and the values by which they can meet others: ``new_keys``."""
    frame = inferred(found.frame, commonness.fields(found.frame), knowledge.common)
    fresh = session.sql("select content from born").to_arrow_table()["content"]
    born = np.isin(found.content, unsigned(fresh))
    units = {"content": signed(found.content[born]), "initial": initials(frame)[born]}
    session.register("new_units", pa.table(units))
    session.execute("insert into units select content, content, initial, true from new_units")
    held = [_held(kind, key, found, born) for kind, key in enumerate(keys(frame))]
    session.register("new_keys", pa.concat_tables(held))
    session.execute(
        "insert into keys select kind, value, content from new_keys anti join faded using (content)"
    )
    session.execute("delete from faded where content in (select content from born)")


def fade(session: Session) -> None:
    """Let units that are ``dead`` go; their keys are taken out once there are many."""
    session.execute("insert into faded select content from dead")
    session.execute("delete from units where content in (select content from dead)")
    row = session.sql(
        f"select (select count(*) from faded) * {FADED} > (select count(*) from units)"
    ).fetchone()
    if row and row[0]:
        session.execute("delete from keys where content in (select content from faded)")
        session.execute("truncate faded")


def _held(kind: int, key: Key, found: Read, which: np.ndarray | None = None) -> pa.Table:
    mine = slice(None) if which is None else which[key.rows]
    rows, values = key.rows[mine], key.values[mine]
    kinds = pa.array(np.full(len(rows), kind, dtype=np.uint16))
    return pa.table(
        {"kind": kinds, "value": signed(values), "content": signed(found.content[rows])}
    )


def _crowded(session: Session, kind: int, values: Hashes, held: Ints) -> None:
    if not len(values):
        return
    session.register("crowds", pa.table({"value": signed(values), "held": held}))
    session.execute(f"insert into crowded select {kind}, value, held from crowds")


def _divided(session: Session, kind: int, values: Hashes, level: np.ndarray) -> None:
    several = level > ONE_NAME
    if not several.any():
        return
    session.register(
        "divides", pa.table({"value": signed(values[several]), "level": level[several]})
    )
    session.execute(f"insert into divided select {kind}, value, level from divides")


def recount(session: Session) -> None:
    """Keep what is true now of the values of ``counted``, whose holders are ``touched``."""
    for table in ("crowded", "divided"):
        session.execute(
            f"delete from {table} where (kind, value) in (select (kind, value) from counted)"
        )
    session.execute(
        "insert into crowded select kind, value, now from counted join kinds_now using (kind) "
        "where now > most"
    )
    for kind, (name, _) in enumerate(kinds()):
        if name in IDENTIFIERS:
            rows = session.sql(
                f"select value, initial from touched where kind = {kind} and not is_dead"
            ).to_arrow_table()
            initial = rows["initial"].to_numpy().astype(np.int64)
            _divided(session, kind, *judged(unsigned(rows["value"]), initial))


def beyond(session: Session) -> Beyond:
    """Return what a few units cannot tell of the values they hold."""
    held = [_by_kind(session, "crowded", "held", kind) for kind in range(len(kinds()))]
    names = [name for name, _ in kinds()]
    divided = {
        name: _by_kind(session, "divided", "level", names.index(name)) for name in IDENTIFIERS
    }
    return Beyond(dict(zip(names, held, strict=True)), divided)


def _by_kind(session: Session, table: str, what: str, kind: int) -> tuple[Hashes, np.ndarray]:
    found = session.sql(f"select value, {what} from {table} where kind = {kind}").to_arrow_table()
    values, told = unsigned(found["value"]), found[what].to_numpy()
    order = np.argsort(values)
    return values[order], told[order]


@cache
def kinds() -> tuple[tuple[str, int], ...]:
    """Return the names of keys in the order of their numbers, and how many may hold one value."""
    nobody = standardise(pa.table({"record_id": pa.array(["-"])}))
    return tuple((key.name, key.most) for key in keys(nobody))


DECIDED = """
create or replace temp table decided as
select r.record_id,
    case when p.sure or count(*) over (partition by content) = 1 then p.person
         else $most + row_number() over (order by r.record_id) end as person
from records as r join persons_now as p using (content)
"""


def number(session: Session, found: Read, result: Decided, run: int) -> int:
    """Give the records of decided units their customers; return how many changed theirs."""
    session.execute("create temp table if not exists gone (record_id varchar)")
    session.register(
        "persons_now",
        pa.table({"content": signed(found.content), "person": result.persons, "sure": result.sure}),
    )
    session.execute(DECIDED, {"most": len(result.persons)})
    return ids.assign(session, run)
