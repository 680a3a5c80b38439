"""Setting a channel's schedules, and saying when they are due next."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.boards import next_board_at
from bot.domain.errors import ScheduleChanged, ScheduleGone
from bot.domain.holidays import is_known
from bot.domain.instants import local_date_of
from bot.domain.pauses import ASKED_FOR, Pause, PausedBecause, silence_due_on
from bot.domain.schedules import Occurrence, Schedule, held_by, next_occurrences
from bot.domain.workspaces import Channel, Member, ScheduleRecord
from bot.services.aways import keep_silent
from bot.services.greetings import introduce
from bot.services.keepers import adopt, check_keeper
from bot.services.pauses import end_pauses
from bot.services.planning import catch_up
from bot.services.workspaces import go_on, move_schedules
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork
from routines.catalogue import Catalogue

_SILENCE = frozenset({PausedBecause.SILENT})


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A channel's next breaks, and its pauses that are not over."""

    following: list[Occurrence]
    pauses: list[Pause]


async def add_schedule(
    open_unit_of_work: OpenUnitOfWork,
    catalogue: Catalogue,
    channel: Channel,
    schedule: Schedule,
    *,
    keeper: Member | None,
    is_admin: bool = False,
    now: datetime,
) -> int:
    """Add a schedule to a channel, set the channel's zone and answer the schedule's id; a stopped channel goes on.

    So does a silent one, and with its first schedule one that was paused while it still had others.
    Whoever sets up a channel without a keeper becomes it, and is named in an introduction. A schedule that is there
    already, as after a second press on Start, is not added again. Raises NotTheKeeper, NotAFullMember.
    """
    async with open_unit_of_work() as uow:
        # Of two at once one waits for the other here.
        await catch_up(uow, catalogue, channel.id, now)
        channel = await uow.workspaces.get_channel(channel.id)
        await check_keeper(uow, channel, keeper, is_admin=is_admin)
        await adopt(uow, channel, keeper)
        if channel.stopped_because is not None:
            await go_on(uow, channel.id, now)
        await _set_day(uow, channel, schedule, now)
        stored = await uow.schedules.list_for_channel(channel.id)
        schedule_id = next((record.id for record in stored if record.schedule == schedule), None)
        if schedule_id is None:
            schedule_id = await uow.schedules.add(channel.id, schedule, next_due_at=None, now=now)
        await end_pauses(uow, channel, now, _SILENCE if stored else ASKED_FOR)
        if not stored:
            today = local_date_of(now, schedule.zone, schedule.day_starts_at)
            await uow.pauses.set_silence_due([channel.id], silence_due_on(today, 0))
        if channel.is_direct and keeper is not None and not stored:
            await keep_silent(uow, catalogue, keeper, now)
        await move_schedules(uow, channel.id, now)
        if keeper is not None and not channel.is_direct:
            await introduce(uow, channel, now)
        await uow.commit()
    return schedule_id


async def change_schedule(
    open_unit_of_work: OpenUnitOfWork,
    catalogue: Catalogue,
    schedule_id: int,
    schedule: Schedule,
    *,
    expected_version: int | None = None,
    member: Member | None = None,
    is_admin: bool = False,
    now: datetime,
) -> None:
    """Edit a schedule from `now` (UTC) on: nothing is posted again, and no time of today already past is added.

    A silent channel goes on, unless the schedule is paused.
    Raises ScheduleGone, ScheduleChanged when `expected_version` is no longer current, NotTheKeeper.
    """
    async with open_unit_of_work() as uow:
        record = await _take(uow, catalogue, schedule_id, now)
        if expected_version is not None and record.version != expected_version:
            raise ScheduleChanged(schedule_id)
        await check_keeper(uow, record.channel, member, is_admin=is_admin)
        await adopt(uow, record.channel, member)
        if member is not None and record.channel.stopped_because is not None:
            await go_on(uow, record.channel.id, now)  # who edits in Slack does so where the app is again
        await _set_day(uow, record.channel, schedule, now)
        if not await uow.schedules.change(record, schedule, next_due_at=None):
            raise ScheduleChanged(schedule_id)
        if not schedule.paused:
            await end_pauses(uow, record.channel, now, _SILENCE)
        await move_schedules(uow, record.channel.id, now)
        await introduce(uow, record.channel, now, posts=False)
        await uow.commit()


async def _take(uow: UnitOfWork, catalogue: Catalogue, schedule_id: int, now: datetime) -> ScheduleRecord:
    """Find a schedule to change, with what is due in its channel made, and keep others from changing it meanwhile."""
    record = await _get(uow, schedule_id)
    await catch_up(uow, catalogue, record.channel.id, now)
    return await _get(uow, schedule_id)


