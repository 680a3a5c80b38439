"""Weekly boards that were made, at most one a channel and week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, update

from bot.store.repository import Repository
from bot.store.tables import BoardRow, BreakRow


@dataclass(frozen=True, slots=True)
class Posted:
    """A stored board: its channel, its Monday, the ids of the members it may list, its message."""

    channel_id: int
    week: date
    named: tuple[int, ...]
    message_ts: str | None


class Boards(Repository):
    """Stored boards."""

    async def add(self, channel_id: int, week: date, named: Sequence[int] = ()) -> int | None:
        """Store a board and answer its id, or None if that week has one already; `week` is its Monday.

        `named` are the members it may list.
        """
        statement = (
            self._insert(BoardRow)
            .values(channel_id=channel_id, week=week, named=list(named))
            .on_conflict_do_nothing(index_elements=["channel_id", "week"])
            .returning(BoardRow.id)
        )
        board_id: int | None = (await self._session.execute(statement)).scalar_one_or_none()
        return board_id

    async def find(self, board_id: int) -> Posted | None:
        """Find a board by its id."""
        query = select(BoardRow.channel_id, BoardRow.week, BoardRow.named, BoardRow.message_ts)
        row = (await self._session.execute(query.where(BoardRow.id == board_id))).one_or_none()
        return Posted(row.channel_id, row.week, tuple(row.named), row.message_ts) if row else None

    async def newest_with(self, channel_id: int, member_id: int, limit: int) -> list[int]:
        """List the ids of those among a channel's newest boards that may list a person, the newest first."""
        query = select(BoardRow.id, BoardRow.named).where(BoardRow.channel_id == channel_id)
        rows = (await self._session.execute(query.order_by(BoardRow.week.desc()).limit(limit))).all()
        return [row.id for row in rows if member_id in row.named]

    async def newest_break_day(self, channel_id: int, *, since: date, before: date) -> date | None:
        """Find the newest break day of a channel from `since` on and before a date."""
        query = select(func.max(BreakRow.local_date)).where(
            BreakRow.channel_id == channel_id,
            BreakRow.counts,
            BreakRow.local_date >= since,
            BreakRow.local_date < before,
        )
        return (await self._session.execute(query)).scalar_one()

    async def mark_posted(self, board_id: int, ts: str) -> None:
        """Remember a board's message."""
        await self._session.execute(update(BoardRow).where(BoardRow.id == board_id).values(message_ts=ts))
