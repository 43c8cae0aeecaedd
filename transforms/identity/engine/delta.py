"""Changes: only what a change can touch is decided again, and comes out as a rebuild would.

What two units are to each other depends on them, on what was learned, and on two things that
others can change: whether a key they share is rare enough to meet by, and what the holders of an
identifier they share make of it. So these are decided anew: units that came, those that lost a
neighbour, those under a value that changed in either way, those that any of them may be one
person with now, and whatever hung together with one of them.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transforms.identity.engine import store
from transforms.identity.engine.columns import Ints
from transforms.identity.engine.engine import Candidates, Read, compare, decide, met, read
from transforms.identity.engine.hashes import Hashes
from transforms.identity.engine.knowledge import Knowledge
from transforms.identity.engine.layout import COLUMNS
from transforms.identity.engine.profiles import IDENTIFIERS, judged
from transforms.identity.engine.rulings import in_force
from transforms.identity.engine.store import Session

LOST = """
create or replace temp table lost as
select r.record_id, r.content from records as r semi join changes_now using (record_id)
"""
GONE = """
insert into gone select record_id from lost
where record_id in (select record_id from changes_now where change = 'delete')
"""
BORN = """
create or replace temp table born as select content from said_now anti join units using (content)
"""
DEAD = """
create or replace temp table dead as
select distinct content, component from lost join units using (content)
where content not in (select content from records semi join lost using (content))
"""
DYING = """
create or replace temp table dying as
select kind, value from keys semi join dead using (content)
"""
TOUCHED = """
create or replace temp table touched as
with values_of as (select kind, value from dying union select kind, value from new_keys)
select k.kind, k.value, k.content, u.initial,
    k.content in (select content from born) as is_born,
    k.content in (select content from dead) as is_dead
