"""Getting to know people, and keeping what they chose."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.workspaces import Member, MemberKind
from bot.services.ports import Directory, PersonFacts
from bot.services.workspaces import DEACTIVATED, go_on, stop_channel
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
        known = await uow.members.find_in_team(caller.team_id, caller.slack_id)
    if known is not None and known.learned_at is not None and now - known.learned_at < LEARN_AGAIN_AFTER:
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


async def wants_stills(open_unit_of_work: OpenUnitOfWork, caller: Caller) -> bool:
    """Tell whether a person chose pictures that do not move; who is not known yet has not."""
    async with open_unit_of_work() as uow:
        member = await uow.members.find_in_team(caller.team_id, caller.slack_id)
    return member is not None and member.wants_stills


async def set_stills(open_unit_of_work: OpenUnitOfWork, member: Member, *, wants_stills: bool) -> None:
    """Keep whether a person wants pictures that do not move."""
    async with open_unit_of_work() as uow:
        await uow.members.set_stills(member.id, wants_stills=wants_stills)
        await uow.commit()


async def get(open_unit_of_work: OpenUnitOfWork, member_id: int) -> Member:
    """Get a person by their id, as they are now."""
    async with open_unit_of_work() as uow:
        return await uow.members.get(member_id)
