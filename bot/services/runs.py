"""Joint runs: starting and joining them, what people press on the way, and the outbox rows that carry them on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil

from bot.domain import runs
from bot.domain.breaks import Break, closes_at
from bot.domain.errors import BreakClosed, BreakUnknown, RunIsOn, RunOver, RunTooSoon
from bot.domain.outbox import Kind, Message
from bot.domain.runs import (
    LOBBY_FOR,
    ON_DEMAND_GAP,
    Run,
    RunMember,
    RunState,
)
from bot.domain.workspaces import Channel, Member
from bot.services.breaks import Sight, edit_prompt, see
from bot.services.own_routines import offered_in
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork
from routines.catalogue import Catalogue
from routines.model import Routine


async def do_together(
    open_unit_of_work: OpenUnitOfWork, catalogue: Catalogue, sight: Sight, member: Member, now: datetime
) -> Run:
    """Start a break's run with its lobby in the prompt, or join the live one. Raises BreakUnknown, BreakClosed."""
    await see(open_unit_of_work, sight, now)
    async with open_unit_of_work() as uow:
        break_ = await uow.breaks.find(sight.break_id)
        if break_ is None or break_.message_ts is None:
            raise BreakUnknown
        await _check_open(uow, break_, member, now)
        live = await uow.runs.find_live(sight.break_id)
        if live is not None and live.state is RunState.ALONE:  # nobody came to that lobby: this press opens another
            await uow.runs.save(runs.decline(live))
            live = None
        if live is None:
            offered = await offered_in(uow, catalogue, {break_.channel_id})
            routine = offered[break_.channel_id].routine(break_.routine_id)
            live = await _begin(uow, break_.channel_id, routine, member, now, break_=break_)
        run = runs.join(live, member.id, member.name)
        await save(uow, run, now)
        await uow.commit()
    return run


async def start_on_demand(
    open_unit_of_work: OpenUnitOfWork, channel: Channel, routine: Routine, member: Member, now: datetime
) -> Run:
    """Start a run outside breaks with a lobby message of its own.

    Raises RunIsOn while another is on in the channel, RunTooSoon within 30 minutes of one outside breaks.
    """
    async with open_unit_of_work() as uow:
        await uow.workspaces.lock_channel(channel.id)
        await _refuse_beside_another(uow, channel, routine)
        newest = await uow.runs.latest_on_demand(channel.id)
        if newest is not None and now - newest < ON_DEMAND_GAP:
            raise RunTooSoon(ceil((ON_DEMAND_GAP - (now - newest)) / timedelta(minutes=1)), routine.asked_for_as)
        run = await _begin(uow, channel.id, routine, member, now, break_=None)
        await uow.runs.save(run)
        await uow.commit()
    return run


async def _refuse_beside_another(uow: UnitOfWork, channel: Channel, routine: Routine) -> None:
    for run_id in await uow.runs.list_unfinished(channel.id):
        run = await uow.runs.find(run_id)
        if run is not None and run.state is not RunState.ALONE:
            raise RunIsOn(run.id, routine.asked_for_as)


async def press(open_unit_of_work: OpenUnitOfWork, run_id: int, verb: str, member: Member, now: datetime) -> Run:
    """Apply what a person pressed: join, leave, start, decline, pause, resume, skip or stop.

    Buttons on an earlier card act on the run as it is. Raises RunOver, NotInRun, NotTheStarter.
    """
    async with open_unit_of_work() as uow:
        run = await uow.runs.find(run_id)
        if run is None or not run.is_joint or not await _is_of(uow, run, member):
            raise RunOver
        changed = _apply(run, verb, member, now)
        if changed != run:
            await save(uow, changed, now)
            await _carry_on(uow, run, changed, now)
        await uow.commit()
    return changed


async def _is_of(uow: UnitOfWork, run: Run, member: Member) -> bool:
    """Tell whether a run is in the person's own workspace: no other could have shown it to them."""
    return (await uow.workspaces.get_channel(run.channel_id)).workspace_id == member.workspace_id


def _apply(run: Run, verb: str, member: Member, now: datetime) -> Run:
    transitions: dict[str, Callable[[], Run]] = {
        "join": lambda: _join(run, member, now),
        "leave": lambda: runs.leave(run, member.id),
        "start": lambda: runs.start_now(runs.join(run, member.id, member.name), now),
        "decline": lambda: runs.decline(run),
        "pause": lambda: runs.pause(run, member.id, now),
        "resume": lambda: runs.resume(run, now),
        "skip": lambda: runs.skip(run, member.id, now),
        "stop": lambda: runs.stop(run, member.id),
    }
    return transitions[verb]()


def _join(run: Run, member: Member, now: datetime) -> Run:
    """Let someone in; company for somebody who waits alone starts the run."""
    joined = runs.join(run, member.id, member.name)
    is_company = joined.state is RunState.ALONE and len(joined.present) > 1
    return runs.start_now(joined, now) if is_company else joined


