"""A second look at files: what is written there, against what landed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

from core.connector import Sample
from core.pull import Pull, Record
from sources._folder import Folder, Found
from sources._rows import PAGE, Key, Rows
from sources._sightings import chunks
from sources.files.feeds import FileFeed
from sources.files.reading import lines

STAMP = "updated_at"
AT_MOST = 100
"""Pages of lines that are read of a table to find those of the window."""


def samples(
    feeds: Mapping[str, FileFeed], folder: Folder, pull: Pull, settle: timedelta
) -> Mapping[str, Sample]:
    """Describe a second look at each table that files fill."""
    tables: dict[str, dict[str, FileFeed]] = {}
    for name, feed in feeds.items():
        tables.setdefault(feed.table, {})[name] = feed
    return {
        table: Sample(partial(_pages, mine, folder, pull, settle), STAMP, settle, PAGE)
        for table, mine in tables.items()
    }


def _pages(
    feeds: Mapping[str, FileFeed],
    folder: Folder,
    pull: Pull,
    settle: timedelta,
    since: datetime | None,
    until: datetime | None,
) -> Iterator[Mapping[Key, datetime]]:
    """Yield the keys of records that were written in the window, from files in any order.

    A record that does not say when it changed was written when its file was.
    """
    left = AT_MOST
    for name, file in _files(feeds, folder, pull):
        if pull.now() - file.modified < settle or (since and file.modified < since):
            continue
        rows = Rows(name, feeds[name])
        for page in chunks(lines(folder, file, name, feeds[name]), PAGE):
            made = [rows.row(one.record, {}, file.modified) for one in page if one.record]
            at = {(row["system"], row["id"]): _at(row, file) for row in made if "id" in row}
            yield {key: moment for key, moment in at.items() if _is_in(moment, since, until)}
            left -= 1
            if not left:
                return


def _files(feeds: Mapping[str, FileFeed], folder: Folder, pull: Pull) -> list[tuple[str, Found]]:
    found = [(name, file) for name, feed in feeds.items() for file in folder.files(feed.files)]
    Random(pull.meter.calls).shuffle(found)  # noqa: S311 - a sample, not a secret
    return found


def _at(row: Record, file: Found) -> datetime:
    said = row.get(STAMP) or row.get("deleted_at")
    try:
        at = datetime.fromisoformat(str(said)) if said else file.modified
    except ValueError:
        return file.modified
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _is_in(at: datetime, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or at >= since) and (until is None or at < until)
