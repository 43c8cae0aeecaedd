"""The ledger's tables, as SQLAlchemy sees them; ``migrations/`` makes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator


class UtcTime(TypeDecorator[datetime]):
    """An aware moment, kept and returned as UTC; SQLite itself would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Refuse a naive moment: nobody could say later which hour it meant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return the moment aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite only numbers rows by itself in a column of type INTEGER.
Number = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Root of the ledger's tables."""

    type_annotation_map = {datetime: UtcTime, dict[str, Any]: JSON, str: Text}  # noqa: RUF012 - SQLAlchemy's spelling


class RunRow(Base):
    """One run of one flow; numbered in the order they began, numbers are never used again."""

    __tablename__ = "runs"
    __table_args__ = (
        Index("runs_by_subject", "flow", "source", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    flow: Mapped[str] = mapped_column(String(64))
    source: Mapped[str | None] = mapped_column(String(64))
    parent_id: Mapped[int | None] = mapped_column(Number, ForeignKey("runs.id"), index=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    error_kind: Mapped[str | None] = mapped_column(String(64))
    error: Mapped[str | None]
    next_step: Mapped[str | None]
    calls: Mapped[int] = mapped_column(default=0)
    retries: Mapped[int] = mapped_column(default=0)
    throttled_seconds: Mapped[float] = mapped_column(default=0.0)
    cursors_before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    cursors_after: Mapped[dict[str, Any]] = mapped_column(default=dict)
    window_since: Mapped[datetime | None]
    window_until: Mapped[datetime | None]
    prefect_run_id: Mapped[str | None] = mapped_column(String(64))
    host: Mapped[str] = mapped_column(String(255))
    pid: Mapped[int]
    birth: Mapped[str] = mapped_column(String(96))
    beat_at: Mapped[datetime | None]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)

    tables: Mapped[list[RunTableRow]] = relationship(order_by="RunTableRow.table_name")
    schema_changes: Mapped[list[SchemaChangeRow]] = relationship(order_by="SchemaChangeRow.id")
    counts: Mapped[list[CountRow]] = relationship(order_by="CountRow.id")


class RunTableRow(Base):
    """What one run did to one table, in rows."""

    __tablename__ = "run_tables"

    run_id: Mapped[int] = mapped_column(Number, ForeignKey("runs.id"), primary_key=True)
    table_name: Mapped[str] = mapped_column(String(128), primary_key=True)
    rows_read: Mapped[int] = mapped_column(BigInteger, default=0)
    rows_new: Mapped[int] = mapped_column(BigInteger, default=0)
    rows_changed: Mapped[int] = mapped_column(BigInteger, default=0)
    rows_deleted: Mapped[int] = mapped_column(BigInteger, default=0)
    rows_quarantined: Mapped[int] = mapped_column(BigInteger, default=0)
    rows_healed: Mapped[int] = mapped_column(BigInteger, default=0)


class SchemaChangeRow(Base):
    """One column that appeared, or whose values no longer fit, first seen by this run."""

    __tablename__ = "schema_changes"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    run_id: Mapped[int] = mapped_column(Number, ForeignKey("runs.id"), index=True)
    source: Mapped[str] = mapped_column(String(64))
    table_name: Mapped[str] = mapped_column(String(128))
    column_name: Mapped[str] = mapped_column(String(255))
    change: Mapped[str] = mapped_column(String(32))
    detail: Mapped[str]


class CountRow(Base):
    """A vendor's own count of a window beside what we hold of it, and what was done about it."""

    __tablename__ = "counts"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    run_id: Mapped[int] = mapped_column(Number, ForeignKey("runs.id"), index=True)
    table_name: Mapped[str] = mapped_column(String(128))
    how: Mapped[str] = mapped_column(String(16))
    window_since: Mapped[datetime | None]
    window_until: Mapped[datetime | None]
    theirs: Mapped[int | None] = mapped_column(BigInteger)
    ours: Mapped[int] = mapped_column(BigInteger)
    healed: Mapped[int] = mapped_column(BigInteger, default=0)
    explained: Mapped[int] = mapped_column(BigInteger, default=0)
    note: Mapped[str]
    counted_at: Mapped[datetime]


class ProfileRow(Base):
    """How well one field of one source's rows is filled, as one reconcile left it."""

    __tablename__ = "profiles"

    run_id: Mapped[int] = mapped_column(Number, ForeignKey("runs.id"), primary_key=True)
    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    table_name: Mapped[str] = mapped_column(String(128), primary_key=True)
    field: Mapped[str] = mapped_column(String(128), primary_key=True)
    row_count: Mapped[int] = mapped_column(BigInteger)
    filled_count: Mapped[int] = mapped_column(BigInteger)
    valid_count: Mapped[int | None] = mapped_column(BigInteger)
    listed_count: Mapped[int | None] = mapped_column(BigInteger)
    held: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    middle: Mapped[float | None]


class AlertRow(Base):
    """One thing that is wrong, from the watch that found it to the one that found it gone."""

    __tablename__ = "alerts"
    __table_args__ = (
        # Two watches at once must not open the same alert twice.
        Index(
            "alerts_open_once",
            "fingerprint",
            unique=True,
            sqlite_where=text("closed_at is null"),
            postgresql_where=text("closed_at is null"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(128))
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(128))
    cause: Mapped[str] = mapped_column(String(255))
    reason: Mapped[str] = mapped_column(String(64))
    severity: Mapped[str] = mapped_column(String(16))
    title: Mapped[str]
    detail: Mapped[str]
    next_step: Mapped[str]
    opened_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    recovery_told_at: Mapped[datetime | None]
    incident: Mapped[int | None] = mapped_column(Number)
    about: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(String(64))
    snoozed_until: Mapped[datetime | None]

    tellings: Mapped[list[TellingRow]] = relationship(order_by="TellingRow.claimed_at")


class TellingRow(Base):
    """That one channel is being told, or has been told, of one alert."""

    __tablename__ = "alert_tellings"

    alert_id: Mapped[int] = mapped_column(Number, ForeignKey("alerts.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(64), primary_key=True)
    event: Mapped[str] = mapped_column(String(96), primary_key=True)
    claimed_at: Mapped[datetime]
    told_at: Mapped[datetime | None]


class DecisionRow(Base):
    """What a steward decided of source records; numbered in the order it was decided."""

    __tablename__ = "decisions"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    verdict: Mapped[str] = mapped_column(String(16))
    one: Mapped[list[str]] = mapped_column(JSON)
    two: Mapped[list[str]] = mapped_column(JSON)
    said: Mapped[str]
    decided_by: Mapped[str] = mapped_column(String(64))
    decided_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(String(64))
