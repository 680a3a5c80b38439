"""Gathering what the rows say of a channel around a moment, or of a person's day, so that the rules can say why."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.days import OneDay, one_day
from bot.domain.schedules import Occurrence
from bot.domain.why import Answer, Facts, Post, Scheduled, explain, nearest
from bot.domain.workspaces import Channel, Member
from bot.services.streaks import learn, tell, today_for
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork


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


async def find_people(
    open_unit_of_work: OpenUnitOfWork, name: str, team_id: str | None = None
) -> list[tuple[str, Member]]:
    """Find people by Slack id or name, each with their workspace's Slack id."""
    async with open_unit_of_work() as uow:
        return await uow.why.find_people(name, team_id)


async def explain_day(open_unit_of_work: OpenUnitOfWork, member: Member, day: date, now: datetime) -> list[OneDay]:
    """Say what a date counted for a person and why, in every channel where they took part or which they look after."""
    async with open_unit_of_work() as uow:
        channels = await uow.workspaces.channels_of(member.id)
        return [await _one_day(uow, member, channel, day, now) for channel in channels]


async def _one_day(uow: UnitOfWork, member: Member, channel: Channel, day: date, now: datetime) -> OneDay:
    known = (await learn(uow, channel, [member], whole=True))[member.id]
    today = today_for(member, channel, now)
    stories = await tell(uow, member, channel, known, dates=[day], now=now)
    return one_day(channel, known.history, stories[0], today, known.checkpoint)
