"""Weekly boards: noticing that one is due, and gathering what it says from the stored rows."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.boards import (
    Board,
    BoardPlan,
    Figures,
    Performance,
    Record,
    board_at,
    next_board_at,
    own_rank,
    rank_all_time,
)
from bot.domain.holidays import is_holiday
from bot.domain.instants import local_date_of, start_of_date
from bot.domain.outbox import Kind, Message
from bot.domain.schedules import is_day_off, next_occurrences
from bot.domain.streaks import Day, week_start
from bot.domain.workspaces import Channel, Member
from bot.services.streaks import Known, learn, today_for
from bot.store.boards import Posted
from bot.store.retention import WeekTotal
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork

BATCH = 100
"""Due boards one transaction handles."""

CHART_WEEKS = 8
"""Weeks the chart under the board goes back."""

BOARD_CUTOFF = timedelta(days=1)
"""A board later than this is not posted."""

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_OLDEST = 5 * _WEEK
"""So far back lies the week of a board that was put off, for a holiday of a month."""

HIDES_IN = 13
"""The newest boards that are edited when somebody hides their name: a quarter."""


async def make_due(open_unit_of_work: OpenUnitOfWork, now: datetime) -> int:
    """Make the boards that are due at `now` (UTC), at most one a channel and week; answers how many channels moved on.

    A week without a break day or without participation gets no board, and neither does a direct message.
    """
    async with open_unit_of_work() as uow:
        due = await uow.workspaces.list_due_boards(now, BATCH)
        chosen = await uow.keepers.settings_of({channel.id for channel, _ in due})
        for channel, due_at in due:
            plan = chosen[channel.id].board
            put_off_to = await _put_off_to(uow, channel, plan, due_at, now)
            if put_off_to is None and plan.is_on:
                await _make(uow, channel, due_at)
            following = put_off_to or next_board_at(now, channel.zone, plan)
            await uow.workspaces.update_channel(channel.id, board_due_at=following)
        await uow.commit()
    return len(due)


async def _put_off_to(
    uow: UnitOfWork, channel: Channel, plan: BoardPlan, due_at: datetime, now: datetime
) -> datetime | None:
    """Find to which instant (UTC) a board is put off whose date is a day off or paused: that of the next break day.

    None when it is made now. While nobody knows when breaks go on, it is asked again a week later.
    """
    schedules = [record.schedule for record in await uow.schedules.list_for_channel(channel.id)]
    if not schedules or channel.stopped_because is not None or channel.is_direct:
        return None
    today = local_date_of(due_at, *channel.place)
    begins = start_of_date(today, *channel.place)
    pauses = await uow.pauses.list_of(channel.id, begins)
    if not is_day_off(schedules, today) and not any(pause.covers(due_at) for pause in pauses):
        return None
    following = next_occurrences(schedules, begins - timedelta(microseconds=1), 1, pauses)
    if not following:
        return next_board_at(now, channel.zone, plan)
    day = following[0].local_date
    return None if day <= today else max(board_at(day, channel.zone, plan), now)


async def _make(uow: UnitOfWork, channel: Channel, due_at: datetime) -> None:
    monday = week_start(local_date_of(due_at, *channel.place))
    newest = await uow.boards.newest_break_day(channel.id, since=monday - _OLDEST, before=monday)
    if newest is None or channel.stopped_because is not None or channel.is_direct:
        return
    figures = await _figures(uow, channel, week_start(newest), await uow.members.list_named(channel.id))
    if not figures.breaks_done:
        return
    board_id = await uow.boards.add(channel.id, figures)
    if board_id is not None:
        message = Message(
            channel_id=channel.id,
            kind=Kind.BOARD,
            subject_id=board_id,
            key=f"board:{board_id}",
            due_at=due_at,
            expires_at=due_at + BOARD_CUTOFF,
        )
        await uow.outbox.enqueue(message)


async def gather(uow: UnitOfWork, channel: Channel, week: date, *, among: Collection[int] | None = None) -> Board:
    """Gather a channel's board for the week that begins on Monday `week`, every figure as of the week's end.

    It lists who wants to be named now, or those of them that are `among` some.
    """
    listed = [each for each in await uow.members.list_named(channel.id) if among is None or each.id in among]
    return (await _figures(uow, channel, week, listed)).show({each.id: each.name for each in listed})


async def show_posted(uow: UnitOfWork, channel: Channel, posted: Posted) -> Board:
    """Show a board as it was made, without those who hide their names since."""
    if posted.figures is None:
        return await gather(uow, channel, posted.week, among=posted.named)
    named = {each.id: each.name for each in await uow.members.list_named(channel.id) if each.id in posted.named}
    return posted.figures.show(named)


async def _figures(uow: UnitOfWork, channel: Channel, week: date, listed: Sequence[Member]) -> Figures:
    end = week + _WEEK - _DAY
    gone = await uow.retention.totals_by_week(channel.id, until=end)
    totals, best_before = await _weekly_totals(uow, channel, week, gone)
    known = await learn(uow, channel, listed, until=end) if listed else {}
    scheduled = await _scheduled(uow, channel, week, end, known)
    people_gone = sum(each.people for each in gone if each.week == week)
    return Figures(
        week=week,
        breaks_done=dict(totals)[week],
        people=await uow.breaks.people_in(channel.id, since=week, until=end) + people_gone,
        break_days=len(scheduled),
        weekly_totals=totals,
        missed_by_us=tuple(await _missed_by_us(uow, channel, week)),
        holidays=await _holidays(uow, channel, week, scheduled),
        best_before=best_before,
        performances={member.id: _performance(member, known[member.id], end) for member in listed},
    )


async def _scheduled(
    uow: UnitOfWork, channel: Channel, week: date, end: date, known: Mapping[int, Known]
) -> Collection[date]:
    """List the break days of a week, as a rule from what is known of somebody."""
    for each in known.values():
        if each.begins <= week:
            return [day for day in each.history.scheduled if day >= week]
    return (await uow.streaks.break_dates(channel.id, since=week, until=end)).scheduled


async def _holidays(uow: UnitOfWork, channel: Channel, week: date, scheduled: Collection[date]) -> tuple[date, ...]:
    """List the dates of a week that would have been break days, were they no holidays."""
    schedules = [record.schedule for record in await uow.schedules.list_for_channel(channel.id)]
    days = [week + number * _DAY for number in range(7)]
    return tuple(
        day
        for day in days
        if day not in scheduled
        and any(day.weekday() in each.weekdays and is_holiday(day, each.holidays) for each in schedules)
    )


def _performance(member: Member, known: Known, end: date) -> Performance:
    streak, days = known.streak_and_days(end + _DAY)
    took_part = date.min if known.checkpoint else known.history.first or date.max
    since = max(end - _WEEK + _DAY, took_part)
    week = [how for day, how in days.items() if day >= since]
    return Performance(
        name=member.name,
        current=streak.current,
        best=streak.best,
        kept=week.count(Day.KEPT),
        due=len(week),
    )


async def weekly_totals(uow: UnitOfWork, channel: Channel, *, since: date = date.min, until: date) -> dict[date, int]:
    """Count what was done in a channel in each week, by Monday, where anything was; within the caller's transaction."""
    gone = await uow.retention.totals_by_week(channel.id, until=until)
    return await _count_weeks(uow, channel, gone, since=since, until=until)


