"""Channels have several keepers and settings of their own, schedules leave exercises out, people are of a kind."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key(name: str, target: str) -> sa.Column[int]:
    return sa.Column(name, _KEY, sa.ForeignKey(f"{target}.id", ondelete="CASCADE"), nullable=False)


def upgrade() -> None:
    op.add_column("members", sa.Column("kind", sa.String(16), server_default="full", nullable=False))
    op.add_column("schedules", sa.Column("left_out", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
    op.create_table(
        "keepers",
        _key("channel_id", "channels"),
        _key("member_id", "members"),
        sa.PrimaryKeyConstraint("channel_id", "member_id", name="pk_keepers"),
    )
    op.create_index("ix_keepers_member_id", "keepers", ["member_id"])
    op.create_table(
        "channel_settings",
        _key("channel_id", "channels"),
        sa.Column("reactions", sa.JSON(), nullable=False),
        sa.Column("has_board", sa.Boolean(), nullable=False),
        sa.Column("board_weekday", sa.Integer(), nullable=False),
        sa.Column("board_time", sa.Time(), nullable=False),
        sa.PrimaryKeyConstraint("channel_id", name="pk_channel_settings"),
    )
    op.create_table(
        "greetings",
        _key("channel_id", "channels"),
        sa.Column("message_ts", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("channel_id", name="pk_greetings"),
    )


def downgrade() -> None:
    op.drop_table("greetings")
    op.drop_table("channel_settings")
    op.drop_table("keepers")
    op.drop_column("schedules", "left_out")
    op.drop_column("members", "kind")