async def _begin(
    uow: UnitOfWork, channel_id: int, routine: Routine, member: Member, now: datetime, *, break_: Break | None
) -> Run:
    """Store a run in its lobby, with its first step due when that ends; who loses a race gets the winner's run.

    It goes without the exercises that the channel leaves out.
    """
    left_out = (await uow.schedules.left_out_in({channel_id})).get(channel_id, ())
    run = Run(
        id=0,
        channel_id=channel_id,
        break_id=break_.id if break_ else None,
        starter_id=member.id,
        routine=routine.without(left_out),
        state=RunState.LOBBY,
        started_at=now,
        next_at=now + LOBBY_FOR,
        thread_ts=break_.message_ts if break_ else None,
        members=(RunMember(member.id, member.name),),
    )
    run_id = await uow.runs.add(run)
    if run_id is None and break_ is not None:
        winner = await uow.runs.find_live(break_.id)
        if winner is None:
            raise RunOver
        return winner
    run = replace(run, id=run_id or 0)
    if break_ is None:
        await uow.outbox.enqueue(message_of(run, Kind.LOBBY, 0, now))
    await uow.outbox.enqueue(message_of(run, Kind.RUN_STEP, 0, run.next_at))
    return run


def message_of(run: Run, kind: Kind, step: int, due_at: datetime) -> Message:
    """Make one of a run's messages, due at an instant (UTC)."""
    return Message(
        channel_id=run.channel_id,
        kind=kind,
        subject_id=run.id,
        key=f"{kind}:{run.id}:{step}",
        due_at=due_at,
        step=step,
    )


def next_message(run: Run, due_at: datetime) -> Message:
    """Name what carries the run on: its next step, or the closing card after the last one."""
    following = run.step + 1
    if following < len(run.steps):
        return message_of(run, Kind.RUN_STEP, following, due_at)
    return _closing(run, due_at)


def _closing(run: Run, due_at: datetime) -> Message:
    return message_of(run, Kind.RUN_CLOSING, 0, due_at)


async def save(uow: UnitOfWork, run: Run, now: datetime) -> None:
    """Store a run; the message that holds its lobby follows when that opens or ends, and when the run is over."""
    await uow.runs.save(run)
    if run.step < 0 or run.is_over:
        await edit_lobby(uow, run, now)


async def edit_lobby(uow: UnitOfWork, run: Run, now: datetime) -> None:
    """Have the message that holds a run's lobby brought up to date."""
    break_ = await uow.breaks.find(run.break_id) if run.break_id is not None else None
    if break_ is not None:
        await edit_prompt(uow, break_, now)
    else:
        await uow.outbox.enqueue(message_of(run, Kind.LOBBY_EDIT, 0, now))


async def _carry_on(uow: UnitOfWork, before: Run, after: Run, now: datetime) -> None:
    """Move the outbox row of the next step with the run: sooner, later, or not at all."""
    following = next_message(after, after.next_at)
    if after.state is RunState.STOPPED:
        closing = _closing(after, now)
        if following.key != closing.key:
            await uow.outbox.drop([following.key], "run stopped")
        await uow.outbox.enqueue(closing)
        await uow.outbox.reschedule(closing.key, now)
    elif after.state is RunState.CANCELLED:
        await uow.outbox.drop([following.key], "run called off")
    elif after.next_at != before.next_at:
        await uow.outbox.reschedule(following.key, after.next_at)
    if before.state is not after.state and RunState.PAUSED in (before.state, after.state):
        await _tell_of_pause(uow, before, after, now)


async def _tell_of_pause(uow: UnitOfWork, before: Run, after: Run, now: datetime) -> None:
    """Have the thread told that somebody paused, and when it goes on: at the latest when the pause has lasted."""
    if after.state is RunState.PAUSED:
        await uow.outbox.enqueue(note_of(after, Kind.RUN_PAUSED, now))
        await uow.outbox.enqueue(note_of(after, Kind.RUN_GOES_ON, after.goes_on_at))
        return
    await uow.outbox.drop([note_of(before, Kind.RUN_PAUSED, now).key], "it goes on")
    goes_on = note_of(before, Kind.RUN_GOES_ON, now)
    if after.next_at > now and not after.is_over:
        await uow.outbox.reschedule(goes_on.key, now)
    else:
        await uow.outbox.drop([goes_on.key], "the move is over")


def note_of(paused: Run, kind: Kind, due_at: datetime) -> Message:
    """Make one of the two messages about a pause, due at an instant (UTC)."""
    pause = int(paused.goes_on_at.timestamp())  # which of several in one step
    key = f"{kind}:{paused.id}:{paused.step}:{pause}"
    return Message(paused.channel_id, kind, subject_id=paused.id, key=key, due_at=due_at, step=paused.step)


async def _check_open(uow: UnitOfWork, break_: Break, member: Member, now: datetime) -> None:
    channel = await uow.workspaces.get_channel(break_.channel_id)
    if member.workspace_id != channel.workspace_id:
        raise BreakUnknown
    if now >= closes_at(
        break_, channel_zone=channel.zone, person_zone=member.zone, day_starts_at=channel.day_starts_at
    ):
        raise BreakClosed(break_.local_date)


async def leave_all(uow: UnitOfWork, member_id: int, now: datetime) -> None:
    """Let somebody go from every joint run that is not over, within the caller's transaction."""
    for run_id in await uow.runs.unfinished_of(member_id):
        run = await uow.runs.find(run_id)
        if run is not None and not run.is_over:
            left = runs.leave(run, member_id)
            await save(uow, left, now)
            await _carry_on(uow, run, left, now)
