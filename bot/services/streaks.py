"""Working out where people stand in a channel, from the stored rows and what is folded of them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.aways import OwnDays
from bot.domain.breaks import LATE_CUTOFF
from bot.domain.days import DayStory, Why
from bot.domain.errors import BreakUnknown
from bot.domain.holidays import is_holiday
from bot.domain.home import ChannelProgress
from bot.domain.instants import local_date_of, start_of_date
from bot.domain.streaks import (
    Checkpoint,
    Day,
    History,
    Mark,
    Progress,
    Streak,
    checkpoint_until,
    diary_of,
    fold_up,
    progress_of,
    streak_and_days,
    streak_of,
    week_start,
)
from bot.domain.workspaces import Channel, Member
from bot.store.presses import Standing
from bot.store.streaks import BreakDates, Record
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork

_DAY = timedelta(days=1)
_FARTHEST_AHEAD = timedelta(days=2)
"""No two zones' dates are farther apart: from 12 hours behind UTC to 14 ahead."""

_BATCH = 200
"""Folded streaks that a check recomputes in one transaction."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a person in a channel: a checkpoint if there is one, and the history from then on."""

    history: History
    checkpoint: Checkpoint | None

    @property
    def begins(self) -> date:
        """Name the date from which on the history holds all of the channel's breaks."""
        return _begins(self.checkpoint, self.history.first)

    def progress(self, today: date, *, week_of: date | None = None) -> Progress:
        """Work out where they stand as of `today`, and in its week or that of another date."""
        return progress_of(self.history, today, self.checkpoint, week_of=week_of)

    def diary(self, today: date) -> dict[date, Mark]:
        """Say of each day that is known what it was, as of `today`."""
        return diary_of(self.history, today, self.checkpoint)

    def streak(self, today: date) -> Streak:
        """Work out their streak alone."""
        return streak_of(self.history, today, self.checkpoint)

    def streak_and_days(self, today: date) -> tuple[Streak, Mapping[date, Day]]:
        """Work out their streak, and how each break day counts that it is folded from."""
        return streak_and_days(self.history, today, self.checkpoint)


def today_for(member: Member, channel: Channel, now: datetime) -> date:
    """Name the date that has not ended yet for a person in a channel: the earlier of both zones' dates."""
    return min(local_date_of(now, member.zone), local_date_of(now, *channel.place))


async def learn(
    uow: UnitOfWork, channel: Channel, members: Sequence[Member], *, until: date = date.max, whole: bool = False
) -> dict[int, Known]:
    """Read what people's numbers in a channel are worked out from, up to a date, by member id.

    The statements are as many for a hundred people as for one. `whole` passes over what is folded, but for what is
    folded for good.
    """
    ids = [member.id for member in members]
    records = await uow.streaks.records(channel.id, ids, until=until, whole=whole)
    starts = {key: _begins(each.folded, each.first) for key, each in records.items()}
    breaks = await uow.streaks.break_dates(channel.id, since=min(starts.values(), default=date.max), until=until)
    since = {start: breaks.since(start) for start in set(starts.values())}
    return {member.id: _known(member, records[member.id], since[starts[member.id]]) for member in members}


def _begins(folded: Checkpoint | None, first: date | None) -> date:
    if folded is not None:
        return folded.until
    return week_start(first) if first else date.max


def _known(member: Member, record: Record, breaks: BreakDates) -> Known:
    history = History(
        scheduled=breaks.scheduled,
        unscheduled=breaks.unscheduled,
        kept=record.kept,
        first=record.first,
        own=OwnDays(member.weekdays, tuple(record.aways)),
    )
    return Known(history, record.folded)


async def know(
    uow: UnitOfWork,
    channel: Channel,
    member: Member,
    standing: Standing,
    done: Sequence[tuple[int, date]],
    *,
    late: bool,
) -> Known:
    """Give what `learn` would read after a press, from what was read before it and what is `done` by then.

    It is read anew where the press came late and changed what is folded, or when nothing is folded yet.
    """
    if late or standing.breaks is None:
        return (await learn(uow, channel, [member]))[member.id]
    return _known(member, Record(standing.folded, standing.aways, frozenset(day for _, day in done)), standing.breaks)


async def progress_in(uow: UnitOfWork, member: Member, channel: Channel, now: datetime) -> Progress:
    """Work out a person's progress in a channel at `now` (UTC).

    Dates kept in any channel of the workspace count: nobody stretches twice for two boards.
    """
    known = (await learn(uow, channel, [member]))[member.id]
    return known.progress(today_for(member, channel, now))


async def progress_at(open_unit_of_work: OpenUnitOfWork, break_id: int, member: Member, now: datetime) -> Progress:
    """Work out a person's progress in the channel of a break; raises BreakUnknown."""
    async with open_unit_of_work() as uow:
        await uow.only_look()
        break_ = await uow.breaks.find(break_id)
        if break_ is None:
            raise BreakUnknown
        return await progress_in(uow, member, await uow.workspaces.get_channel(break_.channel_id), now)


async def keep_folded(uow: UnitOfWork, member: Member, channel: Channel, known: Known, today: date) -> None:
    """Fold what has closed of a person's history, once a week, within the caller's transaction."""
    until = checkpoint_until(today)
    start = known.checkpoint.until if known.checkpoint else known.history.first
    if start is None or start >= until:
        return
    await uow.members.lock(member.id)  # nothing older may arrive between what is read here and what is written
    known = (await learn(uow, channel, [member]))[member.id]
    await uow.streaks.keep(member.id, channel.id, fold_up(known.history, until, known.checkpoint))


