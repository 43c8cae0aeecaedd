"""Records that left quarantine are counted beside those that went into it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("rows_healed", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column("run_tables", column)


def downgrade() -> None:
    op.drop_column("run_tables", "rows_healed")
