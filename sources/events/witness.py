"""A second look at the files of events: what is written there, against what landed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

from core.connector import Sample
from core.pull import Pull
from sources._folder import Folder, HalfWrittenError
from sources._json_lines import Line, json_lines
from sources._rows import PAGE
from sources._sightings import chunks
from sources.events.calls import LONG_AGO, event, received

AT_MOST = 100
"""Pages of lines that are read to find those of the window."""


def samples(folder: Folder, pattern: str, pull: Pull, settle: timedelta) -> Mapping[str, Sample]:
    """Describe a second look at events, by when they were received."""

    def pages(since: datetime | None, until: datetime | None) -> Iterator[Mapping[str, datetime]]:
        left = AT_MOST
        for page in _lines(folder, pattern, pull, since):
            yield {
                str(row["message_id"]): at
                for line in page
                if line.record and (row := event(line.record)).get("message_id")
                if (at := received(line.record)) > LONG_AGO
                if (since is None or at >= since) and (until is None or at < until)
            }
            left -= 1
            if not left:
                return

    return {"events": Sample(pages, "received_at", settle, PAGE)}


def _lines(
    folder: Folder, pattern: str, pull: Pull, since: datetime | None
) -> Iterator[list[Line]]:
    """Yield lines, from their file's start, of files in any order that were written since."""
    found = [one for one in folder.files(pattern) if since is None or one.modified >= since]
    Random(pull.meter.calls).shuffle(found)  # noqa: S311 - a sample, not a secret
    for file in found:
        # Half a line at the end of a file is told by the pull itself.
        with suppress(HalfWrittenError), folder.open(file) as opened:
            yield from chunks(json_lines(opened), PAGE)
