"""Spellings that another engine reads differently without saying so, refused with the better one.

Measured on DuckDB, Postgres and Spark: each of these gave a wrong answer, or none, on one of them;
or took hours, which is as good as none.
"""

from __future__ import annotations

from sqlglot import exp

RANK = "row_number() ... where rn = 1"
CALCULATE = "a plain aggregate"
PYTHON = "identity, in Python"
KEEP = "timestamps as they are"
NODES: dict[type[exp.Expression], str] = {
    exp.ArgMax: RANK,
    exp.ArgMin: RANK,
    exp.AnyValue: "min() or max()",
    exp.RegexpExtract: "split_part or regexp_replace(.., 'g')",
    exp.ArrayAgg: "string_agg(x, ',' order by y)",
    exp.List: "string_agg(x, ',' order by y)",
    exp.Explode: "split_part beside values (1), (2), ..",
    exp.Unnest: "split_part beside values (1), (2), ..",
    exp.Split: "split_part",
    exp.ConcatWs: "concat(coalesce(a, ''), '|', coalesce(b, ''))",
    exp.Median: CALCULATE,
    exp.PercentileCont: CALCULATE,
    exp.Contains: "position(x in y) > 0",
    exp.SHA2: "md5()",
    exp.Levenshtein: PYTHON,
    exp.JarowinklerSimilarity: PYTHON,
    exp.TryCast: "case when regexp_matches(..) then cast(..) end",
    exp.TimeToUnix: KEEP,
    exp.UnixToTime: KEEP,
    exp.DateDiff: KEEP,
    exp.TimestampDiff: KEEP,
    exp.AtTimeZone: "UTC timestamptz as it is",
    exp.Extract: "date_trunc, or a comparison of timestamps",
    exp.DayOfWeek: "date_trunc, or a comparison of timestamps",
    exp.DayOfWeekIso: "date_trunc, or a comparison of timestamps",
    exp.CurrentTimestamp: "nothing: a model must give the same answer tomorrow",
    exp.CurrentDate: "nothing: a model must give the same answer tomorrow",
    exp.Rand: "nothing: a model must give the same answer twice",
    exp.Uuid: "md5() of the key",
    exp.JSONExtract: "a column flattened at load",
    exp.JSONExtractScalar: "a column flattened at load",
}
SMALL = 18
UNPARSED = {
    "hash": "md5()",
    "strip_accents": PYTHON,
    "epoch_us": KEEP,
    "range": "values",
    "now": "nothing: a model must give the same answer tomorrow",
}


def findings(query: exp.Query) -> list[str]:
    """Return one sentence for each refused spelling in ``query``."""
    found = [sentence for node in query.walk() for sentence in _judge(node)]
    return sorted(set(found))


def _judge(node: exp.Expression) -> list[str]:
    said = [f"{_name(node)}: use {better}" for kind, better in NODES.items() if type(node) is kind]
    if isinstance(node, exp.Anonymous) and node.name.lower() in UNPARSED:
        said.append(f"{node.name.lower()}: use {UNPARSED[node.name.lower()]}")
    for rule in (_join, _loop, _regexp, _star, _substring, _window, _group_all, _product):
        sentence = rule(node)
        if sentence:
            said.append(sentence)
    return said


def _name(node: exp.Expression) -> str:
    return type(node).__name__.lower() if isinstance(node, exp.Func) else node.key


def _join(node: exp.Expression) -> str:
    if isinstance(node, exp.Join) and {node.side, node.kind} & {"ANTI", "SEMI"}:
        return "anti/semi join: use [not] exists"
    if isinstance(node, exp.Join) and node.method:
        return f"{node.method.lower()} join: use on"
    return ""


def _loop(node: exp.Expression) -> str:
    """DuckDB compares every pair of rows where an outer join asks something of one side alone."""
    on = node.args.get("on") if isinstance(node, exp.Join) and node.side else None
    if on is None:
        return ""
    joined = node.this.alias_or_name
    for part in on.walk(prune=lambda node: not isinstance(node, exp.And)):
        asked = {column.table for column in part.find_all(exp.Column)}
        if not isinstance(part, exp.And) and not asked & {"", joined}:
            return f"outer join of {joined} on a condition without it: ask it of the rows before"
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
    numbered = isinstance(node, exp.Window) and isinstance(node.this, exp.RowNumber)
    return "row_number() without an order" if numbered and not node.args.get("order") else ""


def _group_all(node: exp.Expression) -> str:
    if isinstance(node, exp.Group) and node.args.get("all") is not None:
        return "group by all: name the columns"
    return ""


def _product(node: exp.Expression) -> str:
    """DuckDB keeps the product of two small decimals in 18 digits, and stops where that is full."""
    if not isinstance(node, exp.Mul):
        return ""
    sides = [_digits(side) for side in (node.left, node.right)]
    small = all(0 < digits <= SMALL for digits in sides)
    return f"product of two decimals of up to {SMALL} digits: widen one" if small else ""


def _digits(side: exp.Expression) -> int:
    """Return how many digits a decimal that is cast to may have; 0 for all else."""
    if not (isinstance(side, exp.Cast) and side.to.is_type(exp.DataType.Type.DECIMAL)):
        return 0
    return int(side.to.expressions[0].name) if side.to.expressions else SMALL
