"""CSV, record by record, with the line each begins at; a bad line costs itself and no other."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from typing import IO

from sources._folder import HalfWrittenError
from sources._json_lines import Line
from sources.files.feeds import FileFeed

csv.field_size_limit(1_000_000)
UNDECODED = re.compile("[\udc80-\udcff]")
"""What surrogateescape makes of bytes that are no text."""


def csv_lines(file: IO[bytes], feed: FileFeed, *, tabs: bool = False) -> Iterator[Line]:
    """Yield the records of a CSV file.

    Raises:
        HalfWrittenError: the last line has no end and is no whole record.
    """
    errors = "strict" if feed.encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    with io.TextIOWrapper(file, feed.encoding, errors, newline="") as text:
        yield from _lines(_Lines(text), feed, _marks(feed, tabs=tabs))


def _lines(lines: _Lines, feed: FileFeed, marks: tuple[str, str]) -> Iterator[Line]:
    names = list(feed.header)
    for number, fields, why in _records(lines, marks):
        if not why and not names:
            names = fields
            continue
        wrong = why or _amiss(fields, names)
        if lines.at_open_end() and (wrong or not feed.open_end):
            raise HalfWrittenError(
                f"line {number} breaks off",
                next_step="The next pull reads it again. If every export ends so, say open_end.",
            )
        if wrong:
            yield Line(number, None, wrong, _spelt(lines.refused()))
        elif fields:
            yield Line(number, dict(zip(names, fields, strict=True)))


def _marks(feed: FileFeed, *, tabs: bool) -> tuple[str, str]:
    return feed.delimiter or ("\t" if tabs else ","), feed.quote


def _records(lines: _Lines, marks: tuple[str, str]) -> Iterator[tuple[int, list[str], str]]:
    """Yield where each record begins, its fields, and what the reader could not make of it."""
    reader = csv.reader(lines, delimiter=marks[0], quotechar=marks[1], strict=True)
    while True:
        lines.begin()
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield lines.number, [], str(error)
        else:
            yield lines.number, fields, ""


def _amiss(fields: list[str], names: list[str]) -> str:
    if fields and len(fields) != len(names):
        return f"has {len(fields)} fields where the first line has {len(names)}"
    whole = "".join(fields)
    if not whole.isascii() and UNDECODED.search(whole):
        return "is not in the encoding that the mapping says"
    return ""


def _spelt(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode().rstrip("\r\n")


class _Lines(Iterator[str]):
    """The lines of a file, those of the record at hand kept, so that they can be read anew.

    A stray quote makes one record of it and all lines after it, up to the next quote. Then the
    first line alone is refused, and the others are given again.
    """

    def __init__(self, text: io.TextIOBase) -> None:
        self._text, self._again = text, deque[str]()
        self._held: list[str] = []
        self.number = 1

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._text.readline()
        if not line:
            raise StopIteration
        self._held.append(line)
        return line

    def begin(self) -> None:
        """Let go of the last record."""
        self.number += len(self._held)
        self._held.clear()

    def at_open_end(self) -> bool:
        """Say whether the record at hand ends with the file, and with no end of line."""
        return bool(self._held) and not self._held[-1].endswith(("\n", "\r"))

    def refused(self) -> str:
        """Return the first line of the record at hand; the others are read again."""
        first = self._held[0]
        self._again.extendleft(reversed(self._held[1:]))
        del self._held[1:]
        return first