async def pause_schedule(
    open_unit_of_work: OpenUnitOfWork,
    catalogue: Catalogue,
    schedule_id: int,
    *,
    paused: bool,
    member: Member | None = None,
    is_admin: bool = False,
    now: datetime,
) -> None:
    """Pause a schedule for good, or resume it. Raises ScheduleGone, ScheduleChanged, NotTheKeeper."""
    async with open_unit_of_work() as uow:
        record = await _get(uow, schedule_id)
    await change_schedule(
        open_unit_of_work,
        catalogue,
        schedule_id,
        replace(record.schedule, paused=paused),
        expected_version=record.version,
        member=member,
        is_admin=is_admin,
        now=now,
    )


async def remove_schedule(
    open_unit_of_work: OpenUnitOfWork,
    catalogue: Catalogue,
    schedule_id: int,
    *,
    member: Member | None = None,
    is_admin: bool = False,
    now: datetime,
) -> None:
    """Delete a schedule at `now` (UTC); breaks that took place or are due stay. Raises ScheduleGone, NotTheKeeper."""
    async with open_unit_of_work() as uow:
        record = await _take(uow, catalogue, schedule_id, now)
        await check_keeper(uow, record.channel, member, is_admin=is_admin)
        await uow.schedules.remove(schedule_id)
        await move_schedules(uow, record.channel.id, now)
        await introduce(uow, record.channel, now, posts=False)
        await uow.commit()


async def unknown_regions(open_unit_of_work: OpenUnitOfWork) -> list[str]:
    """List the regions on whose holidays schedules are to rest, and of which none are known."""
    async with open_unit_of_work() as uow:
        return [region for region in await uow.schedules.list_regions() if not is_known(region)]


async def list_schedules(open_unit_of_work: OpenUnitOfWork) -> list[tuple[str, ScheduleRecord]]:
    """List every schedule with its workspace's Slack id."""
    async with open_unit_of_work() as uow:
        return await uow.schedules.list_all()


async def list_for_channel(open_unit_of_work: OpenUnitOfWork, channel: Channel) -> list[ScheduleRecord]:
    """List a channel's schedules, oldest first."""
    async with open_unit_of_work() as uow:
        return await uow.schedules.list_for_channel(channel.id)


async def ensure_channel(open_unit_of_work: OpenUnitOfWork, team_id: str, slack_id: str, *, name: str = "") -> Channel:
    """Find or create a channel, and keep its name if given."""
    async with open_unit_of_work() as uow:
        workspace = await uow.workspaces.ensure_workspace(team_id)
        facts = {"name": name} if name else {}
        channel = await uow.workspaces.ensure_channel(workspace.id, slack_id, **facts)
        await uow.commit()
    return channel


async def upcoming(open_unit_of_work: OpenUnitOfWork, channel: Channel, count: int, now: datetime) -> Upcoming:
    """List a channel's next breaks after `now` (UTC), outside its pauses; none while it is stopped."""
    async with open_unit_of_work() as uow:
        channel = await uow.workspaces.get_channel(channel.id)
        records = await uow.schedules.list_for_channel(channel.id)
        pauses = await uow.pauses.list_of(channel.id, now)
    if channel.stopped_because is not None:
        return Upcoming([], pauses)
    return Upcoming(next_occurrences([record.schedule for record in records], now, count, pauses), pauses)


async def look_ahead(
    open_unit_of_work: OpenUnitOfWork, schedule_id: int, now: datetime
) -> tuple[ScheduleRecord, Pause | None]:
    """Find a schedule as it is stored at `now` (UTC), and the pause that its times lie in next. Raises ScheduleGone."""
    async with open_unit_of_work() as uow:
        record = await _get(uow, schedule_id)
        pauses = await uow.pauses.list_of(record.channel.id, now)
    return record, held_by([record.schedule], now, pauses)


async def preview(
    open_unit_of_work: OpenUnitOfWork, schedule_id: int, count: int, now: datetime
) -> tuple[ScheduleRecord, list[Occurrence]]:
    """List a schedule's own next breaks after `now` (UTC). Raises ScheduleGone."""
    async with open_unit_of_work() as uow:
        record = await _get(uow, schedule_id)
        pauses = await uow.pauses.list_of(record.channel.id, now)
    if record.channel.stopped_because is not None:
        return record, []
    return record, next_occurrences([record.schedule], now, count, pauses)


async def _get(uow: UnitOfWork, schedule_id: int) -> ScheduleRecord:
    record = await uow.schedules.find(schedule_id)
    if record is None:
        raise ScheduleGone
    return record


async def _set_day(uow: UnitOfWork, channel: Channel, schedule: Schedule, now: datetime) -> None:
    """Give the channel the schedule's zone and start of day; its other schedules and its board follow."""
    plan = (await uow.keepers.settings(channel.id)).board
    board_due_at = next_board_at(now, schedule.zone, plan)
    if board_due_at is not None:
        await uow.workspaces.ensure_board_due_at(channel.id, board_due_at)
    if channel.zone != schedule.zone:
        await uow.workspaces.update_channel(channel.id, zone=schedule.zone, board_due_at=board_due_at)
    if channel.day_starts_at != schedule.day_starts_at:
        await uow.workspaces.update_channel(channel.id, day_starts_at=schedule.day_starts_at)
