"""What becomes of channels and people: renamed, archived, made private, deactivated."""

from bot.services import workspaces
from bot.services.ports import ChannelFacts
from bot.slack.dispatch import Dependencies
from bot.slack.event_payloads import ChannelChange, PersonChange

_GONE = frozenset({"archive", "deleted"})


async def channel_changed(deps: Dependencies, change: ChannelChange) -> None:
    """Follow what became of a channel; Slack is asked how it is now, for events come late and out of order."""
    where = (deps.open_unit_of_work, change.team_id)
    if change.kind == "id_changed":
        await workspaces.change_channel_id(*where, change.channel_slack_id, change.new_id)
        return
    if await workspaces.find_channel(*where, change.channel_slack_id) is None:
        return
    facts = await deps.directory.channel(change.team_id, change.channel_slack_id)
    if facts is None:  # without an answer the event is all there is to go by
        is_archived = change.kind in _GONE
        facts = ChannelFacts(change.name, is_member=change.kind != "unarchive", is_archived=is_archived)
    await workspaces.follow_channel(*where, change.channel_slack_id, facts, deps.clock())


async def person_changed(deps: Dependencies, change: PersonChange) -> None:
    """Keep somebody's new name, zone and standing."""
    await workspaces.follow_person(
        deps.open_unit_of_work, change.caller, change.facts, event_at=change.event_at, now=deps.clock()
    )
