"""Getting to know workspaces and channels, and stopping what can no longer be posted to."""

from datetime import datetime, timedelta

from bot.domain.errors import ChannelStopped
from bot.domain.outbox import TOKEN_ERRORS, Kind, Message
from bot.domain.schedules import next_due_at
from bot.domain.workspaces import DEACTIVATED, Channel, Hindrance, Member, MemberKind, ScheduleRecord, hindrance
from bot.services.keepers import check_keeper
from bot.services.members import Caller
from bot.services.ports import ChannelFacts, PersonFacts
from bot.services.run_cards import cut_off
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork

REMOVED = "not_in_channel"
"""Why a channel stops that the app was removed from, in the word with which Slack would refuse a post there."""

ARCHIVED = "is_archived"
_PLACE_GONE = frozenset({Hindrance.GONE, Hindrance.ARCHIVED})
"""What is over when the app is in a channel that is not archived."""

_TELL_WITHIN = timedelta(days=1)
"""A keeper who could not be told that breaks stopped within a day has seen it for themselves."""


async def list_team_ids(open_unit_of_work: OpenUnitOfWork) -> list[str]:
    """List the Slack ids of all known workspaces."""
    async with open_unit_of_work() as uow:
        return await uow.workspaces.list_team_ids()


async def find_channel(open_unit_of_work: OpenUnitOfWork, team_id: str, slack_id: str) -> Channel | None:
    """Find a channel by its Slack ids."""
    async with open_unit_of_work() as uow:
        return await uow.workspaces.find_channel(team_id, slack_id)


async def stop_channel(uow: UnitOfWork, channel_id: int, reason: str, now: datetime, *, tells: bool = True) -> None:
    """Stop everything in a channel that cannot be posted to any more, and tell its keeper: one cause, one message."""
    await uow.workspaces.lock_channel(channel_id)  # Slack's refusal and its event may come at the same time
    channel = await uow.workspaces.get_channel(channel_id)
    if channel.stopped_because is not None:
        return
    await uow.workspaces.update_channel(channel_id, stopped_because=reason)
    records = await uow.schedules.list_for_channel(channel_id)
    for record in records:
        await uow.schedules.set_next_due(record.id, None)
    await _take_back(uow, channel_id, now)
    await uow.outbox.drop_channel(channel_id, reason)
    # Without a token nobody can be told, and it is the operator's to mend.
    can_tell = tells and reason not in TOKEN_ERRORS
    for run_id in await uow.runs.list_unfinished(channel_id):
        await cut_off(uow, run_id, now, tells=can_tell)
    if can_tell and records:
        await uow.outbox.enqueue(_stopped(channel_id, now))


def _stopped(channel_id: int, now: datetime) -> Message:
    return Message(
        channel_id=channel_id,
        kind=Kind.STOPPED,
        subject_id=channel_id,
        key=f"stopped:{channel_id}:{int(now.timestamp())}",
        due_at=now,
        expires_at=now + _TELL_WITHIN,
    )


async def leave_channel(open_unit_of_work: OpenUnitOfWork, team_id: str, slack_id: str, now: datetime) -> bool:
    """Stop a channel that the app was removed from at `now` (UTC); tells whether it was known and going."""
    async with open_unit_of_work() as uow:
        channel = await uow.workspaces.find_channel(team_id, slack_id)
        if channel is None or channel.stopped_because is not None:
            return False
        await stop_channel(uow, channel.id, REMOVED, now)
        await uow.commit()
    return True


async def resume_channel(open_unit_of_work: OpenUnitOfWork, team_id: str, slack_id: str, now: datetime) -> bool:
    """Let a stopped channel's schedules go on, from the next occurrence after `now` (UTC); tells whether any did."""
    async with open_unit_of_work() as uow:
        channel = await uow.workspaces.find_channel(team_id, slack_id)
        if channel is None or channel.stopped_because is None:
            return False
        await go_on(uow, channel.id, now)
        await uow.commit()
    return True


async def try_again(
    open_unit_of_work: OpenUnitOfWork, channel: Channel, *, member: Member, is_admin: bool, now: datetime
) -> list[ScheduleRecord]:
    """Let a stopped channel whose settings did not let us post go on after `now` (UTC); answers its schedules.

    If Slack refuses the next post too, it stops anew. Raises NotTheKeeper, and ChannelStopped for other reasons.
    """
    async with open_unit_of_work() as uow:
        await uow.workspaces.lock_channel(channel.id)
        channel = await uow.workspaces.get_channel(channel.id)
        reason = channel.stopped_because
        if reason is not None and hindrance(reason) is not Hindrance.FORBIDDEN:
            raise ChannelStopped(channel.slack_id, reason)
        await check_keeper(uow, channel, member, is_admin=is_admin)
        await go_on(uow, channel.id, now)
        records = await uow.schedules.list_for_channel(channel.id)
        await uow.commit()
    return records


