"""Counting who did a break: the button, reactions and runs become one participation a person and break."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.breaks import (
    BUTTON,
    HEARD_FOR,
    LIVE_LINE_FROM,
    RUN,
    UNDO,
    Answer,
    Break,
    BreakFacts,
    Change,
    Prompt,
    Support,
    closes_at,
    done_at,
    folds_at,
    merge_support,
    tip_for,
)
from bot.domain.choices import exercise_as_chosen
from bot.domain.errors import BreakClosed, BreakUnknown
from bot.domain.instants import local_date_of
from bot.domain.outbox import Kind, Message
from bot.domain.runs import Run, RunState
from bot.domain.streaks import FIRST_MILESTONE, Progress
from bot.domain.workspaces import Channel, Member
from bot.services.members import Caller, is_known
from bot.services.own_routines import offered_in
from bot.services.streaks import keep_folded, know, note_late, today_for
from bot.store.breaks import Counted
from bot.store.presses import Standing
from bot.store.reactions import AWAITED_FOR
from bot.store.unit_of_work import OpenUnitOfWork, UnitOfWork
from routines.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Sight:
    """Where a press saw a break's message, which heals a prompt of unknown outcome."""

    break_id: int
    ts: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A message in a channel, by its Slack ids."""

    team_id: str
    channel_slack_id: str
    ts: str


async def press_done(
    open_unit_of_work: OpenUnitOfWork,
    sight: Sight,
    member: Member,
    *,
    on: bool,
    event_at: datetime,
    now: datetime,
) -> Answer:
    """Count a press of Done, or take everything back with Undo; `event_at` (UTC) is Slack's own time of the press.

    Raises BreakUnknown, and BreakClosed once the break's date has ended for the person.
    """
    async with open_unit_of_work() as uow:
        break_, channel = await take(uow, sight, now)
        answer = await record(uow, break_, channel, member, _button(on=on, event_at=event_at), now=now)
        await uow.commit()
    return answer


async def press_done_as(
    open_unit_of_work: OpenUnitOfWork, sight: Sight, caller: Caller, *, on: bool, event_at: datetime, now: datetime
) -> Answer | None:
    """Do the same for whoever Slack says pressed, in one transaction; None if they have to be asked about first."""
    async with open_unit_of_work() as uow:
        taken = await uow.presses.take(sight.break_id, caller.team_id, caller.slack_id)
        if taken is None:
            raise BreakUnknown
        break_, channel, member = taken
        if member is None or not is_known(member, now):
            return None
        break_ = await _heal(uow, break_, channel, sight, now)
        answer = await record(uow, break_, channel, member, _button(on=on, event_at=event_at), now=now)
        await uow.commit()
    return answer


def _button(*, on: bool, event_at: datetime) -> Support:
    return Support(BUTTON if on else UNDO, is_on=on, event_at=event_at)


async def react(
    open_unit_of_work: OpenUnitOfWork,
    place: Place,
    member: Member,
    support: Support,
    *,
    now: datetime,
) -> Answer | None:
    """Count a reaction on a prompt, or take it back; None when the message is no prompt of ours. Raises BreakClosed."""
    async with open_unit_of_work() as uow:
        found = await _find_by_place(uow, place)
        if found is None:
            return None
        answer = await record(uow, *found, member, support, now=now)
        await uow.commit()
    return answer


async def _find_by_place(uow: UnitOfWork, place: Place) -> tuple[Break, Channel] | None:
    channel = await uow.workspaces.find_channel(place.team_id, place.channel_slack_id)
    break_ = await uow.breaks.find_by_message(channel.id, place.ts) if channel else None
    return await uow.breaks.take(break_.id) if break_ else None


async def credit_run(uow: UnitOfWork, run: Run, member: Member, channel: Channel, now: datetime) -> None:
    """Count a run for a person in it, within the caller's transaction: for its break, or for itself outside breaks."""
    support = Support(RUN, is_on=True, event_at=now)
    found = await uow.breaks.take(run.break_id) if run.break_id is not None else None
    if found is not None and now < _closes_at(*found, member):
        await record(uow, *found, member, support, now=now)
    else:
        await credit_on_demand(uow, run.id, member, channel, now)


