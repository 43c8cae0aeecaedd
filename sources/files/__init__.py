"""Files: what another system exports into a folder or a bucket, by a mapping file.

    FOLDER/**.{csv,tsv,ndjson,jsonl,parquet}, the first four also .gz
        ->  raw_files.people, companies, orders, order_lines, products, payments, refunds,
            invoices, tickets, deals, consents: whichever the mapping fills

Docs    https://docs.python.org/3/library/csv.html, https://jsonlines.org,
        https://parquet.apache.org/docs/file-format/; the mapping: .env.example, sources/_mapping.py
Auth    the file system's own rights; a bucket's by the variables of its fsspec driver (s3fs,
        gcsfs, adlfs: not installed with daybreak; only local folders are tried by its tests)
Pages   2,000 rows, read as they come; a file is never held whole
Cursor  the size, time and etag of each file that was read to its end, by feed
Limits  none
Deletes a flag or a moment in a column; or absence from a complete snapshot, read without an error
Quirks  Tables are fixed, so a mapping says what of a file goes into them; what it does not name
        stays whole in ``_rest``. A row's key is (system, id): two old systems may share numbers.
        A file younger than a minute, one that breaks off, and one that changes while it is read
        are left for the next pull and told.
        A line that cannot be read is quarantined with its file and number; a stray quote costs
        its own line alone.
        A mapped column that is not there stops its file: read on, it would empty the column.
        A row older than what is held is left out, where the mapping says what tells its age.
        An empty snapshot deletes nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.connector import Connector, Sample
from core.pull import Pull, Record, Stream
from sources._folder import Folder
from sources._mapping import load, written
from sources._rows import keyed as read_again
from sources._tables import TABLES
from sources.files.feeds import FileFeed
from sources.files.walk import Walk
from sources.files.witness import samples as samples_of


class FilesSettings(BaseSettings):
    """Where the files are and what is in them. Environment prefix ``FILES_``.

    Attributes:
        folder: A folder, or a URL of any file system that fsspec knows, as ``s3://bucket/exports``.
        mapping: The mapping file, YAML or TOML: which files fill which tables.
        settle_seconds: How long a file must have rested before it is taken for whole.
    """

    model_config = SettingsConfigDict(env_prefix="FILES_", env_file=".env", extra="ignore")

    folder: str = Field(min_length=1)
    mapping: Path
    settle_seconds: float = Field(default=60, ge=0)


def build(settings: FilesSettings, pull: Pull) -> Sequence[Stream]:
    """Describe what one pull reads; the mapping is read now, no file is.

    Raises:
        ConfigError: the mapping is wrong; the message names the feed and the field.
    """
    folder = Folder(settings.folder, "files", "FILES_FOLDER", pull.meter)
    settle = timedelta(seconds=settings.settle_seconds)
    feeds = load(settings.mapping, FileFeed, "FILES_MAPPING")
    return [
        Stream(feed.table, Walk(name, feed, folder, pull, settle).pages)
        for name, feed in feeds.items()
    ]


def samples(settings: FilesSettings, pull: Pull) -> Mapping[str, Sample]:
    """Describe a second look at the files; none is read until it is asked."""
    folder = Folder(settings.folder, "files", "FILES_FOLDER", pull.meter)
    feeds = load(settings.mapping, FileFeed, "FILES_MAPPING")
    return samples_of(feeds, folder, pull, timedelta(seconds=settings.settle_seconds))


def keyed(settings: FilesSettings, pull: Pull, _table: str, row: Record) -> Record:
    """Read a record that was set aside once more, as the mapping says now."""
    feeds = load(settings.mapping, FileFeed, "FILES_MAPPING")
    return read_again(feeds, row, pull.now())


connector = Connector(
    name="files",
    settings=FilesSettings,
    build=build,
    tables=TABLES,
    domain="anything",
    samples=samples,
    keyed=keyed,
    mapping=lambda settings: written(settings.mapping),
)
