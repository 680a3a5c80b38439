"""What streaks are worked out from, and streaks folded up to a closed day."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Table, bindparam, delete, func, literal_column, or_, select

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

# What is read often is written once: building a statement takes longer than carrying it out.
_SINCE = func.coalesce(_STREAKS.c.until, literal_column(f"'{date.min}'", Date))
_OWN_DONE = (
    _DONE.c.member_id == _MEMBERS.c.id,
    _DONE.c.is_done,
    _DONE.c.local_date <= bindparam("until"),
)
_RECORDS = (
    select(
        _MEMBERS.c.id.label("member"),
        *_STREAKS.c,
        _AWAYS.c.first_on,
        _AWAYS.c.last_on,
        # Each person's dates in one step through an index, from where theirs are folded, whoever else there is.
        select(each_date(_DONE.c.local_date)).where(*_OWN_DONE, _DONE.c.local_date >= _SINCE).label("kept"),
        select(func.min(_DONE.c.local_date))
        .where(*_OWN_DONE, _DONE.c.channel_id == bindparam("channel_id"), _STREAKS.c.until.is_(None))
        .label("first"),
    )
    .select_from(_MEMBERS)
    .outerjoin(
        _STREAKS,
        (_STREAKS.c.member_id == _MEMBERS.c.id)
        & (_STREAKS.c.channel_id == bindparam("channel_id"))
        & (_STREAKS.c.until <= bindparam("folded_by")),
    )
    .outerjoin(
        _AWAYS,
        (_AWAYS.c.member_id == _MEMBERS.c.id) & or_(_AWAYS.c.last_on.is_(None), _AWAYS.c.last_on >= _SINCE),
    )
    .where(among_given(_MEMBERS.c.id, "ids"))
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


def _to_checkpoint(row: Any) -> Checkpoint:
    return checkpoint(row, row.until, row.missed_first, row.missed_last)


def checkpoint(row: Any, until: date, missed_first: date | None, missed_last: date | None) -> Checkpoint:
    """Turn a row with a folded streak's numbers into its value."""
    streak = Streak(row.current, row.reserve, row.best, row.days)
    return Checkpoint(until, Tally(streak, row.weeks, Gap(row.missed, missed_first, missed_last)))


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
        self, channel_id: int, member_ids: Collection[int], *, until: date, folded_by: date
    ) -> dict[int, Record]:
        """Map people to their records up to a date, with what was folded up to another at most.

        Where nothing was by then, it begins with what is folded for good.
        """
        where = {"channel_id": channel_id, "ids": sorted(member_ids), "until": until, "folded_by": folded_by}
        found: dict[int, Record] = {}
        aways: dict[int, list[Dates]] = defaultdict(list)
        for row in (await self._session.execute(_RECORDS, where)).all():
            if row.first_on is not None:
                aways[row.member].append(Dates(row.first_on, row.last_on))
            if row.member not in found:
                folded = _to_checkpoint(row) if row.until else None
                found[row.member] = Record(folded, aways[row.member], row.kept, row.first)
        unfolded = [member_id for member_id, record in found.items() if record.folded is None]
        for member_id, base in (await self.bases(channel_id, unfolded) if unfolded else {}).items():
            if base.until <= until:
                found[member_id] = replace(found[member_id], folded=base)
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
        rows = (
            await self._session.execute(select(_STREAKS).where(beyond).order_by(channel, member).limit(limit))
        ).all()
        return [(row.channel_id, row.member_id, _to_checkpoint(row)) for row in rows]
