"""Reactions that came before we knew the `ts` of the prompt they are on."""

from datetime import datetime

from bot.domain.breaks import Support
from bot.domain.workspaces import Member
from bot.services.breaks import Place
from bot.store.reactions import EarlyReaction
from bot.store.unit_of_work import OpenUnitOfWork


async def concerns_us(open_unit_of_work: OpenUnitOfWork, place: Place, event_at: datetime) -> bool:
    """Tell whether a message is a prompt, or may be one that is just being posted."""
    async with open_unit_of_work() as uow:
        channel = await uow.workspaces.find_channel(place.team_id, place.channel_slack_id)
        if channel is None:
            return False
        is_prompt = await uow.breaks.find_by_message(channel.id, place.ts) is not None
        return is_prompt or await uow.reactions.await_prompt(channel.id, event_at)


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