async def follow_channel(
    open_unit_of_work: OpenUnitOfWork, team_id: str, slack_id: str, facts: ChannelFacts, now: datetime
) -> None:
    """Follow what became of a channel by `now` (UTC): renamed, archived or brought back, with the app in it or not."""
    async with open_unit_of_work() as uow:
        channel = await uow.workspaces.find_channel(team_id, slack_id)
        if channel is None:
            return
        if facts.name:
            await uow.workspaces.update_channel(channel.id, name=facts.name)
        was_gone = channel.stopped_because is not None and hindrance(channel.stopped_because) in _PLACE_GONE
        reason = ARCHIVED if facts.is_archived else None if facts.is_member else REMOVED
        if reason is not None:
            await stop_channel(uow, channel.id, reason, now)
            if was_gone:
                await uow.workspaces.update_channel(channel.id, stopped_because=reason)
        elif was_gone:
            await go_on(uow, channel.id, now)
        await uow.commit()


async def follow_person(
    open_unit_of_work: OpenUnitOfWork, caller: Caller, facts: PersonFacts, *, event_at: datetime, now: datetime
) -> None:
    """Keep what Slack says of somebody known has changed at `event_at` (UTC), unless something newer is known.

    Breaks of their own stop while their account is deactivated.
    """
    async with open_unit_of_work() as uow:
        known = await uow.members.find_in_team(caller.team_id, caller.slack_id)
        if known is None or (known.learned_at is not None and event_at < known.learned_at):
            return
        told = {"name": facts.name or known.name, "zone": facts.zone, "kind": facts.kind}
        await uow.members.ensure(known.workspace_id, caller.slack_id, **told, learned_at=event_at)
        for channel_id in await uow.workspaces.own_channels(known.id):
            channel = await uow.workspaces.get_channel(channel_id)
            if facts.kind is MemberKind.GONE:
                await stop_channel(uow, channel_id, DEACTIVATED, now, tells=False)
            elif channel.stopped_because == DEACTIVATED:
                await go_on(uow, channel_id, now)
        await uow.commit()


async def change_channel_id(open_unit_of_work: OpenUnitOfWork, team_id: str, old_id: str, new_id: str) -> None:
    """Keep a channel's new Slack id, unless that is known as another channel's."""
    async with open_unit_of_work() as uow:
        channel = await uow.workspaces.find_channel(team_id, old_id)
        if channel is not None and await uow.workspaces.find_channel(team_id, new_id) is None:
            await uow.workspaces.update_channel(channel.id, slack_id=new_id)
            await uow.commit()


async def resume_all(uow: UnitOfWork, team_id: str, now: datetime) -> None:
    """Let every channel go on, after `now` (UTC), that stopped because Slack no longer took our token."""
    for channel in await uow.workspaces.list_stopped(team_id, TOKEN_ERRORS):
        await go_on(uow, channel.id, now)


async def go_on(uow: UnitOfWork, channel_id: int, now: datetime) -> None:
    """Let a channel's schedules go on after `now` (UTC), within the caller's transaction."""
    await uow.workspaces.update_channel(channel_id, stopped_because=None)
    await move_schedules(uow, channel_id, now)


async def move_schedules(uow: UnitOfWork, channel_id: int, now: datetime) -> None:
    """Find anew when each of a channel's schedules is due after `now` (UTC): what they depend on has changed.

    While the channel is stopped, they never are. What was made ahead of that instant is taken back.
    """
    await _take_back(uow, channel_id, now)
    channel = await uow.workspaces.get_channel(channel_id)
    pauses = await uow.pauses.list_of(channel_id, now)
    goes_on = channel.stopped_because is None
    for record in await uow.schedules.list_for_channel(channel_id):
        due_at = next_due_at(record.schedule, now, pauses) if goes_on else None
        await uow.schedules.set_next_due(record.id, due_at)


async def _take_back(uow: UnitOfWork, channel_id: int, now: datetime) -> None:
    """Delete a channel's breaks that are due after `now` (UTC), unless a courier has one in hand by its clock."""
    await uow.breaks.remove(await uow.outbox.take_prompts_back(channel_id, now))
