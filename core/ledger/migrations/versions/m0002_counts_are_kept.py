"""Counts are kept with what was done about them. Nothing was ever written to the first form."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("counts")
    op.create_table(
        "counts",
        *_common(),
        sa.Column("how", sa.String(length=16), nullable=False),
        sa.Column("theirs", sa.BigInteger(), nullable=True),
        sa.Column("ours", sa.BigInteger(), nullable=False),
        sa.Column("healed", sa.BigInteger(), nullable=False),
        sa.Column("explained", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_counts_run_id", "counts", ["run_id"], unique=False)


def downgrade() -> None:
    op.drop_table("counts")
    op.create_table(
        "counts",
        *_common(),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("expected", sa.BigInteger(), nullable=False),
        sa.Column("found", sa.BigInteger(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_counts_run_id", "counts", ["run_id"], unique=False)


def _common() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("run_id", NUMBER, nullable=False),
        sa.Column("table_name", sa.String(length=128), nullable=False),
        sa.Column("window_since", TIME, nullable=True),
        sa.Column("window_until", TIME, nullable=True),
        sa.Column("counted_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"]),
        sa.PrimaryKeyConstraint("id"),
    ]
