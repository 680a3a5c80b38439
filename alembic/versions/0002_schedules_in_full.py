"""Schedules in full: what they serve, days off, pauses."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "pauses",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("channel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_pauses_channel_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_pauses_member_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
    )
    with op.batch_alter_table("pauses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pauses_channel_id_until"), ["channel_id", "until"], unique=False)
        batch_op.create_index(
            "uq_pauses_silent",
            ["channel_id"],
            unique=True,
            sqlite_where=sa.text("why = 'silent' AND until IS NULL"),
            postgresql_where=sa.text("why = 'silent' AND until IS NULL"),
        )

    with op.batch_alter_table("breaks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("whole_routine", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("drawn_from", sa.String(length=80), server_default="", nullable=False))
        batch_op.add_column(sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False))
        batch_op.create_index(
            batch_op.f("ix_breaks_channel_id_drawn_from_position"),
            ["channel_id", "drawn_from", "position"],
            unique=False,
        )

    with op.batch_alter_table("channels", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("day_starts_at", sa.Time(), server_default=sa.text("'00:00:00.000000'"), nullable=False)
        )
        batch_op.add_column(sa.Column("silence_due_on", sa.Date(), nullable=True))

    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.add_column(sa.Column("more_areas", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column("serves", sa.String(length=16), server_default="fixed", nullable=False))
        batch_op.add_column(sa.Column("whole_routine", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("holidays", sa.String(length=16), server_default="", nullable=False))
        batch_op.add_column(sa.Column("days_off", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column("starts_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("ends_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.drop_column("ends_on")
        batch_op.drop_column("starts_on")
        batch_op.drop_column("days_off")
        batch_op.drop_column("holidays")
        batch_op.drop_column("whole_routine")
        batch_op.drop_column("serves")
        batch_op.drop_column("more_areas")

    with op.batch_alter_table("channels", schema=None) as batch_op:
        batch_op.drop_column("silence_due_on")
        batch_op.drop_column("day_starts_at")

    with op.batch_alter_table("breaks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_breaks_channel_id_drawn_from_position"))
        batch_op.drop_column("position")
        batch_op.drop_column("drawn_from")
        batch_op.drop_column("whole_routine")

    with op.batch_alter_table("pauses", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_pauses_silent",
            sqlite_where=sa.text("why = 'silent' AND until IS NULL"),
            postgresql_where=sa.text("why = 'silent' AND until IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_pauses_channel_id_until"))

    op.drop_table("pauses")
