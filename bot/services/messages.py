"""What each message shows, gathered when it is delivered, so that it sees the present state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.boards import Board
from bot.domain.breaks import Prompt
from bot.domain.greetings import Hello, Introduction
from bot.domain.keepers import active
from bot.domain.outbox import Delivery, Kind
from bot.domain.own_routines import Removed
from bot.domain.pauses import FellSilent
from bot.domain.runs import ClosingCard, GoesOn, PauseNote, Run, RunState, StepCard
from bot.domain.workspaces import Channel
from bot.services import boards, breaks, greetings, guides, own_routines, pauses, reminders, run_cards
from bot.store.unit_of_work import UnitOfWork
from routines.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class LobbyMessage:
    """A lobby outside breaks, as a message of its own; `zone` is the channel's."""

    run: Run
    zone: str


@dataclass(frozen=True, slots=True)
class NobodyCame:
    """What the one person there, as a rule the starter, is asked alone when a lobby ended without company."""

    run: Run
    starter_slack_id: str


@dataclass(frozen=True, slots=True)
class BoardMessage:
    """A channel's weekly board."""

    board_id: int
    channel_name: str
    zone: str
    board: Board
    message_ts: str | None = None


@dataclass(frozen=True, slots=True)
class Stopped:
    """What one of a channel's keepers is told, privately and once, when its breaks had to stop.

    `told_slack_id` is that person, or the channel itself where none is active.
    """

    channel: Channel
    told_slack_id: str


@dataclass(frozen=True, slots=True)
class ReminderMessage:
    """What somebody is reminded of, in their direct messages."""

    prompt: Prompt
    member_slack_id: str


@dataclass(frozen=True, slots=True)
class RunGone:
    """What somebody is told privately whose run has no place to go on in; `can_post` says whether its channel is left.

    `is_counted` says that a step of it ended while they were in it.
    """

    run: Run
    member_slack_id: str
    channel_slack_id: str
    is_counted: bool
    can_post: bool


Facts = (
    Prompt
    | LobbyMessage
    | StepCard
    | NobodyCame
    | PauseNote
    | GoesOn
    | ClosingCard
    | RunGone
    | BoardMessage
    | Hello
    | Introduction
    | FellSilent
    | Stopped
    | Removed
    | ReminderMessage
)
"""What a message shows."""

Prepared = Facts | datetime | str
"""Facts to show; or the instant (UTC) to which it was put off; or the reason why it is not sent."""


async def gather_prompts(
    uow: UnitOfWork, catalogue: Catalogue, deliveries: Sequence[Delivery]
) -> dict[int, Prompt | str]:
    """Gather what prompts show, by their deliveries' ids, in a few statements however many they are."""
    prompts = await breaks.show_prompts(uow, catalogue, {each.subject_id for each in deliveries})
    gone = "its exercise is gone from the catalogue"
    return {each.id: prompts.get(each.subject_id, gone) for each in deliveries}


async def gather(uow: UnitOfWork, catalogue: Catalogue, delivery: Delivery, now: datetime) -> Prepared:
    """Gather what a message shows at `now` (UTC), within the caller's transaction."""
    subject = delivery.subject_id
    prepared: Prepared
    match delivery.kind:
        case Kind.REMINDER:
            prepared = await _gather_reminder(uow, catalogue, delivery)
        case Kind.PROMPT | Kind.PROMPT_EDIT:
            prepared = await _gather_prompt(uow, catalogue, delivery, now)
        case Kind.RUN_STEP | Kind.RUN_PAUSED | Kind.RUN_GOES_ON | Kind.RUN_CLOSING | Kind.GUIDE_END:
            prepared = await _gather_run(uow, delivery, now)
        case Kind.LOBBY | Kind.LOBBY_EDIT | Kind.RUN_ALONE | Kind.RUN_GONE:
            prepared = await _gather_lobby(uow, delivery)
        case Kind.BOARD | Kind.BOARD_EDIT:
            prepared = await _gather_board(uow, delivery)
        case Kind.HELLO | Kind.INTRODUCTION | Kind.INTRODUCTION_EDIT:
            offered = await own_routines.offered_in(uow, catalogue, {delivery.channel_id})
            prepared = await greetings.prepare(uow, offered[delivery.channel_id], delivery)
        case Kind.FELL_SILENT:
            prepared = await pauses.prepare_fell_silent(uow, subject, delivery.slack_channel_id, now)
        case Kind.STOPPED | Kind.ROUTINE_REMOVED:
            prepared = await _gather_for_keeper(uow, catalogue, delivery)
    return prepared


