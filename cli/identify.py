"""daybreak identify: who is the same person, in a file of records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import ConfigError

if TYPE_CHECKING:
    import pyarrow as pa

    from transforms.identity.engine.store import Session


def command(
    records: Annotated[
        Path | None, typer.Argument(metavar="RECORDS.parquet", help="The records, all of them.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="LINKS.parquet", help="Where the links go.")
    ] = None,
    state: Annotated[
        Path | None, typer.Option("--state", metavar="DIR", help="Keep records, weights, ids here.")
    ] = None,
    changes: Annotated[
        Path | None,
        typer.Option("--changes", metavar="CHANGES.parquet", help="Upserts and deletes to apply."),
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", metavar="", help="Decide everything anew, weights kept.")
    ] = False,
    retrain: Annotated[
        bool, typer.Option("--retrain", metavar="", help="Learn weights anew; then decide all.")
    ] = False,
) -> None:
    """Tell which records are one person: no labels, no settings, no warehouse.

    RECORDS has record_id and any of: source ext_id first_name last_name full_name email phone dob
    street city state postcode country company job_title updated_at, all text. LINKS has record_id
    and customer_id. With --state, ids persist: load with --changes (a column change says upsert or
    delete), and LINKS then lists the records whose customer changed.

    Example: daybreak identify records.parquet --out links.parquet
    """
    if out is None:
        raise ConfigError("Say where the links go: --out LINKS.parquet.")
    if (records is None) == (state is None):
        raise ConfigError("Give either a file of records, or --state DIR with what to do.")
    if records is not None:
        if changes or rebuild or retrain:
            raise ConfigError("--changes, --rebuild and --retrain go with --state DIR.")
        _whole(records, out)
        return
    if bool(changes) + rebuild + retrain != 1 or state is None:
        raise ConfigError("With --state give one of --changes, --rebuild and --retrain.")
    _kept(state, changes, out, retrain=retrain)


def _whole(records: Path, out: Path) -> None:
    from transforms.identity.engine import engine, layout, links

    table, unknown = layout.read_records(records)
    _note(unknown)
    ids, home = table["record_id"], engine.home_of(table)
    read = engine.read(table, home)
    # What was typed is not needed any more, and it is a quarter of the memory.
    del table
    engine.release()
    knowledge, pairs = engine.learn(read, home)
    persons = engine.persons_of(read, engine.decide(read, knowledge, pairs))
    found = links.numbered(ids, persons)
    links.write(out, found)
    _tell(found)


def _kept(state: Path, changes: Path | None, out: Path, *, retrain: bool) -> None:
    from transforms.identity.engine import layout, links, store

    table = None
    if changes is not None:
        table, unknown = layout.read_changes(changes)
        _note(unknown)
    with store.opened(state) as session:
        _run(session, table, retrain=retrain)
        which = "changed" if table is not None else "links"
        found = links.of(session, which)
    links.write(out, found)
    _tell(found)


def _run(session: Session, changes: pa.Table | None, *, retrain: bool) -> None:
    from transforms.identity.engine import delta, store

    if changes is None:
        known = store.knowledge_of(session)
        store.rebuilt(session, None if retrain else known)
    elif store.is_new(session):
        delta.load(session, changes)
    else:
        # Without changes nothing is read, not even what was learned.
        kept = store.knowledge_of(session) if changes.num_rows else None
        delta.applied(session, changes, kept)


def _note(unknown: list[str]) -> None:
    if unknown:
        typer.echo(f"daybreak: these columns are not used: {', '.join(unknown)}", err=True)


def _tell(found: pa.Table) -> None:
    from pyarrow import compute

    customers = compute.count_distinct(found["customer_id"]).as_py()
    typer.echo(f"{found.num_rows:,} records, {customers:,} customers")
