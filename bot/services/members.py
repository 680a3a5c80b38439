"""Getting to know people, and keeping what they chose."""

from dataclasses import dataclass

from bot.domain.workspaces import Member
from bot.services.ports import Directory
from bot.store.unit_of_work import OpenUnitOfWork


@dataclass(frozen=True, slots=True)
class Caller:
    """Who acts, as Slack's payload names them."""

    team_id: str
    slack_id: str
    name: str = ""


async def learn_member(
    open_unit_of_work: OpenUnitOfWork, directory: Directory, caller: Caller, *, fallback_zone: str = "UTC"
) -> Member:
    """Find the person who acts; at their first act Slack is asked for name and time zone.

    When Slack does not answer, the payload's name and `fallback_zone` serve: a press is never lost over that.
    """
    async with open_unit_of_work() as uow:
        known = await uow.members.find_in_team(caller.team_id, caller.slack_id)
    if known is not None and known.name:
        return known
    facts = await directory.person(caller.team_id, caller.slack_id)
    name = (facts.name if facts else "") or caller.name
    zone = facts.zone if facts else fallback_zone
    async with open_unit_of_work() as uow:
        workspace = await uow.workspaces.ensure_workspace(caller.team_id)
        member = await uow.members.ensure(workspace.id, caller.slack_id, name=name, zone=zone)
        await uow.commit()
    return member


async def set_consent(
    open_unit_of_work: OpenUnitOfWork, team_id: str, channel_slack_id: str, member: Member, *, is_named: bool
) -> None:
    """Keep whether a person wants their name on a channel's board."""
    async with open_unit_of_work() as uow:
        workspace = await uow.workspaces.ensure_workspace(team_id)
        channel = await uow.workspaces.ensure_channel(workspace.id, channel_slack_id)
        await uow.members.set_consent(channel.id, member.id, is_named=is_named)
        await uow.commit()
