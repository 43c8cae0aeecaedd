"""Splink 5 on the same records, as somebody who knows it would set it up in an hour.

``python -m benchmarks.identity.splink_peer RECORDS.parquet --out LINKS.parquet``. One set of
settings for whatever is in the layout: usual cleaning, values that more than a hundred records
share left out, blocking on e-mail, phone, ext_id, and any two of first name, last name, birthday
and postcode; weights from EM; pairs and connected components at .95. Street and postcode are one
comparison and e-mail is compared whole, because two, or a local part made of the name, would count
the same evidence twice. Columns that a set hardly fills are left out. Settings made for one set do
better on it.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    from splink import Linker, SettingsCreator

THRESHOLD = 0.95
FILLED = 0.02
"""A column filled less than that is not compared: EM has nothing to learn from."""
PAIRS = 5e6
"""How many random pairs tell how often strangers agree."""
LAYOUT = (
    "record_id, source, ext_id, first_name, last_name, full_name, email, phone, dob, street, city,"
    " state, postcode, country, company, job_title, updated_at"
)

# The last nine digits, because country codes and trunk zeros come and go.
CLEANED = """
create table people as
with given as (
    select * from read_parquet($records)
    union all by name
    select * from (select {nulls}) where false
),
named as (
    select *,
        lower(strip_accents(trim(coalesce(first_name, '')))) as f,
        lower(strip_accents(trim(coalesce(last_name, '')))) as l,
        regexp_split_to_array(lower(strip_accents(trim(coalesce(full_name, '')))), '[ ,]+') as w,
        lower(trim(email)) as e,
        regexp_replace(phone, '[^0-9]', '', 'g') as p
    from given
)
select
    record_id as unique_id,
    nullif(case when f <> '' then f else w[1] end, '') as first_name,
    nullif(case when l <> '' then l when len(w) > 1 then w[-1] end, '') as last_name,
    case when e like '%_@_%.%' then
        case when e like '%@gmail.com'
            then replace(regexp_replace(split_part(e, '@', 1), '[+].*', ''), '.', '')
                || '@gmail.com'
            else e end
    end as email,
    case when length(p) >= 7 and len(list_distinct(string_split(p, ''))) > 2 then right(p, 9) end
        as phone,
    case when try_cast(dob as date) is not null then dob end as dob,
    nullif(lower(strip_accents(street)), '') as street,
    nullif(upper(regexp_replace(postcode, '[ -]', '', 'g')), '') as postcode,
    nullif(lower(strip_accents(company)), '') as company,
    nullif(ext_id, '') as ext_id
from named
"""

# Junk, tills and switchboards of large firms: what a hundred share tells nobody from another.
FREED = """
update people set {0} = null
where {0} in (select {0} from people group by {0} having count(*) > 100)
"""

BLOCKS = (
    ("email",),
    ("phone",),
    ("ext_id",),
    ("last_name", "postcode"),
    ("first_name", "last_name"),
    ("dob", "last_name"),
    ("dob", "first_name"),
    ("dob", "postcode"),
    ("first_name", "postcode"),
    ("company",),
)
TRAINED_ON = (("email",), ("first_name", "last_name"), ("phone",), ("dob", "postcode"))


def link(records: Path, links: Path) -> None:
    """Decide who is who, and write LINKS."""
    from splink import DuckDBAPI, Linker

    session = duckdb.connect()
    filled = _cleaned(session, records)
    linker = Linker(DuckDBAPI(session).register("people"), _settings(filled), log_level="ERROR")
    _train(linker, filled)
    edges = linker.inference.predict(threshold_match_probability=THRESHOLD)
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(
        edges, threshold_match_probability=THRESHOLD
    )
    session.execute(
        "copy (select unique_id as record_id, cluster_id as customer_id"
        f" from {found.physical_name}) to '{links}'"
    )


def _cleaned(session: duckdb.DuckDBPyConnection, records: Path) -> set[str]:
    """Clean the records; return the columns that are filled well enough."""
    nulls = ", ".join(f"null::varchar as {name.strip()}" for name in LAYOUT.split(","))
    session.execute(CLEANED.replace("{nulls}", nulls), {"records": str(records)})
    for shared in ("email", "phone"):
        session.execute(FREED.format(shared))
    columns = [row[0] for row in session.execute("describe people").fetchall()]
    shares = ", ".join(f"count({name}) / greatest(count(*), 1)" for name in columns)
    row: Any = session.execute(f"select {shares} from people").fetchone()
    return {name for name, share in zip(columns, row, strict=True) if share >= FILLED}


def _settings(filled: set[str]) -> SettingsCreator:
    from splink import SettingsCreator, block_on

    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=_comparisons(filled),
        blocking_rules_to_generate_predictions=[block_on(*b) for b in _usable(BLOCKS, filled)],
        retain_matching_columns=False,
    )


def _usable(blocks: tuple[tuple[str, ...], ...], filled: set[str]) -> list[tuple[str, ...]]:
    """Keep the blocks whose columns are there; companies are blocked on where no people are."""
    people = "last_name" in filled
    return [b for b in blocks if filled.issuperset(b) and (b != ("company",) or not people)]


def _comparisons(filled: set[str]) -> list[Any]:
    from splink import comparison_level_library as level
    from splink import comparison_library as compare

    address = compare.CustomComparison(
        output_column_name="address",
        comparison_levels=[
            level.NullLevel("postcode"),
            level.CustomLevel(
                "postcode_l = postcode_r and jaro_winkler_similarity(street_l, street_r) > 0.9"
            ),
            level.ExactMatchLevel("postcode"),
            level.ElseLevel(),
        ],
    )
    frequent: Any = {"term_frequency_adjustments": True}
    known = {
        "first_name": compare.NameComparison("first_name"),
        "last_name": compare.NameComparison("last_name").configure(**frequent),
        "email": compare.ExactMatch("email").configure(**frequent),
        "phone": compare.ExactMatch("phone").configure(**frequent),
        "ext_id": compare.ExactMatch("ext_id"),
        "dob": compare.DateOfBirthComparison("dob", input_is_string=True),
        "postcode": address,
        "company": compare.JaroWinklerAtThresholds("company", [0.95, 0.88]),
    }
    if "last_name" in filled:
        del known["company"]
    return [comparison for name, comparison in known.items() if name in filled]


def _train(linker: Linker, filled: set[str]) -> None:
    from splink import block_on
    from splink.internals.exceptions import EMTrainingException

    sure = [("email",), ("phone", "last_name"), ("first_name", "last_name", "dob"), ("company",)]
    rules: list[Any] = [block_on(*b) for b in _usable(tuple(sure), filled)]
    if rules:
        linker.training.estimate_probability_two_random_records_match(rules, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=PAIRS, seed=1)
    for block in _usable((*TRAINED_ON, ("company",)), filled):
        # A block without a single pair teaches nothing.
        with suppress(EMTrainingException):
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(*block))


if __name__ == "__main__":
    link(Path(sys.argv[1]), Path(sys.argv[3]))
