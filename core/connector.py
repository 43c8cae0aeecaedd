"""The one shape every source shares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from pydantic_settings import BaseSettings

from core.pull import For, Page, Pull, Record, Stream

S = TypeVar("S", bound=BaseSettings)

KINDS = frozenset(
    {"text", "bigint", "double", "bool", "timestamp", "timestamp_s", "timestamp_ms", "json"}
)


Name = Any
"""A key, as samples tell it: text, or a tuple of texts."""


@dataclass(frozen=True, slots=True)
class Table:
    """One raw table: what identifies a row, and the columns the rest of daybreak counts on.

    Columns that arrive undeclared become columns too; a declared one exists even before a
    value was ever seen, so that staging can read it. ``deleted_at`` is added to every table.

    Attributes:
        key: Columns that identify a row; a record that lacks one is quarantined.
        columns: Column name -> kind. Nested objects are flattened with ``__``, as in
            ``billing_details__email``; a column of kind ``json`` keeps its object or list whole.
            ``timestamp`` reads ISO 8601, ``timestamp_s`` and ``timestamp_ms`` read epoch numbers.
    """

    key: tuple[str, ...] = ("id",)
    columns: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = set(self.columns.values()) - KINDS
        if unknown:
            raise ValueError(f"unknown column kinds {sorted(unknown)}; one of {sorted(KINDS)}")


def whole_second(moment: datetime) -> datetime:
    """Return the second that ``moment`` is in."""
    return moment.replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Count:
    """How a vendor says how many records of one table it has, at about one call a question.

    Attributes:
        ask: Returns how many live records there are, or, given a window (aware, UTC, end
            exclusive; either may be None), how many whose ``column`` lies in it. None where the
            vendor cannot say exactly: an estimate is no answer.
        column: The column that windows go by: the one by which a pull with ``since`` and
            ``until`` reads. None where the vendor counts whole tables alone.
        settled: How old a change must be before the count is sure to know of it.
        floor: Returns the last moment, not after the one given, that a window may begin or end
            at: a vendor whose filter reads whole days counts whole days.
    """

    ask: Callable[[datetime | None, datetime | None], int | None]
    column: str | None = None
    settled: timedelta = timedelta(minutes=5)
    floor: Callable[[datetime], datetime] = whole_second


@dataclass(frozen=True, slots=True)
class Sample:
    """A second look at a table that its vendor does not count.

    Attributes:
        ask: Pages through the records whose ``column`` lies in a window, a call a page: key ->
            that moment. It is left where the allowance of calls ends. The key is text, as the
            warehouse would spell it; of a table whose key is several columns, a tuple.
        column: The column that windows go by.
        is_edited: Whether records change after they came, and ``column`` says when.
        by: The table that has the column, where it is another one: lines go by their orders.
        settled: As with ``Count``.
        page: How many records a page holds.
        tells: Whether these records tell of changes in other tables, which are then read, too.
    """

    ask: Callable[[datetime | None, datetime | None], Iterator[Mapping[Name, datetime]]]
    column: str
    settled: timedelta = timedelta(minutes=5)
    page: int = 100
    tells: bool = False
    is_edited: bool = False
    by: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that names rows of another table, all of which should be here.

    Attributes:
        table: The table with the column.
        column: Holds the key of a row of ``to``, or null.
        to: A table whose key is one column.
        where: A column and the value it must have for ``column`` to mean ``to``.
    """

    table: str
    column: str
    to: str
    where: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Connector(Generic[S]):
    """A vendor we read from.

    Attributes:
        name: Folder-safe vendor name; also the raw schema, ``raw_<name>``.
        settings: The settings class; its env prefix documents what to set.
        build: Describes what one pull reads, a stream a resource. Makes no request until a
            stream is iterated.
        tables: Table name -> its key and columns, the promise tests check.
        domain: What the vendor is for: ``shop``, ``billing``, ``support``, ``marketing``, ``crm``.
        counts: Table -> how the vendor counts it; tables it cannot count are left out. Makes no
            request until a count is asked.
        samples: Table -> how to look at it a second time, where there is no count. Makes no
            request until one is asked.
        references: Which columns name rows of which tables.
        named: Returns the streams that read the given records by their keys, a table a stream;
            a record that is not there is told as Gone. Needed where there are ``references``.
        remade: Makes rows of one of the vendor's records of a table, as if it came now: it was set
            aside because it could not be read. Needed where records are read before they are keyed.
        keyed: Gives a row of a table, set aside because it lacked its key, the key that the
            connector has since learned to find.
        mapping: Returns what, besides code, decides how records become rows.
    """

    name: str
    settings: type[S]
    build: Callable[[S, Pull], Sequence[Stream]]
    tables: dict[str, Table]
    domain: str
    counts: Callable[[S, Pull], Mapping[str, Count]] = lambda _settings, _pull: {}
    samples: Callable[[S, Pull], Mapping[str, Sample]] = lambda _settings, _pull: {}
    references: tuple[Reference, ...] = ()
    named: Callable[[S, Pull, Mapping[str, Sequence[str]]], Sequence[Stream]] = (
        lambda _settings, _pull, _keys: ()
    )
    remade: Callable[[S, Pull, str, Record], Iterable[Page | For]] | None = None
    keyed: Callable[[S, Pull, str, Record], Record] = lambda _settings, _pull, _table, row: row
    mapping: Callable[[S], str] = lambda _settings: ""

    def secrets(self, settings: S) -> list[str]:
        """Return the secret values of ``settings``, to be masked wherever they might be told."""
        values: list[Any] = [getattr(settings, name) for name in type(settings).model_fields]
        return [v.get_secret_value() for v in values if hasattr(v, "get_secret_value") and v]
