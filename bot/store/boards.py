"""Weekly boards that were made, at most one a channel and week."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update

from bot.domain.boards import Figures, Performance
from bot.store.base import core
from bot.store.repository import Repository
from bot.store.tables import BoardRow, BreakRow

_BOARDS = core(BoardRow)
_NEWEST_FIGURES = (
    select(_BOARDS.c.week, _BOARDS.c.figures)
    .where(_BOARDS.c.channel_id == bindparam("channel_id"), _BOARDS.c.week < bindparam("before"))
    .order_by(_BOARDS.c.week.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Posted:
    """A stored board: its channel, its Monday, the ids of the members it may list, its message, what it says.

    `figures` is None for boards of before they were kept.
    """

    channel_id: int
    week: date
    named: tuple[int, ...]
    message_ts: str | None
    figures: Figures | None = None


def _to_json(figures: Figures) -> dict[str, Any]:
    return {
        "done": figures.breaks_done,
        "people": figures.people,
        "days": figures.break_days,
        "totals": [[str(week), total] for week, total in figures.weekly_totals],
        "missed": [each.isoformat() for each in figures.missed_by_us],
        "best_before": figures.best_before,
        "holidays": [str(day) for day in figures.holidays],
        "performances": {
            str(member_id): [each.current, each.best, each.kept, each.due]
            for member_id, each in figures.performances.items()
        },
    }


def _to_figures(week: date, stored: dict[str, Any]) -> Figures:
    return Figures(
        week=week,
        breaks_done=stored["done"],
        people=stored["people"],
        break_days=stored["days"],
        weekly_totals=tuple((date.fromisoformat(monday), total) for monday, total in stored["totals"]),
        missed_by_us=tuple(datetime.fromisoformat(each) for each in stored["missed"]),
        best_before=stored["best_before"],
        holidays=tuple(map(date.fromisoformat, stored["holidays"])),
        performances={int(key): Performance("", *numbers) for key, numbers in stored["performances"].items()},
    )


def without_performance(stored: dict[str, Any], member_id: int) -> dict[str, Any]:
    """Leave somebody out of what a stored board says."""
    left = {key: numbers for key, numbers in stored["performances"].items() if key != str(member_id)}
    return {**stored, "performances": left}


class Boards(Repository):
    """Stored boards."""

    async def add(self, channel_id: int, figures: Figures) -> int | None:
        """Store a board with what it says and answer its id, or None if its week has one already."""
        named = sorted(figures.performances)
        statement = (
            self._insert(BoardRow)
            .values(channel_id=channel_id, week=figures.week, named=named, figures=_to_json(figures))
            .on_conflict_do_nothing(index_elements=["channel_id", "week"])
            .returning(BoardRow.id)
        )
        board_id: int | None = (await self._session.execute(statement)).scalar_one_or_none()
        return board_id

    async def find(self, board_id: int) -> Posted | None:
        """Find a board by its id."""
        query = select(_BOARDS).where(_BOARDS.c.id == board_id)
        row = (await self._session.execute(query)).one_or_none()
        if row is None:
            return None
        figures = _to_figures(row.week, row.figures) if row.figures else None
        return Posted(row.channel_id, row.week, tuple(row.named), row.message_ts, figures)

    async def newest_figures(self, channel_id: int, *, before: date) -> Figures | None:
        """Find what a channel's newest board of before a Monday said, if that was kept."""
        where = {"channel_id": channel_id, "before": before}
        row = (await self._session.execute(_NEWEST_FIGURES, where)).one_or_none()
        return _to_figures(row.week, row.figures) if row and row.figures else None

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
