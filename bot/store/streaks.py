"""What streaks are worked out from, and streaks folded up to a closed day."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, delete, func, or_, select

from bot.domain.dates import Dates
from bot.domain.streaks import Checkpoint, Gap, Streak, Tally
from bot.store.base import core
from bot.store.repository import Repository
from bot.store.tables import AwayRow, BreakRow, MemberRow, ParticipationRow, StreakRow
from bot.store.tables_retention import StreakBaseRow

_MEMBERS, _AWAYS, _STREAKS = core(MemberRow), core(AwayRow), core(StreakRow)
_BASES = core(StreakBaseRow)
_BREAKS, _DONE = core(BreakRow), core(ParticipationRow)

# What a press needs is written once: building a statement takes longer than carrying it out.
_FOLDED = (
    select(_MEMBERS.c.id.label("member"), *_STREAKS.c, _AWAYS.c.first_on, _AWAYS.c.last_on)
    .select_from(_MEMBERS)
    .outerjoin(_STREAKS, (_STREAKS.c.member_id == _MEMBERS.c.id) & (_STREAKS.c.channel_id == bindparam("channel_id")))
    .outerjoin(_AWAYS, _AWAYS.c.member_id == _MEMBERS.c.id)
    .where(_MEMBERS.c.id.in_(bindparam("ids", expanding=True)))
)
_BREAK_DATES = (
    select(_BREAKS.c.local_date, _BREAKS.c.counts)
    .where(
        _BREAKS.c.channel_id == bindparam("channel_id"),
        _BREAKS.c.local_date.between(bindparam("since"), bindparam("until")),
        or_(_BREAKS.c.counts, _BREAKS.c.message_ts.is_not(None)),
    )
    .distinct()
)
_DONE_DATES = (
    select(_DONE.c.member_id, _DONE.c.channel_id, _DONE.c.local_date)
    .where(
        _DONE.c.member_id.in_(bindparam("ids", expanding=True)),
        _DONE.c.is_done,
        _DONE.c.local_date.between(bindparam("since"), bindparam("until")),
    )
    .order_by(_DONE.c.local_date)
)


@dataclass(frozen=True, slots=True)
class BreakDates:
    """A channel's dates with a scheduled break posted on time, and those of other breaks that were posted."""

    scheduled: frozenset[date]
    unscheduled: frozenset[date]


def _to_checkpoint(row: Any) -> Checkpoint:
    return Checkpoint(
        row.until,
        Tally(
            Streak(row.current, row.reserve, row.best, row.days),
            row.weeks,
            Gap(row.missed, row.missed_first, row.missed_last),
        ),
    )


def _columns(checkpoint: Checkpoint) -> dict[str, object]:
    tally = checkpoint.tally
    return {
        "until": checkpoint.until,
        "current": tally.streak.current,
        "reserve": tally.streak.reserve,
        "best": tally.streak.best,
        "days": tally.streak.days,
        "weeks": tally.weeks,
        "missed": tally.gap.missed,
        "missed_first": tally.gap.first,
        "missed_last": tally.gap.last,
    }


