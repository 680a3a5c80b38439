"""Boards keep what they said, people choose versions of an exercise, and what was done is found in an index alone."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_FEW = (["channel_id", "local_date"], ["member_id", "local_date"])
_MORE = (["channel_id", "local_date", "is_done", "member_id"], ["member_id", "local_date", "is_done", "channel_id"])


def upgrade() -> None:
    op.add_column("boards", sa.Column("figures", sa.JSON(), nullable=True))
    op.add_column("members", sa.Column("seated_first", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("members", sa.Column("no_equipment", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("members", sa.Column("home_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("members", sa.Column("direct_slack_id", sa.String(32), server_default="", nullable=False))
    _replace(_FEW, _MORE)


def downgrade() -> None:
    _replace(_MORE, _FEW)
    op.drop_column("members", "direct_slack_id")
    op.drop_column("members", "home_at")
    op.drop_column("members", "no_equipment")
    op.drop_column("members", "seated_first")
    op.drop_column("boards", "figures")


def _replace(old: tuple[list[str], ...], new: tuple[list[str], ...]) -> None:
    for columns in new:
        op.create_index(f"ix_participations_{'_'.join(columns)}", "participations", columns)
    for columns in old:
        op.drop_index(f"ix_participations_{'_'.join(columns)}", "participations")
