"""`/stretch pause`, `resume` and `next`, and the buttons that do the same."""

from bot.domain.dates import Dates, parse_dates
from bot.domain.instants import local_date_of
from bot.domain.workspaces import Channel
from bot.services import pauses, schedules, workspaces
from bot.services.members import Caller
from bot.slack import overview
from bot.slack.dispatch import Dependencies, Reply, in_person
from bot.slack.payloads import Command, Press
from bot.slack.views import pauses as views
from bot.slack.views import workspaces as workspace_views
from bot.slack.views.parts import Message

_FOR_GOOD = frozenset({"for good", "for ever", "forever"})


async def pause_command(deps: Dependencies, command: Command) -> Reply:
    """Answer `/stretch pause [today · 2w · until …]`."""
    channel = await deps.channel(command.caller, command.channel_slack_id)
    return await _pause(deps, command.caller, channel, " ".join(command.words[1:]) or "today")


async def pause_today(deps: Dependencies, press: Press) -> Reply:
    """Pause a channel for the rest of the day."""
    return await _pause(deps, press.caller, await deps.channel(press.caller, press.value), "today")


async def pause_for_good(deps: Dependencies, press: Press) -> Reply:
    """Stop somebody's own breaks, from their direct messages or Home, until they are resumed."""
    channel = await deps.channel(press.caller, press.value or press.channel_slack_id or "")
    return in_person(await _paused(deps, press.caller, channel, "for good"), press)


async def _pause(deps: Dependencies, caller: Caller, channel: Channel, text: str) -> Reply:
    return Reply(say=await _paused(deps, caller, channel, text), changes_home=True)


async def _paused(deps: Dependencies, caller: Caller, channel: Channel, text: str) -> Message:
    today = local_date_of(deps.clock(), *channel.place)
    dates = Dates(today, None) if text.casefold() in _FOR_GOOD else parse_dates(text, today)
    changed = await pauses.pause_channel(
        deps.open_unit_of_work,
        deps.catalogue,
        channel,
        dates,
        member=await deps.member(caller),
        is_admin=await deps.is_admin(caller),
        now=deps.clock(),
    )
    return views.paused(changed.channel, changed.pauses, changed.following, changed.held_by, today)


async def resume_command(deps: Dependencies, command: Command) -> Reply:
    """Answer `/stretch resume`."""
    return Reply(say=await _resume(deps, command.caller, command.channel_slack_id), changes_home=True)


async def resume(deps: Dependencies, press: Press) -> Reply:
    """Let a paused channel go on."""
    return in_person(await _resume(deps, press.caller, press.value), press)


async def _resume(deps: Dependencies, caller: Caller, channel_slack_id: str) -> Message:
    channel, member = await deps.channel(caller, channel_slack_id), await deps.member(caller)
    is_admin, now = await deps.is_admin(caller), deps.clock()
    if channel.stopped_because is not None:
        tried = await workspaces.try_again(deps.open_unit_of_work, channel, member=member, is_admin=is_admin, now=now)
        return workspace_views.tries_again(tried)
    changed = await pauses.resume_channel(
        deps.open_unit_of_work, deps.catalogue, channel, member=member, is_admin=is_admin, now=now
    )
    channel = changed.channel
    today = local_date_of(now, *channel.place)
    return views.resumed(channel, changed.following, changed.held_by, changed.pauses, today)


async def next_command(deps: Dependencies, command: Command) -> Reply:
    """Answer `/stretch next`: the next breaks here."""
    channel = await deps.channel(command.caller, command.channel_slack_id)
    member = await deps.member(command.caller, fallback_zone=channel.zone)
    coming = await schedules.upcoming(deps.open_unit_of_work, channel, overview.UPCOMING, deps.clock())
    today = local_date_of(deps.clock(), *channel.place)
    return Reply(say=views.upcoming(channel, coming.following, member.zone, today))
