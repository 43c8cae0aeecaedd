"""The header is the contract, and the SQL means the same everywhere."""

from __future__ import annotations

import pytest
import sqlglot

from core.errors import ContractError
from tests.transforms.raw import SOURCES
from transforms import fields, segments, views, violations
from transforms.kinds import KINDS
from transforms.model import Input, Model, folder, parse
from transforms.restrict import restricted
from transforms.stage import check_kind

TABLES = [model for name in ("staging", "identity", "marts") for model in folder(name)]
COLUMNS = {model.name: model.columns for model in TABLES} | {
    f"raw_{source}.{table}": ("deleted_at", *shape.columns)
    for source, tables in SOURCES.items()
    for table, shape in tables.items()
}
COUNTED = [
    model
    for table, counted in fields.rules().tables.items()
    for model in (
        fields.counting(table, COLUMNS[table]),
        *(
            fields.holding(table, COLUMNS[table], name)
            for name, judged in counted.fields.items()
            if judged.values
        ),
    )
]
MODELS = [*TABLES, *views.models(), *segments.segments(), *violations.rules()]
STAGING = folder("staging")


def text(select: str, **header: str) -> str:
    """Return a model's text."""
    fields = {"grain": "a", "reads": "t", **header}
    lines = [f"-- {name:8}{value}" for name, value in fields.items() if value]
    return "\n".join(["-- m: a test.", "--", *lines, "", select])


def test_a_header_says_what_the_model_is_a_function_of() -> None:
    model = parse(
        "m",
        text(
            "select t.a, o.b from t left join o on o.b = t.b",
            reads="t(x as a),\n--         o via t(b as c, d)",
            looks="currencies",
            checks="not_null(a), accepted(b: x, y)",
        ),
    )
    assert model.about == "a test."
    assert model.reads == (
        Input("t", "", (("x", "a"),)),
        Input("o", "t", (("b", "c"), ("d", "d"))),
    )
    assert [(c.name, c.arguments) for c in model.checks] == [
        ("not_null", "a"),
        ("accepted", "b: x, y"),
    ]
    assert (model.by, model.looks, model.columns) == (("a",), ("currencies",), ("a", "b"))


@pytest.mark.parametrize(
    ("select", "header", "sentence"),
    [
        ("select a from t", {"grain": ""}, "must state the grain"),
        ("select a from t", {"into": "nonsense"}, "no such kind"),
        ("select a from t; select a from t", {}, "exactly one select"),
        ("delete from t", {}, "exactly one select"),
        ("select a from", {}, "m: "),
        ("select a from t", {"checks": "positive(a)"}, "unknown check positive"),
        ("select a from t", {"reads": "t, o via t"}, "by which columns"),
    ],
)
def test_a_malformed_model_is_refused(select: str, header: dict[str, str], sentence: str) -> None:
    with pytest.raises(ContractError, match=sentence):
        parse("m", text(select, **header))


