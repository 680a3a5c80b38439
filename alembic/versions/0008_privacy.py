"""What is folded of streaks for good, what channels did in weeks whose rows are gone, participations of nobody."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "streak_bases",
        sa.Column("member_id", _KEY, nullable=False),
        sa.Column("channel_id", _KEY, nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("current", sa.Integer(), nullable=False),
        sa.Column("reserve", sa.Integer(), nullable=False),
        sa.Column("best", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("missed_first", sa.Date(), nullable=True),
        sa.Column("missed_last", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_streak_bases_channel_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_streak_bases_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "channel_id", name=op.f("pk_streak_bases")),
    )
    op.create_index(op.f("ix_streak_bases_channel_id"), "streak_bases", ["channel_id"])
    op.create_table(
        "channel_weeks",
        sa.Column("channel_id", _KEY, nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_channel_weeks_channel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("channel_id", "week", name=op.f("pk_channel_weeks")),
    )
    with op.batch_alter_table("participations") as batch_op:
        batch_op.add_column(sa.Column("stand_in", _KEY, nullable=True))
        batch_op.alter_column("member_id", existing_type=_KEY, nullable=True)


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM participations WHERE member_id IS NULL"))
    with op.batch_alter_table("participations") as batch_op:
        batch_op.alter_column("member_id", existing_type=_KEY, nullable=False)
        batch_op.drop_column("stand_in")
    op.drop_table("channel_weeks")
    op.drop_index(op.f("ix_streak_bases_channel_id"), "streak_bases")
    op.drop_table("streak_bases")
