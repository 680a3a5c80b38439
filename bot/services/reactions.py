"""Reactions that came before we knew the `ts` of the prompt they are on."""

from bot.domain.breaks import Support
from bot.domain.workspaces import Member
from bot.services.breaks import Place
from bot.store.reactions import EarlyReaction
from bot.store.unit_of_work import OpenUnitOfWork


async def concerns_us(open_unit_of_work: OpenUnitOfWork, place: Place, slack_id: str, support: Support) -> bool:
    """Tell whether a reaction counts in its channel, on a message that is a prompt, or may be one just being posted.

    One that no longer counts, but did when it was added, can still be taken back.
    """
    async with open_unit_of_work() as uow:
        channel = await uow.workspaces.find_channel(place.team_id, place.channel_slack_id)
        if channel is None:
            return False
        break_ = await uow.breaks.find_by_message(channel.id, place.ts)
        name = support.kind.removeprefix("reaction:")
        if (await uow.keepers.settings(channel.id)).counts(name):
            return break_ is not None or await uow.reactions.await_prompt(channel.id, support.event_at)
        member = await uow.members.find_in_team(place.team_id, slack_id) if break_ and not support.is_on else None
        known = await uow.breaks.state_of(member.id, break_.id) if break_ and member else None
        return known is not None and support.kind in known.supports


async def keep_early(open_unit_of_work: OpenUnitOfWork, place: Place, member: Member, support: Support) -> bool:
    """Keep a reaction until the prompt it may be on is known; False when there is no such prompt.

    A prompt that became known in this very moment makes it False as well: the reaction then counts at once.
    """
    async with open_unit_of_work() as uow:
        channel = await uow.workspaces.find_channel(place.team_id, place.channel_slack_id)
        if channel is None or not await uow.reactions.await_prompt(channel.id, support.event_at):
            return False
        if await uow.breaks.find_by_message(channel.id, place.ts) is not None:
            return False
        await uow.reactions.keep(EarlyReaction(channel.id, place.ts, member, support))
        await uow.commit()
    return True