async def _count_weeks(
    uow: UnitOfWork, channel: Channel, gone: Sequence[WeekTotal], *, since: date, until: date
) -> dict[date, int]:
    totals: dict[date, int] = defaultdict(int, {each.week: each.done for each in gone if each.week >= since})
    for day, done in await uow.breaks.done_by_date(channel.id, since=since, until=until):
        totals[week_start(day)] += done
    return totals


async def _weekly_totals(
    uow: UnitOfWork, channel: Channel, week: date, gone: Sequence[WeekTotal]
) -> tuple[tuple[tuple[date, int], ...], int]:
    """Count the breaks done in each week of the chart, and find the best week before those.

    What the weeks of long ago came to stands on the newest board, all but its own week, which was not quite over.
    """
    begins, end = week - (CHART_WEEKS - 1) * _WEEK, week + _WEEK - _DAY
    earlier = await uow.boards.newest_figures(channel.id, before=week)
    since = earlier.week if earlier else date.min
    totals = {monday: total for monday, total in earlier.weekly_totals if monday < since} if earlier else {}
    totals |= await _count_weeks(uow, channel, gone, since=since, until=end)
    before = [total for monday, total in totals.items() if monday < begins]
    if earlier and earlier.best_before:
        before.append(earlier.best_before)
    first = begins if before else min(totals, default=week)
    weeks = [first + index * _WEEK for index in range((week - first) // _WEEK + 1)]
    return tuple((monday, totals.get(monday, 0)) for monday in weeks), max(before, default=0)


async def _missed_by_us(uow: UnitOfWork, channel: Channel, week: date) -> list[datetime]:
    since, until = (start_of_date(day, *channel.place) for day in (week, week + _WEEK))
    return await uow.breaks.missed_by_us(channel.id, since=since, until=until)


@dataclass(frozen=True, slots=True)
class OwnWeek:
    """A person's own figures under a board: days kept of those due, days in a row, and the rank they would have."""

    kept: int
    due: int
    current: int
    rank: int | None
    is_named: bool = False


async def own_week(open_unit_of_work: OpenUnitOfWork, board_id: int, member: Member) -> OwnWeek | None:
    """Work out a person's own figures for a board's week, for their eyes only; they rank among those it lists."""
    async with open_unit_of_work() as uow:
        await uow.only_look()
        found = await uow.boards.find(board_id)
        if found is None:
            return None
        channel = await uow.workspaces.get_channel(found.channel_id)
        if channel.workspace_id != member.workspace_id:
            return None
        listed = await _listed(uow, channel, found)
        own = listed.get(member.id)
        if own is None:
            end = found.week + _WEEK - _DAY
            own = _performance(member, (await learn(uow, channel, [member], until=end))[member.id], end)
    place = own_rank(own, listed.values())
    return OwnWeek(own.kept, own.due, own.current, place, is_named=member.id in listed)


async def _listed(uow: UnitOfWork, channel: Channel, posted: Posted) -> dict[int, Performance]:
    """Map those whom a board lists, and who still want it, to what it says of them."""
    named = [each for each in await uow.members.list_named(channel.id) if each.id in posted.named]
    figures = posted.figures or await _figures(uow, channel, posted.week, named)
    return {each.id: figures.performances[each.id] for each in named if each.id in figures.performances}


async def show_latest(open_unit_of_work: OpenUnitOfWork, channel: Channel, now: datetime) -> Board:
    """Gather a channel's board for the week that ended last before `now` (UTC)."""
    async with open_unit_of_work() as uow:
        await uow.only_look()
        return await gather(uow, channel, week_start(local_date_of(now, *channel.place)) - _WEEK)


@dataclass(frozen=True, slots=True)
class AllTime:
    """The best of those named in a channel, as (rank, record), and how many more there are."""

    rows: tuple[tuple[int, Record], ...]
    more: int


async def show_all_time(open_unit_of_work: OpenUnitOfWork, channel: Channel, now: datetime) -> AllTime:
    """Rank those named in a channel by their best and their days up to `now` (UTC)."""
    async with open_unit_of_work() as uow:
        await uow.only_look()
        named = await uow.members.list_named(channel.id)
        known = await learn(uow, channel, named)
    streaks = [(member.name, known[member.id].streak(today_for(member, channel, now))) for member in named]
    return AllTime(*rank_all_time([Record(name, streak.best, streak.days) for name, streak in streaks]))


async def hide_name(uow: UnitOfWork, channel: Channel, member: Member, now: datetime) -> None:
    """Have a person's name edited out of the newest boards of a channel, within the caller's transaction."""
    for board_id in await uow.boards.newest_with(channel.id, member.id, HIDES_IN):
        await uow.outbox.enqueue(
            Message(
                channel_id=channel.id,
                kind=Kind.BOARD_EDIT,
                subject_id=board_id,
                key=_edit_key(board_id),
                due_at=now,
            )
        )


def _edit_key(board_id: int) -> str:
    return f"board_edit:{board_id}"


async def posted(uow: UnitOfWork, board_id: int, ts: str, now: datetime) -> None:
    """Remember a board's message, within the caller's transaction.

    Who hid their name while it was on its way may stand on it, and is edited out now.
    """
    await uow.boards.mark_posted(board_id, ts)
    await uow.outbox.say_again(_edit_key(board_id), now)


async def set_consent(
    open_unit_of_work: OpenUnitOfWork,
    team_id: str,
    channel_slack_id: str,
    member: Member,
    *,
    is_named: bool,
    now: datetime,
) -> None:
    """Keep whether a person wants their name on a channel's board; who hides it is taken off the newest boards too."""
    async with open_unit_of_work() as uow:
        workspace = await uow.workspaces.ensure_workspace(team_id)
        channel = await uow.workspaces.ensure_channel(workspace.id, channel_slack_id)
        await uow.members.set_consent(channel.id, member.id, is_named=is_named)
        if not is_named:
            await hide_name(uow, channel, member, now)
        await uow.commit()
