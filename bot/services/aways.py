"""Away days and own working weekdays: what a person's break days are, kept and changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.aways import Away, choose_weekdays, until_back
from bot.domain.breaks import closes_at
from bot.domain.dates import Dates
from bot.domain.errors import BreakClosed
from bot.domain.instants import end_of_date, local_date_of, start_of_date
from bot.domain.pauses import Pause, PausedBecause
from bot.domain.workspaces import Member
from bot.services.breaks import Sight, take
from bot.services.planning import catch_up
from bot.services.workspaces import move_schedules
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork
from routines.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class WentAway:
    """Away days as they were stored; `today` is the person's own date."""

    away: Away
    today: date


async def go_away(
    open_unit_of_work: OpenUnitOfWork, catalogue: Catalogue, member: Member, dates: Dates, now: datetime
) -> WentAway:
    """Keep that a person is away on local dates; breaks of their own are silent then. Twice is once."""
    async with open_unit_of_work() as uow:
        went = await _keep_away(uow, catalogue, member, dates, now)
        await uow.commit()
    return went


async def go_off(
    open_unit_of_work: OpenUnitOfWork, catalogue: Catalogue, sight: Sight, member: Member, now: datetime
) -> WentAway:
    """Keep that a person is away on the date of a break they saw; raises BreakUnknown, BreakClosed."""
    async with open_unit_of_work() as uow:
        break_, channel = await take(uow, sight, now)
        if now >= closes_at(
            break_, channel_zone=channel.zone, person_zone=member.zone, day_starts_at=channel.day_starts_at
        ):
            raise BreakClosed(break_.local_date)
        went = await _keep_away(uow, catalogue, member, Dates(break_.local_date, break_.local_date), now)
        await uow.commit()
    return went


async def _keep_away(uow: UnitOfWork, catalogue: Catalogue, member: Member, dates: Dates, now: datetime) -> WentAway:
    await uow.members.lock(member.id)
    known = [each for each in await uow.aways.list_of(member.id) if each.dates == dates]
    away = known[0] if known else Away(await uow.aways.add(member.id, dates), dates)
    await uow.streaks.forget(member.id, dates.first)
    if not known:
        await _silence(uow, catalogue, member, [dates], now)
    return WentAway(away, local_date_of(now, member.zone))


async def come_back(
    open_unit_of_work: OpenUnitOfWork, catalogue: Catalogue, member: Member, now: datetime
) -> Dates | None:
    """End the away days that hold the person's date at `now` (UTC); answers those before it, or None if there are none.

    Days that have passed stay away days.
    """
    today = local_date_of(now, member.zone)
    async with open_unit_of_work() as uow:
        await uow.members.lock(member.id)
        ended = [each for each in await uow.aways.list_of(member.id, since=today) if today in each.dates]
        for away in ended:
            await _shorten(uow, away, today)
        await uow.streaks.forget(member.id, today)
        await keep_silent(uow, catalogue, member, now)
        await uow.commit()
    left = [cut for each in ended if (cut := until_back(each.dates, today))]
    return Dates(min(each.first for each in left), max(each.last or today for each in left)) if left else None


async def cancel(
    open_unit_of_work: OpenUnitOfWork, catalogue: Catalogue, member: Member, away_id: int, now: datetime
) -> bool:
    """Take back away days that were entered by mistake; tells whether there were any."""
    async with open_unit_of_work() as uow:
        await uow.members.lock(member.id)
        found = next((each for each in await uow.aways.list_of(member.id) if each.id == away_id), None)
        if found is None:
            return False
        await uow.aways.remove(away_id)
        await uow.streaks.forget(member.id, found.dates.first)
        await keep_silent(uow, catalogue, member, now)
        await uow.commit()
    return True


async def is_away(open_unit_of_work: OpenUnitOfWork, member: Member, now: datetime) -> bool:
    """Tell whether a person is away on their own date at `now` (UTC)."""
    today = local_date_of(now, member.zone)
    return any(today in each.dates for each in await coming(open_unit_of_work, member, now))


async def coming(open_unit_of_work: OpenUnitOfWork, member: Member, now: datetime) -> list[Away]:
    """List a person's away days that are not over at `now` (UTC)."""
    async with open_unit_of_work() as uow:
        return await uow.aways.list_of(member.id, since=local_date_of(now, member.zone))


async def set_weekdays(
    open_unit_of_work: OpenUnitOfWork, member: Member, weekdays: Iterable[int], now: datetime
) -> None:
    """Keep which weekdays (0 is Monday) a person works on, from their date at `now` (UTC) on; raises InvalidInput."""
    today = local_date_of(now, member.zone)
    async with open_unit_of_work() as uow:
        await uow.members.lock(member.id)
        chosen = (await uow.members.get(member.id)).weekdays
        await uow.members.set_weekdays(member.id, choose_weekdays(chosen, weekdays, today))
        await uow.streaks.forget(member.id, today if chosen and chosen[0][0] < today else date.min)
        await uow.commit()


async def _shorten(uow: UnitOfWork, away: Away, today: date) -> None:
    left = until_back(away.dates, today)
    await (uow.aways.change(away.id, left) if left else uow.aways.remove(away.id))


async def keep_silent(uow: UnitOfWork, catalogue: Catalogue, member: Member, now: datetime) -> None:
    """Pause breaks of their own for the days on which a person is away, and for no others, within the transaction."""
    left = await uow.aways.list_of(member.id, since=local_date_of(now, member.zone))
    await _silence(uow, catalogue, member, [each.dates for each in left], now, anew=True)


async def _silence(
    uow: UnitOfWork, catalogue: Catalogue, member: Member, aways: Iterable[Dates], now: datetime, *, anew: bool = False
) -> None:
    """Pause the breaks a person has of their own while they are away, beside what pauses them for that or `anew`."""
    pauses = [pause for dates in aways if (pause := _pause_on(dates, member.zone, now))]
    for channel_id in await uow.workspaces.own_channels(member.id) if pauses or anew else []:
        await catch_up(uow, catalogue, channel_id, now)
        if anew:
            await uow.pauses.end(channel_id, now, [PausedBecause.AWAY])
        for pause in pauses:
            await uow.pauses.add(channel_id, pause, member_id=member.id)
        await move_schedules(uow, channel_id, now)


def _pause_on(dates: Dates, zone: str, now: datetime) -> Pause | None:
    until = end_of_date(dates.last, zone) if dates.last else None
    if until is not None and until <= now:
        return None
    return Pause(max(now, start_of_date(dates.first, zone)), until, PausedBecause.AWAY)
