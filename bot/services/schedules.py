"""Setting a channel's schedules, and turning what is due into breaks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.boards import next_board_at
from bot.domain.breaks import LATE_CUTOFF, Break
from bot.domain.errors import NotTheKeeper, ScheduleChanged, ScheduleGone
from bot.domain.outbox import Kind, Message
from bot.domain.schedules import Schedule, date_of_occurrence, next_due_at, next_exercise
from bot.domain.workspaces import Channel, Member, ScheduleRecord
from bot.services.workspaces import go_on
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork
from routines.catalogue import Catalogue
from routines.model import Area

BATCH = 500
"""Due schedules one transaction turns into breaks."""


async def add_schedule(
    open_unit_of_work: OpenUnitOfWork,
    channel: Channel,
    schedule: Schedule,
    *,
    keeper: Member | None,
    is_admin: bool = False,
    now: datetime,
) -> int:
    """Add a schedule to a channel, set the channel's zone and answer the schedule's id; a stopped channel goes on.

    Whoever sets up a channel without a keeper becomes it, and is named in an introduction. A schedule that is there
    already, as after a second press on Start, is not added again. Raises NotTheKeeper.
    """
    async with open_unit_of_work() as uow:
        channel = await uow.workspaces.get_channel(channel.id)
        await _check_keeper(uow, channel, keeper, is_admin=is_admin)
        # Changed first, so that of two at once one waits for the other.
        await uow.workspaces.update_channel(channel.id, keeper_id=channel.keeper_id or (keeper.id if keeper else None))
        if channel.stopped_because is not None:
            await go_on(uow, channel.id, now)
        await _set_zone(uow, channel, schedule, now)
        stored = await uow.schedules.list_for_channel(channel.id)
        schedule_id = next((record.id for record in stored if record.schedule == schedule), None)
        if schedule_id is None:
            due_at = next_due_at(schedule, now)
            schedule_id = await uow.schedules.add(channel.id, schedule, next_due_at=due_at, now=now)
        if keeper is not None:
            await uow.outbox.enqueue(_introduction(channel, schedule_id, now))
        await uow.commit()
    return schedule_id


def _introduction(channel: Channel, schedule_id: int, now: datetime) -> Message:
    return Message(
        channel_id=channel.id,
        kind=Kind.INTRODUCTION,
        subject_id=schedule_id,
        key=f"introduction:{channel.id}",
        due_at=now,
        expires_at=now + LATE_CUTOFF,
    )


async def change_schedule(
    open_unit_of_work: OpenUnitOfWork,
    schedule_id: int,
    schedule: Schedule,
    *,
    expected_version: int | None = None,
    member: Member | None = None,
    is_admin: bool = False,
    now: datetime,
) -> None:
    """Edit a schedule from `now` (UTC) on: nothing is posted again, and no time of today already past is added.

    Raises ScheduleGone, ScheduleChanged when `expected_version` is no longer current, NotTheKeeper.
    """
    async with open_unit_of_work() as uow:
        record = await _get(uow, schedule_id)
        if expected_version is not None and record.version != expected_version:
            raise ScheduleChanged(schedule_id)
        await _check_keeper(uow, record.channel, member, is_admin=is_admin)
        if member is not None and record.channel.stopped_because is not None:
            await go_on(uow, record.channel.id, now)  # who edits in Slack does so where the app is again
            record = await _get(uow, schedule_id)
        await _set_zone(uow, record.channel, schedule, now)
        if not await uow.schedules.change(record, schedule, next_due_at=_next_due(record.channel, schedule, now)):
            raise ScheduleChanged(schedule_id)
        await uow.commit()


async def pause_schedule(
    open_unit_of_work: OpenUnitOfWork,
    schedule_id: int,
    *,
    paused: bool,
    member: Member | None = None,
    is_admin: bool = False,
    now: datetime,
) -> None:
    """Pause a schedule for good, or resume it. Raises ScheduleGone, ScheduleChanged, NotTheKeeper."""
    async with open_unit_of_work() as uow:
        record = await _get(uow, schedule_id)
    await change_schedule(
        open_unit_of_work,
        schedule_id,
        replace(record.schedule, paused=paused),
        expected_version=record.version,
        member=member,
        is_admin=is_admin,
        now=now,
    )


async def remove_schedule(
    open_unit_of_work: OpenUnitOfWork,
    schedule_id: int,
    *,
    member: Member | None = None,
    is_admin: bool = False,
) -> None:
    """Delete a schedule; breaks that took place stay. Raises ScheduleGone, NotTheKeeper."""
    async with open_unit_of_work() as uow:
        record = await _get(uow, schedule_id)
        await _check_keeper(uow, record.channel, member, is_admin=is_admin)
        await uow.schedules.remove(schedule_id)
        await uow.commit()


async def list_schedules(open_unit_of_work: OpenUnitOfWork) -> list[tuple[str, ScheduleRecord]]:
    """List every schedule with its workspace's Slack id."""
    async with open_unit_of_work() as uow:
        return await uow.schedules.list_all()


