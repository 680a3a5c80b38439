"""Private runs: opened or taken up again, stored while they go on, counted as soon as one step has ended."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import guides
from bot.domain.errors import GuideOver
from bot.domain.guides import Turn
from bot.domain.outbox import Kind, Message
from bot.domain.runs import Run
from bot.domain.workspaces import Channel, Member
from bot.services.breaks import credit_run
from bot.services.doses import at_own_doses
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork
from routines.model import Routine


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a guide was asked for: its channel by its Slack ids, and the break it is for, if any."""

    team_id: str
    channel_slack_id: str
    break_id: int | None = None


async def open_guide(
    open_unit_of_work: OpenUnitOfWork, origin: Origin, routine: Routine, member: Member, now: datetime
) -> Run:
    """Begin a guide, or take the same one up where it was put aside or left open less than an hour ago."""
    async with open_unit_of_work() as uow:
        channel = await _channel(uow, origin)
        known = await uow.runs.find_guide(member.id, channel.id, origin.break_id, now)
        if known is not None and _is_same(known.routine, routine):
            run = guides.take_up(known, now)
        else:
            own = await at_own_doses(uow, routine, member)
            new = guides.begin(own, member, channel_id=channel.id, break_id=origin.break_id, now=now)
            run = await _add(uow, new)
        await uow.runs.save(run)
        await uow.commit()
    return run


async def _channel(uow: UnitOfWork, origin: Origin) -> Channel:
    break_ = await uow.breaks.find(origin.break_id) if origin.break_id is not None else None
    if break_ is not None:
        return await uow.workspaces.get_channel(break_.channel_id)
    workspace = await uow.workspaces.ensure_workspace(origin.team_id)
    return await uow.workspaces.ensure_channel(workspace.id, origin.channel_slack_id)


def _is_same(one: Routine, other: Routine) -> bool:
    """Tell whether both go through the same exercises, whatever version they are in."""
    return [each.id for each in one.exercises] == [each.id for each in other.exercises]


async def _add(uow: UnitOfWork, run: Run) -> Run:
    run = replace(run, id=await uow.runs.add(run) or 0)
    end = Message(run.channel_id, Kind.GUIDE_END, subject_id=run.id, key=_end_key(run.id), due_at=run.next_at)
    await uow.outbox.enqueue(end)
    return run


def _end_key(run_id: int) -> str:
    return f"{Kind.GUIDE_END}:{run_id}"


_VERBS = {"forward": guides.forward, "back": guides.back, "finish": guides.finish_here, "aside": guides.put_aside}


async def press(open_unit_of_work: OpenUnitOfWork, turn: Turn, verb: str, member: Member, now: datetime) -> Run:
    """Apply what was pressed in a guide: forward, back, finish, aside; the first step that ends counts at once.

    Raises GuideOver, NotInRun.
    """
    async with open_unit_of_work() as uow:
        run = await uow.runs.find(turn.run_id)
        if run is None or run.is_joint:
            raise GuideOver(0, 0)
        changed = _VERBS[verb](run, turn, now)
        await uow.runs.save(changed)
        if guides.steps_done(run) == 0 < guides.steps_done(changed):
            channel = await uow.workspaces.get_channel(run.channel_id)
            await credit_run(uow, changed, member, channel, now)
        if changed.is_over:
            await uow.outbox.drop([_end_key(run.id)], "the guide has ended")
        await uow.commit()
    return changed


def is_counted(run: Run) -> bool:
    """Tell whether a guide counts by now: a step of it has ended."""
    return guides.steps_done(run) > 0


async def end_left_open(uow: UnitOfWork, run_id: int, now: datetime) -> datetime | str:
    """End a guide that was left open, within the caller's transaction; answers when to look again, or what became."""
    run = await uow.runs.find(run_id)
    if run is None or run.is_over:
        return "the guide has ended"
    ended = guides.end_left_open(run, now)
    if not ended.is_over:
        return run.next_at
    await uow.runs.save(ended)
    return "the guide was left open, and is ended"
