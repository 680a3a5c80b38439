"""Gathering what a person's Home tab shows."""

from datetime import datetime

from bot.domain.breaks import Break, closes_at
from bot.domain.home import Home, HomeChannel
from bot.domain.instants import local_date_of
from bot.domain.rotation import as_served
from bot.domain.workspaces import Channel, Member
from bot.services.doses import own_doses
from bot.services.own_routines import offered_in
from bot.services.streaks import show_progress
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork
from routines.catalogue import Catalogue
from routines.model import Exercise


async def show_home(open_unit_of_work: OpenUnitOfWork, catalogue: Catalogue, member: Member, now: datetime) -> Home:
    """Gather a person's Home at `now` (UTC): the channels where they took part, or which they look after.

    Other channels are left out, since their names are not for everybody to see.
    """
    async with open_unit_of_work() as uow:
        await uow.only_look()
        kept = await uow.workspaces.channels_of(member.id)
        offered = await offered_in(uow, catalogue, {channel.id for channel in kept})
        channels = [await _home_channel(uow, offered[channel.id], member, channel, now) for channel in kept]
        today = local_date_of(now, member.zone)
        aways = await uow.aways.list_of(member.id, since=today)
        doses = await own_doses(uow, catalogue, member, now)
        is_keeper = any(each.schedules for each in channels)
        granted = await uow.installations.scopes_of(member.workspace_id) if is_keeper else frozenset[str]()
    return Home(member, tuple(channels), today, tuple(aways), tuple(doses), granted)


async def _home_channel(
    uow: UnitOfWork, catalogue: Catalogue, member: Member, channel: Channel, now: datetime
) -> HomeChannel:
    newest = await uow.breaks.latest(channel.id, now)
    is_open = newest is not None and now < closes_at(
        newest, channel_zone=channel.zone, person_zone=member.zone, day_starts_at=channel.day_starts_at
    )
    open_break = newest if is_open else None
    done = await uow.breaks.state_of(member.id, open_break.id) if open_break else None
    schedules = (
        await uow.schedules.list_for_channel(channel.id) if await uow.keepers.is_keeper(channel, member.id) else []
    )
    return HomeChannel(
        standing=await show_progress(uow, member, channel, now),
        open_break=open_break,
        exercise=_exercise(catalogue, open_break) if open_break else None,
        is_done=bool(done and done.is_done),
        next_due_at=await uow.schedules.next_in_channel(channel.id, now),
        schedules=as_served(schedules, catalogue),
    )


def _exercise(catalogue: Catalogue, break_: Break) -> Exercise | None:
    try:
        return catalogue.exercise(break_.exercise_id)
    except KeyError:
        return None