from keys as k semi join values_of using (kind, value) join units as u using (content)
"""
AROUND = """
create or replace temp table around as
select content from born union
select content from touched semi join (
    select kind, value from counted semi join (
        select kind, value from touched where is_born
    ) using (kind, value) join kinds_now using (kind) where now between 2 and most
) using (kind, value) where not is_dead
"""
# What is certain to be decided again, and what may be: components are decided whole.
AGAIN = """
with seeds as (
    select content from affected union select content from {} union
    select content from said_now union select content from lost union
    select r.content from records as r join ties using (record_id)
    where tie in (select tie from ties semi join changes_now using (record_id))
)
select content from units where component in (
    select component from units semi join seeds using (content)
    union select component from dead
)
"""

REPRESENTATIVES = f"""
create or replace temp table nearby_records as
select content, {", ".join(COLUMNS)} from records semi join nearby using (content)
qualify row_number() over (partition by content order by record_id) = 1
"""


def applied(
    session: Session,
    changes: pa.Table,
    knowledge: Knowledge | None,
    rulings: pa.Table | None = None,
) -> int:
    """Apply changes to a state; return how many records changed their customer.

    Args:
        session: An open state.
        changes: Records with ``change``, each record once.
        knowledge: What was learned; None will do if there are no changes.
        rulings: All that hold from now on, as of ``rulings.table``; None for those that did.
    """
    session.execute("create or replace temp table gone (record_id varchar)")
    session.execute("create or replace temp table changed (record_id varchar, customer_id bigint)")
    if rulings is not None:
        changes = _with_ruled(session, changes, rulings)
    if not changes.num_rows or knowledge is None:
        return 0
    run = store.begun(session)
    rows = _upserts(changes)
    found = read(rows, knowledge.home, store.apart(session, rows["record_id"]))
    _replace(session, changes, rows, found)
    _find_touched(session, found, knowledge)
    _find_affected(session)
    store.fade(session)
    for end in ("one", "two"):
        session.execute(f"delete from edges where {end} in (select content from dead)")
    store.recount(session)
    _find_near(session, knowledge)
    return _decide(session, knowledge, run)


def _with_ruled(session: Session, changes: pa.Table, rulings: pa.Table) -> pa.Table:
    """Take rulings into force; return changes with the records that are ruled otherwise now."""
    session.execute("create or replace temp table ruled (record_id varchar)")
    found = in_force(rulings)
    for table, rows in (("ties", found.ties), ("nevers", found.nevers)):
        session.register("rows_now", rows)
        for one, other in (("rows_now", table), (table, "rows_now")):
            for column in rows.column_names[: 1 if table == "ties" else 2]:
                session.execute(
                    f"insert into ruled select {column} from (from {one} except from {other})"
                )
        session.execute(f"truncate {table}")
        session.execute(f"insert into {table} from rows_now")
    session.register("changes_now", changes.select(["record_id"]))
    again = store.live(
        session,
        "record_id in (select record_id from ruled) "
        "and record_id not in (select record_id from changes_now)",
    )
    if not again.num_rows:
        return changes
    upserts = again.append_column("change", pa.array(["upsert"] * again.num_rows))
    return pa.concat_tables([changes, upserts], promote_options="default")


def _upserts(changes: pa.Table) -> pa.Table:
    is_said = pc.equal(changes["change"], "upsert")
    # Most often it is all of them, and a filter would copy them.
    return filled(changes if pc.all(is_said).as_py() else changes.filter(is_said))


def filled(records: pa.Table) -> pa.Table:
    """Return records with every column of the layout."""
    nothing = pa.nulls(records.num_rows, pa.string())
    have = set(records.column_names)
    return pa.table({c: records[c] if c in have else nothing for c in COLUMNS})


def _replace(session: Session, changes: pa.Table, rows: pa.Table, found: Read) -> None:
    session.register("changes_now", changes.select(["record_id", "change"]))
    session.register("said_now", pa.table({"content": store.signed(found.content)}))
    session.execute(LOST)
    session.execute(GONE)
    session.execute("delete from records where record_id in (select record_id from lost)")
    store.said(session, rows, found)


def _find_touched(session: Session, found: Read, knowledge: Knowledge) -> None:
    session.execute(BORN)
    session.execute(DEAD)
    session.execute(DYING)
    store.keep_born(session, found, knowledge)
    session.execute(TOUCHED)


def _find_affected(session: Session) -> None:
    """Find units of which a pair may have changed, beside the ones that came and went."""
    most = [most for _, most in store.kinds()]
    session.register("kinds_now", pa.table({"kind": np.arange(len(most)), "most": most}))
    session.execute(
        "create or replace temp table counted as select kind, value, "
        "count(*) filter (not is_born) as before, count(*) filter (not is_dead) as now "
        "from touched group by all"
    )
    turned = session.sql(
        "select kind, value from counted join kinds_now using (kind) "
        "where (before > most) <> (now > most)"
    ).to_arrow_table()
    session.register("turned", turned)
    session.execute(
        "create or replace temp table affected as select content from born union "
        "select content from touched semi join turned using (kind, value)"
    )
    for kind, (name, _) in enumerate(store.kinds()):
        if name in IDENTIFIERS:
            session.register("other_now", pa.table({"value": _told_otherwise(session, kind)}))
            session.execute(
                "insert into affected select content from touched "
                f"semi join other_now using (value) where kind = {kind}"
            )
    session.execute("delete from affected where content in (select content from dead)")


def _told_otherwise(session: Session, kind: int) -> Ints:
    """Return the values of one identifier that mean something else now than before."""
    found = session.sql(
        f"select value, initial, is_born, is_dead from touched where kind = {kind}"
    ).to_arrow_table()
    value, initial = store.unsigned(found["value"]), found["initial"].to_numpy().astype(np.int64)
    born, dead = (found[c].to_numpy(zero_copy_only=False) for c in ("is_born", "is_dead"))
    then = dict(zip(*(x.tolist() for x in judged(value[~born], initial[~born])), strict=True))
    now = dict(zip(*(x.tolist() for x in judged(value[~dead], initial[~dead])), strict=True))
    other = [v for v, level in now.items() if then.get(v, level) != level]
    return store.signed(np.array(other, dtype=np.uint64))


def _find_near(session: Session, knowledge: Knowledge) -> None:
    """Find whom units that were born may be one person with: fill ``near`` with both.

    A pair of others changes only by a value that turned or means something else now, and the
    holders of such a value are all affected.
    """
    session.execute(AROUND)
    session.execute(f"create or replace temp table nearby as {AGAIN.format('around')}")
    session.execute(REPRESENTATIVES)
    found = _read(session, "around", knowledge)
    pairs = met(found, knowledge.common, store.beyond(session))
    fresh = session.sql("select content from born").to_arrow_table()["content"]
    born = np.isin(found.content, store.unsigned(fresh))
    which = born[pairs.one] | born[pairs.two]
    close = compare(Candidates(pairs.comparer, pairs.one[which], pairs.two[which]), knowledge)
    ends = np.concatenate([found.content[close.one], found.content[close.two]])
    session.register("near", pa.table({"content": store.signed(np.unique(ends))}))


def _read(session: Session, units: str, knowledge: Knowledge) -> Read:
    """Read one record of each of some units that are nearby."""
    return read(*_representatives(session, units, knowledge))


def _representatives(
    session: Session, units: str, knowledge: Knowledge
) -> tuple[pa.Table, str | None, Hashes]:
    """Return one record of each of some units that are nearby, ready to be read."""
    records = session.sql(
        f"select {', '.join(COLUMNS)} from nearby_records semi join {units} using (content)"
    ).to_arrow_table()
    return records, knowledge.home, store.apart(session, records["record_id"])


def _decide(session: Session, knowledge: Knowledge, run: int) -> int:
    session.execute(f"create or replace temp table again as {AGAIN.format('near')}")
    given = _representatives(session, "again", knowledge)
    found = read(*given)
    pairs = met(found, knowledge.common, store.beyond(session))
    result = decide(found, knowledge, pairs, store.rulings(session, given[0]["record_id"], found))
    store.keep(session, found, result)
    return store.number(session, found, result, run)


def load(
    session: Session,
    changes: pa.Table,
    knowledge: Knowledge | None = None,
    rulings: pa.Table | None = None,
) -> int:
    """Fill a new state and decide everything; return how many records changed their customer.

    Args:
        session: An open state.
        changes: Records with ``change``; deletions say nothing to a new state.
        knowledge: What was learned elsewhere; None learns from these records.
        rulings: What people decided, as of ``rulings.table``.
    """
    session.execute("create or replace temp table gone (record_id varchar)")
    session.execute("create or replace temp table changed (record_id varchar, customer_id bigint)")
    if rulings is not None:
        _with_ruled(session, changes, rulings)
    if knowledge is not None:
        store.know(session, knowledge)
    rows = _upserts(changes)
    if not rows.num_rows:
        return 0
    taken = store.taken_in(session, rows, knowledge)
    del changes, rows
    return store.decided(session, knowledge, *taken)
