"""A database: what is in tables or queries of somebody's, by a mapping file.

    SELECT ... FROM table or query  ->  raw_database.people, companies, orders, order_lines,
        products, payments, refunds, invoices, tickets, deals, consents: whichever the mapping fills

Docs    https://docs.sqlalchemy.org/en/20/core/engines.html; the mapping: .env.example,
        sources/_mapping.py
Auth    the URL's; a login that may only read is best
Pages   2,000 rows, streamed by a cursor of the server where its driver has one
Cursor  the highest value of a column, a moment or a number, less an overlap; by feed
Limits  a statement has ten minutes, or the next page of it
Deletes a flag or a moment in a column; or absence from the list of all keys, in each pull
Quirks  Tables are fixed, so a mapping says what of a row goes into them; what it does not name
        stays whole in ``_rest``. A row's key is (system, id).
        Rows are committed later than they are stamped: each pull begins ten minutes back, and the
        sweep reads whom no stamp told of. Rows without a stamp are read each time. A stamp in the
        future does not move the cursor.
        Sessions are read-only where the dialect can say so (SQLite, Postgres, MySQL, MariaDB).
        SQLite keeps moments as text: they compare as text, so one spelling a column.
        An empty table deletes nobody. The sweep holds all keys of a feed in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.connector import Connector, Count
from core.pull import Pull, Record, Stream
from sources._mapping import load, written
from sources._rows import keyed as read_again
from sources._tables import TABLES
from sources.database.engine import Database
from sources.database.feeds import TableFeed
from sources.database.walk import Walk


class DatabaseSettings(BaseSettings):
    """Which database, and what is in it. Environment prefix ``DATABASE_SOURCE_``.

    Not ``DATABASE_``: hosts set ``DATABASE_URL`` for purposes of their own.

    Attributes:
        url: A SQLAlchemy URL; SQLite and Postgres bring their drivers, others want theirs.
        mapping: The mapping file, YAML or TOML: which tables fill which.
        timeout_seconds: How long one statement may take, or the next page of one.
    """

    model_config = SettingsConfigDict(
        env_prefix="DATABASE_SOURCE_", env_file=".env", extra="ignore"
    )

    url: SecretStr = Field(min_length=1)
    mapping: Path
    timeout_seconds: float = Field(default=600, gt=0)


def build(settings: DatabaseSettings, pull: Pull) -> Sequence[Stream]:
    """Describe what one pull reads; the mapping is read now, the database is not.

    Raises:
        ConfigError: the mapping is wrong; the message names the feed and the field.
    """
    return [Stream(walk.feed.table, walk.pages) for walk in _walks(settings, pull)]


def counts(settings: DatabaseSettings, pull: Pull) -> Mapping[str, Count]:
    """Return how each table is counted; not one whose rows say themselves that they are gone."""
    by_table: dict[str, list[Walk]] = {}
    for walk in _walks(settings, pull):
        by_table.setdefault(walk.feed.table, []).append(walk)
    return {
        table: Count(_sum(walks), "updated_at" if all(w.feed.updated for w in walks) else None)
        for table, walks in by_table.items()
        if not any(walk.feed.deleted for walk in walks)
    }


def _sum(walks: Sequence[Walk]) -> Callable[[datetime | None, datetime | None], int | None]:
    """Count several feeds of one table as one."""

    def ask(since: datetime | None, until: datetime | None) -> int | None:
        found = [walk.count(since, until) for walk in walks]
        return None if None in found else sum(one or 0 for one in found)

    return ask


def _walks(settings: DatabaseSettings, pull: Pull) -> list[Walk]:
    url = settings.url.get_secret_value()
    database = Database(url, settings.timeout_seconds, pull.meter)
    feeds = load(settings.mapping, TableFeed, "DATABASE_SOURCE_MAPPING")
    return [Walk(name, feed, database, pull) for name, feed in feeds.items()]


def keyed(settings: DatabaseSettings, pull: Pull, _table: str, row: Record) -> Record:
    """Read a record that was set aside once more, as the mapping says now."""
    feeds = load(settings.mapping, TableFeed, "DATABASE_SOURCE_MAPPING")
    return read_again(feeds, row, pull.now())


connector = Connector(
    name="database",
    settings=DatabaseSettings,
    build=build,
    tables=TABLES,
    domain="anything",
    counts=counts,
    keyed=keyed,
    mapping=lambda settings: written(settings.mapping),
)
