"""Getting to know people, and keeping what they chose."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.choices import Choice
from bot.domain.workspaces import Member
from bot.services.ports import Directory
from bot.store.unit_of_work import OpenUnitOfWork

LEARN_AGAIN_AFTER = timedelta(days=1)
"""Names and zones change; asking Slack once a day keeps up without an event for it."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who acts, as Slack's payload names them."""

    team_id: str
    slack_id: str
    name: str = ""


async def learn_member(
    open_unit_of_work: OpenUnitOfWork,
    directory: Directory,
    caller: Caller,
    *,
    now: datetime,
    fallback_zone: str = "UTC",
) -> Member:
    """Find the person who acts; at their first act, and once a day, Slack is asked for name and time zone.

    When Slack does not answer, what is known, the payload's name and `fallback_zone` serve: a press is never lost over
    that, and the next one asks again.
    """
    async with open_unit_of_work() as uow:
        await uow.only_look()
        known = await uow.members.find_in_team(caller.team_id, caller.slack_id)
    if known is not None and is_known(known, now):
        return known
    facts = await directory.person(caller.team_id, caller.slack_id)
    if facts is None and known is not None:
        return known
    async with open_unit_of_work() as uow:
        workspace = await uow.workspaces.ensure_workspace(caller.team_id)
        if facts is None:
            member = await uow.members.ensure(workspace.id, caller.slack_id, name=caller.name, zone=fallback_zone)
        else:
            name = facts.name or caller.name
            told = {"name": name, "zone": facts.zone, "kind": facts.kind}
            member = await uow.members.ensure(workspace.id, caller.slack_id, **told, learned_at=now)
        await uow.commit()
    return member


def is_known(member: Member, now: datetime) -> bool:
    """Tell whether Slack need not be asked about a person again at `now` (UTC)."""
    return member.learned_at is not None and now - member.learned_at < LEARN_AGAIN_AFTER


async def wants_stills(open_unit_of_work: OpenUnitOfWork, caller: Caller) -> bool:
    """Tell whether a person chose pictures that do not move; who is not known yet has not."""
    async with open_unit_of_work() as uow:
        await uow.only_look()
        member = await uow.members.find_in_team(caller.team_id, caller.slack_id)
    return member is not None and member.wants_stills


async def choose(open_unit_of_work: OpenUnitOfWork, member: Member, choice: Choice, *, on: bool) -> None:
    """Keep something a person chose for themselves."""
    async with open_unit_of_work() as uow:
        await uow.members.set_choice(member.id, choice, on=on)
        await uow.commit()


async def opened_home(open_unit_of_work: OpenUnitOfWork, member: Member, direct_slack_id: str, now: datetime) -> None:
    """Keep when (UTC) a person opened their Home, and where their direct messages with the app are.

    What they did before that was known belongs to their own id; it moves there, unless something is there already.
    """
    async with open_unit_of_work() as uow:
        if direct_slack_id and direct_slack_id != member.direct_slack_id:
            await uow.workspaces.change_slack_id(member.workspace_id, member.slack_id, direct_slack_id)
        await uow.members.saw_home(member.id, direct_slack_id, now)
        await uow.commit()


async def get(open_unit_of_work: OpenUnitOfWork, member_id: int) -> Member:
    """Get a person by their id, as they are now."""
    async with open_unit_of_work() as uow:
        await uow.only_look()
        return await uow.members.get(member_id)
