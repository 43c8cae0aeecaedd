"""dlt, run in three steps: extract, normalize, load. What could be read is kept, the rest is told.

``pipeline.run()`` would load a package left over from a killed run and then not extract; three
steps load the leftover first and then read what is new.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any

import dlt
import pyarrow as pa
from dlt.common.normalizers.naming.snake_case import NamingConvention
from dlt.common.schema.typing import TTableSchemaColumns
from dlt.extract.resource import DltResource
from dlt.extract.source import DltSource
from dlt.load.exceptions import LoadClientJobFailed, LoadClientJobRetry
from dlt.normalize.exceptions import NormalizeJobFailed
from dlt.pipeline.exceptions import PipelineStepFailed

from core.connector import Connector, Table
from core.edition import edition_of
from core.errors import BusyError, DaybreakError, IncompleteError, VendorError
from core.presence import Presence
from core.pull import SHAPE_ERRORS, For, Page, Pull, Stream, cursors
from core.quarantine import LEFT, QUARANTINE, QUARANTINED, set_aside
from core.records import OURS, Shaper, TableLog
from core.second_try import SecondTry, try_again
from core.warehouse import Warehouse

DLT_SETTINGS = {
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    # Pages of one table differ in the optional columns they carry.
    "DATA_WRITER__ARROW_CONCAT_PROMOTE_OPTIONS": "default",
}
_KINDS = {"bigint": "bigint", "double": "double", "bool": "bool", "timestamp": "timestamp"}
# One file of a package is at fault, and not the warehouse.
_UNLOADABLE = (NormalizeJobFailed, LoadClientJobFailed, LoadClientJobRetry)


@dataclass(slots=True)
class Pulled:
    """How one pull went.

    Attributes:
        tables: What happened to each table.
        before: Cursors as the last pull left them.
        after: Cursors as this one leaves them.
        failures: Table -> why its stream stopped early.
    """

    tables: dict[str, TableLog] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    failures: dict[str, DaybreakError] = field(default_factory=dict)


@dataclass(slots=True)
class Extraction:
    """One pull on its way into the warehouse.

    Attributes:
        connector: Whose rows.
        settings: Its settings.
        pull: What it may ask.
        warehouse: Where the rows go.
        observe: Told (table, rows read so far) as pages arrive.
        pulled: What happened, filled as it happens.
        streams: What to read, in place of all that the connector describes.
    """

    connector: Connector[Any]
    settings: Any
    pull: Pull
    warehouse: Warehouse
    observe: Callable[[str, int], None] = lambda _table, _rows: None
    pulled: Pulled = field(default_factory=Pulled)
    streams: Callable[[Pull], Sequence[Stream]] | None = None
    _shapers: dict[str, Shaper] = field(default_factory=dict)
    _hinted: set[tuple[str, str]] = field(default_factory=set)
    _begun: set[str] = field(default_factory=set)
    _memory: dict[str, Any] = field(default_factory=dict)
    _naming: Callable[[str], str] = field(init=False)
    _edition: str = field(init=False)

    def __post_init__(self) -> None:
        self._naming = _column_names()
        self._edition = edition_of(self.connector, self.settings)

    def execute(self) -> Pulled:
        """Read every stream and load what came.

        Raises:
            IncompleteError: some streams stopped early; what they yielded is in the warehouse.
            DaybreakError: nothing could be read at all, or the warehouse could not take it.
        """
        with self.warehouse.holding(self.connector.name):
            # A warehouse that does not open says so in its own words; dlt would in twenty lines.
            is_waiting = self.pull.known.newest(QUARANTINE) > 0
            try:
                self._run()
            except PipelineStepFailed as error:
                raise _plain(self.connector.name, self.warehouse.label, error) from error
            if is_waiting and self.streams is None:
                self._try_again()
        if self.pulled.failures:
            read = any(log.read for log in self.pulled.tables.values())
            if not read and self._begun <= set(self.pulled.failures):
                raise next(iter(self.pulled.failures.values()))
            raise IncompleteError(self.connector.name, self.pulled.failures)
        return self.pulled

    def _run(self) -> None:
        pipeline = self._pipeline()
        _load_leftovers(pipeline)
        with _settled():
            pipeline.extract(
                self._source(pipeline), loader_file_format=self.warehouse.loader_file_format
            )
        _load(pipeline)

    def _try_again(self) -> None:
        """Let land what waits in quarantine and fits by now; the night goes on if that fails."""
        name = self.connector.name
        known = self.warehouse.known(name, raw_tables(self.connector))
        pull = replace(self.pull, known=known, state={})
        second = SecondTry(self.connector, self.settings, pull, self._edition, self._naming)
        try:
            try_again(second, partial(self._land, pull))
        except DaybreakError as error:
            self.pulled.failures.setdefault(QUARANTINE, error)
            return
        for table, healed in second.healed.items():
            self.pulled.tables[table].healed += healed

    def _land(self, pull: Pull, pages: Iterable[Page | For]) -> None:
        """Load pages that are here already, as if they came from the vendor."""
        stream = Stream(QUARANTINE, lambda: pages)
        again = Extraction(
            self.connector, self.settings, pull, self.warehouse, streams=lambda _: [stream]
        )
        for table, log in again.execute().tables.items():
            if table != QUARANTINE:
                self.pulled.tables[table].landed(log)

    def _pipeline(self) -> dlt.Pipeline:
        for variable, value in DLT_SETTINGS.items():
            os.environ.setdefault(variable, value)
        name = self.connector.name
        return dlt.pipeline(
            pipeline_name=f"raw_{name}",
            destination=self.warehouse.destination(name),
            dataset_name=f"raw_{name}",
            pipelines_dir=str(self.pull.home.absolute() / "dlt"),
        )

    def _source(self, pipeline: dlt.Pipeline) -> DltSource:
        held = _columns(pipeline)
        for name, table in raw_tables(self.connector).items():
            self._shapers[name] = self._shaper(name, table, held.get(name, {}))
        describe = self.streams or partial(self.connector.build, self.settings)
        streams = describe(self.pull)
        self._begun = {stream.table for stream in streams}

        def resources() -> list[DltResource]:
            return [
                dlt.resource(self._declare(), name="declared"),
                *(self._resource(stream, n) for n, stream in enumerate(streams)),
            ]

        return dlt.source(resources, name=self.connector.name, max_table_nesting=0)()

    def _shaper(self, name: str, table: Table, held: dict[str, str]) -> Shaper:
        log = self.pulled.tables.setdefault(name, TableLog())
        return Shaper(
            name=name,
            table=table,
            known=self.pull.known,
            columns=held,
            place=self._place,
            pulled_at=self.pull.clock.now(),
            naming=self._naming,
            log=log,
        )

    def _resource(self, stream: Stream, number: int) -> DltResource:
        name = f"{stream.table}_{number}"
        return dlt.resource(self._rows(stream, name), name=name, write_disposition="merge")

    def _declare(self) -> Iterator[Any]:
        """Make every declared table exist with every declared column, and bring the cursors."""
        self._memory = dlt.current.source_state()
        # Where a load was cut in the middle, rows may be further than the state that was kept.
        known = max(self.pull.known.newest(name) for name in self._shapers)
        self._memory["newest_version"] = max(self._memory.get("newest_version", 0), known)
        self.pull.state = self._memory.setdefault("cursors", {})
        self.pulled.before = cursors(self.pull.state)
        for name, kept in self._presences().items():
            if name in self._shapers:
                self._shapers[name].presence = Presence.remembered(kept)
        # A part that is read once more finds every table made; each of them costs a merge.
        for name in self._shapers if self.streams is None else ():
            yield self._marked("declared", name, self._shapers[name].empty())

    def _place(self) -> int:
        """Number the rows of this source, for ever: the number is committed with the rows."""
        self._memory["newest_version"] += 1
        return int(self._memory["newest_version"])

    def _rows(self, stream: Stream, resource: str) -> Iterator[Any]:
        """Yield the stream's rows, shaped; a failure ends this stream and no other."""
        try:
            for page in stream.pages():
                yield from self._shaped(resource, stream.table, page)
        except DaybreakError as error:
            self.pulled.failures.setdefault(stream.table, error)
        except SHAPE_ERRORS as error:
            where = f"{self.connector.name}: {stream.table}"
            failure = VendorError(
                f"{where} answered in a shape we do not know: {type(error).__name__}",
                next_step="Report it: the vendor may have changed its API.",
            )
            failure.__cause__ = error
            self.pulled.failures.setdefault(stream.table, failure)
        self.pulled.after = cursors(self.pull.state)
        self._note_presences()

    def _presences(self) -> dict[str, Any]:
        """Return table -> what its records had in common, as long as they are read the same way."""
        kept = self._memory.get("presence", {})
        return dict(kept["tables"]) if kept.get("edition") == self._edition else {}

    def _note_presences(self) -> None:
        """Keep which columns came; a part that is read once more says nothing about them."""
        if self.streams is not None:
            return
        now, tables = self.pull.clock.now(), self._presences()
        for name, shaper in self._shapers.items():
            settled = shaper.presence.settled(now)
            shaper.log.gone = dict(settled.gone)
            tables[name] = settled.keep()
        self._memory["presence"] = {"edition": self._edition, "tables": tables}

    def _shaped(self, resource: str, table: str, page: Page | For) -> Iterator[Any]:
        if isinstance(page, For):
            table, page = page.table, page.page
        shaper = self._shapers[table]
        rows = shaper.shape(page)
        self.observe(table, shaper.log.read)
        if rows is not None:
            yield self._marked(resource, table, rows)
        if shaper.refused:
            yield from self._quarantined(resource, table, shaper)

    def _quarantined(self, resource: str, table: str, shaper: Shaper) -> Iterator[Any]:
        page = set_aside(table, shaper.refused, self._edition)
        shaper.refused.clear()
        rows = self._shapers[QUARANTINE].shape(page)
        if rows is not None:
            yield self._marked(resource, QUARANTINE, rows)

    def _marked(self, resource: str, table: str, rows: pa.Table) -> Any:  # noqa: ANN401 - dlt's
        """Address ``rows`` to ``table``; a resource's first time with how they merge."""
        if (resource, table) in self._hinted:
            return dlt.mark.with_table_name(rows, table)
        self._hinted.add((resource, table))
        shaper = self._shapers[table]
        columns: TTableSchemaColumns = {
            "_version": {"name": "_version", "data_type": "bigint", "dedup_sort": "desc"}
        }
        if table == QUARANTINE:
            columns[LEFT] = {"name": LEFT, "data_type": "bool", "hard_delete": True}
        hints = dlt.mark.make_hints(
            table_name=table,
            write_disposition={"disposition": "merge", "strategy": "delete-insert"},
            primary_key=shaper.table.key,
            columns=columns,
        )
        return dlt.mark.with_hints(rows, hints, create_table_variant=True)


