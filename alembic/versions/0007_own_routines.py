"""Workspaces have routines of their own, and past versions of them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_IN_USE = sa.text("retired_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "own_routines",
        sa.Column("id", _KEY, sa.Identity(always=False), nullable=False),
        sa.Column("workspace_id", _KEY, nullable=False),
        sa.Column("routine_id", sa.String(length=40), nullable=False),
        sa.Column("toml", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("accepted_by", _KEY, nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_own_routines_workspace_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["accepted_by"], ["members.id"], name=op.f("fk_own_routines_accepted_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_routines")),
    )
    op.create_index(op.f("ix_own_routines_workspace_id"), "own_routines", ["workspace_id"])
    op.create_index(
        "uq_own_routines_in_use",
        "own_routines",
        ["workspace_id", "routine_id"],
        unique=True,
        sqlite_where=_IN_USE,
        postgresql_where=_IN_USE,
    )


def downgrade() -> None:
    op.drop_table("own_routines")
