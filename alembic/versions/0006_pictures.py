"""Uploads have a lease and a wait, pictures say whether Slack shows them, and people may choose stills."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_LONG_AGO = sa.text("'2000-01-01 00:00:00.000000'")


def upgrade() -> None:
    op.add_column(
        "workspaces", sa.Column("upload_at", sa.DateTime(timezone=True), server_default=_LONG_AGO, nullable=False)
    )
    op.add_column("pictures", sa.Column("is_shown", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("pictures", sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.execute(sa.text("UPDATE pictures SET is_shown = true"))  # what was remembered had gone up
    op.add_column("members", sa.Column("wants_stills", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM pictures WHERE NOT is_shown"))
    op.drop_column("members", "wants_stills")
    op.drop_column("pictures", "attempts")
    op.drop_column("pictures", "is_shown")
    op.drop_column("workspaces", "upload_at")
