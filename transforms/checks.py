"""What must hold for the rows that were rebuilt: the grain always, and what the header asks."""

from __future__ import annotations

from core.errors import ContractError
from transforms.bench import Bench, Changes
from transforms.model import Check, Model

NAMED = 5


def verify(model: Model, bench: Bench, new: str, changes: Changes) -> None:
    """Assert the grain of the table and the checks of the header over the rebuilt rows.

    Raises:
        ContractError: naming the check and at most five offending keys.
    """
    if not changes.rows:
        return  # no row is different, or a table made anew is empty: nothing can be wrong
    keys = ", ".join(model.grain)
    rebuilt = _rebuilt(model, new, changes)
    if not _is_unique(bench, keys, rebuilt):
        _refuse(model, bench, f"more than one row per ({keys})", _doubled(keys, rebuilt))
    _refuse(model, bench, f"null in its grain ({keys})", _any_null(model, keys, new))
    for check in model.checks:
        sentence, sql = _select(model, check, new, rebuilt)
        _refuse(model, bench, sentence, sql)


def _is_unique(bench: Bench, keys: str, rows: str) -> bool:
    """Tell whether a hash of ``keys`` shows that none comes twice; if not, one may all the same.

    Of ten million rows the hashes take a tenth of the memory that the keys would.
    """
    if bench.session.dialect != "duckdb":
        return False
    return bool(bench.value(f"select count(*) = count(distinct hash({keys})) from ({rows}) as r"))


def _rebuilt(model: Model, new: str, changes: Changes) -> str:
    """Return the select of every row that shares its grain with a rebuilt one."""
    keys = ", ".join(model.grain)
    # Where the grain says which group a row is of, no other group has a row of that grain.
    if changes.whole or set(model.by) <= set(model.grain):
        return f"select * from {new}"
    return f"select * from {model.name} where ({keys}) in (select {keys} from {new})"


def _select(model: Model, check: Check, new: str, rebuilt: str) -> tuple[str, str]:
    keys = ", ".join(model.grain)
    if check.name == "not_null":
        return f"null in {check.arguments}", _any_null(model, check.arguments, new)
    if check.name == "unique":
        return f"{check.arguments} is not unique", _doubled(check.arguments, rebuilt)
    column, _, rest = check.arguments.partition(":")
    if check.name == "accepted":
        values = ", ".join(f"'{value.strip()}'" for value in rest.split(","))
        return (
            f"{column} is none of {rest.strip()}",
            f"select {keys} from {new} where {column} not in ({values})",
        )
    table, _, there = rest.strip().partition(".")
    return (
        f"{column} is not in {table}.{there}",
        f"select {keys} from {new} as n where {column} is not null"
        f" and not exists (select 1 from {table} as t where t.{there} = n.{column})",
    )


def _doubled(keys: str, rows: str) -> str:
    return f"select {keys} from ({rows}) as r group by {keys} having count(*) > 1"


def _any_null(model: Model, columns: str, rows: str) -> str:
    missing = " or ".join(f"{column.strip()} is null" for column in columns.split(","))
    return f"select {', '.join(model.grain)} from {rows} where {missing}"


def _refuse(model: Model, bench: Bench, sentence: str, sql: str) -> None:
    rows = bench.query(f"{sql} limit {NAMED}")
    if rows.num_rows:
        # Only columns that are ids may be told: a grain can hold an e-mail.
        told = [name for name in rows.column_names if name.endswith(("id", "source"))]
        keys = "; ".join(
            ", ".join(f"{name}={row[name]}" for name in told) for row in rows.to_pylist()
        )
        raise ContractError(f"{model.name}: {sentence}, e.g. {keys}")
