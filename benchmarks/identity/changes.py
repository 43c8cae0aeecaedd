"""What one more day does to records: a share edited, joined by new ones, deleted; with the truth.

``python -m benchmarks.identity.changes RECORDS.parquet SHARE [SEED]`` writes, beside RECORDS,
RECORDS.changes.parquet (the layout and ``change``: upsert or delete, as ``daybreak identify
--changes`` reads it), RECORDS.after.parquet (all live records then) and its truth;
RECORDS.truth.parquet must be there.

Of the changed: 15 % deleted; 25 % new, another record of somebody who is there, from support, with
the name and either e-mail or phone; 60 % edited, a quarter each the e-mail (by a new one), the
phone (by a stranger's, which was recycled), the family name (by a stranger's) and the address
(cleared).
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True, slots=True)
class Changes:
    """Where the files are, and how many records changed."""

    changes: Path
    after: Path
    truth: Path
    many: int


def write(records: Path, share: float, seed: int = 1) -> Changes:
    """Write the changes of a day to a share of the records; the same ones for the same seed."""
    changes, after = (records.with_suffix(f".{name}.parquet") for name in ("changes", "after"))
    truth = records.with_suffix(".after.truth.parquet")
    with duckdb.connect() as session:
        session.read_parquet(str(records)).create("records")
        session.read_parquet(str(records.with_suffix(".truth.parquet"))).create("truth")
        for statement in _STORY.split(";"):
            session.execute(statement.format(share=share, seed=seed))
        for name, file in (("changes", changes), ("after", after), ("truth_after", truth)):
            session.execute(f"copy (from {name} order by record_id) to '{file}'")
        many: int = session.execute("select count(*) from changes").fetchall()[0][0]
    return Changes(changes, after, truth, many)


# A hash decides what becomes of a record, so that no order of rows does.
_STORY = """
create table chosen as
select *, row_number() over (order by record_id) as place, count(*) over () as many
from (
    select record_id, hash(record_id || ':{seed}') % 1000 / 1000.0 as fate,
        hash(record_id || ':kind:{seed}') % 4 as kind
    from records where hash('{seed}:' || record_id) % 1000000 < {share} * 1000000
);
create table strangers as
select place % many + 1 as place, phone, last_name
from chosen join records using (record_id);
create table edited as
select records.* replace (
    case when kind = 0 then 'moved.' || lower(records.record_id) || '@new-mail.com' else email end
        as email,
    case when kind = 1 then coalesce(strangers.phone, records.phone) else records.phone end
        as phone,
    case when kind = 2 and records.last_name is not null
        then coalesce(strangers.last_name, records.last_name) else records.last_name end
        as last_name,
    case when kind = 3 then null else street end as street,
    case when kind = 3 then null else city end as city,
    case when kind = 3 then null else postcode end as postcode,
    '2026-01-06T02:00:00Z' as updated_at
)
from chosen join records using (record_id) join strangers using (place)
where fate < 0.6;
create table joined as
select records.* replace (
    'n' || record_id as record_id, 'support' as source, null as ext_id, null as dob,
    case when kind < 2 then email end as email, case when kind >= 2 then phone end as phone,
    null as street, null as city, null as postcode, '2026-01-06T02:00:00Z' as updated_at
)
from chosen join records using (record_id) where fate >= 0.6 and fate < 0.85;
create table deleted as select record_id from chosen where fate >= 0.85;
create table changes as
select 'upsert' as change, * from edited
union all by name select 'upsert' as change, * from joined
union all by name select 'delete' as change, record_id from deleted;
create table after as
select * from records anti join changes using (record_id)
union all by name select * exclude (change) from changes where change = 'upsert';
create table truth_after as
select truth.* from truth semi join after using (record_id)
union all by name
select truth.* replace ('n' || record_id as record_id) from truth join chosen using (record_id)
where fate >= 0.6 and fate < 0.85
"""


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]) if sys.argv[3:] else 1))