async def credit_on_demand(uow: UnitOfWork, run_id: int, member: Member, channel: Channel, now: datetime) -> None:
    """Count a run outside breaks on the person's own local date."""
    local_date = local_date_of(now, member.zone)
    support = Support(RUN, is_on=True, event_at=now)
    await uow.breaks.record(member.id, channel.id, local_date, support, run_id=run_id, first_done_at=now)


async def show_prompts(uow: UnitOfWork, catalogue: Catalogue, break_ids: Collection[int]) -> dict[int, Prompt]:
    """Gather what breaks' messages show now, by break, within the caller's transaction.

    Those are left out whose exercise is gone from the catalogue.
    """
    known = await uow.breaks.facts(break_ids)
    running = {facts.break_.id for facts in known if facts.has_run}
    live = {run.break_id: run for run in await uow.runs.list_live(running)} if running else {}
    channel_ids = {facts.break_.channel_id for facts in known}
    offered = await offered_in(uow, catalogue, channel_ids)
    left_out = await uow.schedules.left_out_in(channel_ids)
    prompts = {}
    for facts in known:
        place = facts.break_.channel_id
        with suppress(KeyError):
            prompts[facts.break_.id] = _prompt(
                offered[place], facts, live.get(facts.break_.id), left_out.get(place, frozenset())
            )
    return prompts


def _prompt(catalogue: Catalogue, facts: BreakFacts, live: Run | None, left_out: frozenset[str]) -> Prompt:
    exercise = catalogue.exercise(facts.break_.exercise_id)
    if facts.is_direct:
        exercise = exercise_as_chosen(exercise, facts.shown)
    return Prompt(
        break_=facts.break_,
        exercise=exercise,
        routine=catalogue.routine(facts.break_.routine_id).without(left_out),
        tip=tip_for(exercise, facts.times_served),
        zone=facts.zone,
        done=facts.done,
        lobby=live if live and live.state is RunState.LOBBY else None,
        is_direct=facts.is_direct,
        moves=facts.is_direct and not facts.wants_stills,
        is_on=live is not None and live.has_begun,
    )


async def find_prompt(open_unit_of_work: OpenUnitOfWork, catalogue: Catalogue, break_id: int) -> Prompt:
    """Gather what a break's message shows; raises BreakUnknown."""
    async with open_unit_of_work() as uow:
        prompts = await show_prompts(uow, catalogue, {break_id})
    if break_id not in prompts:
        raise BreakUnknown
    return prompts[break_id]


async def edit_prompt(uow: UnitOfWork, break_: Break, now: datetime) -> None:
    """Have a break's message brought up to date, within the caller's transaction."""
    await uow.outbox.enqueue(
        Message(
            channel_id=break_.channel_id,
            kind=Kind.PROMPT_EDIT,
            subject_id=break_.id,
            key=f"prompt_edit:{break_.id}",
            due_at=now,
        )
    )


def fold(break_: Break, channel: Channel) -> Message:
    """Make the edit that folds a break's message when its day is over; it has a row of its own, which stays put."""
    due_at = folds_at(break_, _over_at(break_, channel, {channel.zone}))
    return Message(channel.id, Kind.PROMPT_EDIT, subject_id=break_.id, key=_fold_key(break_.id), due_at=due_at)


def _fold_key(break_id: int) -> str:
    return f"prompt_fold:{break_id}"


