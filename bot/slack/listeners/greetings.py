"""Coming to a channel: the greeting there, and the one press that starts its breaks."""

from bot.domain.greetings import usual
from bot.domain.times import parse_zone
from bot.services import greetings, schedules, workspaces
from bot.services.members import Caller
from bot.slack import overview
from bot.slack.dispatch import Dependencies, Reply
from bot.slack.event_payloads import Membership
from bot.slack.payloads import Press
from bot.slack.views import greetings as views


async def app_joined(deps: Dependencies, joined: Membership) -> None:
    """Let a stopped channel go on when the app is invited again; greet one that has no breaks."""
    now = deps.clock()
    await workspaces.resume_channel(deps.open_unit_of_work, joined.team_id, joined.channel_slack_id, now)
    caller = Caller(joined.team_id, joined.inviter_slack_id)
    facts = await deps.directory.channel(joined.team_id, joined.channel_slack_id)
    channel = await deps.channel(caller, joined.channel_slack_id, facts.name if facts else "")
    inviter = await deps.member(caller) if joined.inviter_slack_id else None
    await greetings.greet(deps.open_unit_of_work, channel, inviter, event_id=joined.event_ts, now=now)


async def app_left(deps: Dependencies, left: Membership) -> None:
    """Stop a channel when the app is removed from it; a late word of that, after its return, changes nothing."""
    facts = await deps.directory.channel(left.team_id, left.channel_slack_id)
    if facts is None or not facts.is_member:
        await workspaces.leave_channel(deps.open_unit_of_work, left.team_id, left.channel_slack_id, deps.clock())


async def start(deps: Dependencies, press: Press) -> Reply:
    """Start the breaks that a greeting offers; the greeting becomes their introduction."""
    channel_slack_id, _, zone = press.value.partition("|")
    channel = await deps.place(press.caller, channel_slack_id)
    if await schedules.list_for_channel(deps.open_unit_of_work, channel):
        return Reply(say=views.there_already(channel_slack_id))
    await overview.check_may_adopt(deps, press.caller, channel)
    if press.message_ts is not None and not press.is_ephemeral:
        await greetings.seen(deps.open_unit_of_work, channel, press.message_ts)
    schedule_id = await schedules.add_schedule(
        deps.open_unit_of_work,
        deps.catalogue,
        channel,
        usual(parse_zone(zone)),
        keeper=await deps.member(press.caller),
        is_admin=await deps.is_admin(press.caller),
        now=deps.clock(),
    )
    return Reply(say=views.started(*await overview.look_ahead(deps, schedule_id)))
