"""Alembic's entry: run the steps on the connection and in the transaction it is handed."""

from __future__ import annotations

from alembic import context

from core.ledger.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
