"""Fields are judged, not only counted: how many are valid, on our lists, and hold what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COLUMNS = {
    "valid_count": sa.BigInteger(),
    "listed_count": sa.BigInteger(),
    "held": sa.JSON(),
    "middle": sa.Float(),
}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.add_column("profiles", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("profiles", name)
