"""Working out where people stand in a channel, from the stored rows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.instants import local_date_of
from bot.domain.streaks import Progress, progress_of
from bot.domain.workspaces import Channel, Member
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork


@dataclass(frozen=True, slots=True)
class ChannelProgress:
    """A person's progress in one channel, and whether their name is on its board."""

    channel: Channel
    progress: Progress
    is_named: bool | None


def today_for(member: Member, channel: Channel, now: datetime) -> date:
    """Name the date that has not ended yet for a person in a channel: the earlier of both zones' dates."""
    return min(local_date_of(now, member.zone), local_date_of(now, channel.zone, channel.day_starts_at))


async def progress_in(uow: UnitOfWork, member: Member, channel: Channel, now: datetime) -> Progress:
    """Work out a person's progress in a channel at `now` (UTC).

    Dates kept in any channel of the workspace count: nobody stretches twice for two boards.
    """
    return await progress_from(uow, await uow.breaks.done_dates(member.id), member, channel, now)


async def progress_from(
    uow: UnitOfWork, done: Sequence[tuple[int, date]], member: Member, channel: Channel, now: datetime
) -> Progress:
    """Work out the same from dates already read with `done_dates`."""
    first = min((day for channel_id, day in done if channel_id == channel.id), default=None)
    kept = {day for _, day in done}
    scheduled = await own_break_dates(uow, channel, kept, since=first, until=date.max) if first else []
    return progress_of(scheduled, kept, first=first, today=today_for(member, channel, now))


async def own_break_dates(
    uow: UnitOfWork, channel: Channel, kept: Collection[date], *, since: date, until: date
) -> list[date]:
    """List a person's break days in a channel, both ends included, within the caller's transaction.

    A day whose only break was sent by hand, or healed, counts if done and costs nothing if not.
    """
    scheduled = await uow.breaks.break_dates(channel.id, since=since, until=until)
    others = await uow.breaks.other_dates(channel.id, since=since, until=until)
    return sorted({*scheduled, *(day for day in others if day in kept)})


async def list_progress(open_unit_of_work: OpenUnitOfWork, member: Member, now: datetime) -> list[ChannelProgress]:
    """List a person's progress in every channel where they take part."""
    async with open_unit_of_work() as uow:
        done = await uow.breaks.done_dates(member.id)
        standing = []
        for channel_id in dict.fromkeys(channel_id for channel_id, _ in done):
            channel = await uow.workspaces.get_channel(channel_id)
            progress = await progress_in(uow, member, channel, now)
            standing.append(ChannelProgress(channel, progress, await uow.members.consent(channel_id, member.id)))
    return standing
