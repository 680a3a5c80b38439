"""People's own doses of exercises that may grow."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "doses",
        sa.Column("member_id", _KEY, sa.ForeignKey("members.id", name="fk_doses_member_id", ondelete="CASCADE")),
        sa.Column("exercise_id", sa.String(64)),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "exercise_id", name="pk_doses"),
    )


def downgrade() -> None:
    op.drop_table("doses")
