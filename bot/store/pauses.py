"""Times in which channels get nothing, and when a channel's breaks were last used."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select, text, update

from bot.domain.pauses import Pause, PausedBecause
from bot.store.base import core
from bot.store.repository import Repository
from bot.store.tables import BreakRow, ChannelRow, ParticipationRow, PauseRow
from bot.store.tables_retention import ChannelWeekRow
from bot.store.types import among, among_given

_PAUSES = core(PauseRow)
_UNENDED = (
    select(_PAUSES.c.channel_id, _PAUSES.c.since, _PAUSES.c.until, _PAUSES.c.why)
    .where(
        among_given(_PAUSES.c.channel_id, "ids"),
        or_(_PAUSES.c.until.is_(None), _PAUSES.c.until > bindparam("now")),
    )
    .order_by(_PAUSES.c.since)
)
"""Written once: planning asks it for every batch."""


class Pauses(Repository):
    """Stored pauses."""

    async def add(self, channel_id: int, pause: Pause, *, member_id: int | None) -> int | None:
        """Store a pause and answer its id; None if the channel has fallen silent already."""
        statement = self._insert(PauseRow).values(
            channel_id=channel_id, since=pause.since, until=pause.until, member_id=member_id, why=pause.why
        )
        silent = text("why = 'silent' AND until IS NULL")
        statement = statement.on_conflict_do_nothing(index_elements=["channel_id"], index_where=silent)
        found: int | None = (await self._session.execute(statement.returning(PauseRow.id))).scalar_one_or_none()
        return found

    async def find(self, pause_id: int) -> tuple[int, Pause] | None:
        """Find a pause and its channel's id."""
        row = await self._session.get(PauseRow, pause_id, populate_existing=True)
        return (row.channel_id, _to_pause(row)) if row else None

    async def list_for(self, channel_ids: Collection[int], now: datetime) -> dict[int, list[Pause]]:
        """Map channels to their pauses that have not ended at `now` (UTC)."""
        found: dict[int, list[Pause]] = defaultdict(list)
        for row in await self._session.execute(_UNENDED, {"ids": sorted(channel_ids), "now": now}):
            found[row.channel_id].append(_to_pause(row))
        return found

    async def list_of(self, channel_id: int, now: datetime) -> list[Pause]:
        """List one channel's."""
        return (await self.list_for([channel_id], now)).get(channel_id, [])

    async def end(
        self, channel_id: int, now: datetime, because: Collection[PausedBecause], *, begun: bool = False
    ) -> bool:
        """End what pauses a channel for these reasons at `now` (UTC), and unless `begun` what would later.

        Tells whether any of it had begun.
        """
        statement = update(PauseRow).where(
            PauseRow.channel_id == channel_id,
            PauseRow.why.in_(because),
            or_(PauseRow.until.is_(None), PauseRow.until > now),
        )
        if begun:
            statement = statement.where(PauseRow.since <= now)
        ended = await self._session.execute(statement.values(until=now).returning(PauseRow.since))
        return any(since <= now for since in ended.scalars())

    async def unused_days(self, channel_ids: Collection[int], before: date, now: datetime) -> dict[int, int]:
        """Count the break days before a date that nobody in a channel used, since its last participation or pause.

        A pause counts that is over at `now` (UTC), not one that is to come or was taken back before it began.
        """
        last_done = (
            select(func.max(ParticipationRow.local_date))
            .where(ParticipationRow.channel_id == ChannelRow.id, ParticipationRow.is_done)
            .scalar_subquery()
        )
        last_folded = (
            select(func.max(ChannelWeekRow.last_on)).where(ChannelWeekRow.channel_id == ChannelRow.id).scalar_subquery()
        )
        resumed_at = (
            select(func.max(PauseRow.until))
            .where(PauseRow.channel_id == ChannelRow.id, PauseRow.until <= now, PauseRow.until > PauseRow.since)
            .scalar_subquery()
        )
        unused = (
            select(func.count(BreakRow.local_date.distinct()))
            .where(
                BreakRow.channel_id == ChannelRow.id,
                BreakRow.counts,
                BreakRow.local_date < before,
                BreakRow.local_date > func.coalesce(last_done, last_folded, date.min),
                or_(resumed_at.is_(None), BreakRow.due_at >= resumed_at),
            )
            .scalar_subquery()
        )
        query = select(ChannelRow.id, unused.label("unused")).where(among(ChannelRow.id, channel_ids))
        return {row.id: row.unused for row in (await self._session.execute(query)).all()}

    async def set_silence_due(self, channel_ids: Collection[int], day: date | None) -> None:
        """Say from which local date on it is worth asking again whether channels have fallen silent.

        It is a hint: a channel that another transaction holds, which may wait for what this one holds, goes without.
        """
        free = (
            select(ChannelRow.id)
            .where(among(ChannelRow.id, channel_ids))
            .with_for_update(skip_locked=True, key_share=True)
        )
        await self._session.execute(
            update(ChannelRow).where(ChannelRow.id.in_(free)).values(silence_due_on=day),
            execution_options={"synchronize_session": False},
        )


def _to_pause(row: Any) -> Pause:
    return Pause(row.since, row.until, PausedBecause(row.why))