async def show_edited(uow: UnitOfWork, prompt: Prompt, key: str, now: datetime) -> Prompt | datetime:
    """Add whether a break's day is over at `now` (UTC): then its message is folded, whatever it is edited for.

    It is over when its date has ended for everybody who takes part in the channel; until then the fold is put off.
    """
    break_ = prompt.break_
    channel = await uow.workspaces.get_channel(break_.channel_id)
    zones = await uow.breaks.zones_of(channel.id, since=break_.local_date - _TAKES_PART_FOR)
    over_at = _over_at(break_, channel, {channel.zone, *zones})
    if now < over_at and key == _fold_key(break_.id):
        return folds_at(break_, over_at)
    return replace(prompt, is_over=now >= over_at)


_TAKES_PART_FOR = timedelta(days=60)
"""Who has not taken part in a channel for so long keeps none of its prompts open in their zone."""


def _over_at(break_: Break, channel: Channel, zones: Iterable[str]) -> datetime:
    return max(
        closes_at(break_, channel_zone=channel.zone, person_zone=zone, day_starts_at=channel.day_starts_at)
        for zone in zones
    )


async def record(
    uow: UnitOfWork, break_: Break, channel: Channel, member: Member, support: Support, *, now: datetime
) -> Answer:
    """Count one support for a person, in a break that the caller's transaction has taken; raises BreakClosed.

    A break of another workspace is none that the person could have seen; raises BreakUnknown.
    """
    if member.workspace_id != channel.workspace_id:
        raise BreakUnknown
    closes = _closes_at(break_, channel, member)
    if support.event_at >= closes or now >= closes + HEARD_FOR:
        raise BreakClosed(break_.local_date)
    standing = await uow.presses.standing(member.id, break_)
    before = standing.counted
    was = before is not None and before.is_done
    counted_at = await _store(uow, break_, member, before, support)
    today = today_for(member, channel, now)
    done = _done_after(standing.done, (channel.id, break_.local_date), was=was, is_now=bool(counted_at))
    is_late = False
    if was != bool(counted_at):
        is_late = await note_late(uow, member, break_.local_date, today, standing.folded)
        await _refresh_live_line(uow, break_, channel, now, done=standing.people + (-1 if was else 1), grew=not was)
    known = await know(uow, channel, member, standing, done, late=is_late)
    await keep_folded(uow, member, channel, known, today)
    progress = known.progress(today, week_of=break_.local_date)
    return Answer(
        change=_change(was=was, is_now=bool(counted_at)),
        break_id=break_.id,
        channel_slack_id=channel.slack_id,
        progress=progress,
        counted_at=before.first_done_at if before and was and counted_at else counted_at,
        person_zone=member.zone,
        breaks_today=sum(day == break_.local_date for _, day in done),
        is_first_ever=bool(counted_at) and not was and await _is_first(uow, member, standing, done),
        stopped_because=channel.stopped_because,
        away=known.history.own.away_on(break_.local_date),
        may_be_asked_for_name=await _may_be_asked(uow, channel, member, progress),
    )


async def _is_first(uow: UnitOfWork, member: Member, standing: Standing, done: Sequence[tuple[int, date]]) -> bool:
    return standing.folded is None and len(done) == 1 and not await uow.streaks.has_base(member.id)


def _done_after(
    done: Sequence[tuple[int, date]], made: tuple[int, date], *, was: bool, is_now: bool
) -> list[tuple[int, date]]:
    """Add what a press counted to what was done, or take away what it took back."""
    if is_now and not was:
        return [*done, made]
    after = list(done)
    if was and not is_now and made in after:  # what was folded is not listed
        after.remove(made)
    return after


async def _store(
    uow: UnitOfWork, break_: Break, member: Member, before: Counted | None, support: Support
) -> datetime | None:
    """Store a support and what follows from it; answers since when (UTC) the person has done the break, or None."""
    supports = dict(before.supports) if before else {}
    supports[support.kind] = merge_support(supports.get(support.kind), support)
    counted_at = done_at(supports.values())
    if before is None or before.supports != supports:
        await uow.breaks.record(
            *(member.id, break_.channel_id, break_.local_date, supports[support.kind]),
            break_id=break_.id,
            first_done_at=counted_at,
        )
    return counted_at