async def list_for_channel(open_unit_of_work: OpenUnitOfWork, channel: Channel) -> list[ScheduleRecord]:
    """List a channel's schedules, oldest first."""
    async with open_unit_of_work() as uow:
        return await uow.schedules.list_for_channel(channel.id)


async def ensure_channel(open_unit_of_work: OpenUnitOfWork, team_id: str, slack_id: str, *, name: str = "") -> Channel:
    """Find or create a channel, and keep its name if given."""
    async with open_unit_of_work() as uow:
        workspace = await uow.workspaces.ensure_workspace(team_id)
        facts = {"name": name} if name else {}
        channel = await uow.workspaces.ensure_channel(workspace.id, slack_id, **facts)
        await uow.commit()
    return channel


async def find_keeper(open_unit_of_work: OpenUnitOfWork, channel: Channel) -> Member | None:
    """Find who looks after a channel."""
    if channel.keeper_id is None:
        return None
    async with open_unit_of_work() as uow:
        return await uow.members.get(channel.keeper_id)


async def materialise_due(open_unit_of_work: OpenUnitOfWork, catalogue: Catalogue, now: datetime) -> int:
    """Turn schedules that are due at `now` (UTC) into breaks with their prompts; answers how many schedules moved on.

    A break, its outbox row and the schedule's next due instant are one transaction: a crash loses and doubles nothing.
    More than ten minutes late, the prompt is recorded as missed and the schedule jumps ahead: one row, not one a day.
    """
    async with open_unit_of_work() as uow:
        records = await uow.schedules.claim_due(now, BATCH)
        if records:
            served = await uow.breaks.served({record.channel.id for record in records})
            # Where two schedules of a channel meet at an instant, or one met it before, one break serves both.
            stored = await uow.breaks.add_all(_breaks_of(records, catalogue, served, now))
            await uow.outbox.enqueue_all([_prompt(break_) for break_ in stored])
            await uow.schedules.move_on({record.id: _due_after(record, now) for record in records})
        await uow.commit()
    return len(records)


def _breaks_of(
    records: Sequence[ScheduleRecord], catalogue: Catalogue, served: dict[int, list[str]], now: datetime
) -> list[Break]:
    """Make the breaks of schedules that are due, each with the exercise its channel was served longest ago."""
    breaks: dict[tuple[int, datetime], Break] = {}
    for record in records:
        due_at = record.next_due_at or now
        if (record.channel.id, due_at) in breaks:
            continue
        already = served.setdefault(record.channel.id, [])
        exercise_id = next_exercise(_exercises(catalogue, record.schedule.area), already)
        already.append(exercise_id)
        breaks[record.channel.id, due_at] = Break(
            id=0,
            channel_id=record.channel.id,
            due_at=due_at,
            local_date=date_of_occurrence(record.schedule, due_at),
            exercise_id=exercise_id,
            routine_id=catalogue.routine_of(exercise_id).id,
        )
    return list(breaks.values())


def _exercises(catalogue: Catalogue, area: str) -> list[str]:
    routines = catalogue.routines_for(Area(area)) or catalogue.routines
    return [exercise.id for routine in routines for exercise in routine.exercises]


def _prompt(break_: Break) -> Message:
    return Message(
        channel_id=break_.channel_id,
        kind=Kind.PROMPT,
        subject_id=break_.id,
        key=f"prompt:{break_.id}",
        due_at=break_.due_at,
        expires_at=break_.due_at + LATE_CUTOFF,
    )


def _due_after(record: ScheduleRecord, now: datetime) -> datetime | None:
    return next_due_at(record.schedule, max(record.next_due_at or now, now - LATE_CUTOFF))


async def _get(uow: UnitOfWork, schedule_id: int) -> ScheduleRecord:
    record = await uow.schedules.find(schedule_id)
    if record is None:
        raise ScheduleGone
    return record


async def _set_zone(uow: UnitOfWork, channel: Channel, schedule: Schedule, now: datetime) -> None:
    """Give the channel the schedule's zone; its other schedules and its board follow."""
    await uow.workspaces.ensure_board_due_at(channel.id, next_board_at(now, schedule.zone))
    if channel.zone == schedule.zone:
        return
    await uow.workspaces.update_channel(channel.id, zone=schedule.zone, board_due_at=next_board_at(now, schedule.zone))
    for record in await uow.schedules.list_for_channel(channel.id):
        await uow.schedules.set_next_due(record.id, _next_due(record.channel, record.schedule, now))


def _next_due(channel: Channel, schedule: Schedule, now: datetime) -> datetime | None:
    """Find when a schedule is due next; in a stopped channel never, until somebody resumes it."""
    return next_due_at(schedule, now) if channel.stopped_because is None else None


async def _check_keeper(uow: UnitOfWork, channel: Channel, member: Member | None, *, is_admin: bool) -> None:
    """Let keepers and admins pass; `member` is None for the operator's command line, who may do all."""
    if member is None or is_admin or channel.keeper_id in (None, member.id):
        return
    keeper = await uow.members.get(channel.keeper_id)
    raise NotTheKeeper(keeper.name)
