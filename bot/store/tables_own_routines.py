"""The table of what workspaces wrote themselves."""

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base, Id, Instant, Key


class OwnRoutineRow(Base):
    """One version of a workspace's own routine: the TOML as it was accepted, by whom and when, and its SHA-256.

    A version that was replaced or removed has `retired_at`, and stays a while for prompts that show it.
    """

    __tablename__ = "own_routines"
    __table_args__ = (
        Index(
            "uq_own_routines_in_use",
            "workspace_id",
            "routine_id",
            unique=True,
            sqlite_where=text("retired_at IS NULL"),
            postgresql_where=text("retired_at IS NULL"),
        ),
        Index(None, "workspace_id"),
    )

    id: Mapped[Id]
    workspace_id: Mapped[Key] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    routine_id: Mapped[str] = mapped_column(String(40))
    toml: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    accepted_by: Mapped[Key | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    accepted_at: Mapped[Instant]
    retired_at: Mapped[Instant | None]