class Streaks(Repository):
    """Folded streaks, and the dates that streaks are made of."""

    async def folded(
        self, channel_id: int, member_ids: Collection[int]
    ) -> tuple[dict[int, Checkpoint], dict[int, list[Dates]]]:
        """Map people to what is folded of them in a channel, and to the away days that are not folded in, at once."""
        checkpoints: dict[int, Checkpoint] = {}
        aways: dict[int, list[Dates]] = defaultdict(list)
        for row in (await self._session.execute(_FOLDED, {"channel_id": channel_id, "ids": member_ids})).all():
            if row.until is not None:
                checkpoints[row.member] = _to_checkpoint(row)
            if row.first_on is not None:
                aways[row.member].append(Dates(row.first_on, row.last_on))
        return checkpoints, aways

    async def keep(self, member_id: int, channel_id: int, checkpoint: Checkpoint) -> None:
        """Store what is folded."""
        await self._put(_STREAKS, member_id, channel_id, checkpoint)

    async def _put(self, table: Table, member_id: int, channel_id: int, checkpoint: Checkpoint) -> None:
        columns = _columns(checkpoint)
        statement = self._insert(table).values(member_id=member_id, channel_id=channel_id, **columns)
        await self._session.execute(
            statement.on_conflict_do_update(index_elements=["member_id", "channel_id"], set_=columns)
        )

    async def keep_for_good(self, member_id: int, channel_id: int, base: Checkpoint) -> None:
        """Store what is folded and stays so, because the rows before its `until` go."""
        await self._put(_BASES, member_id, channel_id, base)
        mine = (_STREAKS.c.member_id == member_id) & (_STREAKS.c.channel_id == channel_id)
        await self._session.execute(delete(_STREAKS).where(mine, _STREAKS.c.until < base.until))
        await self._fall_back((_BASES.c.member_id == member_id) & (_BASES.c.channel_id == channel_id))

    async def bases(self, channel_id: int, member_ids: Collection[int]) -> dict[int, Checkpoint]:
        """Map people to what is folded of them in a channel for good."""
        query = select(_BASES).where(_BASES.c.channel_id == channel_id, _BASES.c.member_id.in_(member_ids))
        return {row.member_id: _to_checkpoint(row) for row in (await self._session.execute(query)).all()}

    async def has_base(self, member_id: int) -> bool:
        """Tell whether anything of a person is folded for good."""
        return (
            await self._session.execute(select(_BASES.c.until).where(_BASES.c.member_id == member_id))
        ).first() is not None

    async def forget(self, member_id: int, day: date) -> None:
        """Drop what is folded of a person if it holds `day` or what follows, which has changed; what is final stays."""
        await self._session.execute(delete(_STREAKS).where(_STREAKS.c.member_id == member_id, _STREAKS.c.until > day))
        await self._fall_back(_BASES.c.member_id == member_id)

    async def forget_channel(self, channel_id: int, day: date) -> None:
        """Drop the same of everybody in a channel."""
        await self._session.execute(delete(_STREAKS).where(_STREAKS.c.channel_id == channel_id, _STREAKS.c.until > day))
        await self._fall_back(_BASES.c.channel_id == channel_id)

    async def _fall_back(self, whose: ColumnElement[bool]) -> None:
        """Let what is folded for good stand where nothing newer is: who has a base, always has a folded streak."""
        names = [column.name for column in _BASES.c]
        chosen = select(*_BASES.c).where(whose)
        await self._session.execute(self._insert(_STREAKS).from_select(names, chosen).on_conflict_do_nothing())

    async def channels_with(self, member_id: int) -> set[int]:
        """Name the ids of the channels in which something of a person is folded."""
        query = select(_STREAKS.c.channel_id).where(_STREAKS.c.member_id == member_id)
        return set((await self._session.execute(query)).scalars())

    async def break_dates(self, channel_id: int, *, since: date, until: date) -> BreakDates:
        """List a channel's dates with breaks that count, or that count for those who did them; both ends included."""
        where = {"channel_id": channel_id, "since": since, "until": until}
        rows = (await self._session.execute(_BREAK_DATES, where)).all()
        scheduled = frozenset(row.local_date for row in rows if row.counts)
        return BreakDates(scheduled, frozenset(row.local_date for row in rows) - scheduled)

    async def done_dates(self, member_id: int, *, since: date = date.min) -> list[tuple[int, date]]:
        """List a person's participations from a date on as (channel id, date), oldest first."""
        return (await self.done_dates_of([member_id], since=since)).get(member_id, [])

    async def done_dates_of(
        self, member_ids: Collection[int], *, since: date = date.min, until: date = date.max
    ) -> dict[int, list[tuple[int, date]]]:
        """List the same for several people, by member id, both ends included."""
        where = {"ids": member_ids, "since": since, "until": until}
        found: dict[int, list[tuple[int, date]]] = defaultdict(list)
        for row in (await self._session.execute(_DONE_DATES, where)).all():
            found[row.member_id].append((row.channel_id, row.local_date))
        return found

    async def count(self) -> int:
        """Count what is folded."""
        return (await self._session.execute(select(func.count()).select_from(_STREAKS))).scalar_one()

    async def list_folded(self, after: tuple[int, int], limit: int) -> list[tuple[int, int, Checkpoint]]:
        """List what is folded as (channel id, member id, checkpoint), in this order, after one pair of ids."""
        channel, member = _STREAKS.c.channel_id, _STREAKS.c.member_id
        beyond = or_(channel > after[0], (channel == after[0]) & (member > after[1]))
        rows = (
            await self._session.execute(select(_STREAKS).where(beyond).order_by(channel, member).limit(limit))
        ).all()
        return [(row.channel_id, row.member_id, _to_checkpoint(row)) for row in rows]