async def _gather_prompt(uow: UnitOfWork, catalogue: Catalogue, delivery: Delivery, now: datetime) -> Prepared:
    prompt = (await gather_prompts(uow, catalogue, [delivery]))[delivery.id]
    if isinstance(prompt, str) or delivery.kind is Kind.PROMPT:
        return prompt
    return await breaks.show_edited(uow, prompt, delivery.key, now)


async def _gather_reminder(uow: UnitOfWork, catalogue: Catalogue, delivery: Delivery) -> Prepared:
    prompt = (await gather_prompts(uow, catalogue, [delivery]))[delivery.id]
    member = await reminders.whom_to_remind(uow, delivery.subject_id, delivery.step)
    if isinstance(prompt, str):
        return prompt
    return ReminderMessage(prompt, member.slack_id) if member else "done meanwhile"


async def _gather_run(uow: UnitOfWork, delivery: Delivery, now: datetime) -> Prepared:
    """Gather what carries a run on: its next step, a pause, its end."""
    if delivery.kind in {Kind.RUN_PAUSED, Kind.RUN_GOES_ON}:
        return await run_cards.prepare_note(uow, delivery, now)
    if delivery.kind is Kind.GUIDE_END:
        return await guides.end_left_open(uow, delivery.subject_id, now)
    if delivery.kind is Kind.RUN_CLOSING:
        return await run_cards.prepare_closing(uow, delivery.subject_id, now)
    return await run_cards.prepare_step(uow, delivery.subject_id, delivery.step, now)


async def _gather_lobby(uow: UnitOfWork, delivery: Delivery) -> Prepared:
    run = await uow.runs.find(delivery.subject_id)
    if run is None:
        return "run gone"
    if delivery.kind is Kind.RUN_GONE:
        return await _gather_gone(uow, run, delivery.step)
    if delivery.kind is Kind.LOBBY_EDIT and run.thread_ts is None:
        return "its message is not there yet, and will show the present state"
    if delivery.kind is not Kind.RUN_ALONE:
        return LobbyMessage(run, (await uow.workspaces.get_channel(run.channel_id)).zone)
    if run.state is not RunState.ALONE:
        return "no longer alone"
    waiting = await uow.members.get(run.present[0].member_id)
    return NobodyCame(run, waiting.slack_id)


async def _gather_gone(uow: UnitOfWork, run: Run, member_id: int) -> Prepared:
    known = run.member(member_id)
    channel = await uow.workspaces.get_channel(run.channel_id)
    return RunGone(
        run,
        (await uow.members.get(member_id)).slack_id,
        channel.slack_id,
        is_counted=known is not None and known.steps_done > 0,
        can_post=channel.stopped_because is None,
    )


async def _gather_board(uow: UnitOfWork, delivery: Delivery) -> Prepared:
    found = await uow.boards.find(delivery.subject_id)
    if found is None:
        return "board gone"
    if delivery.kind is Kind.BOARD_EDIT and found.message_ts is None:
        return "its message is not there yet; once it is, this is due again"
    channel = await uow.workspaces.get_channel(found.channel_id)
    board = await boards.show_posted(uow, channel, found)
    return BoardMessage(delivery.subject_id, channel.name, channel.zone, board, found.message_ts)


async def _gather_for_keeper(uow: UnitOfWork, catalogue: Catalogue, delivery: Delivery) -> Prepared:
    if delivery.kind is Kind.ROUTINE_REMOVED:
        return await own_routines.prepare_removed(uow, catalogue, delivery)
    channel = await uow.workspaces.get_channel(delivery.channel_id)
    if channel.stopped_because is None:
        return "it goes on already"
    there = active(await uow.keepers.list_of(channel))
    return Stopped(channel, there[0].slack_id if there else channel.slack_id)
