"""A workspace gets a burst of posts at once, and when all are answered a pause."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_COUNTS = ("burst", "posts_in_burst", "posts_answered")


def upgrade() -> None:
    for name in _COUNTS:
        op.add_column("workspaces", sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False))


def downgrade() -> None:
    for name in reversed(_COUNTS):
        op.drop_column("workspaces", name)
