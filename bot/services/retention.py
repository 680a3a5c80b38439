"""Folding participations that are older than they are kept one by one, without changing a number."""

from datetime import date, datetime, timedelta

from bot.domain.instants import start_of_date
from bot.domain.streaks import fold_up, kept_since
from bot.domain.workspaces import Member
from bot.services.streaks import learn
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork

BATCH = 100
"""People that are looked for at once; each is folded in a transaction of their own."""

_DAY = timedelta(days=1)


async def fold_old(open_unit_of_work: OpenUnitOfWork, now: datetime, days: int) -> int:
    """Fold what is more than `days` days old at `now` (UTC), cut on a Monday; answers how many people had something.

    Done twice, or by two processes at once, it changes nothing more. With 0 days everything is kept.
    """
    if not days:
        return 0
    until, folded, after = kept_since(now.date(), days), 0, 0
    while True:
        async with open_unit_of_work() as uow:
            people = await uow.retention.people_before(until, after, BATCH)
        if not people:
            break
        for member_id in people:
            await _fold_person(open_unit_of_work, member_id, until)
        folded, after = folded + len(people), people[-1]
    await _fold_nobody(open_unit_of_work, until)
    return folded


async def _fold_person(open_unit_of_work: OpenUnitOfWork, member_id: int, until: date) -> None:
    """Fold a person's streaks in all their channels for good, and let the rows go, in one transaction."""
    async with open_unit_of_work() as uow:
        await uow.members.lock(member_id)
        await _fold_streaks(uow, await uow.members.get(member_id), until)
        await uow.retention.turn_into_totals(until, member_id=member_id)
        await uow.retention.drop_aways(member_id, until)
        await uow.commit()


async def _fold_streaks(uow: UnitOfWork, member: Member, until: date) -> None:
    # A date kept in one channel counts in all, so all of them move on together.
    done = await uow.streaks.done_dates_of([member.id], until=until - _DAY)
    ids = {channel_id for channel_id, _ in done.get(member.id, ())} | await uow.streaks.channels_with(member.id)
    for channel in (await uow.workspaces.get_channels(ids)).values():
        known = (await learn(uow, channel, [member], until=until - _DAY, whole=True))[member.id]
        if known.checkpoint or known.history.first:
            base = fold_up(known.history, until, known.checkpoint)
            await uow.streaks.keep_for_good(member.id, channel.id, base)


async def _fold_nobody(open_unit_of_work: OpenUnitOfWork, until: date) -> None:
    """Do the same with what people left behind who had themselves forgotten, and with old runs and reminders."""
    async with open_unit_of_work() as uow:
        channel_ids = await uow.retention.channels_of_nobody(until)
    for channel_id in channel_ids:
        async with open_unit_of_work() as uow:
            await uow.retention.turn_into_totals(until, channel_id=channel_id)
            await uow.commit()
    async with open_unit_of_work() as uow:
        await uow.retention.drop_traces(start_of_date(until, "UTC"))
        await uow.commit()
