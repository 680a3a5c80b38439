"""Turning what is due into breaks, each with its prompt, and noticing that nobody uses them."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache, partial
from math import ceil

from bot.domain.breaks import LATE_CUTOFF, Break, Origin
from bot.domain.errors import NotAMember, NothingScheduled, SentJustNow
from bot.domain.instants import local_date_of
from bot.domain.keepers import SEND_AGAIN_AFTER
from bot.domain.outbox import Kind, Message
from bot.domain.pauses import SILENT_AFTER, Pause, PausedBecause, silence_due_on
from bot.domain.rotation import Pool, draw_next, pool_of
from bot.domain.schedules import Schedule, date_of_occurrence, next_due_at
from bot.domain.workspaces import Channel, DueSchedule, Member
from bot.services.keepers import check_keeper
from bot.services.own_routines import offered_in
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork
from routines.catalogue import Catalogue
from routines.model import Routine

BATCH = 2000
"""Due schedules one transaction turns into breaks."""

_SILENCE = Pause(datetime.min.replace(tzinfo=UTC), None, PausedBecause.SILENT)
"""What is due when a channel falls silent belongs to the silence too."""

_Pauses = Mapping[int, Sequence[Pause]]


@dataclass(frozen=True, slots=True)
class _Group:
    """What is due on one date, at one instant (UTC), of schedules that are alike: most of it is the same for all.

    `catalogue` is what their workspaces are offered.
    """

    schedule: Schedule
    due_at: datetime
    catalogue: Catalogue
    day: date
    due: list[DueSchedule] = field(default_factory=list)


async def materialise_due(open_unit_of_work: OpenUnitOfWork, catalogue: Catalogue, now: datetime) -> int:
    """Turn schedules that are due at `now` (UTC) into breaks with their prompts; answers how many schedules moved on.

    A break, its outbox row and the schedule's next due instant are one transaction: a crash loses and doubles nothing.
    More than ten minutes late, the prompt is recorded as missed and the schedule jumps ahead: one row, not one a day.
    """
    async with open_unit_of_work() as uow:
        due = await uow.schedules.claim_due(now, BATCH)
        if due:
            await _materialise(uow, catalogue, due, now)
        await uow.commit()
    return len(due)


async def earliest_due_at(open_unit_of_work: OpenUnitOfWork) -> datetime | None:
    """Find when (UTC) the first schedule or board is due, past or future; None when nothing is planned."""
    async with open_unit_of_work() as uow:
        await uow.only_look()
        return await uow.schedules.earliest_due_at()


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
        offered = (await offered_in(uow, catalogue, {channel.id}))[channel.id]
        day = local_date_of(now, channel.zone, channel.day_starts_at)
        due = DueSchedule(records[0].id, channel.id, records[0].schedule, now, None)
        made = await _breaks_of(uow, [_Group(due.schedule, now, offered, day, [due])], {})
        await _add(uow, [replace(each, origin=Origin.COMMAND) for each in made])
        await uow.commit()


async def _materialise(uow: UnitOfWork, catalogue: Catalogue, due: Sequence[DueSchedule], now: datetime) -> None:
    pauses = await uow.pauses.list_for({each.channel_id for each in due}, now)
    offered = await offered_in(uow, catalogue, {each.channel_id for each in due})
    groups = _alike(due, offered)
    for channel_id in await _fallen_silent(uow, groups, pauses):
        pauses[channel_id] = [_SILENCE]
        await _fall_silent(uow, channel_id, now)
    # Where two schedules of a channel meet at an instant, or one met it before, one break serves both.
    await _add(uow, await _breaks_of(uow, groups, pauses))
    await uow.schedules.move_on(_due_next(groups, pauses, now))


async def _add(uow: UnitOfWork, breaks: Sequence[Break]) -> None:
    if breaks:
        await uow.outbox.enqueue_prompts(await uow.breaks.add_all(breaks), LATE_CUTOFF)


def _alike(due: Sequence[DueSchedule], offered: Mapping[int, Catalogue]) -> list[_Group]:
    """Put together what is due alike, soonest first: after a while without us a channel may have several."""
    groups: dict[tuple[Schedule, datetime, Catalogue], _Group] = {}
    for each in due:
        key = (each.schedule, each.due_at, offered[each.channel_id])
        group = groups.get(key)
        if group is None:
            group = groups[key] = _Group(*key, date_of_occurrence(each.schedule, each.due_at))
        group.due.append(each)
    return list(groups.values())


def _is_paused(due: DueSchedule, pauses: _Pauses) -> bool:
    return due.channel_id in pauses and any(pause.covers(due.due_at) for pause in pauses[due.channel_id])


async def _breaks_of(uow: UnitOfWork, groups: Sequence[_Group], pauses: _Pauses) -> list[Break]:
    """Make the breaks of schedules that are due; the channels that draw from one pool are looked up together."""
    drawing: dict[str, list[tuple[_Group, Pool]]] = defaultdict(list)
    for group in groups:
        pool = pool_of(group.schedule, group.catalogue, group.day)
        drawing[pool.name].append((group, pool))
    routine_of = cache(Catalogue.routine_of)
    breaks: dict[tuple[int, datetime], Break] = {}
    for name, drawn in drawing.items():
        last = await uow.breaks.last_positions({each.channel_id for group, _ in drawn for each in group.due}, name)
        for group, pool in drawn:
            routine_for = partial(Catalogue.routine if group.schedule.whole_routine else routine_of, group.catalogue)
            for each in group.due:
                place = (each.channel_id, each.due_at)
                if place not in breaks and not _is_paused(each, pauses):
                    drawn_next = draw_next(pool, each.channel_id, last.get(each.channel_id, -1))
                    last[each.channel_id] = drawn_next[0]
                    breaks[place] = _break(group, pool, each.channel_id, drawn_next, routine_for)
    return list(breaks.values())


def _break(
    group: _Group, pool: Pool, channel_id: int, drawn: tuple[int, str], routine_for: Callable[[str], Routine]
) -> Break:
    position, chosen = drawn
    routine = routine_for(chosen)
    whole = group.schedule.whole_routine
    return Break(
        id=0,
        channel_id=channel_id,
        due_at=group.due_at,
        local_date=group.day,
        exercise_id=routine.without(group.schedule.left_out).exercises[0].id if whole else chosen,
        routine_id=routine.id,
        whole_routine=whole,
        drawn_from=pool.name,
        position=position,
    )


def _due_next(groups: Sequence[_Group], pauses: _Pauses, now: datetime) -> dict[int, datetime | None]:
    """Say when schedules, by their ids, are due next (UTC); what is long past is jumped over."""
    found: dict[int, datetime | None] = {}
    for group in groups:
        after = max(group.due_at, now - LATE_CUTOFF)
        unpaused = next_due_at(group.schedule, after)
        for each in group.due:
            own = pauses.get(each.channel_id)
            found[each.id] = next_due_at(group.schedule, after, own) if own else unpaused
    return found


async def _fallen_silent(uow: UnitOfWork, groups: Sequence[_Group], pauses: _Pauses) -> list[int]:
    """Find the channels whose breaks nobody used for ten break days, and remember when to ask the others again.

    It is decided when the next break would come, so the last of those days has ended.
    """
    asked: dict[date, set[int]] = defaultdict(set)
    for group in groups:
        for each in group.due:
            if (each.silence_due_on is None or each.silence_due_on <= group.day) and each.channel_id not in pauses:
                asked[group.day].add(each.channel_id)
    silent: set[int] = set()
    for day, channel_ids in asked.items():
        alike: dict[int, list[int]] = defaultdict(list)
        for channel_id, unused in (await uow.pauses.unused_days(channel_ids, day)).items():
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
