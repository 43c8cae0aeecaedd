"""Spellings that another engine reads differently without saying so, refused with the better one.

Measured on DuckDB, Postgres and Spark: each of these gave a wrong answer, or none, on one of them.
"""

from __future__ import annotations

from sqlglot import exp

FUNCTIONS = {
    "arg_max": "row_number() ... where rn = 1",
    "arg_min": "row_number() ... where rn = 1",
    "max_by": "row_number() ... where rn = 1",
    "min_by": "row_number() ... where rn = 1",
    "any_value": "min() or max()",
    "regexp_extract": "split_part or regexp_replace(.., 'g')",
    "array_agg": "string_agg(x, ',' order by y)",
    "list": "string_agg(x, ',' order by y)",
    "hash": "md5()",
    "sha256": "md5()",
    "concat_ws": "concat(coalesce(a, ''), '|', coalesce(b, ''))",
    "epoch": "timestamps as they are",
    "epoch_us": "timestamps as they are",
    "epoch_ms": "timestamps as they are",
    "median": "a plain aggregate",
    "percentile_cont": "a plain aggregate",
    "quantile_cont": "a plain aggregate",
    "contains": "position(x in y) > 0",
    "strip_accents": "names folded by identity",
    "levenshtein": "identity, in Python",
    "jaro_winkler_similarity": "identity, in Python",
    "now": "nothing: a model must give the same answer tomorrow",
    "random": "nothing: a model must give the same answer twice",
    "uuid": "md5() of the key",
}
NODES: dict[type[exp.Expression], str] = {
    exp.ArgMax: FUNCTIONS["arg_max"],
    exp.ArgMin: FUNCTIONS["arg_min"],
    exp.AnyValue: FUNCTIONS["any_value"],
    exp.RegexpExtract: FUNCTIONS["regexp_extract"],
    exp.ArrayAgg: FUNCTIONS["array_agg"],
    exp.ConcatWs: FUNCTIONS["concat_ws"],
    exp.Median: FUNCTIONS["median"],
    exp.PercentileCont: FUNCTIONS["percentile_cont"],
    exp.Contains: FUNCTIONS["contains"],
    exp.TryCast: "case when regexp_matches(..) then cast(..) end",
    exp.CurrentTimestamp: FUNCTIONS["now"],
    exp.CurrentDate: FUNCTIONS["now"],
    exp.Rand: FUNCTIONS["random"],
    exp.Extract: "date_trunc, or a comparison of timestamps",
    exp.AtTimeZone: "UTC timestamptz as it is",
    exp.Unnest: "split_part beside values (1), (2), ..",
    exp.JSONExtract: "a column flattened at load",
    exp.JSONExtractScalar: "a column flattened at load",
}


def findings(query: exp.Query) -> list[str]:
    """Return one sentence for each refused spelling in ``query``."""
    found = [sentence for node in query.walk() for sentence in _judge(node)]
    return sorted(set(found))


def _judge(node: exp.Expression) -> list[str]:
    said = [f"{_name(node)}: use {better}" for kind, better in NODES.items() if type(node) is kind]
    if isinstance(node, exp.Anonymous) and node.name.lower() in FUNCTIONS:
        said.append(f"{node.name.lower()}: use {FUNCTIONS[node.name.lower()]}")
    for rule in (_join, _regexp, _date_diff, _star, _substring, _window, _group_all):
        sentence = rule(node)
        if sentence:
            said.append(sentence)
    return said


def _name(node: exp.Expression) -> str:
    return node.sql_name().lower() if isinstance(node, exp.Func) else node.key


def _join(node: exp.Expression) -> str:
    if isinstance(node, exp.Join) and {node.side, node.kind} & {"ANTI", "SEMI"}:
        return "anti/semi join: use [not] exists"
    if isinstance(node, exp.Join) and node.method:
        return f"{node.method.lower()} join: use on"
    return ""


def _regexp(node: exp.Expression) -> str:
    if isinstance(node, exp.RegexpReplace):
        flags = node.args.get("modifiers")
        if flags is None or flags.name != "g":
            return "regexp_replace: always with 'g' and no other flag"
        if "\\" in str(node.args.get("replacement")):
            return "regexp_replace with a group in the replacement: use split_part"
    if isinstance(node, exp.Literal) and node.is_string and "[[:" in node.name:
        return "[[:class:]]: use [0-9] or \\d"
    return ""


def _date_diff(node: exp.Expression) -> str:
    if isinstance(node, exp.DateDiff | exp.TimestampDiff):
        return "date_diff: keep both timestamps"
    return ""


def _star(node: exp.Expression) -> str:
    if isinstance(node, exp.Star) and any(node.args.values()):
        return "* exclude/replace: name the columns"
    if isinstance(node, exp.SetOperation) and node.args.get("by_name"):
        return "union by name: name the columns"
    return ""


def _substring(node: exp.Expression) -> str:
    if not isinstance(node, exp.Substring):
        return ""
    start = node.args.get("start")
    bad = isinstance(start, exp.Neg) or (isinstance(start, exp.Literal) and start.name == "0")
    return "substring from the end or from 0: use right(), or start at 1" if bad else ""


def _window(node: exp.Expression) -> str:
    if isinstance(node, exp.Window) and isinstance(node.this, exp.RowNumber):
        if not node.args.get("order"):
            return "row_number() without an order"
    return ""


def _group_all(node: exp.Expression) -> str:
    if isinstance(node, exp.Group) and node.args.get("all") is not None:
        return "group by all: name the columns"
    return ""