async def _may_be_asked(uow: UnitOfWork, channel: Channel, member: Member, progress: Progress) -> bool:
    """Tell whether this is the first milestone of somebody who has not said whether they want to be named."""
    is_first = progress.streak.current == progress.streak.best == FIRST_MILESTONE
    return is_first and not channel.is_direct and await uow.members.consent(channel.id, member.id) is None


async def made_known(uow: UnitOfWork, posted: Mapping[int, tuple[int, str]], now: datetime) -> None:
    """Count the reactions that came before we knew the prompts they are on, given by break as (channel id, ts).

    Called in the transaction that made the prompts known; what came after their breaks had closed is left out.
    """
    break_of = {place: break_id for break_id, place in posted.items()}
    waiting = await uow.reactions.list_in({channel_id for channel_id, _ in break_of})
    for early in waiting:
        break_id = break_of.get((early.channel_id, early.message_ts))
        found = await uow.breaks.take(break_id) if break_id is not None else None
        if found is not None:
            with suppress(BreakClosed):
                await record(uow, *found, early.member, early.support, now=now)
    for channel_id, ts in break_of if waiting else ():
        await uow.reactions.drop(channel_id, now - AWAITED_FOR, ts=ts)


def _change(*, was: bool, is_now: bool) -> Change:
    if is_now:
        return Change.ALREADY if was else Change.COUNTED
    return Change.TAKEN_BACK if was else Change.NOTHING


async def refresh_live_line(uow: UnitOfWork, break_: Break, channel: Channel, now: datetime, *, grew: bool) -> None:
    """Have a break's message say how many have done it, from three people on, within the caller's transaction."""
    await _refresh_live_line(uow, break_, channel, now, done=await uow.breaks.count_done(break_.id), grew=grew)


async def _refresh_live_line(
    uow: UnitOfWork, break_: Break, channel: Channel, now: datetime, *, done: int, grew: bool
) -> None:
    if not channel.is_direct and (done >= LIVE_LINE_FROM or (not grew and done == LIVE_LINE_FROM - 1)):
        await edit_prompt(uow, break_, now)


async def see(open_unit_of_work: OpenUnitOfWork, sight: Sight, now: datetime) -> None:
    """Heal the prompt of a break somebody saw, if its outcome was unknown. Raises BreakUnknown.

    For those who then lock a run, in a transaction of its own: everywhere else a run is locked before its break.
    """
    async with open_unit_of_work() as uow:
        await take(uow, sight, now)
        await uow.commit()


async def take(uow: UnitOfWork, sight: Sight, now: datetime) -> tuple[Break, Channel]:
    """Take a break somebody saw, and heal its prompt if its outcome was unknown. Raises BreakUnknown."""
    found = await uow.breaks.take(sight.break_id)
    if found is None:
        raise BreakUnknown
    break_, channel = found
    return await _heal(uow, break_, channel, sight, now), channel


async def _heal(uow: UnitOfWork, break_: Break, channel: Channel, sight: Sight, now: datetime) -> Break:
    if break_.message_ts is not None or sight.ts is None:
        return break_
    await uow.outbox.heal(f"prompt:{break_.id}", sight.ts)
    await uow.breaks.mark_posted(break_.id, sight.ts, posted_at=None, counts=False)
    await uow.streaks.forget_channel(channel.id, break_.local_date)
    await uow.outbox.enqueue_all([fold(break_, channel)], wakes=False)
    await made_known(uow, {break_.id: (channel.id, sight.ts)}, now)
    return replace(break_, message_ts=sight.ts)


def _closes_at(break_: Break, channel: Channel, member: Member) -> datetime:
    return closes_at(break_, channel_zone=channel.zone, person_zone=member.zone, day_starts_at=channel.day_starts_at)
