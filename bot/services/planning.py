"""Turning what is due into breaks, each with its prompt, and noticing that nobody uses them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
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
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork
from routines.catalogue import Catalogue

BATCH = 2000
"""Due schedules one transaction turns into breaks."""

_SILENCE = Pause(datetime.min.replace(tzinfo=UTC), None, PausedBecause.SILENT)
"""What is due when a channel falls silent belongs to the silence too."""

_Pauses = Mapping[int, Sequence[Pause]]
_Dated = tuple[DueSchedule, date]


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
        day = local_date_of(now, channel.zone, channel.day_starts_at)
        due = DueSchedule(records[0].id, channel.id, records[0].schedule, now, None)
        made = [replace(each, origin=Origin.COMMAND) for each in await _breaks_of(uow, catalogue, [(due, day)])]
        await uow.outbox.enqueue_all([_prompt(each) for each in await uow.breaks.add_all(made)])
        await uow.commit()


async def _materialise(uow: UnitOfWork, catalogue: Catalogue, due: Sequence[DueSchedule], now: datetime) -> None:
    pauses = await uow.pauses.list_for({each.channel_id for each in due}, now)
    dated = [(each, date_of_occurrence(each.schedule, each.due_at)) for each in due]
    for channel_id in await _fallen_silent(uow, dated, pauses):
        pauses[channel_id] = [_SILENCE]
        await _fall_silent(uow, channel_id, now)
    breaks = await _breaks_of(uow, catalogue, [each for each in dated if not _is_paused(each[0], pauses)])
    # Where two schedules of a channel meet at an instant, or one met it before, one break serves both.
    stored = await uow.breaks.add_all(breaks)
    await uow.outbox.enqueue_all([_prompt(break_) for break_ in stored])
    await uow.schedules.move_on({each.id: _due_after(each, pauses, now) for each in due})


def _is_paused(due: DueSchedule, pauses: _Pauses) -> bool:
    return due.channel_id in pauses and any(pause.covers(due.due_at) for pause in pauses[due.channel_id])


async def _breaks_of(uow: UnitOfWork, catalogue: Catalogue, dated: Sequence[_Dated]) -> list[Break]:
    """Make the breaks of schedules that are due; the channels that draw from one pool are looked up together."""
    pools: dict[tuple[Schedule, date], Pool] = {}
    drawing: dict[str, dict[tuple[int, datetime], tuple[DueSchedule, date, Pool]]] = defaultdict(dict)
    for each, day in dated:
        key = (each.schedule, day)
        pool = pools[key] = pools.get(key) or pool_of(each.schedule, catalogue, day)
        drawing[pool.name].setdefault((each.channel_id, each.due_at), (each, day, pool))
    routine_of = cache(catalogue.routine_of)
    breaks: list[Break] = []
    for name, drawn in drawing.items():
        last = await uow.breaks.last_positions({channel_id for channel_id, _ in drawn}, name)
        # Soonest first, for after a while without us a channel may have several.
        for each, day, pool in drawn.values():
            position, chosen = draw_next(pool, each.channel_id, last.get(each.channel_id, -1))
            last[each.channel_id] = position
            whole = each.schedule.whole_routine
            routine = catalogue.routine(chosen) if whole else routine_of(chosen)
            made = Break(
                id=0,
                channel_id=each.channel_id,
                due_at=each.due_at,
                local_date=day,
                exercise_id=routine.exercises[0].id if whole else chosen,
                routine_id=routine.id,
                whole_routine=whole,
                drawn_from=name,
                position=position,
            )
            breaks.append(made)
    return breaks


def _prompt(break_: Break) -> Message:
    return Message(
        channel_id=break_.channel_id,
        kind=Kind.PROMPT,
        subject_id=break_.id,
        key=f"prompt:{break_.id}",
        due_at=break_.due_at,
        expires_at=break_.due_at + LATE_CUTOFF,
    )


def _due_after(due: DueSchedule, pauses: _Pauses, now: datetime) -> datetime | None:
    return next_due_at(due.schedule, max(due.due_at, now - LATE_CUTOFF), pauses.get(due.channel_id, ()))


async def _fallen_silent(uow: UnitOfWork, dated: Sequence[_Dated], pauses: _Pauses) -> list[int]:
    """Find the channels whose breaks nobody used for ten break days, and remember when to ask the others again.

    It is decided when the next break would come, so the last of those days has ended.
    """
    asked: dict[date, set[int]] = defaultdict(set)
    for each, day in dated:
        if (each.silence_due_on is None or each.silence_due_on <= day) and each.channel_id not in pauses:
            asked[day].add(each.channel_id)
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
