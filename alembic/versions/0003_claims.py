"""Look-ups have a pace of their own, and what is open is found by when it is due."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_LONG_AGO = sa.text("'2000-01-01 00:00:00.000000'")


_OFTEN_CHANGED = ("outbox", "workspaces", "channels")


def _on_postgresql(statement: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(statement)


def upgrade() -> None:
    op.add_column(
        "workspaces",
        sa.Column("look_up_at", sa.DateTime(timezone=True), server_default=_LONG_AGO, nullable=False),
    )
    for table in _OFTEN_CHANGED:
        _on_postgresql(f"ALTER TABLE {table} SET (fillfactor = 50)")
    op.drop_index("ix_outbox_open", "outbox")
    op.drop_index("ix_outbox_state", "outbox")
    op.create_index(
        "ix_outbox_open", "outbox", ["due_at"], sqlite_where=sa.text("is_open = 1"), postgresql_where=sa.text("is_open")
    )
    op.create_index("ix_outbox_channel_id_due_at", "outbox", ["channel_id", "due_at"])


def downgrade() -> None:
    op.drop_index("ix_outbox_channel_id_due_at", "outbox")
    op.drop_index("ix_outbox_open", "outbox")
    op.create_index("ix_outbox_state", "outbox", ["state", "available_at"])
    op.create_index(
        "ix_outbox_open",
        "outbox",
        ["channel_id", "due_at"],
        sqlite_where=sa.text("is_open = 1"),
        postgresql_where=sa.text("is_open"),
    )
    for table in _OFTEN_CHANGED:
        _on_postgresql(f"ALTER TABLE {table} RESET (fillfactor)")
    op.drop_column("workspaces", "look_up_at")
