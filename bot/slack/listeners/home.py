"""The Home tab, published when it is opened and after what is pressed on it."""

from bot.domain.instants import local_date_of
from bot.services import home, members, streaks
from bot.services.members import Caller
from bot.slack.dispatch import Dependencies, Reply
from bot.slack.payloads import Command, Press
from bot.slack.views import home as home_views
from bot.slack.views import streaks as views
from bot.slack.views.parts import Block, Message


async def show(deps: Dependencies, caller: Caller, direct: str) -> Block:
    """Write somebody's Home tab as of now; `direct` is the Slack id of their direct messages with the app."""
    member = await deps.member(caller)
    shown = await home.show_home(deps.open_unit_of_work, deps.catalogue, member, deps.clock())
    return home_views.home(shown, direct)


async def my_days(deps: Dependencies, press: Press) -> Reply:
    """Show somebody where they stand, privately."""
    return await _my_days(deps, press.caller)


async def my_days_command(deps: Dependencies, command: Command) -> Reply:
    """Answer `/stretch me`."""
    return await _my_days(deps, command.caller)


async def show_stills(deps: Dependencies, press: Press) -> Reply:
    """Keep that somebody wants pictures that do not move."""
    return await _choose(deps, press, wants_stills=True)


async def show_moving(deps: Dependencies, press: Press) -> Reply:
    """Keep that somebody wants pictures that move."""
    return await _choose(deps, press, wants_stills=False)


async def _choose(deps: Dependencies, press: Press, *, wants_stills: bool) -> Reply:
    member = await deps.member(press.caller)
    await members.set_stills(deps.open_unit_of_work, member, wants_stills=wants_stills)
    return Reply(refresh_home=True)


async def _my_days(deps: Dependencies, caller: Caller) -> Reply:
    member = await deps.member(caller)
    return Reply(say=views.my_days(await streaks.list_progress(deps.open_unit_of_work, member, deps.clock())))


async def why(deps: Dependencies, press: Press) -> Reply:
    """Show somebody where their numbers in a channel come from, privately."""
    return Reply(say=await _why(deps, press.caller, press.value))


async def why_command(deps: Dependencies, command: Command) -> Reply:
    """Answer `/stretch why`."""
    return Reply(say=await _why(deps, command.caller, command.channel_slack_id))


async def _why(deps: Dependencies, caller: Caller, channel_slack_id: str) -> Message:
    member, now = await deps.member(caller), deps.clock()
    channel = await deps.channel(caller, channel_slack_id)
    explained = await streaks.explain(deps.open_unit_of_work, member, channel, now)
    return views.why(explained, member.zone, local_date_of(now, member.zone))
