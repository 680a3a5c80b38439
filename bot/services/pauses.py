"""Pausing a channel's breaks for today, for a while or for good, and letting them go on."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.dates import Dates
from bot.domain.errors import NothingPaused, NothingScheduled
from bot.domain.instants import end_of_date, local_date_of, start_of_date
from bot.domain.pauses import FellSilent, Pause, PausedBecause, silence_due_on
from bot.domain.schedules import Occurrence, next_occurrences
from bot.domain.workspaces import Channel, Member
from bot.services.keepers import check_keeper
from bot.services.planning import catch_up
from bot.services.workspaces import move_schedules
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork
from routines.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Changed:
    """A channel after its breaks were paused or went on: its zone, and the break that comes next if there is one."""

    channel: Channel
    following: Occurrence | None
    pause: Pause | None = None


async def pause_channel(
    open_unit_of_work: OpenUnitOfWork,
    catalogue: Catalogue,
    channel: Channel,
    dates: Dates,
    *,
    member: Member,
    is_admin: bool = False,
    now: datetime,
) -> Changed:
    """Pause a channel on local dates, from `now` (UTC) on: anybody today, keepers and admins for longer.

    What is due by now still comes. Raises NotTheKeeper, NothingScheduled.
    """
    async with open_unit_of_work() as uow:
        channel = await _take(uow, catalogue, channel.id, now)
        today = local_date_of(now, channel.zone, channel.day_starts_at)
        why = PausedBecause.TODAY if dates == Dates(today, today) else PausedBecause.KEEPER
        if why is PausedBecause.KEEPER:
            await check_keeper(uow, channel, member, is_admin=is_admin)
        place = (channel.zone, channel.day_starts_at)
        until = end_of_date(dates.last, *place) if dates.last else None
        pause = Pause(max(now, start_of_date(dates.first, *place)), until, why)
        await uow.pauses.add(channel.id, pause, member_id=member.id)
        changed = replace(await _move(uow, channel, now), pause=pause)
        await uow.commit()
    return changed


async def resume_channel(
    open_unit_of_work: OpenUnitOfWork,
    catalogue: Catalogue,
    channel: Channel,
    *,
    member: Member,
    is_admin: bool = False,
    now: datetime,
) -> Changed:
    """Let a paused channel go on after `now` (UTC), without catching up: what a keeper paused, keepers and admins only.

    Breaks of one's own go on as well if Slack had stopped them. Raises NotTheKeeper, NothingScheduled, NothingPaused.
    """
    async with open_unit_of_work() as uow:
        channel = await _take(uow, catalogue, channel.id, now)
        pauses = (await uow.pauses.list_for([channel.id], now)).get(channel.id, [])
        paused = [each for each in await uow.schedules.list_for_channel(channel.id) if each.schedule.paused]
        is_stopped = channel.is_direct and channel.stopped_because is not None
        if not pauses and not paused and not is_stopped:
            raise NothingPaused
        if not pauses or any(pause.why is PausedBecause.KEEPER for pause in pauses):
            await check_keeper(uow, channel, member, is_admin=is_admin)
        if is_stopped:
            await uow.workspaces.update_channel(channel.id, stopped_because=None)
            channel = replace(channel, stopped_because=None)
        await uow.pauses.end(channel.id, now)
        for record in [] if pauses else paused:  # schedules paused one by one are what is left to let go on
            await uow.schedules.change(record, replace(record.schedule, paused=False), next_due_at=None)
        today = local_date_of(now, channel.zone, channel.day_starts_at)
        await uow.pauses.set_silence_due([channel.id], silence_due_on(today, 0))
        changed = await _move(uow, channel, now)
        await uow.commit()
    return changed


async def prepare_fell_silent(uow: UnitOfWork, pause_id: int, slack_id: str, now: datetime) -> FellSilent | str:
    """Gather what a channel is told that fell silent, within the caller's transaction; or why there is no need to."""
    found = await uow.pauses.find(pause_id)
    if found is None or (found[1].until is not None and found[1].until <= now):
        return "it goes on already"
    return FellSilent(slack_id)


async def _take(uow: UnitOfWork, catalogue: Catalogue, channel_id: int, now: datetime) -> Channel:
    await catch_up(uow, catalogue, channel_id, now)
    if not await uow.schedules.list_for_channel(channel_id):
        raise NothingScheduled
    return await uow.workspaces.get_channel(channel_id)


async def _move(uow: UnitOfWork, channel: Channel, now: datetime) -> Changed:
    await move_schedules(uow, channel.id, now)
    records = await uow.schedules.list_for_channel(channel.id)
    pauses = (await uow.pauses.list_for([channel.id], now)).get(channel.id, [])
    following = next_occurrences([each.schedule for each in records], now, 1, pauses)
    return Changed(channel, following[0] if following and channel.stopped_because is None else None)
