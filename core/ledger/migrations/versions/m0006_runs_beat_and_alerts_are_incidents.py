"""A run says that it still moves; alerts of one cause are one incident, which people may answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("runs") as runs:
        runs.add_column(sa.Column("beat_at", TIME, nullable=True))
    with op.batch_alter_table("alerts") as alerts:
        alerts.add_column(sa.Column("incident", NUMBER, nullable=True))
        alerts.add_column(sa.Column("about", sa.JSON(), nullable=False, server_default="{}"))
        alerts.add_column(sa.Column("acknowledged_at", TIME, nullable=True))
        alerts.add_column(sa.Column("acknowledged_by", sa.String(length=64), nullable=True))
        alerts.add_column(sa.Column("snoozed_until", TIME, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("alerts") as alerts:
        for name in ("incident", "about", "acknowledged_at", "acknowledged_by", "snoozed_until"):
            alerts.drop_column(name)
    with op.batch_alter_table("runs") as runs:
        runs.drop_column("beat_at")
