"""Pausing a channel's breaks for today, for a while or for good, and letting them go on."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.dates import Dates
from bot.domain.errors import NothingPaused, NothingScheduled, QuietWhileAway
from bot.domain.instants import local_date_of
from bot.domain.pauses import ASKED_FOR, FellSilent, Pause, PausedBecause, pause_on, silence_due_on
from bot.domain.schedules import Occurrence, held_by, next_occurrences
from bot.domain.workspaces import Channel, Member
from bot.services.keepers import check_keeper
from bot.services.planning import catch_up
from bot.services.workspaces import move_schedules
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork
from routines.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Changed:
    """A channel after its breaks were paused or went on: its zone, and the break that comes next if there is one.

    Where there is none, `held_by` is the pause in which it would lie. `pauses` are what was asked for, or what was
    planned and is taken back.
    """

    channel: Channel
    following: Occurrence | None
    held_by: Pause | None = None
    pauses: tuple[Pause, ...] = ()


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

    What is due by now still comes. Raises NotTheKeeper, NothingScheduled, and InvalidInput once the dates are over.
    """
    async with open_unit_of_work() as uow:
        channel = await _take(uow, catalogue, channel.id, now)
        pause = pause_on(dates, now, channel.place)
        if pause.why is PausedBecause.KEEPER:
            await check_keeper(uow, channel, member, is_admin=is_admin)
        await uow.pauses.add(channel.id, pause, member_id=member.id)
        changed = replace(await _move(uow, channel, now), pauses=(pause,))
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

    What is planned for later stays, unless there is nothing else to end. Away days stay. Raises NotTheKeeper,
    NothingScheduled, NothingPaused, QuietWhileAway.
    """
    async with open_unit_of_work() as uow:
        channel = await _take(uow, catalogue, channel.id, now)
        pauses = await uow.pauses.list_of(channel.id, now)
        ended = [each for each in pauses if each.why in ASKED_FOR and each.covers(now)]
        paused = [each for each in await uow.schedules.list_for_channel(channel.id) if each.schedule.paused]
        planned = [] if ended or paused else [each for each in pauses if each.why in ASKED_FOR]
        if not ended and not paused and not planned:
            raise QuietWhileAway if any(each.covers(now) for each in pauses) else NothingPaused
        if not ended or any(each.why is PausedBecause.KEEPER for each in ended):
            await check_keeper(uow, channel, member, is_admin=is_admin)
        if ended or planned:
            await end_pauses(uow, channel, now, ASKED_FOR, begun=bool(ended))
        else:  # schedules paused one by one are what is left to let go on
            for record in paused:
                await uow.schedules.change(record, replace(record.schedule, paused=False), next_due_at=None)
        changed = replace(await _move(uow, channel, now), pauses=tuple(planned))
        await uow.commit()
    return changed


async def end_pauses(
    uow: UnitOfWork, channel: Channel, now: datetime, because: Collection[PausedBecause], *, begun: bool = False
) -> None:
    """End a channel's pauses for these reasons at `now` (UTC), only what has begun if `begun`; its silence starts anew.

    Within the caller's transaction, which finds anew when schedules are due.
    """
    if await uow.pauses.end(channel.id, now, because, begun=begun):
        today = local_date_of(now, *channel.place)
        await uow.pauses.set_silence_due([channel.id], silence_due_on(today, 0))


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
    schedules = [each.schedule for each in await uow.schedules.list_for_channel(channel.id)]
    if channel.stopped_because is not None:
        return Changed(channel, None)
    pauses = await uow.pauses.list_of(channel.id, now)
    following = next_occurrences(schedules, now, 1, pauses)
    return Changed(channel, following[0]) if following else Changed(channel, None, held_by(schedules, now, pauses))
