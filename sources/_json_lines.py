"""Newline-delimited JSON, line by line: each a record, or what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from sources._folder import HalfWrittenError

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a file.

    Attributes:
        number: The line it begins at; the first is 1.
        record: Its fields, by name; None where it could not be read.
        why: What is wrong with it; empty if nothing is.
        text: What stands there, where something is wrong.
        end: Where in the unpacked file the next line begins, in bytes; 0 where nobody counts.
    """

    number: int
    record: dict[str, Any] | None
    why: str = ""
    text: str = ""
    end: int = 0


def json_lines(file: IO[bytes], *, number: int = 0, offset: int = 0) -> Iterator[Line]:
    """Yield the records of ``file`` from where it stands.

    Args:
        file: Unpacked.
        number: How many lines were before.
        offset: How many bytes were before.

    Raises:
        HalfWrittenError: the last line has no end and is no whole record.
    """
    for raw in file:
        number, offset = number + 1, offset + len(raw)
        if number == 1:
            raw = raw.removeprefix(BOM)  # noqa: PLW2901 - the same line, without its mark
        if not raw.strip():
            continue
        line = _line(raw, number, offset)
        # A record is whole at its last brace: a line may lack its end and still be one.
        if line.why and not raw.endswith(b"\n"):
            raise HalfWrittenError(
                f"line {number} breaks off", next_step="The next pull reads it again."
            )
        yield line


def _line(raw: bytes, number: int, end: int) -> Line:
    try:
        # Not orjson: an id of twenty digits would become a double.
        record = json.loads(raw)
    except (ValueError, RecursionError) as error:
        why = "is not UTF-8" if isinstance(error, UnicodeDecodeError) else "is not JSON"
        return Line(number, None, why, _text(raw), end)
    if not isinstance(record, dict):
        return Line(number, None, "is not an object", _text(raw), end)
    return Line(number, record, end=end)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace").rstrip("\r\n")
