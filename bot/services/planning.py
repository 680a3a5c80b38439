"""Turning what is due into breaks, each with its prompt, and noticing that nobody uses them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from math import ceil

from bot.domain.breaks import LATE_CUTOFF, NewBreak, Origin
from bot.domain.errors import NotAMember, NothingScheduled, SentJustNow
from bot.domain.instants import earliest, local_date_of
from bot.domain.keepers import SEND_AGAIN_AFTER
from bot.domain.outbox import Kind, Message
from bot.domain.pauses import SILENT_AFTER, Pause, PausedBecause, silence_due_on
from bot.domain.rotation import Pool, draw_for, pool_of
from bot.domain.schedules import Schedule, date_of_occurrence, next_due_at
from bot.domain.workspaces import Channel, DueAlike, DueIn, Member
from bot.services.keepers import check_keeper
from bot.services.own_routines import offered_in, own_catalogues
from bot.services.workspaces import move_schedules
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork
from routines.catalogue import Catalogue

BATCH = 2000
"""Due schedules one transaction turns into breaks."""

AHEAD = timedelta(seconds=3)
"""Breaks are made so long before they are due: thousands of one minute can then be claimed the moment they are."""

_SILENCE = Pause(datetime.min.replace(tzinfo=UTC), None, PausedBecause.SILENT)
"""What is due when a channel falls silent belongs to the silence too."""

_Pauses = Mapping[int, Sequence[Pause]]


@dataclass(frozen=True, slots=True)
class _Group:
    """What is due at one instant (UTC), on one date, by schedules that say the same: most of it is the same for all.

    `catalogue` is what their workspaces are offered, `serving` the channels that get a break by these schedules.
    """

    schedule: Schedule
    due_at: datetime
    catalogue: Catalogue
    day: date
    due: Sequence[DueIn]
    serving: Sequence[int]


async def materialise_due(
    open_unit_of_work: OpenUnitOfWork, catalogue: Catalogue, now: datetime, *, ahead: timedelta = timedelta(0)
) -> int:
    """Turn schedules that are due at `now` (UTC), or so soon after, into breaks with their prompts.

    Answers how many schedules moved on. A change to a channel's schedules takes back what was made ahead.
    A break, its outbox row and the schedule's next due instant are one transaction: a crash loses and doubles nothing.
    More than ten minutes late, the prompt is recorded as missed and the schedule jumps ahead: one row, not one a day.
    """
    async with open_unit_of_work() as uow:
        due = await uow.schedules.claim_due(now + ahead, BATCH)
        if due:
            await _materialise(uow, catalogue, due, now)
        await uow.commit()
    return sum(len(alike.due) for alike in due)


async def plan_at(open_unit_of_work: OpenUnitOfWork) -> datetime | None:
    """Find when (UTC), past or future, the first break is to be made or board is due; None when nothing is planned."""
    async with open_unit_of_work() as uow:
        await uow.only_look()
        break_at, board_at = await uow.schedules.earliest_due_at()
    return earliest(break_at - AHEAD if break_at else None, board_at)


async def catch_up(uow: UnitOfWork, catalogue: Catalogue, channel_id: int, now: datetime) -> None:
    """Do the same for one channel before something about its schedules changes, within the caller's transaction.

    Otherwise a change in the second between a due instant and the tick would swallow a break. Until the transaction
    ends, nobody else changes the channel's schedules.
    """
    await uow.workspaces.lock_channel(channel_id)
    due = await uow.schedules.claim_due_in_channel(channel_id, now)
    if due:
        await _materialise(uow, catalogue, due, now)


async def send_now(
    open_unit_of_work: OpenUnitOfWork,
    catalogue: Catalogue,
    channel: Channel,
    *,
    member: Member,
    is_admin: bool = False,
    now: datetime,
) -> None:
    """Send a channel one break by hand at `now` (UTC), of what its first schedule serves, also while it is paused.

    It makes no break day. Raises NotTheKeeper, NothingScheduled, NotAMember where the app cannot post, SentJustNow.
    """
    async with open_unit_of_work() as uow:
        await catch_up(uow, catalogue, channel.id, now)
        channel = await uow.workspaces.get_channel(channel.id)
        await check_keeper(uow, channel, member, is_admin=is_admin)
        records = await uow.schedules.list_for_channel(channel.id)
        if not records:
            raise NothingScheduled
        if channel.stopped_because is not None:
            raise NotAMember(channel.slack_id)
        newest = await uow.breaks.newest_due_at(channel.id, now)
        if newest is not None and now - newest < SEND_AGAIN_AFTER:
            raise SentJustNow(ceil((newest + SEND_AGAIN_AFTER - now).total_seconds() / 60))
        await move_schedules(uow, channel.id, now)  # what was made ahead is made anew, after what is served now
        offered = (await offered_in(uow, catalogue, {channel.id}))[channel.id]
        day = local_date_of(now, *channel.place)
        made = await _breaks_of(uow, [_Group(records[0].schedule, now, offered, day, [], [channel.id])], {})
        await _add(uow, [replace(each, origin=Origin.COMMAND) for each in made])
        await uow.commit()


async def _materialise(uow: UnitOfWork, catalogue: Catalogue, due: Sequence[DueAlike], now: datetime) -> None:
    channel_ids = {each.channel_id for alike in due for each in alike.due}
    # What is made may be as old as that, and lie in a pause that has ended since.
    pauses = await uow.pauses.list_for(channel_ids, now - LATE_CUTOFF)
    groups = _groups(due, catalogue, await own_catalogues(uow, catalogue, channel_ids))
    for channel_id in await _fallen_silent(uow, groups, pauses, now):
        pauses[channel_id] = [_SILENCE]
        await _fall_silent(uow, channel_id, now)
    await _add(uow, await _breaks_of(uow, groups, pauses))
    await uow.schedules.move_on(_due_next(groups, pauses, now))


async def _add(uow: UnitOfWork, breaks: Sequence[NewBreak]) -> None:
    if breaks:
        await uow.outbox.enqueue_prompts(await uow.breaks.add_all(breaks), LATE_CUTOFF)


def _groups(due: Sequence[DueAlike], shared: Catalogue, own: Mapping[int, Catalogue]) -> list[_Group]:
    """Say which channels each of these serves, in the order given: soonest first, as a channel may have several.

    Where two schedules of a channel meet at an instant, one break serves both: that of the one that was there first.
    """
    first: dict[tuple[datetime, int], int] = {}
    for alike in due:
        for schedule_id, channel_id, _ in alike.due:
            place = (alike.due_at, channel_id)
            first[place] = min(first.get(place, schedule_id), schedule_id)
    groups = []
    for alike in due:
        day = date_of_occurrence(alike.schedule, alike.due_at)
        for catalogue, offered in _by_catalogue(alike.due, shared, own).items():
            serving = [each.channel_id for each in offered if first[alike.due_at, each.channel_id] == each.id]
            groups.append(_Group(alike.schedule, alike.due_at, catalogue, day, offered, serving))
    return groups


def _by_catalogue(
    due: Sequence[DueIn], shared: Catalogue, own: Mapping[int, Catalogue]
) -> Mapping[Catalogue, Sequence[DueIn]]:
    if not own:
        return {shared: due}
    found: dict[Catalogue, list[DueIn]] = defaultdict(list)
    for each in due:
        found[own.get(each.channel_id, shared)].append(each)
    return found


def _is_paused(channel_id: int, due_at: datetime, pauses: _Pauses) -> bool:
    return channel_id in pauses and any(pause.covers(due_at) for pause in pauses[channel_id])


async def _breaks_of(uow: UnitOfWork, groups: Sequence[_Group], pauses: _Pauses) -> list[NewBreak]:
    """Make the breaks of schedules that are due; the channels that draw from one pool are looked up together."""
    drawing: dict[str, list[tuple[_Group, Pool]]] = defaultdict(list)
    for group in groups:
        pool = pool_of(group.schedule, group.catalogue, group.day)
        drawing[pool.name].append((group, pool))
    breaks = []
    for name, drawn in drawing.items():
        last = await uow.breaks.last_positions({each for group, _ in drawn for each in group.serving}, name)
        for group, pool in drawn:
            serving = [each for each in group.serving if not _is_paused(each, group.due_at, pauses)]
            for (position, entry), channel_ids in draw_for(pool, serving, last).items():
                breaks.append(_break(group, pool, (position, entry), channel_ids))
                last.update(dict.fromkeys(channel_ids, position))
    return breaks


def _break(group: _Group, pool: Pool, drawn: tuple[int, str], channel_ids: Sequence[int]) -> NewBreak:
    position, chosen = drawn
    whole = group.schedule.whole_routine
    routine = group.catalogue.routine(chosen) if whole else group.catalogue.routine_of(chosen)
    return NewBreak(
        channel_ids=channel_ids,
        due_at=group.due_at,
        local_date=group.day,
        exercise_id=routine.without(group.schedule.left_out).exercises[0].id if whole else chosen,
        routine_id=routine.id,
        whole_routine=whole,
        drawn_from=pool.name,
        position=position,
    )


def _due_next(groups: Sequence[_Group], pauses: _Pauses, now: datetime) -> dict[datetime | None, list[int]]:
    """Say which schedules, by their ids, are due next when (UTC); what is long past is jumped over."""
    found: dict[datetime | None, list[int]] = defaultdict(list)
    for group in groups:
        after = max(group.due_at, now - LATE_CUTOFF)
        found[next_due_at(group.schedule, after)] += [each.id for each in group.due if each.channel_id not in pauses]
        for each in group.due:
            if each.channel_id in pauses:
                found[next_due_at(group.schedule, after, pauses[each.channel_id])].append(each.id)
    return found


async def _fallen_silent(uow: UnitOfWork, groups: Sequence[_Group], pauses: _Pauses, now: datetime) -> list[int]:
    """Find the channels whose breaks nobody used for ten break days, and remember when to ask the others again.

    It is decided when the next break would come, which may be a moment ahead, so the last of those days has ended.
    """
    asked: dict[date, set[int]] = defaultdict(set)
    for group in groups:
        for each in group.due:
            is_time = each.silence_due_on is None or each.silence_due_on <= group.day
            if is_time and not _is_paused(each.channel_id, group.due_at, pauses):
                asked[group.day].add(each.channel_id)
    silent: set[int] = set()
    for day, channel_ids in asked.items():
        alike: dict[int, list[int]] = defaultdict(list)
        for channel_id, unused in (await uow.pauses.unused_days(channel_ids, day, now + AHEAD)).items():
            alike[min(unused, SILENT_AFTER)].append(channel_id)
        for unused, ids in alike.items():
            await uow.pauses.set_silence_due(ids, silence_due_on(day, unused))
        silent.update(alike[SILENT_AFTER])
    return sorted(silent)


async def _fall_silent(uow: UnitOfWork, channel_id: int, now: datetime) -> None:
    """Pause a channel, and have it say so once; another process may have done so at the same moment."""
    pause_id = await uow.pauses.add(channel_id, Pause(now, None, PausedBecause.SILENT), member_id=None)
    await uow.schedules.hold_channel(channel_id)
    if pause_id is not None:
        message = Message(channel_id, Kind.FELL_SILENT, subject_id=pause_id, key=f"fell_silent:{pause_id}", due_at=now)
        await uow.outbox.enqueue(message)
