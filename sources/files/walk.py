"""What is new in the files of one feed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from core.errors import DaybreakError, VendorBusyError
from core.pull import Page, Pull, Record
from sources._folder import Folder, Found, HalfWrittenError
from sources._json_lines import Line
from sources._rows import PAGE, Key, Rows, missing, not_older
from sources._sightings import chunks
from sources.files.feeds import FileFeed, numbered
from sources.files.reading import lines


class Walk:
    """Reads the files of one feed that are new or changed, oldest first.

    The cursor holds the print of each file that was read to its end. A file that cannot be read
    to its end is left and told; the next pull reads it again.

    Args:
        name: The feed's name, and its cursor's.
        feed: Which files, and what they hold.
        folder: Where they are.
        pull: What may be asked and remembered.
        settle: How long a file must have rested before it is taken for whole.
    """

    def __init__(
        self, name: str, feed: FileFeed, folder: Folder, pull: Pull, settle: timedelta
    ) -> None:
        self._name, self._feed, self._folder, self._pull = name, feed, folder, pull
        self._settle = settle
        self._rows = Rows(name, feed)
        self._held: bool | None = None

    def pages(self) -> Iterator[Page]:
        """Yield the rows of what is new.

        Raises:
            DaybreakError: what was wrong with the first file that could not be read; the others
                were, unless their order matters.
        """
        found = sorted(self._folder.files(self._feed.files), key=self._place)
        read = dict(self._pull.cursor(self._name) or {})
        if self._feed.snapshot:
            yield from self._whole(found[-1:] if self._feed.snapshot == "newest" else found, read)
        else:
            yield from self._changes(found, read)

    def _changes(self, found: Sequence[Found], read: dict[str, str]) -> Iterator[Page]:
        there = {file.name for file in found}
        read = {name: seen for name, seen in read.items() if name in there}
        wrong: list[DaybreakError] = []
        for file in found:
            if read.get(file.name) == file.print or self._is_before_window(file):
                continue
            try:
                for page in self._pages(file):
                    yield self._news(page)
            except DaybreakError as error:
                wrong.append(error)
                if not self._feed.updated:
                    # Nothing but their order says which of two rows is the newer.
                    break
                continue
            read[file.name] = file.print
            self._pull.advance(self._name, dict(read))
        if wrong:
            raise wrong[0]

    def _whole(self, found: Sequence[Found], read: dict[str, str]) -> Iterator[Page]:
        """Yield what all these files hold in common, and who is no longer in any of them."""
        prints = {file.name: file.print for file in found}
        if not found or read == prints:
            return
        listed: set[Key] = set()
        unread = 0
        for file in found:
            for page in self._pages(file):
                keys = [(row["system"], row["id"]) for row in page if "id" in row]
                listed.update(keys)
                unread += len(page) - len(keys)
                yield self._in_window(page)
        if self._pull.window:
            return
        gone = [key for key in self._alive() if key not in listed]
        if gone and (unread or not listed):
            why = f"{unread} of its records could not be read" if unread else "it is empty"
            raise VendorBusyError(
                f"files: {found[-1].name}: {why}, so nobody is taken for deleted",
                next_step="Mend the export; the next pull reads it again.",
            )
        yield from missing(gone, self._pull.now())
        self._pull.advance(self._name, prints)

    def _alive(self) -> Iterator[Key]:
        held = self._pull.known.keys(self._feed.table)
        return (key for key in held if key[0] == self._feed.system)

    def _pages(self, file: Found) -> Iterator[list[Record]]:
        """Yield the rows of one file, read to its end, or tell why not."""
        if self._pull.now() - file.modified < self._settle:
            raise HalfWrittenError(
                f"files: {file.name} is being written", next_step="The next pull reads it."
            )
        try:
            for chunk in chunks(lines(self._folder, file, self._name, self._feed), PAGE):
                yield [self._row(file, line) for line in chunk]
        except HalfWrittenError as error:
            raise HalfWrittenError(
                f"files: {file.name}: {error}", next_step=error.next_step
            ) from error
        if self._folder.again(file).print != file.print:
            raise HalfWrittenError(
                f"files: {file.name} changed while it was read",
                next_step="The next pull reads it again.",
            )

    def _row(self, file: Found, line: Line) -> Record:
        where = {"file": file.name, "line": line.number}
        if line.record is None:
            return self._rows.refused(line.why, where, line.text)
        return self._rows.row(line.record, where, file.modified)

    def _news(self, page: list[Record]) -> list[Record]:
        rows = self._in_window(page)
        if not self._feed.updated or not self._holds_any():
            return rows
        return not_older(rows, self._feed.table, self._pull.known)

    def _holds_any(self) -> bool:
        if self._held is None:
            known, table = self._pull.known, self._feed.table
            self._held = any(known.keys(table)) or any(known.keys(table, deleted=True))
        return self._held

    def _in_window(self, page: list[Record]) -> list[Record]:
        """Keep what changed in the window; what has no moment of its change may have."""
        if not self._pull.window:
            return page
        since = self._pull.since.isoformat() if self._pull.since else ""
        until = self._pull.until.isoformat() if self._pull.until else "~"
        moments = [row.get("deleted_at") or row.get("updated_at") for row in page]
        return [
            row for row, at in zip(page, moments, strict=True) if not at or since <= str(at) < until
        ]

    def _is_before_window(self, file: Found) -> bool:
        since = self._pull.since
        return since is not None and file.modified < since

    def _place(self, file: Found) -> tuple[object, ...]:
        if self._feed.order == "time":
            return (file.modified, file.name)
        return (numbered(file.name),)
