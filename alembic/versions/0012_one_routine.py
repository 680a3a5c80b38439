"""Schedules can serve one routine alone, or its exercises."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("schedules", sa.Column("routine_id", sa.String(40), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("schedules", "routine_id")
