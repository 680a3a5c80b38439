"""The Home tab, published when it is opened and after what is pressed on it."""

from bot.domain.choices import Choice
from bot.domain.instants import local_date_of
from bot.services import doses, home, members, streaks
from bot.services.members import Caller
from bot.slack.dispatch import Dependencies, Reply
from bot.slack.payloads import Command, Malformed, Press
from bot.slack.views import home as home_views
from bot.slack.views import streaks as views
from bot.slack.views.parts import Block, Message


async def show(deps: Dependencies, caller: Caller) -> Block:
    """Write somebody's Home tab as of now."""
    member = await deps.member(caller)
    return home_views.home(await home.show_home(deps.open_unit_of_work, deps.catalogue, member, deps.clock()))


async def opened(deps: Dependencies, caller: Caller, direct_slack_id: str) -> None:
    """Remember that somebody looks at their Home, which is kept fresh for the hours after, and where they are told."""
    await members.opened_home(deps.open_unit_of_work, await deps.member(caller), direct_slack_id, deps.clock())


async def is_open(deps: Dependencies, caller: Caller) -> bool:
    """Tell whether somebody may be looking at their Home."""
    return (await deps.member(caller)).has_home_open(deps.clock())


async def my_days(deps: Dependencies, press: Press) -> Reply:
    """Show somebody where they stand, privately."""
    return await _my_days(deps, press.caller)


async def my_days_command(deps: Dependencies, command: Command) -> Reply:
    """Answer `/stretch me`."""
    return await _my_days(deps, command.caller)


async def choose(deps: Dependencies, press: Press) -> Reply:
    """Keep what somebody wants to be shown: still pictures, seated versions first, no equipment."""
    choice, _, state = press.value.partition(":")
    if choice not in set(Choice):
        raise Malformed("a choice")
    member = await deps.member(press.caller)
    await members.choose(deps.open_unit_of_work, member, Choice(choice), on=state == "on")
    return Reply(refresh_home=True)


async def _my_days(deps: Dependencies, caller: Caller) -> Reply:
    member, now = await deps.member(caller), deps.clock()
    standing = await streaks.list_progress(deps.open_unit_of_work, member, now)
    own = await doses.list_own(deps.open_unit_of_work, deps.catalogue, member, now)
    return Reply(say=views.my_days(standing, own))


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
