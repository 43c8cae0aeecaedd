"""Events: what people do in a product and on a website, in the form that Segment made common.

    FOLDER/**.{ndjson,jsonl}[.gz], a line a call:
        track, page, screen, group       ->  raw_events.events
        identify                         ->  raw_events.events, raw_events.people
        alias                            ->  raw_events.events, raw_events.aliases, and people who
                                             are now somebody else

Docs    https://segment.com/docs/connections/spec/
Auth    the file system's own rights; a bucket's by the variables of its fsspec driver (only local
        folders are tried by its tests)
Pages   2,000 lines, read as they come; a day is never held whole, the people it speaks of are
Cursor  how far each file was read, in bytes; what was appended is read on from there
Limits  none
Deletes none; an alias merges a person into another
Quirks  Events are late: what a file holds is read when it is there, whatever hour it tells. A
        window is read by ``receivedAt``.
        A message may be sent again: its first receipt counts.
        A line without ``messageId`` is quarantined with its file and number.
        A last line without its end waits; it is told once the file has rested a minute.
        A file that is shorter than what was read of it, or begins otherwise, was begun anew, and
        is read from its start; so is one that was renamed. What it repeats is known already.
        Traits are remembered with their hour, and the later one wins in whatever order they come;
        a clock that is ahead counts no further than ``receivedAt``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.connector import Connector, Sample
from core.pull import Pull, Stream
from sources._folder import Folder
from sources.events.tables import TABLES
from sources.events.tail import Tail
from sources.events.walk import Walk
from sources.events.witness import samples as samples_of


class EventsSettings(BaseSettings):
    """Where the events are. Environment prefix ``EVENTS_``.

    Attributes:
        folder: A folder, or a URL of any file system that fsspec knows, as ``s3://bucket/events``.
        files: A pattern of names below it; ``**/`` at its start is any folder below.
        settle_seconds: How long a file must have rested before a cut last line is told.
    """

    model_config = SettingsConfigDict(env_prefix="EVENTS_", env_file=".env", extra="ignore")

    folder: str = Field(min_length=1)
    files: str = "**/*json*"
    settle_seconds: float = Field(default=60, ge=0)


def build(settings: EventsSettings, pull: Pull) -> Sequence[Stream]:
    """Describe what one pull reads; no file is read until a stream is iterated."""
    folder = Folder(settings.folder, "events", "EVENTS_FOLDER", pull.meter)
    tail = Tail(folder, settings.files, pull, timedelta(seconds=settings.settle_seconds))
    return [Stream("events", Walk(tail, pull).pages)]


def samples(settings: EventsSettings, pull: Pull) -> Mapping[str, Sample]:
    """Describe a second look at the files; none is read until it is asked."""
    folder = Folder(settings.folder, "events", "EVENTS_FOLDER", pull.meter)
    return samples_of(folder, settings.files, pull, timedelta(seconds=settings.settle_seconds))


connector = Connector(
    name="events",
    settings=EventsSettings,
    build=build,
    tables=TABLES,
    domain="product",
    samples=samples,
)
