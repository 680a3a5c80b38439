"""What streaks are worked out from, and streaks folded up to a closed day."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, Table, bindparam, delete, func, literal_column, or_, select

from bot.domain.dates import Dates
from bot.domain.streaks import Checkpoint, Gap, Streak, Tally
from bot.store.base import core
from bot.store.repository import Repository
from bot.store.tables import AwayRow, BreakRow, MemberRow, ParticipationRow, StreakRow
from bot.store.tables_retention import StreakBaseRow
from bot.store.types import among_given, each_date

_MEMBERS, _AWAYS, _STREAKS = core(MemberRow), core(AwayRow), core(StreakRow)
_BASES = core(StreakBaseRow)
_BREAKS, _DONE = core(BreakRow), core(ParticipationRow)

FOLDED = ("until", "current", "reserve", "best", "days", "weeks", "missed", "missed_first", "missed_last")
"""The columns of what is folded of somebody."""

# What is read often is written once: building a statement takes longer than carrying it out.


def _records(folded: Table) -> Select[Any]:
    """Select people's records, which begin where a table says that theirs are folded."""
    since = func.coalesce(folded.c.until, literal_column(f"'{date.min}'", Date))
    own_done = (
        _DONE.c.member_id == _MEMBERS.c.id,
        _DONE.c.is_done,
        _DONE.c.local_date <= bindparam("until"),
    )
    is_here = folded.c.channel_id == bindparam("channel_id")
    is_over = or_(_AWAYS.c.last_on.is_(None), _AWAYS.c.last_on >= since)
    first_here = (_DONE.c.channel_id == bindparam("channel_id"), folded.c.until.is_(None))
    return (
        select(
            _MEMBERS.c.id,
            _AWAYS.c.first_on,
            _AWAYS.c.last_on,
            # Each person's dates in one step through an index, from where theirs are folded, whoever else there is.
            select(each_date(_DONE.c.local_date)).where(*own_done, _DONE.c.local_date >= since).label("kept"),
            select(func.min(_DONE.c.local_date)).where(*own_done, *first_here).label("first"),
            *(folded.c[name] for name in FOLDED),
        )
        .select_from(_MEMBERS)
        .outerjoin(folded, (folded.c.member_id == _MEMBERS.c.id) & is_here & (folded.c.until <= bindparam("until")))
        .outerjoin(_AWAYS, (_AWAYS.c.member_id == _MEMBERS.c.id) & is_over)
        .where(among_given(_MEMBERS.c.id, "ids"))
    )


_FROM_FOLDED, _FROM_BASES = _records(_STREAKS), _records(_BASES)
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
    select(_DONE.c.channel_id, _DONE.c.local_date)
    .where(_DONE.c.member_id == bindparam("member_id"), _DONE.c.is_done)
    .order_by(_DONE.c.local_date)
)


@dataclass(frozen=True, slots=True)
class BreakDates:
    """A channel's dates with a scheduled break posted on time, and those of other breaks that were posted."""

    scheduled: frozenset[date]
    unscheduled: frozenset[date]

    def since(self, start: date) -> "BreakDates":
        """Leave out the dates before one."""
        kept = (frozenset(day for day in days if day >= start) for days in (self.scheduled, self.unscheduled))
        return BreakDates(*kept)


@dataclass(frozen=True, slots=True)
class Record:
    """A person's streak folded up to a date, if it is, with their away days and the dates they kept since.

    `first` is their first date in the channel where nothing is folded.
    """

    folded: Checkpoint | None
    aways: Sequence[Dates]
    kept: frozenset[date]
    first: date | None = None


def to_checkpoint(columns: Sequence[Any]) -> Checkpoint:
    """Turn a folded streak's columns, which are `FOLDED`, into the value."""
    until, current, reserve, best, days, weeks, missed, first, last = columns
    return Checkpoint(until, Tally(Streak(current, reserve, best, days), weeks, Gap(missed, first, last)))


def to_break_dates(found: Collection[tuple[date, bool]]) -> BreakDates:
    """Sort a channel's dates with breaks, each with whether its break counts for everybody."""
    scheduled = frozenset(day for day, counts in found if counts)
    return BreakDates(scheduled, frozenset(day for day, _ in found) - scheduled)


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

    async def records(
        self, channel_id: int, member_ids: Collection[int], *, until: date, whole: bool = False
    ) -> dict[int, Record]:
        """Map people to their records up to a date, with what was folded by then.

        With `whole`, or where nothing was, they begin with what is folded for good.
        """
        found = {} if whole else await self._read(_FROM_FOLDED, channel_id, member_ids, until)
        unfolded = [each for each in member_ids if each not in found or found[each].folded is None]
        return found | await self._read(_FROM_BASES, channel_id, unfolded, until) if unfolded else found

    async def _read(
        self, query: Select[Any], channel_id: int, member_ids: Collection[int], until: date
    ) -> dict[int, Record]:
        where = {"channel_id": channel_id, "ids": sorted(member_ids), "until": until}
        found: dict[int, Record] = {}
        aways: dict[int, list[Dates]] = defaultdict(list)
        for row in (await self._session.execute(query, where)).all():
            member_id, away_first, away_last, kept, first, *folded = row
            if away_first is not None:
                aways[member_id].append(Dates(away_first, away_last))
            if member_id not in found:
                checkpoint = to_checkpoint(folded) if folded[0] else None
                found[member_id] = Record(checkpoint, aways[member_id], kept, first)
        return found

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
        return to_break_dates([(row.local_date, row.counts) for row in rows])

    async def done_dates(self, member_id: int) -> list[tuple[int, date]]:
        """List a person's participations as (channel id, date), oldest first."""
        rows = (await self._session.execute(_DONE_DATES, {"member_id": member_id})).all()
        return [(row.channel_id, row.local_date) for row in rows]

    async def count(self) -> int:
        """Count what is folded."""
        return (await self._session.execute(select(func.count()).select_from(_STREAKS))).scalar_one()

    async def list_folded(self, after: tuple[int, int], limit: int) -> list[tuple[int, int, Checkpoint]]:
        """List what is folded as (channel id, member id, checkpoint), in this order, after one pair of ids."""
        channel, member = _STREAKS.c.channel_id, _STREAKS.c.member_id
        beyond = or_(channel > after[0], (channel == after[0]) & (member > after[1]))
        query = select(channel, member, *(_STREAKS.c[name] for name in FOLDED)).where(beyond)
        rows = (await self._session.execute(query.order_by(channel, member).limit(limit))).all()
        return [(channel_id, member_id, to_checkpoint(folded)) for channel_id, member_id, *folded in rows]
