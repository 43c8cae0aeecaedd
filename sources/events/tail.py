"""Files that grow: read on from where the last pull stopped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from typing import IO, Any

from core.errors import VendorError
from core.pull import Pull
from sources._folder import COMPRESSED, Folder, Found, HalfWrittenError
from sources._json_lines import Line, json_lines
from sources._rows import PAGE

HEAD = 4096
"""Bytes at a file's start that tell whether it is still the same file."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the last pull stopped in a file.

    Attributes:
        print: Of the file, as it was then.
        end: Bytes read of what it holds, unpacked, up to the end of a line.
        line: Lines read.
        head: Digest of its first bytes, as many as ``size`` says.
        size: See ``head``.
    """

    print: str = ""
    end: int = 0
    line: int = 0
    head: str = ""
    size: int = 0


class Tail:
    """Reads what was added to the files of a folder.

    Args:
        folder: Where they are.
        pattern: Which they are.
        pull: What may be asked and remembered.
        settle: How long a file must have rested before a cut last line is told.
    """

    def __init__(self, folder: Folder, pattern: str, pull: Pull, settle: timedelta) -> None:
        self._folder, self._pattern, self._pull, self._settle = folder, pattern, pull, settle

    def pages(self) -> Iterator[tuple[Found, list[Line]]]:
        """Yield the lines that are new, by file.

        A file that was cut short or begun anew is read from its start.

        Raises:
            VendorError: the first thing that was wrong with a file; the others were read.
        """
        found = self._folder.files(self._pattern)
        remembered: dict[str, Any] = self._pull.cursor("events") or {}
        places = {f.name: remembered[f.name] for f in found if f.name in remembered}
        wrong: list[VendorError] = []
        for file in found:
            place = Place(*places.get(file.name, ()))
            if place.print == file.print or self._is_before_window(file):
                continue
            try:
                for page, reached in self._added(file, place):
                    yield file, page
                    places[file.name] = _parts(reached)
                    self._pull.advance("events", dict(places))
            except HalfWrittenError as error:
                if self._pull.now() - file.modified >= self._settle:
                    wrong.append(HalfWrittenError(f"events: {file.name}: {error}"))
            except VendorError as error:
                wrong.append(error)
        if wrong:
            raise wrong[0]

    def _added(self, file: Found, place: Place) -> Iterator[tuple[list[Line], Place]]:
        """Yield the new lines of a file, and where they end; at the end, that it was read."""
        with self._folder.open(file) as opened:
            if not self._is_same(opened, file, place):
                place = Place()
            opened.seek(0)
            head = opened.read(HEAD)
            opened.seek(place.end)
            for page in _whole(json_lines(opened, number=place.line, offset=place.end)):
                place = _at(page[-1], head)
                yield page, place
            yield [], Place(file.print, *_parts(place)[1:])

    def _is_same(self, opened: IO[bytes], file: Found, place: Place) -> bool:
        if not file.name.endswith(COMPRESSED) and file.size < place.end:
            return False
        return _digest(opened.read(place.size)) == place.head or not place.size

    def _is_before_window(self, file: Found) -> bool:
        since = self._pull.since
        return since is not None and file.modified < since


def _whole(lines: Iterator[Line]) -> Iterator[list[Line]]:
    """Cut lines into pages; those before a line that breaks off are not kept back for it."""
    page: list[Line] = []
    try:
        for line in lines:
            page.append(line)
            if len(page) == PAGE:
                yield page
                page = []
    except HalfWrittenError:
        if page:
            yield page
        raise
    if page:
        yield page


def _at(last: Line, head: bytes) -> Place:
    size = min(last.end, len(head))
    return Place("", last.end, last.number, _digest(head[:size]), size)


def _digest(head: bytes) -> str:
    return blake2b(head, digest_size=8).hexdigest()


def _parts(place: Place) -> list[Any]:
    return [place.print, place.end, place.line, place.head, place.size]
