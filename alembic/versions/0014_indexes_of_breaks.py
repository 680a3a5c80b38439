"""Breaks are found by their message once they have one, and what was served last by when it was."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_IS_POSTED = sa.text("message_ts IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_breaks_channel_id_drawn_from_position", "breaks")
    op.drop_index("ix_breaks_channel_id_message_ts", "breaks")
    op.create_index(
        "ix_breaks_channel_id_message_ts",
        "breaks",
        ["channel_id", "message_ts"],
        sqlite_where=_IS_POSTED,
        postgresql_where=_IS_POSTED,
    )


def downgrade() -> None:
    op.drop_index("ix_breaks_channel_id_message_ts", "breaks")
    op.create_index("ix_breaks_channel_id_message_ts", "breaks", ["channel_id", "message_ts"])
    op.create_index("ix_breaks_channel_id_drawn_from_position", "breaks", ["channel_id", "drawn_from", "position"])
