"""What pull and reconcile do, Prefect apart: the work itself, written down in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from importlib import import_module

import sources
from core.completeness import Completeness
from core.errors import IncompleteError, UnpublishedError
from core.ledger import Counted, RunLog, SchemaChange, TableRows
from core.pipeline import Extraction, Pulled, raw_tables
from core.pull import Pull
from core.records import TableLog
from core.redaction import redact
from core.rereading import Rereading
from core.settings import load
from flows.house import House
from transforms import coming, quality, violations
from transforms.identity.settings import Steering
from transforms.rates import ReportSettings
from transforms.runner import Reconciled
from transforms.runner import reconcile as bring_up_to_date

# dlt imports these when it first needs them, and threads that do so at once now and then find one
# half made. So they are here before any thread starts.
for _module in (
    "dlt.common.libs.pyarrow",
    "dlt.destinations.impl.duckdb.duck",
    "dlt.destinations.impl.postgres.postgres",
    "dlt.sources.helpers.rest_client",
):
    import_module(_module)

Show = Callable[[str, Pulled, Pull, RunLog], None]


@dataclass(frozen=True, slots=True)
class Span:
    """What to read: what changed, or a window again, or everything again."""

    since: datetime | None = None
    until: datetime | None = None
    full: bool = False


def prepare(names: Iterable[str]) -> None:
    """Import the connectors of ``names``, before threads do; see above."""
    for name in names:
        sources.load(name)


def bring(
    house: House,
    source: str,
    span: Span,
    *,
    night: int | None = None,
    prefect_run_id: str | None = None,
    observe: Callable[[str, int], None] = lambda _table, _rows: None,
    show: Show = lambda *_: None,
) -> Pulled:
    """Pull ``source`` once, for whoever holds its raw file, and write down how it went.

    What landed is held against the vendor's own counts, and what is missing is read again.

    Args:
        house: Where, and for whom.
        source: Whose records.
        span: Which of them.
        night: The run of the night it is part of.
        prefect_run_id: The run of Prefect's it is.
        observe: Told (table, rows read so far) as pages arrive.
        show: Told what happened, however it ended.
    """
    connector = sources.load(source)
    with house.ledger.run(
        "pull",
        source,
        house.clock,
        parent=night,
        since=span.since,
        until=span.until,
        prefect_run_id=prefect_run_id,
    ) as log:
        settings = house.settings_of(connector)
        log.secrets = connector.secrets(settings)
        hand = Pull(
            home=house.settings.home,
            clock=house.vendor_clock(),
            meter=log.meter,
            known=house.warehouse.known(source, raw_tables(connector)),
            since=span.since,
            until=span.until,
            full=span.full,
        )

        def moved(table: str, rows: int) -> None:
            log.beat()
            observe(table, rows)

        log.beat()
        extraction = Extraction(connector, settings, hand, house.warehouse, observe=moved)
        began = hand.clock.now()
        try:
            with house.warehouse.holding(source):
                incomplete = _executed(extraction)
                log.counts = _counted(house, extraction, began, log.secrets)
            if incomplete:
                raise incomplete
            return extraction.pulled
        finally:
            _write_down(log, source, extraction.pulled)
            show(source, extraction.pulled, hand, log)


def rebuild(
    house: House,
    *,
    full: bool = False,
    retrain: bool = False,
    anyway: bool = False,
    night: int | None = None,
    observe: Callable[[str], None] = lambda _: None,
) -> Reconciled:
    """Reconcile once, for whoever holds every file, and write down how it went.

    Raises:
        UnpublishedError: customers are beyond their limits; ``anyway`` publishes them.
    """
    names = sources.names()
    with (
        house.ledger.run("reconcile", None, house.clock, parent=night) as run,
        house.warehouse.session(names) as session,
    ):

        def moved(line: str) -> None:
            run.beat()
            observe(line)

        run.beat()
        tables = {name: sources.load(name).tables for name in names}
        report = load(ReportSettings)
        decisions = house.ledger.decisions.in_force()
        try:
            done = bring_up_to_date(
                session,
                now=house.clock.now(),
                full=full,
                observe=moved,
                sources=tables,
                steering=Steering.at(
                    house.settings.home, decisions, retrain=retrain, anyway=anyway
                ),
                report=report,
            )
        except UnpublishedError as error:
            run.details = {"quality": error.facts}
            raise
        run.details = asdict(done) | {
            "coming": asdict(coming.coming(session, house.vendor_clock().now())),
            "waiting": [asdict(one) for one in violations.waiting(session, report.rules)],
        }
        run.profiles = quality.profiles(session)
    return done


def _executed(extraction: Extraction) -> IncompleteError | None:
    """Pull; return what kept some tables from being read, for after the others are counted."""
    try:
        extraction.execute()
    except IncompleteError as error:
        return error
    return None


def _counted(
    house: House, extraction: Extraction, began: datetime, secrets: list[str]
) -> list[Counted]:
    """Hold what landed against the vendor's own counts."""
    source, tables = extraction.connector.name, raw_tables(extraction.connector)
    again = Rereading(extraction, lambda: house.warehouse.known(source, tables))
    # Only the answers told how far the vendor's clock is from ours.
    by_their_clock = extraction.pull.meter.vendor_now(began)
    found = Completeness(again, house.ledger.horizons(source), by_their_clock).check()
    return [replace(one, note=redact(one.note, secrets)) for one in found]


def _write_down(log: RunLog, source: str, pulled: Pulled) -> None:
    """Hand the ledger what happened; it is written once, when the run ends."""
    log.cursors_before, log.cursors_after = pulled.before, pulled.after
    if log.meter.is_dated:
        log.details["skew_seconds"] = round(log.meter.skew.total_seconds())
    if log.meter.announced:
        said = {k: redact(v, log.secrets) for k, v in log.meter.announced.items()}
        log.details["announced"] = said
    if log.meter.day:
        log.details["day"] = asdict(log.meter.day)
    for name, table in pulled.tables.items():
        log.tables[name] = TableRows(
            table.read,
            table.new,
            table.changed,
            table.deleted,
            table.quarantined,
            table.healed,
        )
        log.changes += _changes(source, name, table)


def _changes(source: str, name: str, table: TableLog) -> list[SchemaChange]:
    new = [(column, "new_column", kind) for column, kind in table.new_columns.items()]
    odd = [(c, "type_conflict", f"not every value is {k}") for c, k in table.conflicts.items()]
    gone = [(c, "column_gone", f"since {at:%Y-%m-%d %H:%M} UTC") for c, at in table.gone.items()]
    return [SchemaChange(source, name, *said) for said in (*new, *odd, *gone)]