async def note_late(uow: UnitOfWork, member: Member, day: date, today: date, folded: Checkpoint | None) -> bool:
    """Drop what is folded of a person when something arrives for a date that it may hold; tells whether it may.

    `folded` and `today` are those of one channel; the others may be as much farther as their zones are ahead.
    """
    is_late = day < max(checkpoint_until(today + _FARTHEST_AHEAD), folded.until if folded else date.min)
    if is_late:
        await uow.members.lock(member.id)
        await uow.streaks.forget(member.id, day)
    return is_late


async def show_progress(uow: UnitOfWork, member: Member, channel: Channel, now: datetime) -> ChannelProgress:
    """Gather a person's progress in a channel at `now` (UTC) with its days, within the caller's transaction."""
    known, today = (await learn(uow, channel, [member], whole=True))[member.id], today_for(member, channel, now)
    is_named = await uow.members.consent(channel.id, member.id)
    return ChannelProgress(channel, known.progress(today), is_named, known.diary(today), today)


async def list_progress(open_unit_of_work: OpenUnitOfWork, member: Member, now: datetime) -> list[ChannelProgress]:
    """List a person's progress in every channel where they take part."""
    async with open_unit_of_work() as uow:
        await uow.only_look()
        ids = {channel_id for channel_id, _ in await uow.streaks.done_dates(member.id)}
        ids |= await uow.streaks.channels_with(member.id)
        channels = [await uow.workspaces.get_channel(channel_id) for channel_id in sorted(ids)]
        return [await show_progress(uow, member, channel, now) for channel in channels]


DIARY_DAYS = 30
"""Days that are explained one by one."""


async def explain(open_unit_of_work: OpenUnitOfWork, member: Member, channel: Channel, now: datetime) -> Why:
    """Explain a person's numbers in a channel from the stored rows, day by day up to their date at `now` (UTC)."""
    today = today_for(member, channel, now)
    newest = max(today, local_date_of(now, member.zone), local_date_of(now, *channel.place))
    dates = [newest - timedelta(days=back) for back in range(DIARY_DAYS)]
    async with open_unit_of_work() as uow:
        known = (await learn(uow, channel, [member], whole=True))[member.id]
        stories = await tell(uow, member, channel, known, dates=dates, now=now)
    told = [each for each in stories if each.mark or each.missed_by_us or each.is_holiday]
    return Why(channel, known.progress(today), tuple(told))


async def tell(
    uow: UnitOfWork, member: Member, channel: Channel, known: Known, *, dates: Sequence[date], now: datetime
) -> list[DayStory]:
    """Tell what the rows say of a person's dates in a channel, given the newest first with nothing left out."""
    done = await uow.breaks.done_how(member.id, since=dates[-1], until=dates[0])
    ends = (dates[-1], dates[0] + _DAY)
    since, until = (start_of_date(day, *channel.place) for day in ends)
    missed = await uow.breaks.missed_by_us(channel.id, since=since, until=min(until, now - LATE_CUTOFF))
    schedules = [record.schedule for record in await uow.schedules.list_for_channel(channel.id)]
    marks = known.diary(today_for(member, channel, now))
    return [
        DayStory(
            day=day,
            mark=marks.get(day),
            done=tuple(each for each in done if each.day == day),
            missed_by_us=tuple(at for at in missed if local_date_of(at, *channel.place) == day),
            is_holiday=any(day.weekday() in each.weekdays and is_holiday(day, each.holidays) for each in schedules),
        )
        for day in dates
    ]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A folded streak that is not what its rows come to."""

    member_id: int
    channel_id: int
    stored: Checkpoint
    recomputed: Checkpoint


async def count_folded(open_unit_of_work: OpenUnitOfWork) -> int:
    """Count the folded streaks of all people and channels."""
    async with open_unit_of_work() as uow:
        return await uow.streaks.count()


async def check(
    open_unit_of_work: OpenUnitOfWork, *, repair: bool = False, on_progress: Callable[[int], object] = lambda _: None
) -> list[Wrong]:
    """Recompute every folded streak from its first row on; answers those that differ, corrected with `repair`.

    Where the first rows are gone it begins with what is folded for good. `on_progress` is called with how many have
    been looked at since it was called last.
    """
    wrong: list[Wrong] = []
    after = (0, 0)
    while True:
        async with open_unit_of_work() as uow:
            batch = await uow.streaks.list_folded(after, _BATCH)
            if not batch:
                return wrong
            channel_id = batch[0][0]
            batch = [each for each in batch if each[0] == channel_id]
            wrong += await _check(uow, channel_id, {member_id: stored for _, member_id, stored in batch}, repair=repair)
            await uow.commit()
        after = batch[-1][:2]
        on_progress(len(batch))


async def _check(uow: UnitOfWork, channel_id: int, folded: dict[int, Checkpoint], *, repair: bool) -> list[Wrong]:
    channel = await uow.workspaces.get_channel(channel_id)
    members = await _take(uow, folded, lock=repair)
    known = await learn(uow, channel, members, whole=True)
    wrong = []
    for member_id, stored in folded.items():
        recomputed = fold_up(known[member_id].history, stored.until, known[member_id].checkpoint)
        if recomputed != stored:
            wrong.append(Wrong(member_id, channel_id, stored, recomputed))
            if repair:
                await uow.streaks.keep(member_id, channel_id, recomputed)
    return wrong


async def _take(uow: UnitOfWork, member_ids: Collection[int], *, lock: bool) -> list[Member]:
    if lock:
        for member_id in sorted(member_ids):
            await uow.members.lock(member_id)
    return [await uow.members.get(member_id) for member_id in member_ids]
