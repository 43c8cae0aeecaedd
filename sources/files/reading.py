"""One file, whatever its format, record by record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import ConfigError
from sources._folder import Folder, Found, HalfWrittenError
from sources._json_lines import Line, json_lines
from sources._rows import PAGE
from sources.files.csv_lines import csv_lines
from sources.files.feeds import FileFeed, format_of

MICROSECONDS = pa.timestamp("us")


def lines(folder: Folder, found: Found, name: str, feed: FileFeed) -> Iterator[Line]:
    """Yield the records of a file.

    Raises:
        HalfWrittenError: the file ends in the middle.
        ConfigError: a column that the mapping reads is not there; names file, feed and column.
    """
    form = feed.format or format_of(found.name)
    with folder.open(found) as file:
        reading = _read(file, found, feed, form)
        for count, line in enumerate(reading):
            if count == 0 and line.record is not None and form != "ndjson":
                _all_there(set(line.record), found, name, feed)
            yield line


def _read(file: IO[bytes], found: Found, feed: FileFeed, form: str) -> Iterator[Line]:
    if form == "ndjson":
        return json_lines(file)
    if form == "parquet":
        return _parquet(file)
    return csv_lines(file, feed, tabs=found.plain.endswith(".tsv"))


def _parquet(file: IO[bytes]) -> Iterator[Line]:
    """Yield the rows of a Parquet file; its end is what says how to read it."""
    try:
        whole = pq.ParquetFile(file)
    except pa.ArrowInvalid as error:
        raise HalfWrittenError("has no end", next_step="The next pull reads it again.") from error
    number = 0
    for batch in whole.iter_batches(PAGE):
        for record in _plain(batch).to_pylist():
            number += 1
            yield Line(number, record)
    if number != whole.metadata.num_rows:
        raise HalfWrittenError(
            f"has {whole.metadata.num_rows} rows by its own count, of which {number} could be read",
            next_step="The next pull reads it again.",
        )


def _plain(batch: pa.RecordBatch) -> pa.Table:
    """Return the batch with moments Python can hold: nanoseconds are more than it knows."""
    table = pa.Table.from_batches([batch])
    for index, column in enumerate(table.schema):
        if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
            kind = pa.timestamp("us", tz=column.type.tz)
            cast = table.column(index).cast(kind, safe=False)
            table = table.set_column(index, column.name, cast)
    return table


def _all_there(there: set[str], found: Found, name: str, feed: FileFeed) -> None:
    """Refuse a file that lacks a column: read on, it would empty that column everywhere."""
    for column, use in feed.needed().items():
        if column not in there and column.split(".")[0] not in there:
            raise ConfigError(
                f"{found.name}: feeds.{name}: there is no column {column},"
                f" which {feed.table} reads for {use}",
                next_step="Correct the mapping, or say that the column is optional.",
            )
