"""Gathering what the rows say of a channel around a moment, so that the rules can say why."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.schedules import Occurrence
from bot.domain.why import Answer, Facts, Post, Scheduled, explain, nearest
from bot.domain.workspaces import Channel
from bot.store.unit_of_work import OpenUnitOfWork


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a channel had a break in a minute or had none, with the nearest breaks before and after it."""

    answer: Answer
    before: Post | Occurrence | None
    after: Post | Occurrence | None


async def find_channels(
    open_unit_of_work: OpenUnitOfWork, name: str, team_id: str | None = None
) -> list[tuple[str, Channel]]:
    """Find channels by Slack id or name, each with its workspace's Slack id."""
    async with open_unit_of_work() as uow:
        return await uow.why.find_channels(name, team_id)


async def explain_break(open_unit_of_work: OpenUnitOfWork, channel: Channel, at: datetime, now: datetime) -> Explained:
    """Say why a channel had, or will have, a break in the minute that begins at `at` (UTC), or why not."""
    async with open_unit_of_work() as uow:
        post, before, after = await uow.why.posts_around(channel.id, at)
        made_at = await uow.why.made_at(channel.id)
        records = await uow.schedules.list_for_channel(channel.id)
        pauses = await uow.why.pauses(channel.id)
    schedules = tuple(
        Scheduled(each.id, each.schedule, made_at[each.id], each.next_due_at, each.version)
        for each in records
        if each.id in made_at  # or it was deleted between two statements
    )
    facts = Facts(channel.zone, channel.stopped_because, schedules, tuple(pauses), post, before, after)
    return Explained(explain(facts, at, now), *nearest(facts, at, now))