def raw_tables(connector: Connector[Any]) -> dict[str, Table]:
    """Return every table of ``raw_<name>``: the declared ones, and the quarantine beside them."""
    return {**connector.tables, QUARANTINE: QUARANTINED}


def _columns(pipeline: dlt.Pipeline) -> dict[str, dict[str, str]]:
    """Return table -> column -> kind, as the last load left them."""
    if pipeline.default_schema_name is None:
        return {}
    tables = pipeline.default_schema.tables
    return {
        name: {
            column: _KINDS.get(str(hint.get("data_type")), "text")
            for column, hint in table["columns"].items()
            if column not in OURS and not column.startswith("_dlt")
        }
        for name, table in tables.items()
        if not name.startswith("_dlt")
    }


@contextmanager
def _settled() -> Iterator[None]:
    """Keep Python's collector away from what is here already: libraries, mostly.

    Each page is tens of thousands of small objects, enough to set off search after search through
    all there is: a fifth of a pull's CPU time, and nothing ever found.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _column_names() -> Callable[[str], str]:
    """Return dlt's own snake case, each spelling worked out once."""
    return cache(NamingConvention().normalize_identifier)


def _load_leftovers(pipeline: dlt.Pipeline) -> None:
    """Finish what a killed run had extracted, then take the newest state from the warehouse.

    A leftover that cannot be loaded is given up together with the local state, which had already
    moved past it; the state that is restored is the one that was committed with rows, so the next
    extract reads the lost part again.
    """
    if pipeline.has_pending_data:
        try:
            _load(pipeline)
        except PipelineStepFailed as error:
            if not isinstance(_root(error), _UNLOADABLE):
                raise
            pipeline.drop()
    pipeline.sync_destination()


def _load(pipeline: dlt.Pipeline) -> None:
    pipeline.normalize()
    pipeline.load(raise_on_failed_jobs=True)


def _plain(source: str, warehouse: str, error: PipelineStepFailed) -> DaybreakError:
    """Say in one line which step failed; the first line of dlt's own words goes with it."""
    cause = _root(error)
    if isinstance(cause, DaybreakError):
        return cause
    return BusyError(
        f"{source}: could not {error.step} into {warehouse}: {_last_words(cause)}",
        next_step="Free it or check DAYBREAK_WAREHOUSE, and pull again; nothing is lost.",
    )


def _root(error: PipelineStepFailed) -> BaseException:
    cause = error.exception
    while isinstance(cause, PipelineStepFailed):
        cause = cause.exception
    return cause


def _last_words(cause: BaseException) -> str:
    """Return the line that says most: dlt appends a traceback, and that ends with the reason."""
    lines = [line.strip() for line in str(cause).splitlines() if line.strip(" ^~")]
    return (lines[-1] if lines else type(cause).__name__)[:300]
