"""Away days, own working weekdays, streaks folded up to a closed day, and reactions that came before their prompt."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key(name: str, target: str) -> sa.Column[int]:
    return sa.Column(name, _KEY, sa.ForeignKey(f"{target}.id", ondelete="CASCADE"), nullable=False)


def upgrade() -> None:
    op.add_column("members", sa.Column("weekdays", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
    op.add_column("boards", sa.Column("named", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
    op.create_table(
        "aways",
        sa.Column("id", _KEY, sa.Identity(), primary_key=True),
        _key("member_id", "members"),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date()),
    )
    op.create_index("ix_aways_member_id", "aways", ["member_id"])
    op.create_table(
        "streaks",
        _key("member_id", "members"),
        _key("channel_id", "channels"),
        sa.Column("until", sa.Date(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("current", "reserve", "best", "days", "weeks", "missed")
        ),
        sa.Column("missed_first", sa.Date()),
        sa.Column("missed_last", sa.Date()),
        sa.PrimaryKeyConstraint("member_id", "channel_id", name="pk_streaks"),
    )
    op.create_index("ix_streaks_channel_id", "streaks", ["channel_id"])
    op.create_table(
        "early_reactions",
        _key("channel_id", "channels"),
        sa.Column("message_ts", sa.String(32), nullable=False),
        _key("member_id", "members"),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("event_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel_id", "message_ts", "member_id", "kind", name="pk_early_reactions"),
    )


def downgrade() -> None:
    op.drop_table("early_reactions")
    op.drop_table("streaks")
    op.drop_table("aways")
    op.drop_column("boards", "named")
    op.drop_column("members", "weekdays")
