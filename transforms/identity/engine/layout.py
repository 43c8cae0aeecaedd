"""The records of ``daybreak identify``: their columns, and what is refused."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.errors import ConfigError

COLUMNS = (
    "record_id", "source", "ext_id", "first_name", "last_name", "full_name", "email", "phone",
    "dob", "street", "city", "state", "postcode", "country", "company", "job_title", "updated_at",
)  # fmt: skip
CHANGES = ("upsert", "delete")
SHOWN = 5
AT_ONCE = 4


def read_records(path: Path, extra: Sequence[str] = ()) -> tuple[pa.Table, list[str]]:
    """Read records from a Parquet file; also return the columns that are not of the layout.

    All but the id come as dictionaries: that is how most files keep them, and what they are
    wanted as.

    Args:
        path: The file.
        extra: Columns beside the layout's that must be there.

    Raises:
        ConfigError: there is no such file, it is no Parquet, it is empty, ``record_id`` is missing,
            null or not unique, or a column is not text.
    """
    schema = _opened(path).schema_arrow
    names = schema.names
    _must_have(path, names, ["record_id", *extra])
    wanted = [c for c in (*COLUMNS, *extra) if c in names]
    for name in wanted:
        _must_be_text(path, schema.field(name))
    file = _opened(path, [name for name in wanted if name != "record_id"])
    columns: dict[str, pa.Array] = {}
    # A few at a time, so that what is read along with them is gone before the next.
    for start in range(0, len(wanted), AT_ONCE):
        some = file.read(columns=wanted[start : start + AT_ONCE])
        columns |= {name: _text(some.column(name)) for name in some.column_names}
    columns["record_id"] = columns["record_id"].cast(pa.string())
    table = pa.table({name: columns[name] for name in wanted})
    if not table.num_rows and not extra:
        raise ConfigError(f"{path} holds no records.")
    _must_be_unique(path, table.column("record_id"))
    return table, [n for n in names if n not in wanted]


def read_changes(path: Path) -> tuple[pa.Table, list[str]]:
    """Read changes: records with ``change`` being upsert or delete; there may be none."""
    table, unknown = read_records(path, ["change"])
    change = table.column("change").cast(pa.string())
    odd = pc.invert(pc.is_in(change, value_set=pa.array(CHANGES)))
    found = change.filter(odd).slice(0, SHOWN).to_pylist()
    if found:
        raise ConfigError(f"{path}: change must be upsert or delete, but some are {found[0]!r}.")
    return table.set_column(table.column_names.index("change"), "change", change), unknown


def _opened(path: Path, dictionaries: Sequence[str] = ()) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path, read_dictionary=list(dictionaries))
    except FileNotFoundError as error:
        raise ConfigError(f"There is no file {path}.") from error
    except (pa.ArrowInvalid, OSError) as error:
        raise ConfigError(f"{path} is not a Parquet file that can be read.") from error


def _must_have(path: Path, names: Sequence[str], needed: Sequence[str]) -> None:
    missing = [n for n in needed if n not in names]
    if missing:
        raise ConfigError(f"{path} has no column {missing[0]}.")
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise ConfigError(f"{path} has the column {twice[0]} twice.")


def _must_be_text(path: Path, field: pa.Field) -> None:
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)
    if not (text or str(kind) == "string_view"):
        raise ConfigError(f"{path}: the column {field.name} must be text, but it is {field.type}.")


def _text(column: pa.ChunkedArray) -> pa.Array:
    """Return text as one array; bytes that are no UTF-8 become the replacement character."""
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    if pa.types.is_dictionary(array.type):
        values = _valid(array.dictionary.cast(pa.string()))
        return pa.DictionaryArray.from_arrays(array.indices, values)
    return _valid(array.cast(pa.string()))


def _valid(values: pa.Array) -> pa.Array:
    try:
        values.validate(full=True)
    except pa.ArrowInvalid:
        raw = (v.as_py() for v in values.cast(pa.binary()))
        fixed = [None if v is None else v.decode("utf-8", "replace") for v in raw]
        return pa.array(fixed, pa.string())
    return values


def _must_be_unique(path: Path, ids: pa.ChunkedArray) -> None:
    if ids.null_count:
        raise ConfigError(f"{path}: {ids.null_count} records have no record_id.")
    if len(ids) < 2 or _is_rising(ids) or pc.count_distinct(ids).as_py() == len(ids):
        return
    counted = pc.value_counts(ids)
    twice = counted.filter(pc.greater(counted.field("counts"), 1)).field("values")
    shown = ", ".join(sorted(twice.to_pylist())[:SHOWN])
    more = f" and {len(twice) - SHOWN} more" if len(twice) > SHOWN else ""
    raise ConfigError(f"{path}: record_id must be unique, but these are not: {shown}{more}.")


def _is_rising(ids: pa.ChunkedArray) -> bool:
    """Tell whether ids are in order and none comes twice: most files are written so."""
    return bool(pc.all(pc.less(ids.slice(0, len(ids) - 1), ids.slice(1))).as_py())