@pytest.mark.parametrize(
    ("select", "instead"),
    [
        ("select regexp_replace(a, 'x', 'y') as a from t", "always with 'g'"),
        ("select regexp_replace(a, 'x', 'y', 'gi') as a from t", "always with 'g'"),
        (r"select regexp_replace(a, '(x)', '\1', 'g') as a from t", "split_part"),
        ("select regexp_replace(a, '[[:digit:]]', 'y', 'g') as a from t", "0-9"),
        ("select regexp_extract(a, 'x') as a from t", "split_part"),
        ("select arg_max(a, b) as a from t", "row_number"),
        ("select max_by(a, b) as a from t", "row_number"),
        ("select any_value(a) as a from t", "min"),
        ("select t.a from t anti join o on o.a = t.a", "exists"),
        ("select t.a from t semi join o on o.a = t.a", "exists"),
        ("select date_diff('day', a, b) as a from t", "timestamps"),
        ("select extract(dow from a) as a from t", "date_trunc"),
        ("select epoch(a) as a from t", "timestamps"),
        ("select a at time zone 'UTC' as a from t", "UTC"),
        ("select array_agg(a order by a) as a from t", "string_agg"),
        ("select list(a) as a from t", "string_agg"),
        ("select unnest(a) as a from t", "split_part"),
        ("select * exclude (b) from t", "name the columns"),
        ("select a, b from t union by name select b, a from t", "name the columns"),
        ("select a from t group by all", "name the columns"),
        (
            "select cast(a as decimal(18, 0)) * cast(b as decimal(18, 12)) from t",
            "product of two decimals of up to 18 digits: widen one",
        ),
        ("select try_cast(a as integer) as a from t", "case when"),
        ("select a ->> 'b' as a from t", "flattened"),
        ("select hash(a) as a from t", "md5"),
        ("select concat_ws('|', a, b) as a from t", "coalesce"),
        ("select median(a) as a from t", "plain"),
        ("select substring(a, -2) as a from t", "right"),
        ("select substring(a, 0, 2) as a from t", "start at 1"),
        ("select now() as a from t", "tomorrow"),
        ("select random() as a from t", "twice"),
        ("select row_number() over () as a from t", "without an order"),
        ("select t.a from t left join o on o.a = t.a and t.b = 'x'", "outer join of o"),
        ("select t.a from t left join o on t.b = 'x'", "outer join of o"),
    ],
)
def test_a_spelling_that_an_engine_reads_differently_or_for_hours_is_refused(
    select: str, instead: str
) -> None:
    with pytest.raises(ContractError, match=instead):
        parse("m", text(select))


def test_an_outer_join_may_ask_what_it_likes_of_the_table_it_joins() -> None:
    assert parse("m", text("select t.a from t left join o on o.a = t.a and o.b = 'x'"))


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark"])
@pytest.mark.parametrize("model", [*MODELS, *COUNTED], ids=lambda m: m.name)
def test_every_model_can_be_written_for_every_engine(model: Model, dialect: str) -> None:
    for keys in (None, "keys") if model in TABLES else (None,):
        written = restricted(model, keys, None, dialect)
        assert sqlglot.parse_one(written, read=dialect)
        assert "minor_units" not in written.lower()


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.name)
def test_every_model_says_what_it_is_and_has_its_grain_among_its_columns(model: Model) -> None:
    assert model.about
    assert set(model.grain) <= set(model.columns)


@pytest.mark.parametrize("model", STAGING, ids=lambda m: m.name)
def test_staging_reads_only_what_its_connector_declares(model: Model) -> None:
    check_kind(model)
    source, _, table = model.reads[0].relation.removeprefix("raw_").partition(".")
    assert model.name.startswith(f"{source}__")
    assert table in SOURCES[source]
    declared = set(SOURCES[source][table].columns) | {"deleted_at", "merged_into"}
    assert {column for column, _ in model.reads[0].columns} <= declared


def test_every_kind_has_somebody_who_delivers_it() -> None:
    assert {model.into for model in STAGING} == set(KINDS)


def test_a_staging_model_that_misses_its_kind_is_told_the_column() -> None:
    columns = list(KINDS["deal_contacts"])
    known = {"into": "deal_contacts", "reads": "raw_hubspot.associations"}
    missing = parse("m", text("select a, source, deal_id from t", **known))
    with pytest.raises(ContractError, match="lacks source_id, deleted_at"):
        check_kind(missing)
    swapped = parse(
        "m",
        text(f"select {', '.join(reversed(columns))} from t", **known),
    )
    with pytest.raises(ContractError, match="into deal_contacts has deleted_at"):
        check_kind(swapped)


def test_a_model_may_read_only_what_its_header_declares() -> None:
    with pytest.raises(ContractError, match="reads o, which its header does not declare"):
        restricted(parse("m", text("select a from o")), None, None, "duckdb")
    with pytest.raises(ContractError, match="t hides what it reads"):
        restricted(
            parse("m", text("with t as (select a from t) select a from t")), None, None, "duckdb"
        )
