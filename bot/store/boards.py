"""Weekly boards that were made, at most one a channel and week."""

from datetime import date

from sqlalchemy import select, update

from bot.store.repository import Repository
from bot.store.tables import BoardRow


class Boards(Repository):
    """Stored boards."""

    async def add(self, channel_id: int, week: date) -> int | None:
        """Store a board and answer its id, or None if that week has one already; `week` is its Monday."""
        statement = (
            self._insert(BoardRow)
            .values(channel_id=channel_id, week=week)
            .on_conflict_do_nothing(index_elements=["channel_id", "week"])
            .returning(BoardRow.id)
        )
        board_id: int | None = (await self._session.execute(statement)).scalar_one_or_none()
        return board_id

    async def find(self, board_id: int) -> tuple[int, date] | None:
        """Find a board's channel id and week by its id."""
        query = select(BoardRow.channel_id, BoardRow.week).where(BoardRow.id == board_id)
        row = (await self._session.execute(query)).one_or_none()
        return (row.channel_id, row.week) if row else None

    async def mark_posted(self, board_id: int, ts: str) -> None:
        """Remember a board's message."""
        await self._session.execute(update(BoardRow).where(BoardRow.id == board_id).values(message_ts=ts))
