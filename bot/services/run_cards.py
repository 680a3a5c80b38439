"""What carries a joint run on by itself: the end of its lobby, its cards, its pauses, and how it ends."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import runs
from bot.domain.breaks import LATE_CUTOFF
from bot.domain.outbox import Delivery, Kind, Message
from bot.domain.runs import ClosingCard, GoesOn, PauseNote, Run, RunMember, RunState, StepCard
from bot.services.breaks import credit_run
from bot.services.runs import edit_lobby, message_of, next_message, save
from bot.store.unit_of_work import UnitOfWork

WAIT_FOR_LOBBY = timedelta(seconds=5)
"""How long a first step waits for the message whose thread it goes to."""


async def prepare_note(uow: UnitOfWork, delivery: Delivery, now: datetime) -> PauseNote | GoesOn | datetime | str:
    """Gather what the thread is told of a pause, within the caller's transaction; results as for `prepare_step`."""
    run = await uow.runs.find(delivery.subject_id)
    if run is None or run.is_over or run.step != delivery.step:
        return "the move is over"
    channel = await uow.workspaces.get_channel(run.channel_id)
    if delivery.kind is Kind.RUN_PAUSED:
        return PauseNote(run, channel.zone) if run.state is RunState.PAUSED else "it goes on already"
    if run.state is RunState.PAUSED:
        if now < run.goes_on_at:
            return run.goes_on_at
        run = runs.resume(run, now)
        await uow.runs.save(run)
    return runs.goes_on(run, now, channel.zone)


async def prepare_step(uow: UnitOfWork, run_id: int, step: int, now: datetime) -> StepCard | datetime | str:
    """Decide what becomes of a step that is due, within the caller's transaction.

    A card to show; or the instant (UTC) to which it was put off; or the reason why it is not shown at all.
    """
    run = await uow.runs.find(run_id)
    if run is None or run.is_over or step != run.step + 1:
        return "run over" if run is None or run.is_over else "step already shown"
    if run.next_at > now:
        return run.next_at
    if run.thread_ts is None:  # the lobby is still on its way; if it never arrives, the run is called off
        return now + WAIT_FOR_LOBBY
    decided = runs.end_wait(run, now)
    if decided != run:
        await save(uow, decided, now)
    if decided.is_over:
        return "nobody else came"
    if decided.state is RunState.ALONE:  # the row waits with the person who is asked, and ends the run if they don't
        await uow.outbox.enqueue(message_of(run, Kind.RUN_ALONE, 0, now))
        return decided.next_at
    channel = await uow.workspaces.get_channel(run.channel_id)
    return runs.step_card(decided, step, now, channel.zone)


async def step_shown(uow: UnitOfWork, run_id: int, step: int, now: datetime) -> None:
    """Move a run on after a step was shown at `now` (UTC), in the caller's transaction: credit, time, what is next."""
    run = await uow.runs.find(run_id)
    if run is None:
        return
    if run.is_over:  # stopped or left while the card was on its way: what was enqueued then ends the run
        return
    shown = runs.show_step(run, step, now)
    await uow.runs.save(shown)
    await _credit(uow, run, shown, now)
    await uow.outbox.enqueue(next_message(shown, shown.next_at))


async def cut_off(uow: UnitOfWork, run_id: int, now: datetime, *, tells: bool = True) -> None:
    """End a run that has no place to go on in, within the caller's transaction, and tell the people in it privately."""
    run = await uow.runs.find(run_id)
    if run is None or run.is_over:
        return
    ended = runs.break_off(run, now)
    await uow.runs.save(ended)
    await _credit(uow, run, ended, now)
    for member in ended.present if tells else ():
        await uow.outbox.enqueue(_gone(ended, member, now))


def _gone(run: Run, member: RunMember, now: datetime) -> Message:
    key = f"{Kind.RUN_GONE}:{run.id}:{member.member_id}"
    late = now + LATE_CUTOFF
    return Message(
        run.channel_id, Kind.RUN_GONE, subject_id=run.id, key=key, due_at=now, step=member.member_id, expires_at=late
    )


async def prepare_closing(uow: UnitOfWork, run_id: int, now: datetime) -> ClosingCard | datetime | str:
    """Gather what a run's closing card shows, within the caller's transaction; results as for `prepare_step`."""
    run = await uow.runs.find(run_id)
    if run is None or run.state is RunState.CANCELLED:
        return "run called off"
    if not run.is_over and run.next_at > now:
        return run.next_at
    ended = run if run.is_over else runs.finish(run)
    channel = await uow.workspaces.get_channel(run.channel_id)
    return ClosingCard(
        run=ended,
        seconds=round((now - run.started_at).total_seconds()),
        next_break_at=await uow.schedules.next_in_channel(run.channel_id, now),
        zone=channel.zone,
    )


async def closing_shown(uow: UnitOfWork, run_id: int, now: datetime) -> None:
    """End a run whose closing card was shown, within the caller's transaction: the last step counts."""
    run = await uow.runs.find(run_id)
    if run is None or run.is_over:
        return
    finished = runs.finish(run)
    await save(uow, finished, now)
    await _credit(uow, run, finished, now)


async def lobby_shown(uow: UnitOfWork, run_id: int, ts: str | None, now: datetime) -> None:
    """Remember the message of a lobby outside breaks; without one the run has no thread and is called off."""
    run = await uow.runs.find(run_id)
    if run is None:
        return
    if ts is None:
        await cut_off(uow, run_id, now)
    else:
        shown = replace(run, thread_ts=ts)
        await uow.runs.save(shown)
        await uow.outbox.reschedule(message_of(run, Kind.RUN_STEP, 0, now).key, shown.next_at)  # if it waits for this
        if run.state is not RunState.LOBBY:  # it ended or was called off while its message was on its way
            await edit_lobby(uow, shown, now)


async def _credit(uow: UnitOfWork, before: Run, after: Run, now: datetime) -> None:
    """Count the run for everyone for whom the step that just ended was the first."""
    channel = await uow.workspaces.get_channel(after.channel_id)
    for member in after.members:
        known = before.member(member.member_id)
        if member.steps_done == 1 and (known is None or known.steps_done == 0):
            await credit_run(uow, after, await uow.members.get(member.member_id), channel, now)
